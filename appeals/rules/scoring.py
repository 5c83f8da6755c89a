"""Percentages, intervals, quarterly scores and tiers: exact fractions, rounded once (policy §9, §10)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import sqrt

from appeals.rules import words
from appeals.rules.rates import Rate

EMPTY = "—"
Z95 = 1.959963984540054  # 97.5 % point of the normal distribution

WEIGHTS: Mapping[str, int] = {
    "on_time": 40,
    "solved_reasonable": 20,
    "good": 20,
    "responded": 10,
    "rectified_on_time": 10,
}
RATING_COMPONENTS = frozenset({"solved_reasonable", "good", "responded"})


class Tier(words.Word):
    """The four tiers of a quarter; policy §10."""

    A = "A", "优秀"
    B = "B", "良好"
    C = "C", "一般"
    D = "D", "较差"


class Note(words.Word):
    """What stands beside a component or a score; policy §10."""

    NOTHING_DUE = "nothing_due", "无到期诉求"
    SMALL_SAMPLE = "small_sample", "样本不足"
    FEW_RATED = "few_rated", "评价不足"
    MANY_EXTENDED = "many_extended", "延期偏多"
    MISCONDUCT = "misconduct", "经查实的弄虚作假、压撤或泄露"
    EXTERNAL = "external", "区外单位，不评分"


@dataclass(frozen=True)
class Rules:
    """The numbers of §10 as settings: weights, tier bounds, thresholds and deductions."""

    weights: Mapping[str, int | Fraction] = field(default_factory=lambda: dict(WEIGHTS))
    a_from: Fraction = Fraction(95)
    b_from: Fraction = Fraction(90)
    c_from: Fraction = Fraction(80)
    rated_at_least: int = 5
    rated_share: Fraction = Fraction(30, 100)
    extended_share: Fraction = Fraction(15, 100)
    rejected_return: Fraction = Fraction(1, 2)
    rejected_returns_at_most: Fraction = Fraction(3)
    red_paper: Fraction = Fraction(2)
    misconduct: Fraction = Fraction(10)


@dataclass(frozen=True, slots=True)
class Deeds:
    """What is deducted for: rejected returns, red papers, proven sham completions, pressed withdrawals, leaks."""

    rejected_returns: int = 0
    red_papers: int = 0
    misconduct: int = 0


@dataclass(frozen=True, slots=True)
class Component:
    """One rate in a score. `weight` is what it weighs after spreading, out of 100; 0 where `note` says why."""

    key: str
    rate: Rate
    weight: Fraction
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """A unit's quarter. `value` and `tier` are None without on_time or for an external unit; `notes` say why."""

    value: Fraction | None
    tier: Tier | None
    deducted: Fraction
    components: tuple[Component, ...]
    notes: tuple[Note, ...]

    @property
    def printed(self) -> str:
        """The value with two places, half up; — without a score."""
        return EMPTY if self.value is None else _two_places(self.value)


# -- percentages -----------------------------------------------------------------------------------------


def percent(num: int, den: int) -> str:
    """A percentage with two places, half up: 100.00 only if num = den, — on an empty base; no sign."""
    if den == 0:
        return EMPTY
    if num >= den:
        return _two_places(Fraction(100 * num, den))
    return _two_places(min(Fraction(100 * num, den), Fraction(9999, 100)))


def meets(num: int, den: int, target: Fraction) -> bool | None:
    """Whether the exact fraction reaches the target (99.5 % is Fraction(995, 1000)); None on an empty base."""
    return Fraction(num, den) >= target if den else None


def wilson(num: int, den: int) -> tuple[float, float]:
    """The 95 % interval of num/den after Wilson, as shares of 1; (0, 1) on an empty base."""
    if den == 0:
        return 0.0, 1.0
    share, square = num / den, Z95 * Z95
    middle = share + square / (2 * den)
    half = Z95 * sqrt(share * (1 - share) / den + square / (4 * den * den))
    low, high = (middle - half) / (1 + square / den), (middle + half) / (1 + square / den)
    # The bounds of none and of all are exact; floating point would leave them a hair beside.
    return (0.0 if num == 0 else max(0.0, low)), (1.0 if num == den else min(1.0, high))


