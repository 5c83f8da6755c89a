"""Who has how many appeals in hand, and what came and went: the flows of policy §7.

Everything is booked when it happens: a withdrawal when it is confirmed, a return when it is decided. A booked move
is therefore never changed by what becomes known later, and the closing of one cycle is the opening of the next.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from appeals.rules import facts, words
from appeals.rules.words import Exclusion, Part


class Flow(words.Word):
    """A kind of move of stock; policy §7."""

    ACCEPTED = "accepted", "新受理"
    DISPATCHED = "dispatched", "交办"
    TRANSFERRED = "transferred", "转办"
    REOPENED = "reopened", "恢复办理"
    BACK = "back", "挂账恢复"
    COMPLETED = "completed", "办结"
    ENDED = "ended", "终止或并单"
    SHELVED = "shelved", "转入挂账"


class StockMove(NamedTuple):
    """One booked move. None as line: from or to outside the stock (shelved appeals are outside)."""

    at: datetime
    kind: Flow
    from_line: str | None
    to_line: str | None


class Place(NamedTuple):
    """Where an uncompleted appeal is: in whose line, and whether shelved there."""

    line: str
    shelved: bool


@dataclass(frozen=True, slots=True)
class Balance:
    """One line's flows of a period; `holds` is the identity of policy §7."""

    opening: int = 0
    accepted: int = 0
    dispatched_in: int = 0
    transferred_in: int = 0
    reopened: int = 0
    back_from_shelving: int = 0
    completed: int = 0
    transferred_out: int = 0
    ended_merged: int = 0
    shelved: int = 0
    closing: int = 0

    @property
    def holds(self) -> bool:
        """Opening and what came equal what left and closing."""
        came = self.accepted + self.dispatched_in + self.transferred_in + self.reopened
        left = self.completed + self.transferred_out + self.ended_merged + self.shelved
        return self.opening + came + self.back_from_shelving == left + self.closing

    def __add__(self, other: "Balance") -> "Balance":
        """The pooled balance of two lines."""
        return Balance(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


# -- moves of one appeal ---------------------------------------------------------------------------------


class _Step(NamedTuple):
    """Something that may move stock. At one instant a lower rank is booked first: in before out."""

    at: datetime
    rank: int
    what: str
    value: str


_UNDO, _ENTER, _BACK, _LOSE, _DISPATCH, _SHELVE, _EXIT = range(7)


def stock_moves(appeal: facts.AppealFacts, office: str) -> list[StockMove]:
    """The appeal's moves in order; `office` is the coordination office's line."""
    track = _Track(office)
    for step in sorted(_steps(appeal), key=lambda each: each[:2]):
        track.apply(step)
    return track.moves


def entered_at(appeal: facts.AppealFacts) -> datetime | None:
    """Acceptance, or the moment it was due and had not been done, whichever is earlier (policy §4)."""
    return min(_entries(appeal), default=None)


def _entries(appeal: facts.AppealFacts) -> Iterator[datetime]:
    if appeal.accepted_at:
        yield appeal.accepted_at
    elif appeal.assignments:  # an older system that did not note acceptance
        yield min(each.dispatched_at for each in appeal.assignments)
    for duty in appeal.duties:
        late = duty.done_at is None or duty.done_at > duty.due_at
        if duty.kind == facts.Duty.ACCEPT and late and not _was_out(appeal, duty.due_at):
            yield duty.due_at


def _was_out(appeal: facts.AppealFacts, at: datetime) -> bool:
    """Whether it had been withdrawn by then, and not yet come back: acceptance was not waited for."""
    if appeal.exclusion == Exclusion.WITHDRAWN and (appeal.excluded_recorded_at or appeal.excluded_at or at) < at:
        return True
    back = [past for past in appeal.undone if past.what == Exclusion.WITHDRAWN]
    return any((past.recorded_at or past.at) < at < past.undone_at for past in back)


def _steps(appeal: facts.AppealFacts) -> Iterator[_Step]:
    for at in _entries(appeal):
        yield _Step(at, _ENTER, "enter", "")
    for shelved in appeal.shelved:
        if shelved.to_at == shelved.from_at:
            continue
        yield _Step(shelved.from_at, _SHELVE, "shelve", "")
        if shelved.to_at:
            yield _Step(shelved.to_at, _BACK, "back", "")
    spans = tenures(appeal)
    handed_on = {from_at for _, from_at, _ in spans}
    for unit, from_at, to_at in spans:
        line = facts.SELF_HANDLED if unit == appeal.filer_unit else unit
        yield _Step(from_at, _DISPATCH, "dispatch", line)
        if to_at and to_at not in handed_on:  # a conference gives it straight to the next
            yield _Step(to_at, _LOSE, "lose", line)
    yield from _exits(appeal)


def tenures(appeal: facts.AppealFacts) -> list[tuple[str, datetime, datetime | None]]:
    """(unit, from, to) of every lead, in order; `to` None if it held the appeal to the end.

    One whose end is not recorded ends when the next lead begins; a void one without any end held nothing, nor did
    one lost in the second it came.
    """
    leads = [each for each in appeal.assignments if each.part == Part.LEAD]
    leads.sort(key=lambda each: each.dispatched_at)
    spans: list[tuple[str, datetime, datetime | None]] = []
    for index, lead in enumerate(leads):
        following = leads[index + 1].dispatched_at if index + 1 < len(leads) else None
        to_at = min((at for at in (lead.ended_at, following) if at), default=None)
        if (to_at is not None or not lead.void) and to_at != lead.dispatched_at:
            spans.append((lead.unit, lead.dispatched_at, to_at))
    return spans


_STOCK_STAYS = (Exclusion.UNREASONABLE, facts.STRUCK_OFF, facts.APPROVED)


def _exits(appeal: facts.AppealFacts) -> Iterator[_Step]:
    if appeal.completed_at:
        yield _Step(appeal.completed_at, _EXIT, "exit", Flow.COMPLETED)
    if appeal.declined_at:
        yield _Step(appeal.declined_at, _EXIT, "exit", Flow.ENDED)
    if appeal.exclusion and appeal.exclusion != Exclusion.UNREASONABLE:
        booked_at = appeal.excluded_recorded_at or appeal.excluded_at or appeal.submitted_at
        yield _Step(booked_at, _EXIT, "exit", Flow.ENDED)
    for past in appeal.undone:
        booked_at = past.recorded_at or past.at
        if past.what not in _STOCK_STAYS and booked_at < past.undone_at:
            left = Flow.COMPLETED if past.what == facts.COMPLETED else Flow.ENDED
            yield _Step(booked_at, _EXIT, "exit", left)
            yield _Step(past.undone_at, _UNDO, "undo", "")


class _Track:
    """Walks one appeal through its steps and writes down the moves."""

    def __init__(self, office: str) -> None:
        self.office = self.line = office
        self.entered = False
        self.shelved = False
        self.exits = 0
        self.moves: list[StockMove] = []

    def apply(self, step: _Step) -> None:
        """Take one step; a step that moves nothing (already completed, same unit) writes nothing."""
        {
            "enter": self._enter, "undo": self._undo, "exit": self._exit, "shelve": self._shelve,
            "back": self._back, "dispatch": self._dispatch, "lose": self._lose,
        }[step.what](step.at, step.value)  # fmt: skip

    @property
    def _in(self) -> bool:
        return self.entered and not self.exits

    def _book(self, at: datetime, kind: Flow, from_line: str | None, to_line: str | None) -> None:
        self.moves.append(StockMove(at, kind, from_line, to_line))

    def _enter(self, at: datetime, _: str) -> None:
        if self.entered or self.exits:
            return
        self.entered = True
        line, self.line = self.line, self.office  # whoever has it, it came in through the office
        self._book(at, Flow.ACCEPTED, None, self.office)
        self._hide(at)
        self._move(at, line)

    def _undo(self, at: datetime, _: str) -> None:
        self.exits -= 1
        if self._in:
            self._book(at, Flow.REOPENED, None, self.line)
            self._hide(at)

    def _exit(self, at: datetime, kind: str) -> None:
        if self._in:
            self._show(at)
            self._book(at, Flow.COMPLETED if kind == Flow.COMPLETED else Flow.ENDED, self.line, None)
        self.exits += 1

    def _shelve(self, at: datetime, _: str) -> None:
        if not self.shelved:
            self.shelved = True
            if self._in:
                self._hide(at)

    def _back(self, at: datetime, _: str) -> None:
        if self._in:
            self._show(at)
        self.shelved = False

    def _dispatch(self, at: datetime, line: str) -> None:
        self._move(at, line)

    def _lose(self, at: datetime, line: str) -> None:
        if self.line == line:
            self._move(at, self.office)

    def _move(self, at: datetime, line: str) -> None:
        if self._in and line != self.line:
            self._show(at)
            kind = Flow.DISPATCHED if self.line == self.office else Flow.TRANSFERRED
            self._book(at, kind, self.line, line)
            self.line = line
            self._hide(at)
        self.line = line

    def _show(self, at: datetime) -> None:
        if self.shelved:
            self._book(at, Flow.BACK, None, self.line)

    def _hide(self, at: datetime) -> None:
        if self.shelved:
            self._book(at, Flow.SHELVED, self.line, None)


# -- balances --------------------------------------------------------------------------------------------


def place(moves: Sequence[StockMove], before: datetime) -> Place | None:
    """Where the appeal is after every move before `before`; None: not in stock and not shelved."""
    count = bisect_left(moves, before, key=lambda move: move.at)
    if not count:
        return None
    last = moves[count - 1]
    if last.to_line is not None:
        return Place(last.to_line, False)
    return Place(last.from_line, True) if last.kind is Flow.SHELVED and last.from_line else None


def balances(
    appeals: Iterable[facts.AppealFacts], from_at: datetime, to_at: datetime, office: str
) -> dict[str, Balance]:
    """Line → its flows of [from_at, to_at); lines that neither had nor moved anything are left out."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for appeal in appeals:
        moves = stock_moves(appeal, office)
        for moment, column in ((from_at, "opening"), (to_at, "closing")):
            at = place(moves, moment)
            if at and not at.shelved:
                counts[at.line][column] += 1
        for move in moves:
            if from_at <= move.at < to_at:
                _count(move, counts)
    return {line: Balance(**columns) for line, columns in sorted(counts.items())}


_CAME = {
    Flow.ACCEPTED: "accepted", Flow.DISPATCHED: "dispatched_in", Flow.TRANSFERRED: "transferred_in",
    Flow.REOPENED: "reopened", Flow.BACK: "back_from_shelving",
}  # fmt: skip
_LEFT = {
    Flow.DISPATCHED: "transferred_out", Flow.TRANSFERRED: "transferred_out",
    Flow.COMPLETED: "completed", Flow.ENDED: "ended_merged", Flow.SHELVED: "shelved",
}  # fmt: skip


def _count(move: StockMove, counts: defaultdict[str, Counter[str]]) -> None:
    if move.to_line is not None:
        counts[move.to_line][_CAME[move.kind]] += 1
    if move.from_line is not None:
        counts[move.from_line][_LEFT[move.kind]] += 1
