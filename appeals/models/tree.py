"""The tree of units, kept in memory until its version changes."""

from dataclasses import dataclass

from sqlalchemy import select

from appeals.db import session
from appeals.models.people import OFFICE, RECUSAL, Unit
from appeals.models.versions import kept
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import OFFICE_ROLES
from appeals.rules.words import Role


@dataclass(frozen=True)
class Node:
    """A unit as plain values."""

    id: int
    name: str
    unit_class: str
    parent_id: int | None
    territory: str | None
    external: bool
    active: bool


@dataclass(frozen=True)
class UnitTree:
    """All units by id; `office_bureau` is every unit of the coordination office's own bureau."""

    nodes: dict[int, Node]
    office_id: int | None
    recusal_id: int | None
    office_bureau: frozenset[int]

    def under(self, unit_id: int | None) -> frozenset[int]:
        """The unit with everything below it."""
        found = {unit_id} if unit_id in self.nodes else set()
        while more := {n.id for n in self.nodes.values() if n.parent_id in found} - found:
            found |= more
        return frozenset(i for i in found if i is not None)

    def above(self, unit_id: int | None) -> frozenset[int]:
        """The unit with everything above it."""
        found: set[int] = set()
        while unit_id is not None and unit_id in self.nodes and unit_id not in found:
            found.add(unit_id)
            unit_id = self.nodes[unit_id].parent_id
        return frozenset(found)

    def own_of(self, role: Role, unit_id: int | None) -> int | None:
        """Where a person stands: coordinators and the director belong to the office, whatever their account says."""
        return self.office_id if role in OFFICE_ROLES else unit_id

    def answers_for(self, by: Actor) -> frozenset[int]:
        """The units whose conduct is a person's own matter: where he stands, where he sits, and all above."""
        return self.above(self.own_of(by.role, by.unit_id)) | self.above(by.home_id)

    def by_name(self, name: str) -> Node | None:
        """The unit of this name."""
        return next((n for n in self.nodes.values() if n.name == name), None)

    def territorial(self) -> dict[str, str]:
        """Territory → the name of the unit that answers for it."""
        return {n.territory: n.name for n in self.nodes.values() if n.territory and n.active and n.parent_id is None}


def current() -> UnitTree:
    """The tree in force."""
    return kept("tree", "units", _load)


def _load() -> UnitTree:
    units = session().scalars(select(Unit).order_by(Unit.position, Unit.id)).all()
    nodes = {u.id: Node(u.id, u.name, u.unit_class, u.parent_id, u.territory, u.external, u.active) for u in units}
    duty = {u.duty: u.id for u in units if u.duty}
    bare = UnitTree(nodes, duty.get(OFFICE), duty.get(RECUSAL), frozenset())
    office = nodes.get(bare.office_id) if bare.office_id else None
    while office is not None and office.parent_id is not None:
        office = nodes[office.parent_id]
    return UnitTree(nodes, bare.office_id, bare.recusal_id, bare.under(office.id if office else None))
