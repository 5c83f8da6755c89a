"""The coordination office's counter: piles, the appeal page, the deeds (policy §2, §3)."""

from appeals.web.coordination import (
    accused,
    appeal,
    closing,
    decisions,
    dispatching,
    pile,
    returns,
    statutory,
    supports,
    triage,
)
from appeals.web.coordination.counter import counter

__all__ = [
    "accused", "appeal", "closing", "counter", "decisions", "dispatching", "pile", "returns", "statutory", "supports", "triage",
]  # fmt: skip
