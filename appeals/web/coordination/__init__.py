"""The coordination office's counter: piles, the appeal page, the deeds (policy §2, §3)."""

from appeals.web.coordination import appeal, closing, decisions, dispatching, pile, returns, supports, triage
from appeals.web.coordination.counter import counter

__all__ = ["appeal", "closing", "counter", "decisions", "dispatching", "pile", "returns", "supports", "triage"]
