"""What a unit owes while an appeal is shelved: reports, and if need be more time (policy §4)."""

from collections.abc import Iterable
from datetime import datetime

from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import pauses, shelved
from appeals.models import settings
from appeals.models.appeal import Appeal
from appeals.models.records import Record
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked
from appeals.rules.words import State
from appeals.rules.workdays import day_of
from appeals.web import access, cases, filters
from appeals.web.access import only, with_appeal
from appeals.web.deeds import carry_out, who
from appeals.web.forms import dates as forms
from appeals.web.forms.staff import CaseForm
from appeals.web.unit.appeal import show
from appeals.web.unit.counter import WORKERS, back, counter
from appeals.web.unit.dates import may_ask, sent, signed

Result = Response | tuple[str, int]


@counter.post("/<number>/progress")
@only(*WORKERS)
@with_appeal
def report_shelved(appeal: Appeal) -> Result:
    """How it stands."""
    form, id_ = forms.ProgressForm(), appeal.id
    return carry_out(
        appeal.number, form, lambda: shelved.report(id_, progress=form.progress.data, **who()),
        done="已报送进展", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/renewal")
@only(*WORKERS)
@with_appeal
def ask_renewal(appeal: Appeal) -> Result:
    """Still not now."""
    form, id_ = signed(forms.RenewalForm(), access.actor()), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: shelved.ask_renewal(id_, until_on=form.until.data, reason=form.reason.data, **who()),
        done=sent(), page=show, back=back(appeal),
    )  # fmt: skip


@cases.offered_at("unit")
def _offer(appeal: Appeal, record: Record, by: Actor) -> Iterable[CaseForm]:
    lead = appeal.lead
    row = pauses.running(appeal) if appeal.state == State.SHELVED else None
    if row is None or lead is None or lead.unit_id not in by.unit_ids:
        return
    if appeal.may(Move.REPORT_SHELVED, by):
        yield _progress(row.next_report_due_at)
    if may_ask(appeal, Move.ASK_RENEWAL, by) and not record.asked(Asked.RENEWAL) and not shelved.unrenewable(row):
        ready = record.prepared(Asked.RENEWAL)
        values = {"until": ready.until_at and day_of(ready.until_at), "reason": ready.reason} if ready else {}
        form = signed(forms.blank(forms.RenewalForm, **values), by, ready)
        months = settings.limits(appeal.settings_version).shelve_months
        form.hint = (
            f"挂账到{filters.moment(pauses.ends_at(appeal, row))}；只能续期一次，最长{months}个月，由委领导决定。"
            "签发时即告知企业；未获同意的，到期自动恢复办理。"
        )
        yield form


def _progress(due_at: datetime | None) -> CaseForm:
    form = forms.blank(forms.ProgressForm)
    if due_at is not None:
        late = "（已超期）" if due_at < clock.now() else ""
        form.hint = f"下次报告：{filters.moment(due_at)}前{late}。"
    return form
