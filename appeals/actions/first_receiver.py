"""首接负责: whoever had it answers the company's questions until the next lead has acknowledged (policy §5)."""

from datetime import datetime

from appeals.actions import limits, notices
from appeals.actions.handling import CHANNELS, HEARD
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment, ContactNote
from appeals.rules import text
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed


def of(appeal: Appeal) -> Assignment | None:
    """The former lead that still answers, if any."""
    return next((a for a in appeal.assignments if a.still_answers), None)


def answer(
    appeal_id: int, *, channel: str, note: str, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """Write down what the company was told; through the platform it reads it itself. It is no first contact."""
    errors: dict[str, str] = {}
    if channel not in CHANNELS:
        errors["channel"] = "请选择联系方式"
    if text.is_visibly_empty(note):
        errors["note"] = "请写明答复的内容"
    if errors:
        raise Refused(**errors)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if appeal.hide_contact and channel != HEARD:
            raise Refused(channel="企业不公开联系方式，请通过站内转达联系")
        mine = of(appeal)
        if mine is None or mine.unit_id not in by.unit_ids:
            raise NotAllowed("新的承办单位已经签收，由其答复企业的询问")
        session().add(
            ContactNote(appeal_id=appeal.id, assignment_id=mine.id, kind="contact", channel=channel, note=note.strip(),
                        by_id=by.user_id, at=at)
        )  # fmt: skip
        event = appeal.make(Move.ANSWER_QUESTION, by=by, at=at, unit=mine.unit.name)
        notices.tell_company(appeal, event)
        return appeal
