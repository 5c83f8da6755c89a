"""What a unit asks for when time is not enough: an extension, shelving, the company's cooperation (policy §3, §4)."""

from collections.abc import Iterable
from typing import TypeVar

from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import cooperation, extensions, shelving
from appeals.models import settings
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.records import Record
from appeals.models.request import Request
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked
from appeals.rules.words import Role, State
from appeals.rules.workdays import day_of
from appeals.web import access, cases, filters
from appeals.web.access import only, with_appeal
from appeals.web.deeds import carry_out, who
from appeals.web.forms import dates as forms
from appeals.web.forms.staff import CaseForm
from appeals.web.unit.appeal import show
from appeals.web.unit.counter import WORKERS, back, counter

Result = Response | tuple[str, int]
Form = TypeVar("Form", bound=CaseForm)


@counter.post("/<number>/extension")
@only(*WORKERS)
@with_appeal
def ask_extension(appeal: Appeal) -> Result:
    """More time."""
    form, id_ = signed(forms.ExtensionForm(), access.actor()), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: extensions.ask(id_, until_on=form.until.data, reason=form.reason.data, done=form.done.data, **who()),
        done=sent(), page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/shelving")
@only(*WORKERS)
@with_appeal
def ask_shelving(appeal: Appeal) -> Result:
    """Not now."""
    form, id_ = signed(forms.ShelvingForm(), access.actor()), appeal.id

    def deed() -> object:
        case = shelving.Case(
            reason_code=form.reason_code.data or "", reason=form.reason.data, plan=form.plan.data,
            person=form.person.data, until_on=form.until.data, event=form.event.data or "",
        )  # fmt: skip
        return shelving.ask(id_, case=case, **who())

    return carry_out(appeal.number, form, deed, done=sent(), page=show, back=back(appeal))


@counter.post("/<number>/cooperation")
@only(*WORKERS)
@with_appeal
def ask_cooperation(appeal: Appeal) -> Result:
    """What only the company can give."""
    form, id_ = signed(forms.CooperationForm().at_most(_most(appeal)), access.actor()), appeal.id
    return carry_out(
        appeal.number, form, lambda: cooperation.ask(id_, items=form.items.data, days=form.chosen_days, **who()),
        done=sent(), page=show, back=back(appeal),
    )  # fmt: skip


def sent() -> str:
    """Where the request went."""
    return "已提出申请" if access.actor().role is Role.HEAD else "已提交负责人签发"


def signed(form: Form, by: Actor, ready: Request | None = None) -> Form:
    """What the button does: an officer's words go to his head, who signs them. A prepared one stands open for him."""
    head = by.role is Role.HEAD
    form.button = "签发" if head else "提交负责人签发"
    form.unfolded = head and ready is not None
    return form


def _most(appeal: Appeal) -> int:
    return settings.limits(appeal.settings_version).cooperation_max


# -- what is offered -------------------------------------------------------------------------------------


def may_ask(appeal: Appeal, move: Move, by: Actor) -> bool:
    """Whether this visitor may ask, or prepare what his head asks."""
    return appeal.may(move if by.role is Role.HEAD else Move.PREPARE_REQUEST, by)


@cases.offered_at("unit")
def _offer(appeal: Appeal, record: Record, by: Actor) -> Iterable[CaseForm]:
    lead = appeal.lead
    if appeal.state != State.IN_HAND or lead is None or lead.unit_id not in by.unit_ids or not lead.holds:
        return
    at, ready = clock.now(), record.prepared
    free = {kind: record.asked(kind) is None for kind in (Asked.COOPERATION, Asked.EXTENSION, Asked.SHELVING)}
    if free[Asked.COOPERATION] and may_ask(appeal, Move.ASK_COOPERATION, by) and not cooperation.unaskable(appeal, lead, at):
        yield _cooperation(appeal, ready(Asked.COOPERATION), by)
    if free[Asked.EXTENSION] and may_ask(appeal, Move.ASK_EXTENSION, by) and not extensions.unaskable(appeal, lead, at):
        yield _extension(appeal, lead, ready(Asked.EXTENSION), by)
    if free[Asked.SHELVING] and may_ask(appeal, Move.ASK_SHELVING, by) and not shelving.unaskable(appeal, at):
        yield _shelving(appeal, ready(Asked.SHELVING), by)


def _extension(appeal: Appeal, lead: Assignment, ready: Request | None, by: Actor) -> CaseForm:
    values = {}
    if ready is not None:
        values = {"until": ready.until_at and day_of(ready.until_at), "reason": ready.reason, "done": ready.detail.get("done")}
    form = signed(forms.blank(forms.ExtensionForm, **values), by, ready)
    second, within = bool(extensions.granted(appeal)), settings.limits(appeal.settings_version).extension_decide
    who_decides = "委领导" if second else "营商办（涉及本局的，回避裁定岗）"
    form.hint = (
        f"由{who_decides}在{within}个工作日内裁定；须由负责人在{filters.moment(extensions.latest_ask(appeal, lead))}前签发，"
        f"最迟延长到{filters.day(extensions.latest(appeal))}。签发时即告知企业；同意后答复时限和本单位时限各顺延同样的工作日，"
        "协办时限不变，“按原时限办结率”仍按原时限统计。"
    )
    return form


def _shelving(appeal: Appeal, ready: Request | None, by: Actor) -> CaseForm:
    values = {}
    if ready is not None:
        values = {
            "until": ready.until_at and day_of(ready.until_at), "reason": ready.reason, "reason_code": ready.reason_code,
            **{name: ready.detail.get(name) for name in ("plan", "person", "event")},
        }  # fmt: skip
    form = signed(forms.blank(forms.ShelvingForm, **values), by, ready)
    numbers = settings.limits(appeal.settings_version)
    form.hint = (
        f"须由负责人在{filters.moment(shelving.latest_ask(appeal))}前签发，经两人审签；审签完成前时限照常计算，超期后不能再挂账，请尽早申请。"
        f"签发时即告知企业，企业可以提出异议（由委领导在{numbers.shelve_disagreement}个工作日内裁定）；承诺限期解决须企业同意，"
        f"且不超过{numbers.shelve_promise_max}个工作日。挂账后每{numbers.shelve_report}个工作日报告一次进展，最长{numbers.shelve_months}个月，"
        "同一事由只能挂账一次。"
    )
    return form


def _cooperation(appeal: Appeal, ready: Request | None, by: Actor) -> CaseForm:
    values = {"items": ready.reason, "days": str(ready.detail.get("days"))} if ready is not None else {}
    form = signed(forms.blank(forms.CooperationForm, **values).at_most(_most(appeal)), by, ready)
    form.hint = (
        "一件诉求只能提请一次，请一次写全。营商办同意后告知企业；从同意到企业提供（或期满）的工作日加到本单位时限，"
        "对企业的答复时限不变。"
    )
    return form
