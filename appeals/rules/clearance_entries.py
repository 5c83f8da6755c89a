"""What a cycle freezes of each appeal: should it have been cleared, was it, and who held it (policy §7)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from appeals.rules import asof, facts, holding, rates_timeliness, words
from appeals.rules.rates_frame import Basis, Frame, Period, Why, leaves


@dataclass(frozen=True, slots=True)
class Entry:
    """One appeal in one cycle, in the line it is charged to.

    `due`: in N. `cleared`: in C (with `due`), or an old debt cleared in the cycle (with `old_debt`).
    `shelved_at_due`: due in the cycle but shelved then, so listed and not in N; `shelved_now`: at the cycle's end.
    `excluded_by`: due in the cycle but out of N, and by which rule. `booked`: (holder, working seconds) from
    acceptance to the cycle's end, the longest first, for what is in N and not cleared.
    """

    number: str
    line: str
    due_at: datetime | None
    due: bool = False
    cleared: bool = False
    kept: bool = False
    old_debt: bool = False
    shelved_at_due: bool = False
    shelved_now: bool = False
    excluded_by: words.Word | None = None
    booked: tuple[tuple[str, int], ...] = ()


def entries(appeals: Iterable[facts.AppealFacts], period: Period, basis: Basis) -> Iterator[Entry]:
    """The entries of a cycle in the order of `appeals`; appeals that have no part in it are left out.

    Per line, the entries with `due` are the base of the rate `cleared` and those also `cleared` its numerator.
    """
    frame = Frame(period, basis, {})
    for appeal in appeals:
        entry = _entry(appeal, frame)
        if entry is not None:
            yield entry


def _entry(appeal: facts.AppealFacts, frame: Frame) -> Entry | None:
    cut = frame.cut
    due_at = asof.due(appeal, cut)
    lead = asof.final_lead(appeal, cut)
    in_period, why = rates_timeliness.promise_base(appeal, frame)
    counted = in_period and why is None
    completed_at = asof.completed_at(appeal, cut)
    old_debt = _is_old_debt(appeal, due_at, completed_at, frame)
    shelved_now = _is_shelved(appeal, frame)
    if not (in_period or old_debt or shelved_now):
        return None
    kept = counted and completed_at is not None and due_at is not None and completed_at <= due_at
    uncleared = counted and completed_at is None
    return Entry(
        number=appeal.number,
        line=rates_timeliness.charged_line(appeal, lead, cut, frame),
        due_at=due_at,
        due=counted,
        cleared=completed_at is not None and (counted or old_debt),
        kept=kept,
        old_debt=old_debt,
        shelved_at_due=in_period and why is Why.SHELVED,
        shelved_now=shelved_now,
        excluded_by=why,
        booked=_booked(appeal, frame) if uncleared else (),
    )


def _is_old_debt(
    appeal: facts.AppealFacts, due_at: datetime | None, completed_at: datetime | None, frame: Frame
) -> bool:
    """Due before the cycle, completed in it, and in the base of its own cycle."""
    if due_at is None or due_at >= frame.period.from_at or not frame.period.holds(completed_at):
        return False
    out = leaves(appeal, due_at, frame.cut) or asof.shelved_at(appeal, due_at, frame.cut)
    return not out


def _is_shelved(appeal: facts.AppealFacts, frame: Frame) -> bool:
    place = frame.place(appeal) if appeal.shelved else None
    return place is not None and place.shelved


def _booked(appeal: facts.AppealFacts, frame: Frame) -> tuple[tuple[str, int], ...]:
    until = min(frame.period.to_at, frame.period.known_at)
    held = holding.booked(appeal, until, frame.basis)
    return tuple(sorted(held.items(), key=lambda pair: (-pair[1], pair[0])))
