"""Deputies of a unit's head, for dated terms: the administrator enters them, one person is enough (policy §2 AB角)."""

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from appeals.actions import accounts
from appeals.actions.refusals import Refused
from appeals.db import session, transaction
from appeals.models import tree
from appeals.models.deputy import Deputy
from appeals.models.people import User
from appeals.rules.actors import Actor
from appeals.rules.words import Role
from appeals.rules.workdays import day_of


def enter(*, head_id: int, deputy_id: int, from_on: date, to_on: date, by: Actor, at: datetime) -> int:
    """Let a liaison officer of the head's tree act as head from one day to another, both included; the row's id.

    Raises Refused (head, deputy, from_on, to_on).
    """
    with transaction() as writer:
        head, deputy = writer.get(User, head_id), writer.get(User, deputy_id)
        if head is None or not head.active or head.role != Role.HEAD or head.unit_id is None:
            raise Refused(head="请选择在岗的单位负责人")
        if deputy is None or not deputy.active or deputy.role != Role.LIAISON:
            raise Refused(deputy="请选择在岗的承办人")
        if deputy.unit_id not in tree.current().under(head.unit_id):
            raise Refused(deputy="代行人须是该负责人本单位或下属单位的承办人")
        _check_term(head_id, deputy_id, from_on, to_on, day_of(at))
        row = Deputy(
            unit_id=head.unit_id, head_id=head_id, deputy_id=deputy_id, from_on=from_on, to_on=to_on,
            entered_by_id=by.user_id, entered_at=at,
        )  # fmt: skip
        writer.add(row)
        writer.flush()
        days = {"from": from_on.isoformat(), "to": to_on.isoformat()}
        accounts.note("audit.deputy", by, at, deputy, head=head_id, **days)
        return row.id


def _check_term(head_id: int, deputy_id: int, from_on: date, to_on: date, today: date) -> None:
    if to_on < from_on:
        raise Refused(to_on="截止日期不能早于开始日期")
    if to_on < today:
        raise Refused(to_on="截止日期已过")
    same = or_(Deputy.head_id == head_id, Deputy.deputy_id == deputy_id)
    query = select(Deputy.id).where(same, Deputy.from_on <= to_on, Deputy.to_on >= from_on)
    if session().scalar(query.limit(1)) is not None:
        raise Refused(from_on="这位负责人或这位代行人在此期间已有登记，请先终止原登记")


def end(deputy_row_id: int, *, by: Actor, at: datetime) -> None:
    """End a term before its last day: from the next request on he is a liaison officer again. Raises Refused (term)."""
    today = day_of(at)
    with transaction() as writer:
        row = writer.get(Deputy, deputy_row_id)
        if row is None or row.to_on < today:
            raise Refused(term="这项登记不存在或已经到期")
        row.to_on = min(row.to_on, today - timedelta(days=1))
        accounts.note("audit.deputy_end", by, at, writer.get_one(User, row.deputy_id), head=row.head_id)
