"""Who held an appeal and for how long, in working seconds: the booked days of policy §7."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from appeals.rules import facts, stock, workdays
from appeals.rules.rates_frame import Basis
from appeals.rules.words import Part

COMPANY = "企业"  # while it supplements or cooperates
SHELVED = "挂账"  # nobody holds a shelved appeal
NOBODY = "已终止"  # between an ending and what undid it
_SECOND = timedelta(seconds=1)


class Stretch(NamedTuple):
    """Somebody held an appeal from one instant to another; `seconds` of it were working time."""

    holder: str
    from_at: datetime
    to_at: datetime
    seconds: int


def booked(appeal: facts.AppealFacts, until: datetime, basis: Basis) -> dict[str, int]:
    """Holder → working seconds from acceptance (or when it was due) to `until` or the end, whichever is first.

    The office holds it before dispatch and while it judges a reply, a unit for its tenure, the company while it
    supplements or cooperates; a spell on record comes before all of these. The parts add up to the whole.
    """
    seconds: Counter[str] = Counter()
    for each in stretches(appeal, until, basis):
        if each.holder != NOBODY:
            seconds[each.holder] += each.seconds
    return dict(seconds)


def stretches(appeal: facts.AppealFacts, until: datetime, basis: Basis) -> list[Stretch]:
    """Who held it when, in order and without a gap, from acceptance (or when it was due) to `until` or the end.

    While it had ended and was not yet restored nobody held it. The seconds add up to the working time of the whole.
    """
    moves = stock.stock_moves(appeal, basis.office)
    spans = stock.tenures(appeal)
    found: list[Stretch] = []
    for start, end in pairwise(_boundaries(appeal, moves, until)):
        place = stock.place(moves, start + _SECOND)
        holder = _holder(appeal, start, spans, basis.office) if place else NOBODY
        if place and place.shelved:
            holder = SHELVED
        if place is not None or found:
            seconds = workdays.working_seconds(start, end, basis.calendar, basis.hours)
            _add(found, Stretch(holder, start, end, seconds))
    if found and found[-1].holder == NOBODY:
        found.pop()
    return found


def _add(found: list[Stretch], more: Stretch) -> None:
    """Two of one holder without anybody between are one."""
    if found and found[-1].holder == more.holder:
        last = found.pop()
        more = Stretch(last.holder, last.from_at, more.to_at, last.seconds + more.seconds)
    found.append(more)


def _boundaries(appeal: facts.AppealFacts, moves: list[stock.StockMove], until: datetime) -> list[datetime]:
    """Every instant at which the holder may change, up to `until`."""
    instants = {move.at for move in moves} | {until}
    for spell in appeal.spells:
        instants |= {at for at in (spell.from_at, spell.to_at) if at}
    for from_at, to_at in _approvals(appeal):
        instants |= {at for at in (from_at, to_at) if at}
    return sorted(at for at in instants if at <= until)


def _approvals(appeal: facts.AppealFacts) -> Iterator[tuple[datetime, datetime | None]]:
    """When a reply lay with the office; one approved at an unknown instant, until completion."""
    for assignment in appeal.assignments:
        if assignment.part == Part.LEAD:
            for version in assignment.replies:
                yield version.submitted_at, version.judged_at or appeal.completed_at


def _holder(
    appeal: facts.AppealFacts, at: datetime, spans: list[tuple[str, datetime, datetime | None]], office: str
) -> str:
    for spell in appeal.spells:
        if _covers(spell.from_at, spell.to_at, at):
            return spell.holder
    if any(_covers(from_at, to_at, at) for from_at, to_at in _approvals(appeal)):
        return office
    return next((unit for unit, from_at, to_at in spans if _covers(from_at, to_at, at)), office)


def _covers(from_at: datetime, to_at: datetime | None, at: datetime) -> bool:
    return from_at <= at and (to_at is None or at < to_at)
