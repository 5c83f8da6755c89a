"""What a company is told of its appeal: what happened, who has it now, until when, and why until then."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from appeals.actions import triage
from appeals.models import calendar, choices, company_lists, settings
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment, Reply
from appeals.models.audit import Event
from appeals.models.people import Unit
from appeals.rules import deadlines, workdays
from appeals.rules.actors import COMPANY
from appeals.rules.deadlines import Day
from appeals.rules.lifecycle import Move
from appeals.rules.words import DeclineCode, Role, State
from appeals.web import filters

# What the office says in fixed words is translated; what people wrote stays as they wrote it.
FIXED_WORDS = frozenset({*triage.ROUTES.values(), *triage.STATUTORY_BODIES})
UNIT_ROLES = (Role.LIAISON, Role.HEAD)
TOLD = frozenset(move.value for move in Move if move.company) - {Move.REVEAL}  # looks are listed by themselves


@dataclass(frozen=True)
class Turn:
    """Who has the appeal now, for what, and until when."""

    who: str
    does: str
    until: datetime | None


@dataclass(frozen=True)
class Story:
    """Everything the page of an appeal shows."""

    timeline: list[dict[str, Any]]
    turn: Turn | None
    limits: list[tuple[str, str, list[Day]]]
    answer: tuple[Assignment, Reply] | None
    files: Sequence[Any]
    looks: list[tuple[datetime, str]]
    urge_from: datetime | None
    may: dict[str, bool]


def of(appeal: Appeal, at: datetime) -> Story:
    """The story of this appeal as it stands at `at`."""
    events = company_lists.events(appeal)
    next_urge = _urge_from(appeal)
    return Story(
        timeline=timeline(appeal, events),
        turn=turn(appeal),
        limits=list(_limits(appeal, events)),
        answer=answer(appeal),
        files=company_lists.files(appeal),
        looks=[(seen_at, unit_name(unit)) for seen_at, unit in company_lists.looks(appeal)],
        urge_from=next_urge if next_urge and at <= next_urge else None,
        may={
            "supplement": appeal.may(Move.SUPPLEMENT, COMPANY),
            "urge": appeal.may(Move.URGE, COMPANY),
            "withdraw": appeal.may(Move.ASK_WITHDRAWAL, COMPANY) and appeal.withdrawal_asked_at is None,
            "rate": appeal.may(Move.RATING_LINK, COMPANY),
        },
    )


def unit_name(unit: Unit | None) -> str:
    """A unit in the visitor's language; the coordination office where none is noted."""
    if unit is None:
        return _("营商办")
    return (unit.english or unit.name) if filters.english() else unit.name


# -- what happened ---------------------------------------------------------------------------------------


def timeline(appeal: Appeal, events: Sequence[Event]) -> list[dict[str, Any]]:
    """The moves a company may read, newest first."""
    names = {o.chinese: o.english for o in choices.units()} if filters.english() else {}
    by_id = {int(o.value): o.english if filters.english() else o.chinese for o in choices.units()}
    shown = [event for event in reversed(events) if event.kind in TOLD]
    return [
        {
            "title": _title(event, names), "at": event.at, "who": _who(event, by_id),
            "text": _text(appeal, event, names), "current": place == 0,
        }
        for place, event in enumerate(shown)
    ]  # fmt: skip


def _title(event: Event, names: dict[str, str]) -> str:
    if event.kind == Move.DISPATCH and (lead := event.detail.get("lead")):
        return _("已交%(unit)s办理", unit=names.get(lead, lead))
    return filters.company_label(event.kind, "move")


def _who(event: Event, units: dict[int, str]) -> str:
    if event.role in UNIT_ROLES and event.unit_id in units:
        return units[event.unit_id]
    return filters.company_label(event.role, "role")


def _text(appeal: Appeal, event: Event, names: dict[str, str]) -> str:
    tell = _TEXTS.get(Move(event.kind))
    return tell(appeal, event, names) if tell else ""


