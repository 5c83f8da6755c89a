"""The unit's counter: the queue, the appeal page, the deeds (policy §2, §3)."""

from appeals.web.unit import appeal, handling, queue
from appeals.web.unit.counter import counter

__all__ = ["appeal", "counter", "handling", "queue"]
