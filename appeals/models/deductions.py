"""What is deducted from a unit's quarter beside rejected returns: red papers and proven findings (policy §10)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from appeals.models import papers, tree
from appeals.rules import scoring
from appeals.rules.papers import Kind

RED, PROVEN = "red_papers", "misconduct"


def within(from_at: datetime, to_at: datetime) -> dict[str, dict[str, int]]:
    """Unit → red papers sent and findings proven in [from_at, to_at); units without any are left out.

    Neither is ever taken back or dated back, so a period counts the same whenever it is asked after its end.
    """
    names, found = tree.current().nodes, dict[str, dict[str, int]]()
    for unit_id, times in papers.sent_within((Kind.RED,), from_at, to_at).items():
        found.setdefault(names[unit_id].name, {})[RED] = len(times)
    for unit_id, proven in papers.proven_within(from_at, to_at).items():
        found.setdefault(names[unit_id].name, {})[PROVEN] = proven
    return found


def deeds(line: Mapping[str, Any], rejected_returns: int) -> scoring.Deeds:
    """What is deducted for, from a line of a sheet."""
    return scoring.Deeds(rejected_returns, line.get(RED, 0), line.get(PROVEN, 0))
