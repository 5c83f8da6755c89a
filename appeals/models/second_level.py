"""What a unit has handed on inside its tree: below its figures, never beside them (policy §5)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from appeals.db import session
from appeals.models import lists, tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.rules.actors import Actor
from appeals.rules.words import Part


def tenures(unit_id: int, by: Actor, since: datetime, limit: int = lists.PAGE) -> Sequence[Assignment]:
    """Second-level tenures below this unit since then, the latest first, as far as the visitor may know of them."""
    below = tree.current().under(unit_id) - {unit_id}
    if not below:
        return []
    sub = aliased(Assignment)  # what a visitor may see asks for assignments of its own
    query = (
        select(sub)
        .join(Appeal, Appeal.id == sub.appeal_id)
        .where(sub.unit_id.in_(below), sub.part == Part.SUB.value, sub.dispatched_at >= since, lists.visible_to(by))
        .options(contains_eager(sub.appeal).load_only(*lists.LINE), joinedload(sub.unit))
    )
    return session().scalars(query.order_by(sub.dispatched_at.desc(), sub.id.desc()).limit(limit)).all()
