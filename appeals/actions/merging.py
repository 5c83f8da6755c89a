"""并单: two appeals of one matter are handled as one, by two signatures; each company still speaks for itself (policy §3)."""

from datetime import datetime, timedelta

from sqlalchemy import select

from appeals.actions import leaving, limits, notices, parents, requests
from appeals.actions.refusals import Refused, say
from appeals.db import session
from appeals.models import lists, settings
from appeals.models.appeal import Appeal
from appeals.models.request import Request
from appeals.rules import text
from appeals.rules.actors import COMPANY, Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.requests import Asked
from appeals.rules.words import UNCOMPLETED_STATES, Exclusion, Role


def propose(
    appeal_id: int, *, into: str, reason: str, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """The first signature: this appeal is the same matter as the open one numbered `into`."""
    if text.is_visibly_empty(reason):
        raise Refused(reason="请写明为什么是同一事项")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        parent = lists.find(into, by)
        if parent is None:
            raise Refused(into="没有这个编号的诉求")
        if sentence := unfit(appeal, parent):
            raise Refused(into=sentence)
        row = requests.ask(appeal, Asked.MERGE, requests.Wish(other_id=parent.id, reason=reason), by=by, at=at)
        event = appeal.make(Move.PROPOSE_MERGE, by=by, at=at, into=parent.number)
        notices.tell(appeal, event, Role(row.waits_for))
        return appeal


def unfit(appeal: Appeal, parent: Appeal) -> str:
    """Why these two cannot be merged, in Chinese; empty where they can. Never two generations (policy §3)."""
    mine, other = ((each.conduct, each.about_unit_id) for each in (appeal, parent))
    checks = {
        "不能并入自身": appeal.id == parent.id,
        "已并单的诉求不能再接受并单，请并入它所并入的诉求": parent.merged_into_id is not None,
        "只能并入尚未办结的诉求；已办结的，按“同一事项已办理”处理": parent.state not in UNCOMPLETED_STATES,
        "代提的诉求待企业确认，不能并单": appeal.unconfirmed or parent.unconfirmed,
        "已有其他诉求并入本件，不能再并入别件；可以把两件都并入同一件": bool(parents.children(appeal)),
        "指名反映工作人员的诉求只能与反映同一人的并单": appeal.about_person_id != parent.about_person_id,
        "作风类投诉只能与反映同一单位的作风类投诉并单": (appeal.conduct or parent.conduct) and mine != other,
    }
    return next((sentence for sentence, wrong in checks.items() if wrong), "")


def confirm(appeal_id: int, *, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The last signature: it is handled with the other, which is locked first so that neither moves meanwhile."""
    parent_id = _wanted(appeal_id)
    if parent_id is None:
        raise NotAllowed("没有待裁定的“并单”申请，可能已被他人裁定")
    with limits.opened(parent_id, at=at) as parent, limits.beside(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.MERGE, by=by)
        if row.other_id != parent_id:
            raise NotAllowed("申请已有变化，请重新查看")
        if sentence := unfit(appeal, parent):
            raise NotAllowed(sentence)
        leaving.leave(appeal, Exclusion.MERGED, at=at)
        appeal.merged_into_id = parent_id
        event = appeal.make(Move.MERGE, by=by, at=at, into=parent.number)
        requests.decide(appeal, row, granted=True, answer="", by=by, at=at)
        notices.tell_company(appeal, event)
        if appeal.lead is not None and appeal.lead.holds:
            notices.tell_unit(appeal, event, appeal.lead.unit_id)
        return appeal


def _wanted(appeal_id: int) -> int | None:
    """Into which one it is to be merged."""
    query = select(Request.other_id).where(
        Request.appeal_id == appeal_id, Request.kind == Asked.MERGE.value, Request.decided_at.is_(None)
    )
    return session().scalars(query).first()


def refuse(appeal_id: int, *, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The second person does not sign: each goes its own way."""
    if text.is_visibly_empty(reason):
        raise Refused(reason="请写明不同意的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.MERGE, by=by)
        event = appeal.make(Move.REFUSE_MERGE, by=by, at=at)
        requests.decide(appeal, row, granted=False, answer=reason, by=by, at=at)
        notices.tell_office(appeal, event)
        return appeal


def unmerge(appeal_id: int, *, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """It is handled by itself again, from where it was, with the working days that were left (policy §4)."""
    if text.is_visibly_empty(reason):
        raise Refused(reason=say("请写明哪些问题没有解决"))
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if by.role is Role.COMPANY and not may_answer(appeal, at):
            raise NotAllowed("合并办理的事项尚未答复，或者确认的期限已过")
        parents.separate(appeal, by=by, at=at, reason=reason)
        return appeal


def solved(appeal_id: int, *, at: datetime, seen: int | None = None) -> Appeal:
    """The company says that its own matter is solved too."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if not may_answer(appeal, at):
            raise NotAllowed("合并办理的事项尚未答复，或者确认的期限已过")
        event = appeal.make(Move.ACCEPT_MERGED, by=COMPANY, at=at)
        notices.tell_office(appeal, event)
        return appeal


def may_answer(appeal: Appeal, at: datetime) -> bool:
    """Whether the company is asked now: from the parent's approved answer on, as long as a rating link lasts."""
    until = answer_until(appeal)
    return until is not None and at <= until


def answer_until(appeal: Appeal) -> datetime | None:
    """Until when the company may say whether its own matter is solved; None before the answer."""
    answered_at = parents.answered_at(appeal)
    if answered_at is None:
        return None
    return answered_at + timedelta(days=settings.limits(appeal.settings_version).rating_link_natural_days)
