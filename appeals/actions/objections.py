"""The company disagrees with shelving; a leader decides (policy §4)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from appeals.actions import limits, notices, pauses, requests
from appeals.actions.refusals import Refused, say
from appeals.actions.requests import Wish
from appeals.models.appeal import Appeal
from appeals.models.request import Request
from appeals.rules import text
from appeals.rules.actors import COMPANY, Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.requests import Asked
from appeals.rules.words import Role, State


def disagree(appeal_id: int, *, reason: str, at: datetime, seen: int | None = None) -> Appeal:
    """The company says no, while shelving is asked for or lasts. Until a leader has decided nobody signs."""
    if text.is_visibly_empty(reason):
        raise Refused(reason=say("请写明您不同意的理由"))
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        about = disputable(appeal)
        if about is None:
            raise NotAllowed("现在没有可以提出异议的事项，可能已有新的办理")
        pending = requests.undecided(appeal, Asked.SHELVING)
        for row in pending:
            requests.park(appeal, row, at=at)
        requests.ask(appeal, Asked.DISAGREEMENT, Wish(reason=reason), by=COMPANY, at=at)
        event = appeal.make(Move.DISAGREE, by=COMPANY, at=at)
        notices.tell(appeal, event, Role.LEADER)
        notices.tell_office(appeal, event)
        requests.tell_asker(appeal, about, event)
        return appeal


def disputable(appeal: Appeal) -> Request | None:
    """What the company may disagree with now: what was asked for, or granted and lasting; once for each asking."""
    asked = [*requests.undecided(appeal, Asked.SHELVING)]
    if appeal.state == State.SHELVED:
        asked += [row for row in requests.of_kind(appeal, Asked.SHELVING) if row.granted][-1:]
        asked += requests.undecided(appeal, Asked.RENEWAL)
    asked = [row for row in asked if row.waits_for != Role.COMPANY and row.asked_at is not None]
    if not asked:
        return None
    latest = max(asked, key=lambda row: row.id)
    objections = requests.of_kind(appeal, Asked.DISAGREEMENT)
    return None if any(each.id > latest.id for each in objections) else latest


def uphold(appeal_id: int, *, answer: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The company is right: it is not shelved, or comes back at once."""
    with _judged(appeal_id, answer, by, at, seen) as (appeal, row):
        requests.decide(appeal, row, granted=True, answer=answer, by=by, at=at)
        if appeal.state == State.SHELVED:
            pauses.bring_back(appeal, move=Move.UPHOLD_DISAGREEMENT, by=by, at=at, reason=answer.strip())
            return appeal
        for asked in requests.undecided(appeal, Asked.SHELVING):
            requests.decide(appeal, asked, granted=False, answer=answer, by=by, at=at)
        event = appeal.make(Move.UPHOLD_DISAGREEMENT, by=by, at=at, reason=answer.strip())
        notices.tell_company(appeal, event)
        notices.tell_unit(appeal, event, _lead(appeal))
        return appeal


def reject(appeal_id: int, *, answer: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The company is not right: what was asked for goes on to be signed, or lasts."""
    with _judged(appeal_id, answer, by, at, seen) as (appeal, row):
        requests.decide(appeal, row, granted=False, answer=answer, by=by, at=at)
        event = appeal.make(Move.REJECT_DISAGREEMENT, by=by, at=at, reason=answer.strip())
        notices.tell_company(appeal, event)
        notices.tell_unit(appeal, event, _lead(appeal))
        for asked in requests.undecided(appeal, Asked.SHELVING):
            requests.unpark(appeal, asked, at=at)
            notices.tell(appeal, event, Role(asked.waits_for))
        return appeal


@contextmanager
def _judged(
    appeal_id: int, answer: str, by: Actor, at: datetime, seen: int | None
) -> Iterator[tuple[Appeal, Request]]:
    """The appeal and the objection that waits for this leader, who must say why."""
    if text.is_visibly_empty(answer):
        raise Refused(answer="请写明裁定的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        yield appeal, requests.waiting(appeal, Asked.DISAGREEMENT, by=by)


def _lead(appeal: Appeal) -> int:
    assert appeal.lead is not None
    return appeal.lead.unit_id
