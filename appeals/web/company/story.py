"""What a company is told of its appeal: what happened, who has it now, until when, and why until then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from appeals.actions import first_receiver
from appeals.models import calendar, choices, company_lists, settings
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment, Reply
from appeals.models.audit import Event
from appeals.models.people import Unit
from appeals.rules import deadlines, workdays
from appeals.rules.actors import COMPANY
from appeals.rules.deadlines import Day
from appeals.rules.lifecycle import Move
from appeals.rules.words import Part, State
from appeals.web import filters
from appeals.web.company import moved, rounds, timeline, ways

OWN_TURN = (State.TO_SUPPLEMENT, State.COMPLETED)  # nobody else to urge


@dataclass(frozen=True)
class Turn:
    """Who has the appeal now, for what, and until when."""

    who: str
    does: str
    until: datetime | None


@dataclass(frozen=True)
class Story:
    """Everything the page of an appeal shows."""

    state: str
    timeline: list[dict[str, Any]]
    turn: Turn | None
    limits: list[tuple[str, str, list[Day]]]
    answer: tuple[Assignment, Reply] | None
    files: Sequence[Any]
    looks: list[tuple[datetime, str]]
    meanwhile: str
    moved: moved.Told
    rounds: rounds.Told
    ways: ways.Ways
    urge_from: datetime | None
    place: str
    about: str
    may: dict[str, bool]


def of(appeal: Appeal, at: datetime) -> Story:
    """The story of this appeal as it stands at `at`."""
    events = company_lists.events(appeal)
    next_urge = _urge_from(appeal)
    change_until = rounds.changeable_until(appeal) if appeal.may(Move.RATING_LINK, COMPANY) else None
    return Story(
        state=_state(appeal),
        timeline=timeline.of(appeal, events),
        turn=turn(appeal),
        limits=list(_limits(appeal, events)),
        answer=answer(appeal),
        files=company_lists.files(appeal),
        looks=[(seen_at, unit_name(unit)) for seen_at, unit in company_lists.looks(appeal)],
        meanwhile=_meanwhile(appeal),
        moved=moved.of(appeal, at),
        rounds=rounds.of(appeal),
        ways=ways.of(appeal, at),
        urge_from=next_urge if next_urge and at <= next_urge else None,
        place=_named(choices.territories(), appeal.territory),
        about=_named(choices.units(), str(appeal.about_unit_id)) if appeal.about_unit_id else "",
        may={
            "supplement": appeal.may(Move.SUPPLEMENT, COMPANY),
            "urge": appeal.may(Move.URGE, COMPANY) and appeal.state not in OWN_TURN,
            "withdraw": appeal.may(Move.ASK_WITHDRAWAL, COMPANY) and appeal.withdrawal_asked_at is None,
            "rate": appeal.may(Move.RATING_LINK, COMPANY) and (change_until is None or at <= change_until),
            "rate_again": change_until is not None,
        },
    )


def _state(appeal: Appeal) -> str:
    """The state in a few words: which unit has it, which round it is (policy §3)."""
    if appeal.unconfirmed and appeal.state == State.SUBMITTED:
        return _("等待您确认")
    if appeal.state == State.DISPATCHED and appeal.lead is not None:
        return _("已交%(unit)s", unit=unit_name(appeal.lead.unit))
    if appeal.state == State.RECTIFYING:
        return _("正在整改，第 %(round)s 轮", round=appeal.round)
    return filters.company_label(appeal.state, "state")


def unit_name(unit: Unit | None) -> str:
    """A unit in the visitor's language; the coordination office where none is noted."""
    if unit is None:
        return _("营商办")
    return (unit.english or unit.name) if filters.english() else unit.name


def _named(options: Sequence[choices.Option], value: str) -> str:
    """The name of an option in the visitor's language; the bare value once it is no longer offered."""
    found = next((o for o in options if o.value == value), None)
    return value if found is None else found.english if filters.english() else found.chinese


def _meanwhile(appeal: Appeal) -> str:
    """Who answers until the next unit has taken it up (policy §5 首接负责); empty where that is nobody special."""
    former = first_receiver.of(appeal)
    return unit_name(former.unit) if former is not None else ""


# -- who has it, and until when --------------------------------------------------------------------------


