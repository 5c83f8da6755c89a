"""Two people who change something, and what is left of it: shared by the tests of each register."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from appeals.actions import changes
from appeals.db import session
from appeals.models.audit import Event
from appeals.models.people import User
from appeals.models.versions import Version
from appeals.rules.actors import Actor
from appeals.rules.words import Role

NOW = datetime(2026, 12, 28, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai
TODAY = date(2026, 12, 28)


def appoint() -> SimpleNamespace:
    """An administrator, a director and a coordinator."""
    known = {}
    for role in (Role.ADMIN, Role.DIRECTOR, Role.COORDINATOR):
        user = User(login=role.value, name=role.label, role=role.value, password_hash="-", created_at=NOW)
        session().add(user)
        session().flush()
        known[role.value] = Actor(role, user.id)
    session().commit()
    return SimpleNamespace(**known)


def settle(people: SimpleNamespace, kind: str, payload: dict[str, Any], when: datetime = NOW) -> int | None:
    """Propose and confirm."""
    change = changes.propose(kind, payload, reason="依据通知", by=people.admin, at=when)
    return changes.decide(change, confirm=True, by=people.director, at=when)


def version(name: str) -> int:
    """The version in force, read anew."""
    session().rollback()
    return session().get_one(Version, name).number


def events(kind: str) -> list[Event]:
    """The events of this kind, oldest first."""
    return list(session().scalars(select(Event).where(Event.kind == kind).order_by(Event.id)))