def _until_accepted(_appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    due = deadlines.acceptance(event.at, calendar.current(), settings.limits())
    return _("营商办将在 %(until)s 前决定是否受理", until=filters.moment(due))


def _until_supplemented(appeal: Appeal, _event: Event, _names: dict[str, str]) -> str:
    until = filters.moment(appeal.supplement_due_at)
    return f"{appeal.supplement_asked}\n" + _("请在 %(until)s 前补充", until=until)


def _until_answered(appeal: Appeal, _event: Event, _names: dict[str, str]) -> str:
    return _("我们承诺在 %(until)s 前答复您", until=filters.moment(appeal.due_at))


def _supports(_appeal: Appeal, event: Event, names: dict[str, str]) -> str:
    supports = [names.get(name, name) for name in event.detail.get("supports", ())]
    return _("协办单位：%(units)s", units=_("、").join(supports)) if supports else ""


def _until_contacted(appeal: Appeal, _event: Event, _names: dict[str, str]) -> str:
    lead = appeal.lead
    if lead is None or lead.contact_due_at is None or lead.contacted_at is not None:
        return ""
    return _("承办单位将在 %(until)s 前与您联系", until=filters.moment(lead.contact_due_at))


def _until_rated(appeal: Appeal, _event: Event, _names: dict[str, str]) -> str:
    return _("请在 %(until)s 前评价；不评价不会被算作满意", until=filters.moment(appeal.window_ends_at))


def _declined(appeal: Appeal, _event: Event, _names: dict[str, str]) -> str:
    ground = filters.company_label(appeal.decline_code, "decline")
    own_words = appeal.public_reason if appeal.public_reason != DeclineCode(appeal.decline_code or "R08").company else ""
    return "\n".join(filter(None, [ground, _known(own_words), _law()]))


def _passed_on(appeal: Appeal, _event: Event, _names: dict[str, str]) -> str:
    to = _("已转：%(body)s", body=_known(appeal.passed_to))
    return "\n".join(filter(None, [to, appeal.public_reason, _law()]))


def _known(said: str | None) -> str:
    """The text with its fixed sentences in the visitor's language."""
    return "\n".join(_(line) if line in FIXED_WORDS else line for line in (said or "").split("\n"))


def _ended(appeal: Appeal, _event: Event, _names: dict[str, str]) -> str:
    return "\n".join(filter(None, [appeal.public_reason, _law()]))


def _until_called(appeal: Appeal, _event: Event, _names: dict[str, str]) -> str:
    if appeal.withdrawal_due_at is None:
        return ""
    return _("营商办将在 %(until)s 前打电话向您确认", until=filters.moment(appeal.withdrawal_due_at))


def _level(_appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    value = event.detail.get("level")
    return filters.level(value) if value else ""


def _law() -> str:
    return str(_("您仍可依法申请行政复议或提起行政诉讼；有关期限不因本诉求中止。"))


_TEXTS: dict[Move, Callable[[Appeal, Event, dict[str, str]], str]] = {
    Move.SUBMIT: _until_accepted, Move.SUPPLEMENT: _until_accepted, Move.ASK_SUPPLEMENT: _until_supplemented,
    Move.ACCEPT: _until_answered, Move.ENTER_STOCK: _until_answered, Move.MOVE_DUE: _until_answered,
    Move.DISPATCH: _supports, Move.ACKNOWLEDGE: _until_contacted, Move.DEEM_ACKNOWLEDGED: _until_contacted,
    Move.APPROVE: _until_rated, Move.AUDIT_RECTIFIED: _until_rated, Move.DECLINE: _declined,
    Move.LAPSE_SUPPLEMENT: _declined, Move.PASS_ON: _passed_on, Move.END: _ended, Move.CONFIRM_WITHDRAWAL: _ended,
    Move.ASK_WITHDRAWAL: _until_called, Move.RATE: _level, Move.RATE_GOOD: _level, Move.RATE_POOR: _level,
    Move.UNDO_STRIKE_OFF: _level,
}  # fmt: skip


# -- who has it, and until when --------------------------------------------------------------------------


def turn(appeal: Appeal) -> Turn | None:
    """Whose turn it is; None once nobody has one."""
    lead = appeal.lead
    unit, office, you = unit_name(lead.unit) if lead else _("营商办"), _("营商办"), _("您")
    match State(appeal.state):
        case State.SUBMITTED:
            return Turn(office, _("决定是否受理"), appeal.accept_due_at)
        case State.TO_SUPPLEMENT:
            return Turn(you, _("补充材料"), appeal.supplement_due_at)
        case State.ACCEPTED:
            return Turn(office, _("确定承办单位"), appeal.dispatch_due_at)
        case State.DISPATCHED:
            return Turn(unit, _("签收"), lead.ack_due_at if lead else None)
        case State.IN_HAND | State.SHELVED:
            return Turn(unit, _("办理并答复"), appeal.due_at)
        case State.REPLIED:
            return Turn(office, _("审核单位的答复"), appeal.approve_due_at)
        case State.COMPLETED:
            return Turn(you, _("给出评价"), appeal.window_ends_at)
        case State.RECTIFYING:
            fixing = company_lists.rectification(appeal)
            return Turn(unit, _("整改，第 %(round)s 轮", round=appeal.round), fixing.due_at if fixing else None)
    return None


def _limits(appeal: Appeal, events: Sequence[Event]) -> Any:
    """(title, from when to when, days) of every limit the company may want to check, day by day."""
    days, numbers = calendar.current(), settings.limits(appeal.settings_version)
    last = {event.kind: event.at for event in events}
    if appeal.state == State.SUBMITTED and appeal.accept_due_at:
        start = last.get(Move.SUPPLEMENT, appeal.submitted_at)
        yield _explained(_("受理时限：%(n)s 个工作日", n=numbers.accept), start, appeal.accept_due_at)
    if appeal.state == State.TO_SUPPLEMENT and appeal.supplement_due_at and Move.ASK_SUPPLEMENT in last:
        title = _("补充材料的时限：%(n)s 个工作日", n=numbers.supplement)
        yield _explained(title, last[Move.ASK_SUPPLEMENT], appeal.supplement_due_at)
    if appeal.due_at:
        start = last.get(Move.ENTER_STOCK) or appeal.accepted_at or appeal.submitted_at
        n = days.working_days_between(deadlines.counting_day(start, days), workdays.day_of(appeal.due_at))
        yield _explained(_("答复时限：%(n)s 个工作日", n=n), start, appeal.due_at)
    if appeal.state == State.COMPLETED and appeal.window_ends_at:
        start = last.get(Move.AUDIT_RECTIFIED) or last.get(Move.APPROVE) or appeal.completed_at
        if start:
            yield _explained(_("评价期：%(n)s 个工作日", n=numbers.rating_window), start, appeal.window_ends_at)


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
        if reply.approved and assignment.part == "lead"
    ]  # fmt: skip
    if not approved:
        return None
    _at, assignment, reply = max(approved, key=lambda row: row[0])
    return assignment, reply
