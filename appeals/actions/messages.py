"""Where a company hides its contact, word goes through the platform, both ways (policy §11)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from appeals.actions import limits, notices
from appeals.actions.refusals import Refused, say
from appeals.db import session
from appeals.models.appeal import Appeal
from appeals.models.assignment import ContactNote
from appeals.rules import text
from appeals.rules.actors import COMPANY
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.words import Role

CHANNEL, FROM_COMPANY, FROM_UNIT = "platform", "message", "contact"


def thread(appeal: Appeal) -> Sequence[ContactNote]:
    """What was said through the platform, oldest first; of telephone calls nothing."""
    query = select(ContactNote).where(
        ContactNote.appeal_id == appeal.id, ContactNote.channel == CHANNEL,
        ContactNote.kind.in_((FROM_COMPANY, FROM_UNIT)),
    )  # fmt: skip
    return session().scalars(query.order_by(ContactNote.at, ContactNote.id)).all()


def write(appeal_id: int, *, message: str, at: datetime, seen: int | None = None) -> Appeal:
    """The company writes to whoever has its appeal."""
    if text.is_visibly_empty(message):
        raise Refused(message=say("请写下要说的话"))
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if not may_write(appeal):
            raise NotAllowed("现在没有承办单位可以收到站内留言")
        lead = appeal.answering
        session().add(
            ContactNote(appeal_id=appeal.id, assignment_id=lead.id if lead else None, kind=FROM_COMPANY, channel=CHANNEL,
                        note=message.strip(), by_id=None, at=at)
        )  # fmt: skip
        event = appeal.make(Move.MESSAGE, by=COMPANY, at=at)
        if lead is not None:
            notices.tell_unit(appeal, event, lead.unit_id)
        notices.tell(appeal, event, Role.RECUSAL if appeal.accuses_office else Role.COORDINATOR)
        return appeal


def may_write(appeal: Appeal) -> bool:
    """Whether there is a unit to write to, and it reaches the company by this way alone or has used it."""
    return appeal.answering is not None and appeal.may(Move.MESSAGE, COMPANY) and (appeal.hide_contact or bool(thread(appeal)))
