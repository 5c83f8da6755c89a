"""Every rate of policy §9 as integers, and the lists behind each: one classification, summed or listed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from appeals.rules import asof, facts, rates_conduct, rates_ratings, rates_timeliness, words, workdays
from appeals.rules.rates_frame import Basis, Frame, Item, Period, Why

__all__ = [
    "FORMULA",
    "KEYS",
    "Basis",
    "Figures",
    "Item",
    "Listing",
    "Period",
    "Rate",
    "Why",
    "listing",
    "rates",
]

FORMULA = "2022.1"  # 口径版本: changes with every change of a figure's meaning
KEYS = rates_timeliness.KEYS + rates_ratings.KEYS + rates_conduct.KEYS + rates_conduct.OFFICE_KEYS


@dataclass(frozen=True, slots=True)
class Rate:
    """A numerator over a base, both counts (`weighted`: tenths over a base).

    `n` is what is printed beside it: the base with appeals split from one counted once, unless the company split
    them (policy §9). Two rates are equal if numerator and base are.
    """

    num: int
    den: int
    n: int = field(default=-1, compare=False)

    def __post_init__(self) -> None:
        """Without splits n is the base."""
        if self.n < 0:
            object.__setattr__(self, "n", self.den)


@dataclass(frozen=True, slots=True)
class Figures:
    """All rates of one period: line → key → Rate, every key for every line that has any item.

    `groups`: the same for the lines pooled in a group: sums, never means of percentages.
    `medians`: line → median working seconds from acceptance to completion; lines without a case are left out.
    """

    units: Mapping[str, Mapping[str, Rate]]
    total: Mapping[str, Rate]
    medians: Mapping[str, int]
    total_median: int | None
    groups: Mapping[str, Mapping[str, Rate]] = field(default_factory=dict)
    formula: str = FORMULA


@dataclass(slots=True)
class Listing:
    """The page behind one percentage: numbers of appeals; an exclusion with the rule that made it.

    A number stands once per item, so one appeal dispatched twice to a unit may stand twice.
    """

    numerator: list[str] = field(default_factory=list)
    denominator: list[str] = field(default_factory=list)
    excluded: list[tuple[str, words.Word]] = field(default_factory=list)


def items(appeals: list[facts.AppealFacts], period: Period, basis: Basis) -> Iterator[Item]:
    """Every item of the period, in the order of `appeals`: the one classification all figures rest on."""
    frame = Frame(period, basis, rates_conduct.first_reopenings(appeals, period.known_at))
    for appeal in appeals:
        if appeal.submitted_at > period.known_at:
            continue
        yield from rates_timeliness.items(appeal, frame)
        yield from rates_ratings.items(appeal, frame)
        yield from rates_conduct.items(appeal, frame)


def rates(
    appeals: Iterable[facts.AppealFacts], period: Period, basis: Basis, groups: Mapping[str, str] | None = None,
    classified: Iterable[Item] | None = None,
) -> Figures:  # fmt: skip
    """All rates of policy §9 for every line and pooled. Linked reopenings must be among `appeals`.

    `groups`: line → the group it is also pooled in, a class for instance. `classified`: the items of these appeals
    and this period where they are at hand already.
    """
    known, group_of = list(appeals), groups or {}
    lines: defaultdict[str, defaultdict[str, _Sum]] = defaultdict(lambda: defaultdict(_Sum))
    pooled: defaultdict[str, defaultdict[str, _Sum]] = defaultdict(lambda: defaultdict(_Sum))
    total: defaultdict[str, _Sum] = defaultdict(_Sum)
    origins = {
        each.split_from for each in known
        if each.split_from and not each.split_by_company and each.submitted_at <= period.known_at
    }  # fmt: skip
    for item in items(known, period, basis) if classified is None else classified:
        lines[item.line][item.key].add(item, origins)
        total[item.key].add(item, origins)
        if item.line in group_of:
            pooled[group_of[item.line]][item.key].add(item, origins)
    times = _working_times(known, period, basis)
    return Figures(
        units={line: _all_keys(sums) for line, sums in sorted(lines.items())},
        total=_all_keys(total),
        medians={line: _lower_median(values) for line, values in sorted(times.items())},
        total_median=_lower_median([each for values in times.values() for each in values]) if times else None,
        groups={group: _all_keys(sums) for group, sums in sorted(pooled.items())},
    )


def listing(
    appeals: Iterable[facts.AppealFacts], period: Period, basis: Basis
) -> dict[tuple[str, str], Listing]:
    """(line, key) → who is in numerator, base and exclusions; sums of it are the figures of `rates`.

    For `weighted` the numerator lists whoever adds to it.
    """
    lists: defaultdict[tuple[str, str], Listing] = defaultdict(Listing)
    for item in items(list(appeals), period, basis):
        page = lists[item.line, item.key]
        if item.excluded_by is not None:
            page.excluded.append((item.appeal.number, item.excluded_by))
            continue
        page.denominator.append(item.appeal.number)
        if item.num:
            page.numerator.append(item.appeal.number)
    return dict(lists)


@dataclass(slots=True)
class _Sum:
    num: int = 0
    den: int = 0
    whole: int = 0
    families: set[str] = field(default_factory=set)

    def add(self, item: Item, origins: set[str]) -> None:
        if item.excluded_by is not None:
            return
        self.num += item.num
        self.den += 1
        appeal = item.appeal
        family = appeal.number if appeal.split_by_company else appeal.split_from or appeal.number
        if family in origins:
            self.families.add(family)
        else:
            self.whole += 1


def _all_keys(sums: Mapping[str, _Sum]) -> dict[str, Rate]:
    empty = _Sum()
    found = ((key, sums.get(key, empty)) for key in KEYS)
    return {key: Rate(each.num, each.den, each.whole + len(each.families)) for key, each in found}


def _working_times(
    appeals: Iterable[facts.AppealFacts], period: Period, basis: Basis
) -> dict[str, list[int]]:
    """Line of the final lead → working seconds of what was completed in the period without exclusion."""
    frame = Frame(period, basis, {})
    times: defaultdict[str, list[int]] = defaultdict(list)
    for appeal in appeals:
        completed_at, accepted_at = asof.completed_at(appeal, frame.cut), appeal.accepted_at
        if not (completed_at and accepted_at and period.holds(completed_at)):
            continue
        if asof.exclusion(appeal, frame.cut) is None:
            line = frame.lead_line(appeal, asof.final_lead(appeal, frame.cut))
            seconds = workdays.working_seconds(accepted_at, completed_at, basis.calendar, basis.hours)
            times[line].append(seconds)
    return dict(times)


def _lower_median(values: list[int]) -> int:
    """The middle value; of an even count the lower of the two."""
    return sorted(values)[(len(values) - 1) // 2]
