"""Who has an appeal: parts of the deeds that give it to units and take it from them (policy §5)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select

from appeals.actions import notices, requests
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import calendar, deputy, settings, tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.people import User
from appeals.models.request import Request
from appeals.rules import deadlines, returns
from appeals.rules.actors import SYSTEM, Actor
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked
from appeals.rules.returns import Ended
from appeals.rules.words import Part, Role
from appeals.rules.workdays import day_of


def assign(appeal: Appeal, unit_id: int, part: Part, *, by: Actor, at: datetime) -> Assignment:
    """One unit's tenure begins. A lead has its limit from the promise, a support from the lead's (policy §4)."""
    check_signer(appeal, unit_id, at)
    days, numbers, lead = calendar.current(), settings.limits(appeal.settings_version), appeal.lead
    assert appeal.due_at is not None
    if part == Part.LEAD:
        due = deadlines.unit_limit(appeal.nature, appeal.due_at, at, loss_was_units(appeal, unit_id), days, numbers)
    else:
        assert lead is not None
        due = deadlines.support_limit(at, lead.due_at, days, numbers)
    assignment = Assignment(
        unit_id=unit_id, part=part.value, dispatched_at=at, dispatched_by_id=by.user_id,
        ack_due_at=deadlines.acknowledgement(at, days, numbers), due_at=due, original_due_at=due,
        head_id=head_in_charge(unit_id, appeal.about_person_id),
    )  # fmt: skip
    if part == Part.LEAD:
        start_hours(appeal, assignment, at)
    appeal.assignments.append(assignment)
    return assignment


def start_hours(appeal: Appeal, lead: Assignment, at: datetime) -> None:
    """Of an urgent appeal contact and measures run by day and night, from the moment the unit has it (policy §4)."""
    if appeal.urgent_kind is not None:
        numbers = settings.limits(appeal.settings_version)
        lead.contact_due_at = deadlines.hours_after(at, numbers.urgent_contact_hours)
        lead.plan_due_at = deadlines.hours_after(at, numbers.urgent_measures_hours)


def loss_was_units(appeal: Appeal, unit_id: int) -> bool:
    """Whether the time lost so far was lost by this unit's own fault: then its limit is no longer for it (policy §4).

    Of a reopened appeal nothing was lost: its promise was short from the start.
    """
    if appeal.reopened_from_id is not None:
        return True
    own = (a for a in appeal.assignments if a.unit_id == unit_id and a.part == Part.LEAD)
    return any(a.ended_why == Ended.RETURNED and not a.void for a in own)


def set_supports(appeal: Appeal, unit_ids: Sequence[int], *, by: Actor, at: datetime) -> list[Assignment]:
    """These units support from now on; who does so already goes on, who need not any more is excused. The new ones.

    What was reported stays; a unit that now leads no longer supports.
    """
    there, lead = {a.unit_id: a for a in appeal.supports}, appeal.lead
    for support in there.values():
        if support.replied_at is not None and lead is not None and support.unit_id == lead.unit_id:
            end(appeal, support, Ended.LEADS, void=False, by=by, at=at)
        elif support.replied_at is None and support.unit_id not in unit_ids:
            support.excused_reason = "重新确定承办单位后不再需要协办"
            end(appeal, support, Ended.EXCUSED, void=True, by=by, at=at)
    return [assign(appeal, i, Part.SUPPORT, by=by, at=at) for i in unit_ids if i not in there]


def end(
    appeal: Appeal, assignment: Assignment, why: Ended, *, void: bool, by: Actor, at: datetime,
    besides: Sequence[Request] = (),
) -> None:  # fmt: skip
    """A unit's tenure ends before completion. What it asked for needs no decision any more, but for `besides`."""
    assignment.ended_at, assignment.ended_why, assignment.void, assignment.active = at, why.value, void, False
    if assignment.part == Part.LEAD and why in returns.ANSWERING:
        for each in appeal.assignments:
            each.answers = each is assignment
    drop_requests(appeal, assignment, besides=besides, at=at)
    for sub in appeal.assignments:
        if sub.parent_id is not None and sub.parent_id == assignment.id and sub.holds:
            end(appeal, sub, Ended.TAKEN_BACK, void=False, by=by, at=at)


def drop_requests(
    appeal: Appeal, assignment: Assignment, *, at: datetime, besides: Sequence[Request] = ()
) -> None:
    """What this unit asked for needs no decision any more."""
    for row in requests.undecided(appeal):
        if row.assignment_id == assignment.id and row not in besides:
            requests.decide(appeal, row, granted=None, answer="", by=Actor(Role(row.waits_for)), at=at)


def back_from(appeal: Appeal) -> frozenset[int]:
    """The units that sent this appeal back, and were right to (policy §5)."""
    return frozenset(a.unit_id for a in appeal.assignments if a.part == Part.LEAD and a.ended_why == Ended.RETURNED)


