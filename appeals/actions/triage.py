"""The coordination office takes an appeal in: supplement, decline, pass on, accept, dispatch (policy §3, §5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from appeals.actions import accused, assigning, duties, limits, notices, requests
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import calendar, settings, tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import ContactNote
from appeals.models.versions import versions
from appeals.rules import deadlines, facts, text
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.requests import Asked
from appeals.rules.words import DeclineCode, Exclusion, Nature, Part, UrgentKind
from appeals.rules.workdays import day_of

# Where a company goes instead: told with every refusal (policy §3).
ROUTES = {
    DeclineCode.R01: "请向事项所在地的政务服务热线 12345 或当地营商环境主管部门反映。",
    DeclineCode.R02: "请按诉讼、仲裁、行政复议的程序主张权利；可向法律援助机构咨询（电话 12348）。",
    DeclineCode.R03: "请通过信访渠道反映，可在国家信访局网上信访平台提出。",
    DeclineCode.R04: "企业之间的纠纷请协商、申请调解，或者依法仲裁、起诉。",
    DeclineCode.R05: "请删去涉密或他人隐私的内容后重新提交。",
    DeclineCode.R06: "请写明具体的诉求后重新提交。",
    DeclineCode.R07: "同一事项请用原编号查询进展；有新情况可以补充说明后重新提交。",
    DeclineCode.R08: "请把内容写清楚后重新提交。",
    DeclineCode.R09: "情况紧急请立即拨打 110、119 或 120。",
    DeclineCode.R11: "个人事项请拨打政务服务热线 12345。",
}
# Statutory channels and the bodies that follow them under their own clock (policy §3).
DISCIPLINE = "纪检监察"
STATUTORY_BODIES = (
    "拖欠企业账款投诉受理部门", "招标投标、政府采购投诉受理部门", "外商投资企业投诉工作机构", DISCIPLINE,
    "违法行为举报受理部门",
)  # fmt: skip
IDENTITY_WAYS = {"sms": "短信验证码", "call": "电话核实", "person": "当面核实"}


def accept(appeal_id: int, *, identity: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """Accept: the identity is confirmed, the promise to the company starts to run (policy §3, §4).

    `identity` is a key of IDENTITY_WAYS. Raises Refused, Stale, lifecycle.NotAllowed, lifecycle.NotYours.
    """
    if identity not in IDENTITY_WAYS:
        raise Refused(identity="请选择核实企业身份的方式")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        appeal.check_confirmed(Move.ACCEPT)
        assert appeal.accept_due_at is not None
        days, numbers = calendar.current(), settings.limits()
        appeal.settings_version = settings.settings()["version"]
        appeal.accepted_at = at
        appeal.dispatch_due_at = deadlines.dispatch(at, days)
        # Once it entered stock by itself the promise stands, whatever was asked for since.
        reopened = appeal.reopened_from_id is not None
        appeal.due_at = appeal.due_at or deadlines.promise(
            appeal.nature, at, appeal.accept_due_at, days, numbers, reopened=reopened
        )
        duties.done(appeal, facts.Duty.ACCEPT, due_at=appeal.accept_due_at, by=by, at=at)
        event = appeal.make(Move.ACCEPT, by=by, at=at, identity=identity)
        notices.tell_company(appeal, event)
        return appeal


def ask_supplement(appeal_id: int, *, items: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """Ask once for everything that is missing; acceptance does not run meanwhile (policy §3)."""
    if text.is_visibly_empty(items):
        raise Refused(items="请写明需要补充的全部内容")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if appeal.supplement_asked is not None:
            raise Refused(items="已要求过一次补正，不能再次要求")
        appeal.supplement_asked = items.strip()
        appeal.supplement_due_at = deadlines.after(at, settings.limits().supplement, calendar.current())
        appeal.supplement_asked_at = at
        duties.done(appeal, facts.Duty.ACCEPT, due_at=appeal.accept_due_at, by=by, at=at)
        event = appeal.make(Move.ASK_SUPPLEMENT, by=by, at=at)
        notices.tell_company(appeal, event)
        return appeal


def log_supplement_call(
    appeal_id: int, *, note: str, reached: bool, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """Write down a call about what is missing; two of them precede a refusal for R08 (policy §3)."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        appeal.make(Move.CALL_SUPPLEMENT, by=by, at=at, reached=reached)
        session().add(
            ContactNote(appeal_id=appeal.id, kind="supplement", channel="phone", note=note.strip(),
                        reached=reached, by_id=by.user_id, at=at)
        )  # fmt: skip
        return appeal


