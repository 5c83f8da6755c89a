"""The coordination office's counter: piles, the appeal page, the deeds (policy §2, §3)."""

from appeals.web.coordination import (
    accountability,
    accused,
    appeal,
    closing,
    dates,
    decisions,
    dispatching,
    endings,
    filing,
    instructions,
    ledger,
    merging,
    papers,
    pile,
    rechecks,
    returns,
    rounds,
    shelved,
    shelving,
    statutory,
    supervision,
    supports,
    triage,
)
from appeals.web.coordination.counter import counter

__all__ = [
    "accountability", "accused", "appeal", "closing", "counter", "dates", "decisions", "dispatching", "endings", "filing",
    "instructions", "ledger", "merging",
    "papers", "pile", "rechecks", "returns", "rounds", "shelved", "shelving", "statutory", "supervision", "supports", "triage",
]  # fmt: skip
