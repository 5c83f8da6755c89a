"""Everything one period publishes, counted from the facts on file: the same for what is frozen and for what is live."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from appeals.models import deductions, facts
from appeals.models.figures import TOTAL, class_labels, unit_lines
from appeals.rules import clearance_entries, known, rates, stock
from appeals.rules.facts import AppealFacts

STRUCK_OFF = "struck_off"
LOOKS_AHEAD = ("cleared",)  # of a running cycle: what is due later counts already, for the duty is known


@dataclass(frozen=True)
class Counted:
    """The figures of one period as plain values.

    `lines`: line of a unit that has anything to show → its class, whether it is external, and what is deducted.
    `rows`: line, key, num, den, n and the cycle a rate speaks of. `medians`: line → median working seconds to completion.
    """

    facts: list[AppealFacts]
    lines: dict[str, dict[str, Any]]
    entries: list[clearance_entries.Entry]
    rows: list[dict[str, Any]]
    items: list[rates.Item]
    flows: Mapping[str, stock.Balance]
    medians: dict[str, int]


def count(
    period: rates.Period, number: int, basis: rates.Basis, *, before: rates.Period | None = None,
    until: datetime | None = None, without: Collection[str] = (),
) -> Counted:  # fmt: skip
    """Count one period from the facts as known at its F.

    `before` is the cycle before, of which 销号率 is printed with this one (policy §7). `until`: the period still
    runs, and rates speak of what was due by then. `without`: numbers of appeals this visitor must not know of.
    """
    units = unit_lines()
    classes, appeals = class_labels(units), _as_known(facts.touching(period.from_at, period.to_at), period, without)
    so_far = replace(period, to_at=until) if until else period
    items = list(rates.items(appeals, so_far, basis))
    counted = rates.rates(appeals, so_far, basis, classes, items)
    items = [i for i in items if i.key != STRUCK_OFF]
    rows = [r for r in _rows(counted, number) if r["key"] != STRUCK_OFF]
    if until:
        ahead = list(rates.items(appeals, period, basis))
        due = _rows(rates.rates(appeals, period, basis, classes, ahead), number)
        rows = [r for r in rows if r["key"] not in LOOKS_AHEAD] + [r for r in due if r["key"] in LOOKS_AHEAD]
        items = [i for i in items if i.key not in LOOKS_AHEAD] + [i for i in ahead if i.key in LOOKS_AHEAD]
    if before is not None:
        struck, rate = _struck_off(before, period.known_at, basis, classes, without)
        rows, items = rows + _rows(rate, number - 1), items + struck
    entries = list(clearance_entries.entries(appeals, period, basis))
    flows = stock.balances(appeals, period.from_at, period.to_at, basis.office)
    shown = {i.line for i in items} | {e.line for e in entries} | set(flows)
    total = {} if counted.total_median is None else {TOTAL: counted.total_median}
    return Counted(
        facts=appeals, lines=_lines(shown & set(units), units, so_far), entries=entries, rows=rows,
        items=items, flows=flows, medians=dict(counted.medians) | total,
    )  # fmt: skip


def _lines(
    shown: Collection[str], units: Mapping[str, dict[str, Any]], period: rates.Period
) -> dict[str, dict[str, Any]]:
    """Each line with its class, and what is deducted from its quarter, where there is anything (policy §10)."""
    counted = deductions.within(period.from_at, period.to_at)
    return {line: units[line] | counted.get(line, {}) for line in sorted(shown)}


def _as_known(ids: Sequence[int], period: rates.Period, without: Collection[str]) -> list[AppealFacts]:
    """These appeals as known at the period's F: the same whenever it is asked."""
    seen = (known.known(each, period.known_at) for each in facts.load(ids) if each.number not in without)
    return [each for each in seen if each is not None]


def _struck_off(
    before: rates.Period, known_at: datetime, basis: rates.Basis, classes: Mapping[str, str], without: Collection[str]
) -> tuple[list[rates.Item], rates.Figures]:
    """销号率 of the cycle before, as far as it is known by now: of its N, struck off by the end of this cycle."""
    at = min(before.struck_known_at or before.known_at, known_at)
    past = _as_known(facts.due_within(before.from_at, before.to_at), replace(before, known_at=at), without)
    items = [i for i in rates.items(past, before, basis) if i.key == STRUCK_OFF]
    return items, rates.rates(past, before, basis, classes, items)


def _rows(counted: rates.Figures, number: int) -> list[dict[str, Any]]:
    """One row per line and key that has a base: units, then the classes they are pooled in, then the total."""
    lines = {**counted.units, **counted.groups, TOTAL: counted.total}
    return [
        {"of_number": number, "line": line, "key": key, "num": rate.num, "den": rate.den, "n": rate.n}
        for line, keys in lines.items()
        for key, rate in keys.items()
        if rate.den
    ]
