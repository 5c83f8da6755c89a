"""What a frozen period says, byte for byte: the same whenever and on whatever database it is written."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from appeals.models.counting import Counted
from appeals.rules import clearance_entries, ledger, rates, stock
from appeals.rules.facts import AppealFacts

# Nothing frozen may name anybody; nor may it hold what can change without leaving the instant of the change.
WITHOUT = ("company", "title", "text", "nature", "territory", "task", "merged_into")


def texts(counted: Counted, period: rates.Period, basis: rates.Basis) -> tuple[str, str]:
    """Facts, one line for each appeal that counts anywhere, and figures, in their canonical form."""
    lines = "".join(canonical(_facts_line(each)) + "\n" for each in _with_a_part(counted, period, basis))
    figures = {
        "rates": sorted(counted.rows, key=lambda r: (r["line"], r["key"])),
        "flows": {line: asdict(flow) for line, flow in counted.flows.items()},
        "entries": [_plain(e) for e in counted.entries],
        "medians": counted.medians,
        "lines": counted.lines,
    }
    return lines, canonical(figures)


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces, so that equal values are equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _with_a_part(counted: Counted, period: rates.Period, basis: rates.Basis) -> Iterator[AppealFacts]:
    """Those that count anywhere: more may have been looked at, depending on when."""
    numbers = {e.number for e in counted.entries} | {i.appeal.number for i in counted.items}
    for each in counted.facts:
        if each.number in numbers or stock.balances([each], period.from_at, period.to_at, basis.office):
            yield each


def _plain(entry: clearance_entries.Entry) -> dict[str, Any]:
    return asdict(entry) | {"due_at": entry.due_at.isoformat() if entry.due_at else None}


def _facts_line(appeal: AppealFacts) -> dict[str, Any]:
    return {k: v for k, v in ledger.format(appeal).items() if k not in WITHOUT}
