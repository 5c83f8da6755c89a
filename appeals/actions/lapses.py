"""What runs out by itself, each at its nominal instant, so that a late timetable changes nothing (policy §3)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from appeals.actions import assigning, notices, pauses, requests
from appeals.db import session
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment, ContactNote
from appeals.models.rating import CallBack
from appeals.rules import deadlines, workdays
from appeals.rules.actors import SYSTEM
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked, ShelvingReason
from appeals.rules.words import DeclineCode, Part, State


@dataclass(frozen=True)
class Due:
    """An automatic move and its nominal instant."""

    at: datetime
    move: Callable[[Appeal, datetime], None]


def next_due(appeal: Appeal) -> Due | None:
    """The next thing that happens to this appeal by itself, if any: the earliest of all that its state admits."""
    found = [due for watch in WATCHES.get(State(appeal.state), ()) if (due := watch(appeal)) is not None]
    return min(found, key=lambda due: due.at, default=None)


def _stock_entry(appeal: Appeal) -> Due | None:
    if appeal.due_at is None and appeal.accept_due_at is not None:
        return Due(appeal.accept_due_at, _enter_stock)
    return None


def _acknowledgement(appeal: Appeal) -> Due | None:
    """While a return is undecided nothing is deemed (policy §5)."""
    lead = appeal.lead
    if lead is None or lead.limit_runs_from_at is not None or requests.undecided(appeal, Asked.RETURN):
        return None
    return Due(lead.ack_due_at, _deem_acknowledged)


def _enter_stock(appeal: Appeal, at: datetime) -> None:
    """Unaccepted when acceptance was due: the promise to the company runs from that moment (policy §4)."""
    limits = settings.limits()
    reopened = appeal.reopened_from_id is not None
    appeal.due_at = deadlines.promise(appeal.nature, None, at, calendar.current(), limits, reopened=reopened)
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
    lead.handler_id = lead.head_id  # the head does it himself until he names somebody (policy §3)
    event = appeal.make(Move.DEEM_ACKNOWLEDGED, by=SYSTEM, at=at, unit=lead.unit.name)
    notices.tell_unit(appeal, event, lead.unit_id)
    assigning.open_conference_if_due(appeal, at=at)


def _window_lapses(appeal: Appeal) -> Due | None:
    """Strike-off when the window is over and the calls were made; before that it waits (policy §3)."""
    if appeal.window_ends_at is None or appeal.calls_done_at is None:
        return None
    return Due(max(appeal.window_ends_at, appeal.calls_done_at), _strike_off_unrated)


def _strike_off_unrated(appeal: Appeal, at: datetime) -> None:
    appeal.struck_off_at = at
    event = appeal.make(Move.LAPSE, by=SYSTEM, at=at)
    notices.tell_company(appeal, event)


def _shelving_ends(appeal: Appeal) -> Due | None:
    """At its date, or after six months (policy §4)."""
    row = pauses.running(appeal)
    return Due(pauses.ends_at(appeal, row), _bring_back) if row is not None else None


def _bring_back(appeal: Appeal, at: datetime) -> None:
    """A promise by a date that was not kept until then is broken, and says so."""
    row = pauses.running(appeal)
    broken = row is not None and row.reason == ShelvingReason.PROMISE
    pauses.bring_back(appeal, move=Move.RESUME, by=SYSTEM, at=at, why="date", broken=broken)


def _cooperation_lapses(appeal: Appeal) -> Due | None:
    waiting = pauses.waited_for(appeal)
    if waiting is None or waiting.cooperation_due_at is None:
        return None
    return Due(waiting.cooperation_due_at, _go_on_without)


def _go_on_without(appeal: Appeal, at: datetime) -> None:
    """The company gave nothing in time: its days are added to the unit's limit, and the work goes on."""
    waiting = pauses.waited_for(appeal)
    assert waiting is not None
    days = pauses.end_cooperation(appeal, at=at)
    event = appeal.make(Move.LAPSE_COOPERATION, by=SYSTEM, at=at, days=days)
    notices.tell_company(appeal, event)
    notices.tell_unit(appeal, event, waiting.unit_id)


def start(appeal: Appeal, assignment: Assignment, at: datetime) -> None:
    """From here run first contact and plan (policy §4); of a question the answer is the contact.

    Of an urgent appeal they run since dispatch already, in natural hours (actions.assigning).
    """
    assignment.limit_runs_from_at = at
    if assignment.part == Part.LEAD and not appeal.is_consultation and assignment.contact_due_at is None:
        days, numbers = calendar.current(), settings.limits(appeal.settings_version)
        assignment.contact_due_at = deadlines.contact(at, days, numbers)
        assignment.plan_due_at = deadlines.plan(at, days, numbers)


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


Watch = Callable[[Appeal], Due | None]
WATCHES: dict[State, Sequence[Watch]] = {
    State.SUBMITTED: (_stock_entry,),
    State.TO_SUPPLEMENT: (_supplement_lapses,),
    State.DISPATCHED: (_acknowledgement,),
    State.IN_HAND: (_cooperation_lapses,),
    State.SHELVED: (_shelving_ends,),
    State.COMPLETED: (_window_lapses,),
}