def turn(appeal: Appeal) -> Turn | None:
    """Whose turn it is; None once nobody has one."""
    lead = appeal.lead
    unit, office, you = unit_name(lead.unit) if lead else _("营商办"), _("营商办"), _("您")
    settling = company_lists.deciding(appeal) if appeal.state in (State.ACCEPTED, State.DISPATCHED) else None
    if settling is not None:
        return Turn(filters.company_label(settling.waits_for, "role"), _("确定承办单位"), settling.due_at)
    if (way := ways.turn(appeal)) is not None:
        return Turn(*way)
    if (waiting := moved.turn(appeal, unit)) is not None:
        return Turn(*waiting)
    match State(appeal.state):
        case State.SUBMITTED:
            return Turn(office, _("决定是否受理"), appeal.accept_due_at)
        case State.TO_SUPPLEMENT:
            return Turn(you, _("补充材料"), appeal.supplement_due_at)
        case State.ACCEPTED:
            return Turn(office, _("确定承办单位"), appeal.dispatch_due_at)
        case State.DISPATCHED:
            return Turn(unit, _("签收"), lead.ack_due_at if lead else None)
        case State.IN_HAND:
            return Turn(unit, _("办理并答复"), appeal.due_at)
        case State.REPLIED:
            return Turn(office, _("审核单位的答复"), appeal.approve_due_at)
        case State.COMPLETED:
            return Turn(you, _("给出评价"), appeal.window_ends_at)
        case State.RECTIFYING:
            return Turn(*rounds.turn(appeal, unit))
    return None


def _limits(appeal: Appeal, events: Sequence[Event]) -> Any:
    """(title, from when to when, days) of every limit the company may want to check, day by day."""
    numbers = settings.limits(appeal.settings_version)
    last = {event.kind: event.at for event in events}
    if appeal.state == State.SUBMITTED and appeal.accept_due_at:
        start = last.get(Move.SUPPLEMENT, appeal.submitted_at)
        yield _explained(_("受理时限：%(n)s 个工作日", n=numbers.accept), start, appeal.accept_due_at)
    if appeal.state == State.TO_SUPPLEMENT and appeal.supplement_due_at and Move.ASK_SUPPLEMENT in last:
        title = _("补充材料的时限：%(n)s 个工作日", n=numbers.supplement)
        yield _explained(title, last[Move.ASK_SUPPLEMENT], appeal.supplement_due_at)
    if appeal.due_at:
        start = last.get(Move.ENTER_STOCK) or appeal.accepted_at or appeal.submitted_at
        for title, since, until in moved.limits(appeal, start, _working_days):
            yield _explained(title, since, until)
    for title, since, until in rounds.limits(appeal):
        yield _explained(title, since, until)
    if appeal.state == State.COMPLETED and appeal.window_ends_at:
        start = last.get(Move.AUDIT_THIRD) or last.get(Move.AUDIT_RECTIFIED) or last.get(Move.APPROVE) or appeal.completed_at
        if start:
            yield _explained(_("评价期：%(n)s 个工作日", n=numbers.rating_window), start, appeal.window_ends_at)


def _working_days(since: datetime, until: datetime) -> int:
    days = calendar.current()
    return days.working_days_between(deadlines.counting_day(since, days), workdays.day_of(until))


def _explained(title: str, start: datetime, limit: datetime) -> tuple[str, str, list[Day]]:
    span = _("从 %(start)s 起算，到 %(limit)s 截止", start=filters.moment(start), limit=filters.moment(limit))
    return title, span, deadlines.explain_between(start, limit, calendar.current())


def _urge_from(appeal: Appeal) -> datetime | None:
    """Until when a further urging has to wait."""
    if appeal.urged_at is None:
        return None
    every = settings.limits(appeal.settings_version).urge_every
    return deadlines.after(appeal.urged_at, every, calendar.current())


# -- the answer ------------------------------------------------------------------------------------------


def answer(appeal: Appeal) -> tuple[Assignment, Reply] | None:
    """The approved answer and who gave it; a version not yet approved is nobody's to read."""
    approved = [
        (reply.judged_at or reply.drafted_at, assignment, reply)
        for assignment in appeal.assignments for reply in assignment.replies
        if reply.approved and assignment.part == Part.LEAD
    ]  # fmt: skip
    if not approved:
        return None
    _at, assignment, reply = max(approved, key=lambda row: row[0])
    return assignment, reply
