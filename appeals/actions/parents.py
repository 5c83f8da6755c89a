"""What becomes of merged appeals when the one they were merged into is answered, or ends without an answer (policy §3).

An answer is put to each company, which says whether its own matter is solved. Without one, because the other company
withdrew or its appeal was not gone into, nothing was settled for anybody else: each goes back to where it was.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from appeals.actions import notices, restoring
from appeals.db import session
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.rules import facts
from appeals.rules.actors import SYSTEM, Actor
from appeals.rules.lifecycle import Move
from appeals.rules.words import Part, State

OVER = frozenset({State.COMPLETED, State.ENDED, State.DECLINED, State.STATUTORY})


def children(parent: Appeal, *, lock: bool = False) -> Sequence[Appeal]:
    """The appeals merged into this one, oldest first."""
    query = select(Appeal).where(Appeal.merged_into_id == parent.id).order_by(Appeal.id)
    return session().scalars(query.with_for_update() if lock else query).all()


def follow(parent: Appeal, before: str) -> list[Appeal]:
    """Called when a deed is done with `parent`: what its new state means for those merged into it. Returns them."""
    if parent.state == before or parent.state not in OVER:
        return []
    found = [child for child in children(parent, lock=True) if child.state == State.MERGED]
    for child in found:
        if not is_answered(parent):
            separate(child, by=SYSTEM, at=parent.state_at)
        elif _is_news(parent, child):
            event = child.make(Move.MERGED_ANSWERED, by=SYSTEM, at=parent.state_at)
            notices.tell_company(child, event)
    return found


def is_answered(parent: Appeal) -> bool:
    """Whether an approved answer stands."""
    return any(r.approved for a in parent.assignments if a.part == Part.LEAD for r in a.replies)


def _is_news(parent: Appeal, child: Appeal) -> bool:
    """Whether this answer was not yet put to the child's company: after a review there may be a second one."""
    asked_at = answered_at(child)
    leads = [a for a in parent.assignments if a.part == Part.LEAD]
    judged = [r.judged_at for a in leads for r in a.replies if r.approved and r.judged_at is not None]
    return asked_at is None or any(at > asked_at for at in judged)


def separate(child: Appeal, *, by: Actor, at: datetime, reason: str = "") -> None:
    """Part of a deed: back to where it was, with the working days that were left (policy §4)."""
    to = restoring.bring_back(child, restoring.where_it_was(child), reason=facts.DueReason.UNMERGE, by=by, at=at)
    child.merged_into_id = None
    event = child.make(Move.UNMERGE, by=by, at=at, to=to, reason=reason.strip())
    notices.tell_company(child, event)
    notices.tell_office(child, event)
    if child.lead is not None and child.lead.holds:
        notices.tell_unit(child, event, child.lead.unit_id)


def answered_at(child: Appeal) -> datetime | None:
    """When the answer was put to this company; None: not yet, or not since it was merged."""
    if child.state != State.MERGED:
        return None
    query = select(Event.at).where(
        Event.appeal_id == child.id, Event.kind == Move.MERGED_ANSWERED.value, Event.at >= child.state_at
    )
    return session().scalars(query.order_by(Event.id.desc())).first()
