"""The coordination office takes an appeal in: supplement, decline, pass on, accept, dispatch (policy §3, §5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from appeals.actions import duties, limits, notices
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import calendar, settings, tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment, ContactNote
from appeals.rules import deadlines, facts
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.words import DeclineCode, Exclusion, Part

IDENTITY_WAYS = {"sms": "短信验证码", "call": "电话核实", "person": "当面核实"}


def accept(appeal_id: int, *, identity: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """Accept: the identity is confirmed, the promise to the company starts to run (policy §3, §4).

    `identity` is a key of IDENTITY_WAYS. Raises Refused, Stale, lifecycle.NotAllowed, lifecycle.NotYours.
    """
    if identity not in IDENTITY_WAYS:
        raise Refused(identity="请选择核实企业身份的方式")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        assert appeal.accept_due_at is not None
        days, numbers = calendar.current(), settings.limits()
        appeal.settings_version = settings.settings()["version"]
        appeal.accepted_at = at
        appeal.dispatch_due_at = deadlines.dispatch(at, days)
        # Once it entered stock by itself the promise stands, whatever was asked for since.
        appeal.due_at = appeal.due_at or deadlines.promise(appeal.nature, at, appeal.accept_due_at, days, numbers)
        duties.done(appeal, facts.Duty.ACCEPT, due_at=appeal.accept_due_at, by=by, at=at)
        event = appeal.make(Move.ACCEPT, by=by, at=at, identity=identity)
        notices.tell_company(appeal, event)
        return appeal


def ask_supplement(appeal_id: int, *, items: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """Ask once for everything that is missing; acceptance does not run meanwhile (policy §3)."""
    if not items.strip():
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
    if not reason.strip():
        errors["reason"] = "请写明理由，并告知企业可以走的途径"
    if errors:
        raise Refused(**errors)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        appeal.declined_at = at
        appeal.decline_code = code
        appeal.public_reason = reason.strip()
        duties.done(appeal, facts.Duty.ACCEPT, due_at=appeal.accept_due_at, by=by, at=at)
        event = appeal.make(Move.DECLINE, by=by, at=at, code=code)
        notices.tell_company(appeal, event)
        return appeal


def pass_on(appeal_id: int, *, to: str, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """Pass to a statutory channel, which follows its own clock outside these rates (policy §3)."""
    if not to.strip():
        raise Refused(to="请写明转交的专门机构")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        appeal.passed_to = to.strip()
        appeal.public_reason = reason.strip()
        appeal.exclusion = Exclusion.STATUTORY.value
        appeal.excluded_at = appeal.excluded_recorded_at = at
        if appeal.accepted_at is None:
            duties.done(appeal, facts.Duty.ACCEPT, due_at=appeal.accept_due_at, by=by, at=at)
        event = appeal.make(Move.PASS_ON, by=by, at=at)
        notices.tell_company(appeal, event)
        return appeal


@dataclass(frozen=True)
class Order:
    """The 交办单: the six things settled at dispatch (policy §3 六定)."""

    section: int | None
    task: int | None
    lead_unit_id: int
    support_unit_ids: Sequence[int] = ()
    standards: Mapping[int, str] | None = None
    directory_row_id: int | None = None
    note: str = ""


def dispatch(
    appeal_id: int, *, order: Order, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """Hand the appeal to exactly one lead unit and its supporting units (policy §5).

    Refused when a unit is unknown, doubled, or is the unit a conduct complaint is about.
    """
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        _check_order(appeal, order)
        appeal.section, appeal.task = order.section, order.task
        appeal.directory_row_id = order.directory_row_id
        appeal.dispatched_at = at
        standards = order.standards or {}
        appeal.points = [p | {"standard": standards.get(p["no"], p.get("standard", ""))} for p in appeal.points]
        lead = _assign(appeal, order.lead_unit_id, Part.LEAD, by, at)
        for unit_id in order.support_unit_ids:
            _assign(appeal, unit_id, Part.SUPPORT, by, at, lead_due_at=lead.due_at)
        names = [tree.current().nodes[i].name for i in (order.lead_unit_id, *order.support_unit_ids)]
        duties.done(appeal, facts.Duty.DISPATCH, due_at=appeal.dispatch_due_at, by=by, at=at)
        event = appeal.make(Move.DISPATCH, by=by, at=at, lead=names[0], supports=names[1:], task=order.task)
        for unit_id in (order.lead_unit_id, *order.support_unit_ids):
            notices.tell_unit(appeal, event, unit_id)
        notices.tell_company(appeal, event)
        return appeal


def _check_order(appeal: Appeal, order: Order) -> None:
    units = tree.current()
    chosen = [order.lead_unit_id, *order.support_unit_ids]
    if any(i not in units.nodes or not units.nodes[i].active for i in chosen):
        raise Refused(lead="请选择在册的承办单位")
    if len(set(chosen)) != len(chosen):
        raise Refused(supports="同一单位不能既主办又协办，也不能重复")
    if appeal.conduct and appeal.about_unit_id is not None:
        accused = units.under(appeal.about_unit_id)
        if accused & set(chosen):
            raise Refused(lead="作风类投诉不能交给被反映的单位办理")


def _assign(
    appeal: Appeal, unit_id: int, part: Part, by: Actor, at: datetime, lead_due_at: datetime | None = None
) -> Assignment:
    days, numbers = calendar.current(), settings.limits(appeal.settings_version)
    assert appeal.due_at is not None
    if lead_due_at is None:
        due = deadlines.unit_limit(appeal.nature, appeal.due_at, at, False, days, numbers)
    else:
        due = deadlines.support_limit(at, lead_due_at, days, numbers)
    assignment = Assignment(
        unit_id=unit_id, part=part.value, dispatched_at=at, dispatched_by_id=by.user_id,
        ack_due_at=deadlines.acknowledgement(at, days, numbers), due_at=due, original_due_at=due,
    )  # fmt: skip
    appeal.assignments.append(assignment)
    return assignment