def check(appeal: Appeal, lead_unit_id: int, support_unit_ids: Sequence[int], *, conference: bool = False) -> None:
    """Whether these units can have it: on the books, once each, not the accused, not back where it came from.

    A conference may give it to a unit that sent it back. Raises Refused.
    """
    units = tree.current()
    chosen = [lead_unit_id, *support_unit_ids]
    if any(i not in units.nodes or not units.nodes[i].active for i in chosen):
        raise Refused(lead="请选择在册的承办单位")
    if len(set(chosen)) != len(chosen):
        raise Refused(supports="同一单位不能既主办又协办，也不能重复")
    if lead_unit_id in back_from(appeal) and not conference:
        name = units.nodes[lead_unit_id].name
        raise Refused(lead=f"{name}已退回此件且获同意，不能再交回；确需由其主办的，请提请会商")
    if appeal.conduct:
        _check_conduct(appeal, lead_unit_id, support_unit_ids, units)


def _check_conduct(appeal: Appeal, lead: int, supports: Sequence[int], units: tree.UnitTree) -> None:
    """A conduct complaint goes to the accused unit's parent; where it has none, to discipline inspection (policy §2)."""
    accused = units.nodes.get(appeal.about_unit_id or 0)
    if accused is None:
        raise Refused(about_unit="作风类投诉须写明被反映的单位")
    if accused.parent_id is None:
        raise Refused(lead=f"作风类投诉交上级单位办理；{accused.name}没有上级单位，请转纪检监察")
    if lead != accused.parent_id:
        raise Refused(lead=f"作风类投诉交被反映单位的上级办理，应为{units.nodes[accused.parent_id].name}")
    if units.under(accused.id) & set(supports):
        raise Refused(supports="作风类投诉不能交给被反映的单位协办")


def open_conference_if_due(appeal: Appeal, *, at: datetime) -> None:
    """The third return, or the third dispatch that found no lead: a conference opens by itself (policy §5)."""
    if requests.of_kind(appeal, Asked.CONFERENCE):
        return
    leads = [a for a in appeal.assignments if a.part == Part.LEAD and a.ended_why != Ended.RESTORED]
    untaken = sum(1 for a in leads if not a.holds or a.deemed)
    if any(a.acknowledged_at is not None for a in leads):
        untaken = 0
    waiting = requests.undecided(appeal, Asked.RETURN)
    asked = len(requests.of_kind(appeal, Asked.RETURN)) if waiting else 0
    if returns.needs_conference(asked, untaken, settings.limits(appeal.settings_version)):
        wish = requests.Wish(reason=f"第{asked}次退单申请" if asked else f"已交办{untaken}次，仍无单位签收")
        call_conference(appeal, wish, by=SYSTEM, at=at)


def call_conference(appeal: Appeal, wish: requests.Wish, *, by: Actor, at: datetime) -> Request:
    """Put it before the conference. A return that waits is decided there as well (policy §5)."""
    row = requests.ask(appeal, Asked.CONFERENCE, wish, by=by, at=at)
    for waiting in requests.undecided(appeal, Asked.RETURN):
        requests.park(appeal, waiting, at=at)
        waiting.waits_for = row.waits_for
    event = appeal.make(Move.CALL_CONFERENCE, by=by, at=at, request=row.id)
    notices.tell(appeal, event, Role(row.waits_for))
    return row


def await_dispatch(appeal: Appeal, *, at: datetime) -> None:
    """No unit has it now: it is to be dispatched on the same working day, or by the conference that decides it."""
    appeal.dispatch_due_at = deadlines.dispatch(at, calendar.current())
    open_conference_if_due(appeal, at=at)
    for row in requests.undecided(appeal, Asked.CONFERENCE):
        appeal.dispatch_due_at = row.due_at


def head_in_charge(unit_id: int, accused_id: int | None = None) -> int | None:
    """定责任人: the unit's registered head; without one, the head of the unit above it. Never the person complained of."""
    for one in _upwards(unit_id):
        query = select(User.id).where(User.unit_id == one, User.role == Role.HEAD.value, User.active)
        if accused_id is not None:
            query = query.where(User.id != accused_id)
        found = session().scalars(query.order_by(User.principal.desc(), User.id)).first()
        if found is not None:
            return found
    return None


def check_signer(appeal: Appeal, unit_id: int, at: datetime) -> None:
    """No dead end: beside the person complained of somebody can sign for this unit today. Raises Refused (about_person).

    Another head of the unit, the head of a unit above it, or a deputy of one of these.
    """
    accused = appeal.about_person_id
    if accused is None or session().get_one(User, accused).role != Role.HEAD:
        return
    signs = head_in_charge(unit_id, accused) is not None or any(
        term.deputy_id != accused for one in _upwards(unit_id) for term in deputy.of_unit(one, day_of(at))
    )
    if not signs:
        raise Refused(about_person="该负责人须回避，而单位及其上级没有其他负责人可以审签：请先登记代行负责人，或改交其他单位")


def _upwards(unit_id: int | None) -> Iterator[int]:
    nodes = tree.current().nodes
    while unit_id is not None and unit_id in nodes:
        yield unit_id
        unit_id = nodes[unit_id].parent_id
