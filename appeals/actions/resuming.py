"""A company that missed the days for a supplement still supplements: within thirty days it is considered again (policy §3)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from appeals.actions import limits, notices, restoring
from appeals.actions.attachments import Stored
from appeals.actions.refusals import Refused, say
from appeals.db import session
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.files import Attachment
from appeals.rules import deadlines, text, workdays
from appeals.rules.actors import COMPANY
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.words import DeclineCode, Role, State


def until(appeal: Appeal) -> datetime | None:
    """The end of the days in which what was unclear may still be made clear; None where something else was wrong."""
    if appeal.state != State.DECLINED or appeal.decline_code != DeclineCode.R08 or appeal.declined_at is None:
        return None
    days = settings.limits(appeal.settings_version).supplement_resume_natural_days
    return workdays.end_of(workdays.day_of(appeal.declined_at) + timedelta(days=days))


def resume(
    appeal_id: int, *, addition: str, files: Sequence[Stored] = (), at: datetime, seen: int | None = None
) -> Appeal:
    """The company adds what was missing; it is submitted again, and acceptance is due anew (policy §4)."""
    if text.is_visibly_empty(addition) and not files:
        raise Refused(addition=say("请写明补充的内容，或上传材料"))
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        last = until(appeal)
        if last is None or at >= last:
            raise NotAllowed("补充的期限已过，请重新提交诉求")
        restoring.take_back_decline(appeal, at=at)
        appeal.accept_due_at = deadlines.acceptance(at, calendar.current(), settings.limits())
        appeal.supplements = [*appeal.supplements, {"at": at.isoformat(), "text": addition}]
        for stored in files:
            session().add(Attachment(**stored.row(appeal.id, Role.COMPANY, at)))
        event = appeal.make(Move.RESUME_SUPPLEMENT, by=COMPANY, at=at, files=len(files))
        notices.tell_office(appeal, event)
        notices.tell_company(appeal, event)
        return appeal
