"""The unit's counter: the queue, the appeal page, the deeds (policy §2, §3)."""

from appeals.web.unit import appeal, handling, queue, returns, second_level, supports
from appeals.web.unit.counter import counter

__all__ = ["appeal", "counter", "handling", "queue", "returns", "second_level", "supports"]