def decline(
    appeal_id: int, *, code: str, reason: str, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """Do not accept, on one of the grounds of policy §3, telling the company where to go instead."""
    errors: dict[str, str] = {}
    if code not in DeclineCode.__members__:
        errors["code"] = "请选择不予受理的依据"
    if text.is_visibly_empty(reason):
        errors["reason"] = "请写明理由，并告知企业可以走的途径"
    if errors:
        raise Refused(**errors)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        appeal.declined_at = at
        appeal.decline_code = code
        appeal.public_reason = f"{reason.strip()}\n{ROUTES[DeclineCode(code)]}"
        duties.done(appeal, facts.Duty.ACCEPT, due_at=appeal.accept_due_at, by=by, at=at)
        event = appeal.make(Move.DECLINE, by=by, at=at, code=code)
        notices.tell_company(appeal, event)
        return appeal


def pass_on(appeal_id: int, *, to: str, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """Pass to a statutory channel, which follows its own clock outside these rates (policy §3)."""
    if text.is_visibly_empty(to):
        raise Refused(to="请写明转交的专门机构")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if appeal.conduct and to.strip() != DISCIPLINE:
            raise Refused(to="作风类投诉只能转纪检监察")
        appeal.passed_to, appeal.follow_on = to.strip(), _follow_on(at)
        appeal.public_reason = reason.strip()
        appeal.exclusion = Exclusion.STATUTORY.value
        appeal.excluded_at = appeal.excluded_recorded_at = at
        if appeal.accepted_at is None:
            duties.done(appeal, facts.Duty.ACCEPT, due_at=appeal.accept_due_at, by=by, at=at)
        event = appeal.make(Move.PASS_ON, by=by, at=at)
        notices.tell_company(appeal, event)
        return appeal


def _follow_on(at: datetime) -> date:
    """When the office first asks after it: once it would have been due as an ordinary appeal."""
    return day_of(deadlines.after(at, settings.limits().promise, calendar.current()))


@dataclass(frozen=True)
class Order:
    """The 交办单: the six things settled at dispatch (policy §3 六定).

    `points` rewrites the numbered points (None: as the company numbered them), `standards` says by number
    what counts as solved; `nature` and `territory` put right what the company chose; so do `conduct`, `about_unit_id` and
    `about_person_id` together, and `urgent_kind`, a words.UrgentKind or '': not urgent (each None: as it stands).
    """

    section: int | None
    task: int | None
    lead_unit_id: int
    support_unit_ids: Sequence[int] = ()
    standards: Mapping[int, str] | None = None
    points: Sequence[str] | None = None
    nature: str | None = None
    territory: str | None = None
    directory_row_id: int | None = None
    conduct: bool | None = None
    about_unit_id: int | None = None
    about_person_id: int | None = None
    urgent_kind: str | None = None


def dispatch(
    appeal_id: int, *, order: Order, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """Hand the appeal to exactly one lead unit and its supporting units (policy §5).

    Refused when a unit is unknown, doubled, has sent it back before, or belongs to the unit a conduct complaint is
    about; not allowed while a conference is to settle it.
    """
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if requests.undecided(appeal, Asked.CONFERENCE):
            raise NotAllowed("已提请会商，由会商确定承办单位")
        changed = _settle(appeal, order, by)
        assigning.check(appeal, order.lead_unit_id, order.support_unit_ids)
        appeal.dispatched_at, appeal.unrouted = at, False
        assigning.assign(appeal, order.lead_unit_id, Part.LEAD, by=by, at=at)
        assigning.set_supports(appeal, order.support_unit_ids, by=by, at=at)
        chosen = (order.lead_unit_id, *order.support_unit_ids)
        names = [tree.current().nodes[i].name for i in chosen]
        duties.done(appeal, facts.Duty.DISPATCH, due_at=appeal.dispatch_due_at, by=by, at=at)
        event = appeal.make(Move.DISPATCH, by=by, at=at, lead=names[0], supports=names[1:], **_grounds(appeal, order),
                            **changed)  # fmt: skip
        for unit_id in chosen:
            notices.tell_unit(appeal, event, unit_id)
        notices.tell_company(appeal, event)
        return appeal


def _settle(appeal: Appeal, order: Order, by: Actor) -> dict[str, Any]:
    """定性, 定量, 定标准. Reclassifying never moves the promise to the company (policy §4). What is worth keeping of it."""
    changed: dict[str, Any] = {}
    if order.nature is not None:
        if order.nature not in {n.value for n in Nature}:
            raise Refused(nature="请选择诉求类型")
        appeal.nature = order.nature
    if order.territory is not None:
        appeal.territory = order.territory
    if order.conduct is not None:
        changed |= accused.settle(appeal, conduct=order.conduct, about_unit_id=order.about_unit_id,
                                  about_person_id=order.about_person_id, by=by)  # fmt: skip
    if order.urgent_kind is not None:
        changed |= _settle_urgency(appeal, order.urgent_kind)
    if order.points is not None:
        points = [p.strip() for p in order.points if not text.is_visibly_empty(p)]
        if not points:
            raise Refused(points="至少要有一个诉求要点")
        appeal.points = [{"no": i, "text": p} for i, p in enumerate(points, start=1)]
    standards = order.standards or {}
    appeal.points = [p | {"standard": standards.get(p["no"], p.get("standard", ""))} for p in appeal.points]
    appeal.section, appeal.task = order.section, order.task
    appeal.directory_row_id = order.directory_row_id
    return changed


def _settle_urgency(appeal: Appeal, kind: str) -> dict[str, Any]:
    """Urgent is what the office finds so, not what a company ticks: natural hours count from dispatch (policy §4)."""
    if kind and kind not in {k.value for k in UrgentKind}:
        raise Refused(urgent_kind="请选择紧急情形")
    if kind and appeal.is_consultation:
        raise Refused(urgent_kind="咨询不列紧急件；确属紧急的，请更正诉求类型")
    was, appeal.urgent, appeal.urgent_kind = appeal.urgent, bool(kind), kind or None
    return {"urgent": kind} if kind or was else {}


def _grounds(appeal: Appeal, order: Order) -> dict[str, Any]:
    """What the dispatch rested on (policy §5): directory version and row, runner-up, confidence, and the proposal."""
    read = appeal.proposal or {}
    return {
        "section": order.section, "task": order.task, "row": order.directory_row_id,
        "directory": versions(session()).get("directory", 0), "runner_up": read.get("runner_up"),
        "confidence": read.get("confidence"), "proposed": read.get("lead"),
    }  # fmt: skip
