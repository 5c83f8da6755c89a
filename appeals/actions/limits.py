"""What runs out by itself: each deed first applies it, and the timetable looks for the rest (policy §3)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from appeals.actions import notices
from appeals.db import session, transaction
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment, ContactNote, Stage
from appeals.models.rating import CallBack, Rectification
from appeals.rules import deadlines, workdays
from appeals.rules.actors import SYSTEM
from appeals.rules.lifecycle import Move
from appeals.rules.words import DeclineCode, Part, State

SETTLED = frozenset({Stage.TO_SIGN, Stage.ANSWERED, Stage.DONE, Stage.GONE})  # nothing is owed before the limit itself


class Stale(Exception):
    """Somebody else acted on this appeal since the page was shown."""


class Gone(Exception):
    """There is no such appeal."""


@dataclass(frozen=True)
class Due:
    """An automatic move and its nominal instant."""

    at: datetime
    move: Callable[[Appeal, datetime], None]


@contextmanager
def opened(appeal_id: int, *, at: datetime, seen: int | None = None) -> Iterator[Appeal]:
    """One appeal, locked and brought up to `at`; everything inside happens, or nothing.

    `seen` is the version the visitor looked at. Raises Stale, Gone.
    """
    with transaction() as current:
        appeal = current.get(Appeal, appeal_id, with_for_update=True, populate_existing=True)
        if appeal is None:
            raise Gone
        if seen is not None and seen != appeal.version:
            raise Stale
        apply_due(appeal, at)
        yield appeal
        current.flush()
        arm(appeal)


def apply_due(appeal: Appeal, at: datetime) -> None:
    """Make every automatic move whose moment has come, in order, each at its nominal instant."""
    while (due := next_due(appeal)) is not None and due.at <= at:
        due.move(appeal, due.at)
        session().flush()


def arm(appeal: Appeal) -> None:
    """Write down when the timetable must look at this appeal again, and in which queue each unit finds it."""
    due = next_due(appeal)
    appeal.next_action_at = due.at if due else None
    rectification = _rectification(appeal)
    to_rectify = rectification is not None and rectification.due_at is not None and rectification.reported_at is None
    for assignment in appeal.assignments:
        assignment.stage = assignment.stage_now(to_rectify)
        if assignment.stage == Stage.RECTIFY and rectification is not None and rectification.due_at is not None:
            assignment.next_due_at = rectification.due_at
        else:
            assignment.next_due_at = assignment.due_at if assignment.stage in SETTLED else assignment.step_due()[1]


def _rectification(appeal: Appeal) -> Rectification | None:
    """The one of the present round, while there is one going on."""
    if appeal.state != State.RECTIFYING:
        return None
    query = select(Rectification).where(
        Rectification.appeal_id == appeal.id, Rectification.round == appeal.round
    )
    return session().scalars(query.order_by(Rectification.id.desc())).first()


def next_due(appeal: Appeal) -> Due | None:
    """The next thing that happens to this appeal by itself, if any."""
    match appeal.state:
        case State.SUBMITTED if appeal.due_at is None and appeal.accept_due_at is not None:
            return Due(appeal.accept_due_at, _enter_stock)
        case State.TO_SUPPLEMENT:
            return _supplement_lapses(appeal)
        case State.DISPATCHED if appeal.lead is not None and appeal.lead.limit_runs_from_at is None:
            return Due(appeal.lead.ack_due_at, _deem_acknowledged)
        case State.COMPLETED:
            return _window_lapses(appeal)
    return None


def _enter_stock(appeal: Appeal, at: datetime) -> None:
    """Unaccepted when acceptance was due: the promise to the company runs from that moment (policy §4)."""
    limits = settings.limits()
    appeal.due_at = deadlines.promise(appeal.nature, None, at, calendar.current(), limits)
    appeal.make(Move.ENTER_STOCK, by=SYSTEM, at=at)


def _supplement_lapses(appeal: Appeal) -> Due | None:
    """R08 after the days given and two logged calls; without the calls it waits (policy §3)."""
    query = select(ContactNote.at).where(ContactNote.appeal_id == appeal.id, ContactNote.kind == "supplement")
    calls = session().scalars(query.order_by(ContactNote.at, ContactNote.id)).all()
    needed = settings.limits().supplement_calls
    if appeal.supplement_due_at is None or len(calls) < needed:
        return None
    return Due(max(appeal.supplement_due_at, calls[needed - 1]), _decline_unsupplemented)


def _decline_unsupplemented(appeal: Appeal, at: datetime) -> None:
    appeal.declined_at = at
    appeal.decline_code = DeclineCode.R08.value
    appeal.public_reason = DeclineCode.R08.company
    event = appeal.make(Move.LAPSE_SUPPLEMENT, by=SYSTEM, at=at)
    notices.tell_company(appeal, event)


def _deem_acknowledged(appeal: Appeal, at: datetime) -> None:
    """Contact and plan run from the limit; `acknowledged_at` stays empty, so the unit counts as late."""
    lead = appeal.lead
    assert lead is not None
    start(appeal, lead, at)
    event = appeal.make(Move.DEEM_ACKNOWLEDGED, by=SYSTEM, at=at, unit=lead.unit.name)
    notices.tell_unit(appeal, event, lead.unit_id)


def start(appeal: Appeal, assignment: Assignment, at: datetime) -> None:
    """From here run first contact and plan (policy §4); of a question the answer is the contact."""
    assignment.limit_runs_from_at = at
    if assignment.part == Part.LEAD and not appeal.is_consultation:
        days, numbers = calendar.current(), settings.limits(appeal.settings_version)
        assignment.contact_due_at = deadlines.contact(at, days, numbers)
        assignment.plan_due_at = deadlines.plan(at, days, numbers)


def _window_lapses(appeal: Appeal) -> Due | None:
    """Strike-off when the window is over and the calls were made; before that it waits (policy §3)."""
    if appeal.window_ends_at is None or appeal.calls_done_at is None:
        return None
    return Due(max(appeal.window_ends_at, appeal.calls_done_at), _strike_off_unrated)


def _strike_off_unrated(appeal: Appeal, at: datetime) -> None:
    appeal.struck_off_at = at
    event = appeal.make(Move.LAPSE, by=SYSTEM, at=at)
    notices.tell_company(appeal, event)


def callbacks_done_at(appeal: Appeal) -> datetime | None:
    """When the company was reached, or the third attempt in a different half-day was made; else None."""
    halves: set[tuple[object, str]] = set()
    query = select(CallBack.at, CallBack.reached).where(
        CallBack.appeal_id == appeal.id, CallBack.round == appeal.round
    )
    for at, reached in session().execute(query.order_by(CallBack.at, CallBack.id)):
        halves.add(workdays.half_day(at))
        if reached or len(halves) >= settings.limits(appeal.settings_version).callback_attempts:
            return at
    return None
