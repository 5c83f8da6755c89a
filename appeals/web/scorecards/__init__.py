"""The leaders' counter: first screen, cycles and quarters, the lists behind every figure (policy §7, §9–§11)."""

from appeals.web.scorecards import behind, cycles, leader, lists, meeting, quarters, units
from appeals.web.scorecards.counter import counter

__all__ = ["behind", "counter", "cycles", "leader", "lists", "meeting", "quarters", "units"]
