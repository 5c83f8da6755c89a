"""The blueprint, who stands at this counter, and which lines each may see."""

from dataclasses import dataclass

from flask import Blueprint, url_for

from appeals.models import tree
from appeals.models.figures import TOTAL, Sheet, class_labels, unit_lines
from appeals.rules.actors import Actor
from appeals.rules.words import Role
from appeals.web import access

counter = Blueprint("scorecards", __name__, url_prefix="/scorecards")
LEADERS = (Role.LEADER, Role.DIRECTOR, Role.COORDINATOR)
UNITS = (Role.HEAD, Role.LIAISON)
READERS = (*LEADERS, *UNITS)


@dataclass(frozen=True)
class Scope:
    """What one visitor may see: leaders everything; a unit its own lines, and of class and total the figures alone."""

    by: Actor
    everything: bool
    own: frozenset[str]

    def lines(self, sheet: Sheet) -> list[str]:
        """The unit lines of a sheet that may be shown, in the order of the tree."""
        order = list(unit_lines())
        shown = [line for line in sheet.lines if self.everything or line in self.own]
        return sorted(shown, key=lambda line: order.index(line) if line in order else len(order))

    def shows(self, sheet: Sheet, line: str) -> bool:
        """Whether the figures of a line may be shown: a unit's own, its class's, the total's."""
        if self.everything or line == TOTAL or line in self.own:
            return True
        labels = class_labels({**unit_lines(), **sheet.lines})
        return line in {labels[name] for name in self.own if name in labels}

    def opens(self, line: str) -> bool:
        """Whether the lists behind a line may be opened."""
        return self.everything or line in self.own


def scope() -> Scope:
    """What this visitor may see."""
    by = access.actor()
    nodes = tree.current().nodes
    own = frozenset(nodes[i].name for i in by.unit_ids if i in nodes) if by.role in UNITS else frozenset()
    return Scope(by, by.role in LEADERS, own)


def appeal_url(number: str) -> str:
    """The page of one appeal at the visitor's own counter."""
    page = "unit.appeal" if access.actor().role in UNITS else "coordination.appeal"
    return url_for(page, number=number)
