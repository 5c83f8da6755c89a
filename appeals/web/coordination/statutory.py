"""专门程序件: what other bodies follow, when the office asks after it, and what came of it (policy §2, §3)."""

from collections.abc import Iterable
from datetime import date

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import statutory
from appeals.models import following, lists
from appeals.models.appeal import Appeal
from appeals.models.records import Record
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.web import access, cases, keys
from appeals.web.access import only, with_appeal
from appeals.web.coordination.appeal import show
from appeals.web.coordination.counter import READERS, WORKERS, back, counter
from appeals.web.deeds import carry_out, who
from appeals.web.forms import rights as forms
from appeals.web.forms.staff import CaseForm

Result = Response | tuple[str, int]


@counter.get("/statutory")
@only(*READERS)
def statutory_list() -> str:
    """Those without an outcome, the first to be asked about first."""
    found = following.page(access.actor(), _key(request.args.get("after")))
    shown, more = found[: lists.PAGE], None
    if len(found) > lists.PAGE and shown[-1].follow_on is not None:
        more = url_for("coordination.statutory_list", after=f"{shown[-1].follow_on.toordinal()}-{shown[-1].id}")
    return render_template("coordination/statutory.html", appeals=shown, more=more, today=clock.today())


def _key(typed: str | None) -> tuple[date, int] | None:
    """Where the page before ended."""
    day, _, id_ = (typed or "").partition("-")
    ordinal, last = keys.number(day), keys.number(id_)
    if ordinal is None or last is None or not 1 <= ordinal <= date.max.toordinal():
        return None
    return date.fromordinal(ordinal), last


@counter.post("/<number>/follow")
@only(*WORKERS)
@with_appeal
def follow(appeal: Appeal) -> Result:
    """How it stands, and when to ask again."""
    form, id_ = forms.FollowForm(), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: statutory.follow(
            id_, said=form.said.data, said_on=form.said_on.data, next_on=form.next_on.data, **who()
        ),
        done="已登记", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/outcome")
@only(*WORKERS)
@with_appeal
def record_outcome(appeal: Appeal) -> Result:
    """What came of it."""
    form, id_ = forms.OutcomeForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: statutory.close(id_, said=form.said.data, said_on=form.said_on.data, **who()),
        done="已登记结果，并告知企业", page=show, back=back(appeal),
    )  # fmt: skip


@cases.offered_at("coordination")
def _offer(appeal: Appeal, _record: Record, by: Actor) -> Iterable[CaseForm]:
    if appeal.may(Move.FOLLOW_STATUTORY, by) and following.outcome(appeal) is None:
        for kind in (forms.FollowForm, forms.OutcomeForm):
            form = kind.blank(said_on=clock.today())
            assert isinstance(form, CaseForm)
            yield form
