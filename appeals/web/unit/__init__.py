"""The unit's counter: the queue, the appeal page, the deeds (policy §2, §3)."""

from appeals.web.unit import (
    appeal,
    dates,
    filing,
    handling,
    papers,
    queue,
    returns,
    rounds,
    second_level,
    shelved,
    supports,
)
from appeals.web.unit.counter import counter

__all__ = [
    "appeal", "counter", "dates", "filing", "handling", "papers", "queue", "returns", "rounds", "second_level", "shelved",
    "supports",
]  # fmt: skip
