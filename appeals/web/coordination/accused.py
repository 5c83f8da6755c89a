"""Whom a complaint is about, put right after the company, or the office itself, had it wrong (policy §2)."""

from collections.abc import Iterable

from flask import url_for
from werkzeug.wrappers import Response

from appeals.actions import accused
from appeals.models.appeal import Appeal
from appeals.models.records import Record
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.web import cases
from appeals.web.access import only, with_appeal
from appeals.web.coordination.appeal import show
from appeals.web.coordination.counter import WORKERS, counter
from appeals.web.deeds import carry_out, who
from appeals.web.forms import rights as forms
from appeals.web.forms.staff import CaseForm


@counter.post("/<number>/correct-accused")
@only(*WORKERS)
@with_appeal
def correct_accused(appeal: Appeal) -> Response | tuple[str, int]:
    """Put it right; it may then be hidden from whoever did so, who goes back to the piles."""
    form, id_ = forms.CorrectAccusedForm(), appeal.id

    def deed() -> object:
        return accused.correct(
            id_, conduct=bool(form.conduct.data), about_unit_id=form.unit_id,
            about_person_id=accused.named(form.about_person.data or ""), reason=form.reason.data, **who(),
        )  # fmt: skip

    return carry_out(appeal.number, form, deed, done="已更正", page=show, back=url_for("coordination.pile"))


@cases.offered_at("coordination")
def _offer(appeal: Appeal, _record: Record, by: Actor) -> Iterable[CaseForm]:
    if appeal.may(Move.CORRECT_ACCUSED, by) and not appeal.may(Move.DISPATCH, by):  # at dispatch the order says it
        person = appeal.about_person.login if appeal.about_person else ""
        form = forms.CorrectAccusedForm.blank(
            conduct=appeal.conduct, about_unit=str(appeal.about_unit_id or ""), about_person=person
        )
        assert isinstance(form, CaseForm)
        yield form
