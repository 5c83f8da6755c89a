"""The office's own limits: every deed that ends one writes it down, in time or late."""

from datetime import datetime

from appeals.db import session
from appeals.models import tree
from appeals.models.appeal import Appeal
from appeals.models.duty import Duty
from appeals.rules import facts
from appeals.rules.actors import Actor
from appeals.rules.words import Role


def done(appeal: Appeal, kind: facts.Duty, *, due_at: datetime | None, by: Actor, at: datetime) -> None:
    """This limit ended now, in the line of whoever decided: office, recusal post or the leaders (policy §9)."""
    units = tree.current()
    holder = units.recusal_id if by.role is Role.RECUSAL else None if by.role is Role.LEADER else units.office_id
    if due_at is not None and (holder is not None or by.role is Role.LEADER):
        session().add(Duty(appeal_id=appeal.id, kind=kind.value, holder_id=holder, due_at=due_at, done_at=at))


def owed_by(appeal: Appeal, kind: facts.Duty) -> Actor:
    """In whose line this limit stands, whoever ends it: what was frozen while it was open says so too (models.facts)."""
    taken_in = kind in (facts.Duty.ACCEPT, facts.Duty.DISPATCH)
    instead = appeal.accuses_office if taken_in else appeal.concerns_office
    return Actor(Role.RECUSAL if instead else Role.COORDINATOR)


def line(role: Role) -> str:
    """The line in which this role's time and limits stand."""
    units = tree.current()
    if role is Role.LEADER:
        return facts.LEADERS
    holder = units.recusal_id if role is Role.RECUSAL else units.office_id
    return units.nodes[holder].name if holder is not None else ""
