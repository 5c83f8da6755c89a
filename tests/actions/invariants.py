"""What holds after every deed, whatever the history was (policy §3, §4, §7)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import select

from appeals.db import session
from appeals.models import facts as rows
from appeals.models import figures
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.models.movement import DueMove
from appeals.models.request import Request
from appeals.rules import clearance, lifecycle, stock
from appeals.rules.facts import DueReason
from appeals.rules.lifecycle import Move
from appeals.rules.words import OPEN_STATES, UNCOMPLETED_STATES, Part, State

AT_UNIT = {State.DISPATCHED, State.IN_HAND, State.REPLIED, State.COMPLETED, State.RECTIFYING, State.SHELVED}
BEFORE_UNIT = {State.SUBMITTED, State.TO_SUPPLEMENT, State.ACCEPTED}
PROMISE = {DueReason.EXTENSION, DueReason.SHELVING, DueReason.REVIEW, DueReason.UNMERGE, DueReason.CALENDAR}
GIVEN_BACK = {DueReason.REVIEW, DueReason.UNMERGE, DueReason.SHELVING}  # the promise may have passed, if it had not at the exit
EXTENSIONS, CEILING = 2, timedelta(days=30 * 7 / 5 + 30)  # 30 working days with every holiday there could be


def check(appeal_ids: Iterable[int], now: datetime, overdue: dict[int, datetime]) -> None:
    """Everything below for these appeals; `overdue` remembers which were once late, and against which promise."""
    for appeal_id in appeal_ids:
        appeal = session().get(Appeal, appeal_id)
        assert appeal is not None
        one_lead(appeal)
        each_change_has_one_event(appeal)
        the_turn_is_somebodys(appeal)
        dues_move_only_as_allowed(appeal)
        overdue_is_for_ever(appeal, now, overdue)
        nobody_signs_twice(appeal)


def one_lead(appeal: Appeal) -> None:
    """Exactly one lead while a unit has the appeal, none before."""
    leads = [a for a in appeal.assignments if a.part == Part.LEAD and a.holds]
    wanted = 1 if appeal.state in AT_UNIT else 0 if appeal.state in BEFORE_UNIT else None
    assert wanted is None or len(leads) == wanted, (appeal.state, [(a.unit.name, a.ended_at, a.void) for a in leads])
    assert len({a.unit_id for a in appeal.assignments if a.holds and a.part != Part.SUB}) == len(
        [a for a in appeal.assignments if a.holds and a.part != Part.SUB]
    ), "a unit holds it twice"


def each_change_has_one_event(appeal: Appeal) -> None:
    """The version counts the events, and each event goes on from where the one before left the state."""
    events = session().scalars(select(Event).where(Event.appeal_id == appeal.id).order_by(Event.id)).all()
    moves = [e for e in events if e.kind in set(Move)]
    loud = [e for e in moves if e.kind not in lifecycle.QUIET]
    assert appeal.version == len(loud), (appeal.version, [e.kind for e in moves])
    state = None
    for event in moves:
        assert event.before == state or event.kind == Move.SUBMIT, (event.kind, event.before, state)
        state = event.after
    assert state == appeal.state


def the_turn_is_somebodys(appeal: Appeal) -> None:
    """No dead end: an open appeal has a move that leads on, and what waits for the timetable is armed."""
    if appeal.state in OPEN_STATES:
        assert any(s.target is not None and appeal.state in s.sources for s in lifecycle.STEPS.values())
    if appeal.state == State.SHELVED:
        assert appeal.next_action_at is not None, "nothing ever ends this shelving"


def dues_move_only_as_allowed(appeal: Appeal) -> None:
    """Moves chain from the first limit to the present one, with the reasons of policy §4, extensions at most twice."""
    moves = session().scalars(select(DueMove).where(DueMove.appeal_id == appeal.id).order_by(DueMove.id)).all()
    promised = [m for m in moves if m.assignment_id is None]
    _chains(promised, appeal.due_at)
    for move in promised:
        reason = DueReason(move.reason)
        assert reason in PROMISE, move.reason
        if reason not in GIVEN_BACK:
            assert move.at <= move.before_at, f"moved by {reason} when already due"
        if reason in (DueReason.EXTENSION, DueReason.CALENDAR):
            assert move.after_at > move.before_at
    extensions = [m for m in promised if m.reason == DueReason.EXTENSION]
    assert len(extensions) <= EXTENSIONS
    if extensions and appeal.accepted_at is not None:
        assert extensions[-1].after_at - min(appeal.accepted_at, appeal.submitted_at) < CEILING
    for assignment in appeal.assignments:
        _chains([m for m in moves if m.assignment_id == assignment.id], assignment.due_at)


def _chains(moves: Sequence[DueMove], now: datetime | None) -> None:
    for one, following in pairwise(moves):
        assert one.after_at == following.before_at, "a limit moved without a record"
        assert one.at <= following.at
    assert not moves or moves[-1].after_at == now, "a limit moved without a record"


def overdue_is_for_ever(appeal: Appeal, now: datetime, overdue: dict[int, datetime]) -> None:
    """Once the promise passed unanswered it never moves again."""
    if appeal.id in overdue:
        assert appeal.due_at == overdue[appeal.id], "an overdue promise moved"
    elif appeal.due_at is not None and appeal.state in UNCOMPLETED_STATES - {State.SHELVED} and now > appeal.due_at:
        overdue[appeal.id] = appeal.due_at


def nobody_signs_twice(appeal: Appeal) -> None:
    """Who asked or prepared does not decide, who signed first does not sign again (policy §2)."""
    for row in session().scalars(select(Request).where(Request.appeal_id == appeal.id)):
        others = {row.prepared_by_id, row.asked_by_id, row.signed_by_id} - {None}
        assert row.decided_by_id not in others, row.kind
        assert row.signed_by_id is None or row.signed_by_id not in {row.prepared_by_id, row.asked_by_id}
        assert row.asked_at is None or row.decided_at is None or row.decided_at >= row.asked_at
    for assignment in appeal.assignments:
        for reply in assignment.replies:
            if reply.approved and reply.judged_by_id is not None and assignment.part == Part.LEAD:
                assert reply.judged_by_id not in {reply.signed_by_id, reply.endorsed_by_id}


def balances_hold(appeal_ids: Sequence[int], since: datetime, until: datetime) -> None:
    """The identity of policy §7 for every unit and cycle, and each closing is the next opening."""
    known = list(rows.load(appeal_ids))
    office = figures.basis().office
    closing: dict[str, int] = {}
    for cycle in range(clearance.cycle_of(since), clearance.cycle_of(until) + 2):
        found = stock.balances(known, *clearance.bounds(cycle), office)
        for line, balance in found.items():
            assert balance.holds, (cycle, line, balance)
            assert balance.opening == closing.get(line, 0), (cycle, line)
        assert not [line for line, left in closing.items() if left and line not in found]
        closing = {line: balance.closing for line, balance in found.items()}

