"""What one period freezes, computed as plain values: the same whenever and on whatever database it runs."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from appeals.models import facts, figures
from appeals.rules import clearance_entries, known, ledger, rates, stock
from appeals.rules.facts import AppealFacts

STRUCK_OFF = "struck_off"
# Nothing frozen may name anybody; nor may it hold what can change without leaving the instant of the change.
FROZEN_WITHOUT = ("company", "title", "text", "nature", "task", "merged_into")


@dataclass(frozen=True)
class Frozen:
    """What is about to be written, as plain values.

    `lines`: line of a unit that has anything to show → its class and whether it is external.
    """

    facts: list[AppealFacts]
    lines: dict[str, dict[str, Any]]
    entries: list[clearance_entries.Entry]
    rows: list[dict[str, Any]]
    items: list[rates.Item]
    flows: Mapping[str, stock.Balance]
    medians: dict[str, int]

    @classmethod
    def of(
        cls, period: rates.Period, number: int, before: rates.Period | None, basis: rates.Basis
    ) -> "Frozen":
        """Compute everything of one period from the facts as known at F.

        `before` is the cycle before, of which 销号率 is frozen now (policy §7); None for the first and for quarters.
        """
        units = figures.unit_lines()
        classes, appeals = figures.class_labels(units), _as_known(period, period.known_at)
        counted = rates.rates(appeals, period, basis, classes)
        items = [i for i in rates.items(appeals, period, basis) if i.key != STRUCK_OFF]
        rows = [r for r in _rows(counted, number) if r["key"] != STRUCK_OFF]
        if before is not None:
            past = _as_known(before, before.struck_known_at or before.known_at)
            earlier = _rows(rates.rates(past, before, basis, classes), number - 1)
            rows += [r for r in earlier if r["key"] == STRUCK_OFF]
            items += [i for i in rates.items(past, before, basis) if i.key == STRUCK_OFF]
        entries = list(clearance_entries.entries(appeals, period, basis))
        flows = stock.balances(appeals, period.from_at, period.to_at, basis.office)
        shown = {i.line for i in items} | {e.line for e in entries} | set(flows)
        medians = dict(counted.medians)
        if counted.total_median is not None:
            medians[figures.TOTAL] = counted.total_median
        return cls(
            facts=list(_with_a_part(appeals, entries, items, period, basis)), entries=entries, rows=rows, items=items,
            flows=flows, medians=medians, lines={line: units[line] for line in sorted(shown & set(units))},
        )  # fmt: skip

    def texts(self) -> tuple[str, str]:
        """Facts and figures in their canonical form: the same bytes on any database, whenever it runs."""
        lines = "".join(canonical(_facts_line(f)) + "\n" for f in self.facts)
        figures = {
            "rates": sorted(self.rows, key=lambda r: (r["line"], r["key"])),
            "flows": {line: asdict(flow) for line, flow in self.flows.items()},
            "entries": [_plain(e) for e in self.entries],
            "medians": self.medians,
            "lines": self.lines,
        }
        return lines, canonical(figures)


def _as_known(period: rates.Period, at: datetime) -> list[AppealFacts]:
    """Every appeal that may have a part in the period, as known at `at`: the same whenever it is asked."""
    loaded = facts.load(facts.touching(period.from_at, period.to_at))
    return [each for each in (known.known(f, at) for f in loaded) if each is not None]


def _with_a_part(
    appeals: Iterable[AppealFacts], entries: Iterable[clearance_entries.Entry], items: Iterable[rates.Item],
    period: rates.Period, basis: rates.Basis,
) -> Iterator[AppealFacts]:  # fmt: skip
    """Those that count anywhere: more may have been looked at, depending on when."""
    numbers = {e.number for e in entries} | {i.appeal.number for i in items}
    for each in appeals:
        if each.number in numbers or stock.balances([each], period.from_at, period.to_at, basis.office):
            yield each


def _plain(entry: clearance_entries.Entry) -> dict[str, Any]:
    return asdict(entry) | {"due_at": entry.due_at.isoformat() if entry.due_at else None}


def _facts_line(appeal: AppealFacts) -> dict[str, Any]:
    return {k: v for k, v in ledger.format(appeal).items() if k not in FROZEN_WITHOUT}


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces, so that equal values are equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _rows(counted: rates.Figures, number: int) -> list[dict[str, Any]]:
    """One row per line and key that has a base: units, then the classes they are pooled in, then the total."""
    lines = {**counted.units, **counted.groups, figures.TOTAL: counted.total}
    return [
        {"of_number": number, "line": line, "key": key, "num": rate.num, "den": rate.den, "n": rate.n}
        for line, keys in lines.items()
        for key, rate in keys.items()
        if rate.den
    ]
