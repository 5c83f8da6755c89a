"""One approval in ten is looked at again by the director, or by a leader where his own bureau is concerned (policy §3)."""

from collections.abc import Iterable

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from appeals.actions import rechecks
from appeals.models import rounds
from appeals.models.appeal import Appeal
from appeals.models.records import Record
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.web import access, cases, keys
from appeals.web.access import only, with_appeal
from appeals.web.coordination.appeal import show
from appeals.web.coordination.counter import SECOND, back, counter
from appeals.web.deeds import carry_out, who
from appeals.web.forms import rounds as forms
from appeals.web.forms.staff import CaseForm


@counter.get("/rechecks")
@only(*SECOND)
def rechecks_list() -> str:
    """What still has to be looked at again, oldest first."""
    after = keys.queue(request.args.get("after"))
    found = rounds.rechecks(access.actor(), (after.at, after.id) if after else None)
    shown, more = found[: rounds.PAGE], None
    if len(found) > rounds.PAGE:
        key = keys.queues.Key(shown[-1].chosen_at, shown[-1].id)
        more = url_for("coordination.rechecks_list", after=keys.text(key))
    return render_template("coordination/rechecks.html", rows=shown, more=more)


@counter.post("/<number>/recheck")
@only(*SECOND)
@with_appeal
def recheck(appeal: Appeal) -> Response | tuple[str, int]:
    """What the second look found."""
    form, id_ = forms.RecheckForm(), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: rechecks.record(id_, sound=form.sound.data == "yes", finding=form.finding.data, **who()),
        done="已记录抽查结果", page=show, back=back(appeal),
    )  # fmt: skip


@cases.offered_at("coordination")
def _offer(appeal: Appeal, _record: Record, by: Actor) -> Iterable[CaseForm]:
    if appeal.may(Move.RECHECK, by) and rechecks.waiting(appeal) is not None:
        yield forms.RecheckForm.blank()
