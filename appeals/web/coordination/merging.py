"""Two appeals beside each other, and whether they are one matter (policy §3 并单)."""

from collections.abc import Iterable

from flask import redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from appeals.actions import merging
from appeals.db import session
from appeals.models import lists
from appeals.models import merging as shown
from appeals.models.appeal import Appeal
from appeals.models.records import Record
from appeals.rules import numbering
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked
from appeals.web import access, cases
from appeals.web.access import only, with_appeal
from appeals.web.coordination.appeal import show
from appeals.web.coordination.counter import READERS, SECOND, WORKERS, back, counter
from appeals.web.coordination.endings import his_turn
from appeals.web.deeds import Shown, carry_out, who
from appeals.web.forms import endings as forms
from appeals.web.forms.staff import CaseForm

Result = Response | tuple[str, int]


@counter.post("/<number>/merge-look")
@only(*WORKERS)
@with_appeal
def look_merge(appeal: Appeal) -> Result:
    """To the two of them side by side, or to what may be the same."""
    form = forms.LookForm()
    other = lists.find(numbering.normalise(form.into.data or ""), access.actor()) if form.validate_on_submit() else None
    if form.into.data and other is None:
        form.tell({"into": "没有这个编号的诉求"})
    if form.errors:
        return show(appeal.number, Shown(form)), 422
    return redirect(url_for("coordination.beside", number=appeal.number, other=other.number if other else None), 303)


@counter.get("/<number>/beside")
@counter.get("/<number>/beside/<other>")
@only(*READERS)
@with_appeal
def beside(appeal: Appeal, other: str | None = None) -> str:
    """Both in full, and the form that says they are one; without another, what may be the same."""
    return _beside(appeal, access.appeal_or_404(other) if other else None, forms.MergeForm.blank())


def _beside(appeal: Appeal, other: Appeal | None, form: CaseForm, trouble: str = "") -> str:
    by = access.actor()
    sentence = merging.unfit(appeal, other) if other is not None else ""
    proposable = other is not None and not sentence and appeal.may(Move.PROPOSE_MERGE, by)
    return render_template(
        "coordination/beside.html", appeal=appeal, other=other, form=form if proposable else None,
        sentence=trouble or sentence, found=() if other is not None else shown.candidates(appeal, by),
    )  # fmt: skip


@counter.post("/<number>/merge/<other>")
@only(*WORKERS)
@with_appeal
def propose_merge(appeal: Appeal, other: str) -> Result:
    """The first signature."""
    form, id_, into = forms.MergeForm(), appeal.id, access.appeal_or_404(other).number

    def page(number: str, what: Shown) -> str:
        session().rollback()
        return _beside(access.appeal_or_404(number), access.appeal_or_404(into), form, what.trouble)

    return carry_out(
        appeal.number, form, lambda: merging.propose(id_, into=into, reason=form.reason.data, **who()),
        done="已提请并单，报第二人审签", page=page, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/merge-decision")
@only(*SECOND)
@with_appeal
def decide_merge(appeal: Appeal) -> Result:
    """The second signature."""
    form, id_ = forms.MergeDecision(), appeal.id

    def deed() -> object:
        said = who()
        return merging.confirm(id_, **said) if form.granted else merging.refuse(id_, reason=form.reason.data, **said)

    return carry_out(appeal.number, form, deed, done="已签署", page=show, back=back(appeal))


@counter.post("/<number>/unmerge")
@only(*WORKERS)
@with_appeal
def unmerge(appeal: Appeal) -> Result:
    """Each by itself again."""
    form, id_ = forms.UnmergeForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: merging.unmerge(id_, reason=form.reason.data, **who()),
        done="已撤销并单，恢复单独办理", page=show, back=back(appeal),
    )  # fmt: skip


@cases.offered_at("coordination")
def _offer(appeal: Appeal, record: Record, by: Actor) -> Iterable[CaseForm]:
    row = record.asked(Asked.MERGE)
    if row is not None and his_turn(row, by) and appeal.may(Move.MERGE, by):
        form = forms.MergeDecision.blank()
        other = session().get(Appeal, row.other_id)
        if other is not None and lists.find(other.number, by) is not None:
            url = url_for("coordination.beside", number=appeal.number, other=other.number)
            form.hint = Markup('拟并入 {}，<a href="{}">并列对照</a>。').format(other.number, url)  # type: ignore[attr-defined]
        yield form
    if row is None and appeal.may(Move.PROPOSE_MERGE, by):
        yield forms.LookForm.blank()
    if appeal.may(Move.UNMERGE, by):
        yield forms.UnmergeForm.blank()
