"""What runs out by itself: each deed first applies it, and the timetable looks for the rest (policy §3)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from appeals.actions import notices
from appeals.db import session, transaction
from appeals.models import calendar, lists, settings
from appeals.models.appeal import Appeal
from appeals.models.assignment import ContactNote
from appeals.models.rating import CallBack
from appeals.rules import deadlines, workdays
from appeals.rules.actors import SYSTEM
from appeals.rules.lifecycle import Move
from appeals.rules.words import DeclineCode, State


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
    """Write down when the timetable must look at this appeal again."""
    due = next_due(appeal)
    appeal.next_action_at = due.at if due else None


def tick(at: datetime, batch: int = 200) -> int:
    """Apply everything that has run out by `at`; the number of appeals touched. Safe to run twice."""
    touched, last = 0, 0
    while ids := lists.due_for_action(at, last, batch):
        for appeal_id in ids:
            with opened(appeal_id, at=at):
                touched += 1
        last = ids[-1]
    return touched


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
    calls = [n.at for n in _notes(appeal, "supplement")]
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
    days, limits = calendar.current(), settings.limits(appeal.settings_version)
    lead.limit_runs_from_at = at
    lead.contact_due_at = deadlines.contact(at, days, limits)
    lead.plan_due_at = deadlines.plan(at, days, limits)
    event = appeal.make(Move.DEEM_ACKNOWLEDGED, by=SYSTEM, at=at, unit=lead.unit.name)
    notices.tell_unit(appeal, event, lead.unit_id)


def _window_lapses(appeal: Appeal) -> Due | None:
    """Strike-off when the window is over and the calls were made; before that it waits (policy §3)."""
    if appeal.window_ends_at is None:
        return None
    enough = callbacks_done_at(appeal)
    return Due(max(appeal.window_ends_at, enough), _strike_off_unrated) if enough else None


def _strike_off_unrated(appeal: Appeal, at: datetime) -> None:
    appeal.struck_off_at = at
    event = appeal.make(Move.LAPSE, by=SYSTEM, at=at)
    notices.tell_company(appeal, event)


def callbacks_done_at(appeal: Appeal) -> datetime | None:
    """When the company was reached, or the third attempt in a different half-day was made; else None."""
    halves: set[tuple[object, str]] = set()
    query = CallBack.__table__.select().where(CallBack.appeal_id == appeal.id, CallBack.round == appeal.round)
    for call in session().execute(query.order_by(CallBack.at, CallBack.id)):
        halves.add(workdays.half_day(call.at))
        if call.reached or len(halves) >= settings.limits(appeal.settings_version).callback_attempts:
            found: datetime = call.at
            return found
    return None


def _notes(appeal: Appeal, kind: str) -> list[ContactNote]:
    query = session().query(ContactNote).filter_by(appeal_id=appeal.id, kind=kind)
    return query.order_by(ContactNote.at, ContactNote.id).all()
