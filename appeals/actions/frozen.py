"""What one period freezes, computed as plain values: the same whenever and on whatever database it runs."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from appeals.models import calendar, facts, settings, tree
from appeals.rules import clearance_entries, known, ledger, rates, stock
from appeals.rules.facts import AppealFacts
from appeals.rules.words import UnitClass

TOTAL = "合计"
STRUCK_OFF = "struck_off"


def basis() -> rates.Basis:
    """What figures rest on now beside the facts."""
    units = tree.current()
    return rates.Basis(calendar.current(), units.nodes[units.office_id or 0].name, settings.limits())


@dataclass(frozen=True)
class Frozen:
    """What is about to be written, as plain values."""

    facts: list[AppealFacts]
    entries: list[clearance_entries.Entry]
    rows: list[dict[str, Any]]
    items: list[rates.Item]
    flows: Mapping[str, stock.Balance]
    medians: dict[str, int]

    @classmethod
    def of(cls, period: rates.Period, number: int, before: rates.Period | None) -> "Frozen":
        """Compute everything of one period from the facts as known at F."""
        base, appeals = basis(), _as_known(period, period.known_at)
        figures = rates.rates(appeals, period, base)
        rows = [r for r in rate_rows(figures, number) if r["key"] != STRUCK_OFF]
        items = [i for i in rates.items(appeals, period, base) if i.key != STRUCK_OFF]
        if before is not None:
            past = _as_known(before, before.struck_known_at or before.known_at)
            rows += [r for r in rate_rows(rates.rates(past, before, base), number - 1) if r["key"] == STRUCK_OFF]
            items += [i for i in rates.items(past, before, base) if i.key == STRUCK_OFF]
        entries = list(clearance_entries.entries(appeals, period, base))
        medians = dict(figures.medians) | ({TOTAL: figures.total_median} if figures.total_median else {})
        return cls(
            facts=_with_a_part(appeals, entries, items, period), entries=entries, rows=rows, items=items,
            flows=stock.balances(appeals, period.from_at, period.to_at, base.office), medians=medians,
        )  # fmt: skip

    def texts(self) -> tuple[str, str]:
        """Facts and figures in their canonical form: the same bytes on any database, whenever it runs."""
        lines = "".join(canonical(_facts_line(f)) + "\n" for f in self.facts)
        figures = {
            "rates": sorted(self.rows, key=lambda r: (r["line"], r["key"])),
            "flows": {line: asdict(flow) for line, flow in self.flows.items()},
            "entries": [_plain(e) for e in self.entries],
            "medians": self.medians,
        }
        return lines, canonical(figures)


def _as_known(period: rates.Period, at: datetime) -> list[AppealFacts]:
    """Every appeal that may have a part in the period, as known at `at`: the same whenever it is asked."""
    loaded = facts.load(facts.touching(period.from_at, period.to_at))
    return [each for each in (known.known(f, at) for f in loaded) if each is not None]


def _with_a_part(
    appeals: list[AppealFacts], entries: Iterable[clearance_entries.Entry], items: Iterable[rates.Item],
    period: rates.Period,
) -> list[AppealFacts]:  # fmt: skip
    """Those that count anywhere: more may have been looked at, depending on when."""
    numbers = {e.number for e in entries} | {i.appeal.number for i in items}
    office = basis().office
    return [
        a for a in appeals
        if a.number in numbers or stock.balances([a], period.from_at, period.to_at, office)
    ]  # fmt: skip


FROZEN_WITHOUT = ("company", "title", "text")  # nothing frozen may name anybody


def _plain(entry: clearance_entries.Entry) -> dict[str, Any]:
    return asdict(entry) | {"due_at": entry.due_at.isoformat() if entry.due_at else None}


def _facts_line(appeal: AppealFacts) -> dict[str, Any]:
    return {k: v for k, v in ledger.format(appeal).items() if k not in FROZEN_WITHOUT}


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces, so that equal values are equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def rate_rows(figures: rates.Figures, number: int) -> list[dict[str, Any]]:
    """One row per line and key: units, then the classes they are pooled in, then the total."""
    lines: dict[str, Mapping[str, rates.Rate]] = dict(figures.units)
    for each in UnitClass:
        mine = [r for name, r in figures.units.items() if class_of(name) == each]
        if mine:
            lines[each.label] = rates.pool(mine)
    lines[TOTAL] = figures.total
    return [
        {"of_number": number, "line": line, "key": key, "num": rate.num, "den": rate.den, "n": rate.n}
        for line, keys in lines.items()
        for key, rate in keys.items()
        if rate.den
    ]


def class_of(line: str) -> str | None:
    """The class of the unit whose line this is; None for 自提自办 and for classes and the total themselves."""
    node = tree.current().by_name(line)
    return node.unit_class if node else None
