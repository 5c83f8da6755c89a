"""The company is asked, once, for what only it can give; the wait is never the unit's loss (policy §3 待企业配合)."""

from collections.abc import Sequence
from datetime import datetime

from appeals.actions import limits, notices, pauses, requests
from appeals.actions.attachments import Stored
from appeals.actions.refusals import Refused, say
from appeals.actions.requests import Wish
from appeals.db import session
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.files import Attachment
from appeals.rules import deadlines, text
from appeals.rules.actors import COMPANY, Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.requests import Asked
from appeals.rules.words import Role


def ask(
    appeal_id: int, *, items: str, days: int | None, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """Ask the coordinator to ask the company for these items (the company reads them), within so many working days."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        most, errors = settings.limits(appeal.settings_version).cooperation_max, dict[str, str]()
        if text.is_visibly_empty(items):
            errors["items"] = "请逐项写明需要企业提供什么"
        if days is None or not 1 <= days <= most:
            errors["days"] = f"应为1至{most}个工作日"
        if errors:
            raise Refused(**errors)
        lead = requests.own_lead(appeal, by)
        if trouble := unaskable(appeal, lead, at):
            raise NotAllowed(trouble)
        wish = Wish(reason=items, detail={"days": days})
        requests.put(appeal, Asked.COOPERATION, Move.ASK_COOPERATION, wish, mine=lead, by=by, at=at)
        return appeal


def grant(appeal_id: int, *, answer: str = "", by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The company is asked now, and the unit's limit stands still until it answers; the promise runs on."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.COOPERATION, by=by)
        requests.decide(appeal, row, granted=True, answer=answer, by=by, at=at)
        lead = appeal.lead
        if lead is None or at > lead.due_at:
            raise NotAllowed("承办单位的时限已过，不能再提请企业配合")
        until_at = deadlines.after(at, row.detail["days"], calendar.current())
        row.until_at = lead.cooperation_due_at = until_at
        lead.cooperation_from_at = at
        event = appeal.make(
            Move.GRANT_COOPERATION, by=by, at=at, request=row.id, items=row.reason, until=until_at.isoformat()
        )
        notices.tell_company(appeal, event)
        requests.tell_asker(appeal, row, event)
        return appeal


def refuse(appeal_id: int, *, answer: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The company is not asked; the unit learns why."""
    if text.is_visibly_empty(answer):
        raise Refused(answer="请写明不同意的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.COOPERATION, by=by)
        requests.decide(appeal, row, granted=False, answer=answer, by=by, at=at)
        event = appeal.make(Move.REFUSE_COOPERATION, by=by, at=at, request=row.id, reason=answer.strip())
        requests.tell_asker(appeal, row, event)
        return appeal


def answer(
    appeal_id: int, *, addition: str, files: Sequence[Stored] = (), at: datetime, seen: int | None = None
) -> Appeal:
    """The company gives what was asked for; the days it took are added to the unit's limit."""
    if text.is_visibly_empty(addition) and not files:
        raise Refused(addition=say("请写明补充的内容，或上传材料"))
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        waiting = pauses.waited_for(appeal)
        if waiting is None:
            raise NotAllowed("现在没有等待您提供的材料，可能期限已过")
        appeal.supplements = [*appeal.supplements, {"at": at.isoformat(), "text": addition}]
        for stored in files:
            session().add(Attachment(**stored.row(appeal.id, Role.COMPANY, at)))
        days = pauses.end_cooperation(appeal, at=at)
        event = appeal.make(Move.COOPERATE, by=COMPANY, at=at, files=len(files), days=days)
        notices.tell_unit(appeal, event, waiting.unit_id)
        return appeal


def unaskable(appeal: Appeal, lead: Assignment, at: datetime) -> str:
    """Why the company cannot be asked, in Chinese; empty when it can: once in an appeal's life, before the limit."""
    if any(row.granted for row in requests.of_kind(appeal, Asked.COOPERATION)):
        return "已请企业配合过一次，不能再次提请"
    return "本单位的时限已过，不能再提请企业配合" if at > lead.due_at else ""
