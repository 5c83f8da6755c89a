"""Every move, from every state, by every role in every relation, is as the hand-written table of the policy says."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from appeals.rules import lifecycle
from appeals.rules.actors import Actor, Relation
from appeals.rules.lifecycle import STEPS, Move, NotAllowed, NotYours
from appeals.rules.words import Role, State

TABLE = Path(__file__).parent / "rights.txt"
ROLES = dict(zip("CLHKDRVS", (Role.COMPANY, Role.LIAISON, Role.HEAD, Role.COORDINATOR, Role.DIRECTOR, Role.RECUSAL,
                              Role.LEADER, Role.SYSTEM), strict=True))  # fmt: skip
UNIT = {Role.LIAISON, Role.HEAD}
UNWRITTEN = {Move.IMPORT}  # an imported row begins in whatever state its times say


class Row(NamedTuple):
    """One move: where it starts (None: before there is an appeal), where it leads, who may in which relation."""

    sources: frozenset[State | None]
    target: State | None
    back: frozenset[State]
    who: dict[Relation, frozenset[Role]]


def table() -> dict[Move, Row]:
    """The table as values; what it does not say plainly is an error."""
    groups: dict[str, frozenset[State | None]] = {"nothing": frozenset({None})}
    found: dict[Move, Row] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith(("#", "[")) or not line.strip():
            continue
        if "|" not in line:
            name, _, members = line.partition("=")
            groups[name.strip()] = frozenset(State(each) for each in members.split())
            continue
        move, sources, to, *cells = (cell.strip() for cell in line.split("|"))
        assert Move(move) not in found, f"{move} stands there twice"
        target, back = _target(to, groups)
        found[Move(move)] = Row(_states(sources, groups), target, back, _who(cells))
    return found


def _states(cell: str, groups: dict[str, frozenset[State | None]]) -> frozenset[State | None]:
    return frozenset().union(*(groups.get(word) or {State(word)} for word in cell.split()))


def _target(cell: str, groups: dict[str, frozenset[State | None]]) -> tuple[State | None, frozenset[State]]:
    to, _, back = cell.rpartition("back ") if "back " in cell else (cell, "", "")
    to = to.strip(" ,")
    target = None if to in ("", "stays") else State(to)
    return target, frozenset(s for s in _states(back, groups) if s is not None) if back else frozenset()


def _who(cells: list[str]) -> dict[Relation, frozenset[Role]]:
    own, former, other, office, instead = cells
    office = other if office == "=" else office
    instead = office if instead == "=" else instead
    read = {r: _roles(c) for r, c in zip((Relation.OTHER, Relation.OFFICE, Relation.INSTEAD), (other, office, instead),
                                         strict=True)}  # fmt: skip
    return read | {Relation.OWN: _roles(own) | read[Relation.OTHER], Relation.FORMER: _roles(former),
                   Relation.ACCUSED: frozenset()}  # fmt: skip


def _roles(cell: str) -> frozenset[Role]:
    return frozenset(ROLES[letter] for letter in cell.replace("-", "").split())


def occurs(role: Role, relation: Relation, state: State | None) -> bool:
    """Whether anybody can stand so: companies and the timetable hold nothing, and nothing is held before it is filed."""
    if state is None:
        return relation is Relation.OTHER
    if relation is Relation.FORMER:
        return role in UNIT
    return relation is not Relation.OWN or role not in (Role.COMPANY, Role.SYSTEM)


def cells() -> Iterator[tuple[State | None, Role, Relation]]:
    """Every (state, role, relation) there can be."""
    for state in (None, *State):
        for role in Role:
            for relation in Relation:
                if occurs(role, relation, state):
                    yield state, role, relation


ROWS, CELLS = table(), list(cells())


def test_every_move_has_its_row_and_every_row_its_move():
    assert set(ROWS) == set(Move) - UNWRITTEN
    assert set(ROWS) == set(STEPS)


def test_every_state_role_and_relation_is_walked():
    assert {state for state, _, _ in CELLS} == {None, *State}
    assert {(role, relation) for _, role, relation in CELLS} >= {
        (role, relation) for role in Role for relation in (Relation.OTHER, Relation.OFFICE, Relation.INSTEAD, Relation.ACCUSED)
    }  # fmt: skip
    assert len(CELLS) > 600


@pytest.mark.parametrize("move", STEPS, ids=lambda move: move.value)
def test_a_move_is_made_by_whom_and_where_the_policy_says(move):
    row = ROWS[move]
    wrong = []
    for state, role, relation in CELLS:
        may = state in row.sources and role in row.who[relation]
        try:
            after, did = lifecycle.target(move, state, Actor(role), relation), True
        except (NotAllowed, NotYours):
            after, did = None, False
        if did != may or (did and after is not row.target):
            wrong.append((state, role, relation, "refused" if not did else f"leads to {after}"))
    assert wrong == []


@pytest.mark.parametrize("move", STEPS, ids=lambda move: move.value)
def test_a_move_leads_back_only_to_where_the_policy_says(move):
    row = ROWS[move]
    state = next(s for s in (None, *State) if s in row.sources)
    relation, roles = next((r, w) for r, w in row.who.items() if w and occurs(next(iter(w)), r, state))
    for to in State:
        try:
            reached = lifecycle.target(move, state, Actor(next(iter(roles))), relation, to)
        except NotAllowed:
            reached = None
        assert reached is (to if to in row.back else None), to


def test_those_who_only_read_make_no_move():
    for row in ROWS.values():
        assert not row.who.keys() - set(Relation)
        assert not {Role.DISCIPLINE, Role.AUDIT, Role.ADMIN} & frozenset().union(*row.who.values())
