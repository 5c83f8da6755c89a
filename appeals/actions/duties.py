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
    """This limit ended now; in the line of the recusal post when it decided, else in the office's.

    A leader's signature is the second one on what the recusal post decides (policy §2).
    """
    units = tree.current()
    holder = units.recusal_id if by.role in (Role.RECUSAL, Role.LEADER) else units.office_id
    if due_at is not None and holder is not None:
        session().add(Duty(appeal_id=appeal.id, kind=kind.value, holder_id=holder, due_at=due_at, done_at=at))