def _two_places(value: Fraction) -> str:
    """Half up (away from zero), as Decimal's ROUND_HALF_UP; from the exact fraction, so rounded once."""
    sign, size = ("-" if value < 0 else ""), abs(value)
    hundredths = (200 * size.numerator + size.denominator) // (2 * size.denominator)
    whole, rest = divmod(hundredths, 100)
    return f"{sign}{whole}.{rest:02d}"


# -- scores ----------------------------------------------------------------------------------------------


def score(
    rates: Mapping[str, Rate], deeds: Deeds, *, external: bool = False, rules: Rules | None = None
) -> Score:
    """The quarter of one unit from its rates; an external unit has neither score nor tier nor deduction."""
    rules = rules or Rules()
    components = _components(rates, rules)
    if external:
        return Score(None, None, Fraction(0), components, (Note.EXTERNAL,))
    if not rates.get("on_time", Rate(0, 0)).den:
        return Score(None, None, _deducted(deeds, rules), components, (Note.NOTHING_DUE,))
    deducted = _deducted(deeds, rules)
    earned = sum((each.weight * Fraction(each.rate.num, each.rate.den) for each in components if each.weight),
                 Fraction(0))  # fmt: skip
    value = max(Fraction(0), earned - deducted)
    notes = _notes(rates, deeds, rules)
    return Score(value, _tier(value, notes, rules), deducted, components, notes)


def _components(rates: Mapping[str, Rate], rules: Rules) -> tuple[Component, ...]:
    rated = rates.get("good", Rate(0, 0)).n
    notes: dict[str, Note | None] = {}
    for key in rules.weights:
        small = key in RATING_COMPONENTS and rated < rules.rated_at_least
        empty = rates.get(key, Rate(0, 0)).den == 0
        notes[key] = Note.NOTHING_DUE if empty else Note.SMALL_SAMPLE if small else None
    there = sum((Fraction(rules.weights[key]) for key, note in notes.items() if note is None), Fraction(0))
    return tuple(
        Component(
            key,
            rates.get(key, Rate(0, 0)),
            Fraction(100 * Fraction(weight), there) if notes[key] is None and there else Fraction(0),
            notes[key],
        )
        for key, weight in rules.weights.items()
    )


def _deducted(deeds: Deeds, rules: Rules) -> Fraction:
    returns = min(deeds.rejected_returns * rules.rejected_return, rules.rejected_returns_at_most)
    return returns + deeds.red_papers * rules.red_paper + deeds.misconduct * rules.misconduct


def _notes(rates: Mapping[str, Rate], deeds: Deeds, rules: Rules) -> tuple[Note, ...]:
    """What caps the tier."""
    rated, extended = rates.get("rated", Rate(0, 0)), rates.get("extended", Rate(0, 0))
    found = []
    if meets(rated.num, rated.den, rules.rated_share) is False:
        found.append(Note.FEW_RATED)
    if extended.den and Fraction(extended.num, extended.den) > rules.extended_share:
        found.append(Note.MANY_EXTENDED)
    if deeds.misconduct:
        found.append(Note.MISCONDUCT)
    return tuple(found)


_CAPS = {Note.FEW_RATED: Tier.B, Note.MANY_EXTENDED: Tier.B, Note.MISCONDUCT: Tier.D}


def _tier(value: Fraction, notes: Iterable[Note], rules: Rules) -> Tier:
    """The tier of the exact value, no better than any cap."""
    bounds = ((rules.a_from, Tier.A), (rules.b_from, Tier.B), (rules.c_from, Tier.C))
    reached = next((tier for bound, tier in bounds if value >= bound), Tier.D)
    return max([reached, *(_CAPS[note] for note in notes)])  # "A" < "B" < "C" < "D"


def ranking(on_time: Mapping[str, Rate]) -> list[tuple[int, str]]:
    """(place, unit) by the lower bound of on_time, best first; ties share a place, empty bases have none.

    A switch of the settings, off by default (policy §10).
    """
    bounds = {unit: wilson(rate.num, rate.den)[0] for unit, rate in on_time.items() if rate.den}
    return [
        (1 + sum(other > bound for other in bounds.values()), unit)
        for unit, bound in sorted(bounds.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
