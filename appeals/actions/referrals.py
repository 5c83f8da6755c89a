"""A leader sends the file of an appeal to discipline inspection, or to audit: people decide (policy §2, §8)."""

from datetime import datetime

from sqlalchemy import select

from appeals.actions import limits, notices
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models.referral import Referral
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.words import Role

READERS = (Role.DISCIPLINE, Role.AUDIT)


def refer(appeal_id: int, *, to: str, note: str, by: Actor, at: datetime, seen: int | None = None) -> Referral:
    """Send it; from then on they see this file, and nothing else. Each of the two once."""
    if to not in READERS:
        raise Refused(to="请选择移送的机关")
    if not note.strip():
        raise Refused(note="请写明移送的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        query = select(Referral.id).where(Referral.appeal_id == appeal.id, Referral.to_role == to)
        if session().scalar(query) is not None:
            raise NotAllowed("这件诉求的卷宗已经移送")
        row = Referral(appeal_id=appeal.id, to_role=to, note=note.strip(), sent_by_id=by.user_id, sent_at=at)
        event = appeal.make(Move.REFER, by=by, at=at, reader=to)
        session().add(row)
        notices.tell(appeal, event, Role(to))
        return row
