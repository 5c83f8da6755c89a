"""重开件: after strike-off new facts, recurrence or a broken promise open a new, linked appeal (policy §3, §6)."""

from datetime import datetime, timedelta

from sqlalchemy import select

from appeals.actions import limits, linking, notices
from appeals.actions.refusals import Refused, say
from appeals.db import session
from appeals.models import settings
from appeals.models.appeal import Appeal
from appeals.rules import text, workdays
from appeals.rules.actors import COMPANY, Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.words import OPEN_STATES, ReopenReason, State


def until(appeal: Appeal) -> datetime | None:
    """The end of the days in which the company may reopen it; None before strike-off."""
    if appeal.state != State.STRUCK_OFF or appeal.struck_off_at is None:
        return None
    days = settings.limits(appeal.settings_version).reopen_within_natural_days
    return workdays.end_of(workdays.day_of(appeal.struck_off_at) + timedelta(days=days))


def reopen(
    appeal_id: int, *, reason: str, words: str, key: str | None = None, at: datetime, seen: int | None = None
) -> Appeal:
    """The company says what is new: a new appeal of its own, promised in five working days. Returns the new one.

    `reason` is a code of words.ReopenReason. The same key again returns what it made. Raises Refused, NotAllowed.
    """
    errors: dict[str, str] = {}
    if reason not in {each.value for each in ReopenReason}:
        errors["reason"] = say("请选择为什么要继续反映")
    if text.is_visibly_empty(words):
        errors["words"] = say("请写明有什么新情况")
    if errors:
        raise Refused(**errors)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if (again := linking.filed(key, appeal.id)) is not None:
            return again
        last = until(appeal)
        if last is None or at >= last:
            raise NotAllowed("可以继续反映的期限已过，请另行提交诉求")
        if open_one(appeal) is not None:
            raise NotAllowed("已有一件由此继续办理的诉求，请在那一件中补充")
        return open_linked(appeal, words=words, why=ReopenReason(reason).label, at=at, key=key)


def open_linked(
    appeal: Appeal, *, words: str, why: str, at: datetime, by: Actor = COMPANY, key: str | None = None
) -> Appeal:
    """Part of a deed that has the struck-off appeal open: file the linked one, leave REOPEN on the old. Returns the new.

    `words` is what the company says is not settled (empty: its earlier text stands for it), `why` a few words in
    Chinese for the timeline. The old appeal stays as it is; the lead is proposed as before (actions.suggesting);
    the new one is found with the same code. A poor rating after strike-off calls this with the rating's comment.
    """
    title = f"（继续反映）{appeal.title}"[:60]
    linked = linking.file(
        appeal, at=at, key=key, links={"reopened_from_id": appeal.id, "about_person_id": appeal.about_person_id},
        title=title, text=words.strip() or appeal.text, wish=appeal.wish, about_unit_id=appeal.about_unit_id,
        conduct=appeal.conduct,
    )  # fmt: skip
    event = appeal.make(Move.REOPEN, by=by, at=at, number=linked.number, why=why)
    notices.tell_company(appeal, event)
    notices.tell_office(appeal, event)
    return linked


def open_one(appeal: Appeal) -> Appeal | None:
    """The linked appeal that is being worked on, if there is one."""
    states = [state.value for state in OPEN_STATES]
    query = select(Appeal).where(Appeal.reopened_from_id == appeal.id, Appeal.state.in_(states))
    return session().scalars(query.order_by(Appeal.id.desc())).first()
