"""代提: what staff filed for a company counts from the company's own confirmation, and not before (policy §2)."""

from datetime import datetime

from appeals.actions import limits, notices
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.rules import deadlines
from appeals.rules.actors import COMPANY
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.words import Role, Source

# Through which channels each role files for a company; policy §11.
SOURCES: dict[Role, tuple[Source, ...]] = {
    Role.LIAISON: (Source.PROXY, Source.SERVICE_DAY),
    Role.COORDINATOR: tuple(source for source in Source if source not in (Source.WEB, Source.PROXY)),
}


def confirm(appeal_id: int, *, at: datetime, seen: int | None = None) -> Appeal:
    """The company says it is its own: submitted now, and acceptance runs from now. Raises NotAllowed."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if not appeal.unconfirmed:
            raise NotAllowed("这件诉求不需要确认，或者已经确认")
        event = appeal.make(Move.CONFIRM_FILING, by=COMPANY, at=at)
        appeal.submitted_at = appeal.confirmed_at = at
        appeal.accept_due_at = deadlines.acceptance(at, calendar.current(), settings.limits())
        notices.tell_office(appeal, event)
        return appeal


def reject(appeal_id: int, *, at: datetime, seen: int | None = None) -> Appeal:
    """The company says it never asked for this: it ends, and never counts. Raises NotAllowed."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if not appeal.unconfirmed:
            raise NotAllowed("这件诉求不需要确认，或者已经确认")
        event = appeal.make(Move.REJECT_FILING, by=COMPANY, at=at)
        notices.tell_office(appeal, event)
        return appeal
