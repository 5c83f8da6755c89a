"""After three rounds in vain two people may close it as 已尽责仍不满意, with reasons the company reads (policy §6)."""

from datetime import datetime

from appeals.actions import limits, notices, rectifying, requests
from appeals.actions.refusals import Refused
from appeals.models.appeal import Appeal
from appeals.rules import answers, ratings, text
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.requests import Asked
from appeals.rules.words import Role


def may_be_proposed(appeal: Appeal) -> bool:
    """Whether the third rectification was audited and the company is still not content, which somebody verified."""
    row = rectifying.current(appeal)
    return appeal.round > ratings.ROUNDS and row is not None and row.runs and row.verified_at is not None


def propose(appeal_id: int, *, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The director's signature, or the recusal post's; `reason` is what the company will read."""
    if problem := answers.text_problem(reason):
        raise Refused(reason=problem)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if not may_be_proposed(appeal):
            raise NotAllowed(f"整改满{ratings.ROUNDS}轮、企业仍不满意并经核实后，才可以提请办结")
        asked = requests.ask(appeal, Asked.CLOSING, requests.Wish(reason=reason), by=by, at=at)
        event = appeal.make(Move.PROPOSE_CLOSING, by=by, at=at, request=asked.id)
        notices.tell(appeal, event, Role(asked.waits_for))
        return appeal


def close(appeal_id: int, *, answer: str = "", by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """A leader's signature: the appeal leaves the ledger, the reasons are the company's to read."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        asked = requests.waiting(appeal, Asked.CLOSING, by=by)
        requests.decide(appeal, asked, granted=True, answer=answer, by=by, at=at)
        rectifying.break_off(appeal, why=rectifying.CLOSED, at=at)
        appeal.struck_off_at, appeal.public_reason = at, asked.reason
        event = appeal.make(Move.CLOSE, by=by, at=at, request=asked.id)
        notices.tell_company(appeal, event)
        if appeal.lead is not None:
            notices.tell_unit(appeal, event, appeal.lead.unit_id)
        return appeal


def refuse(appeal_id: int, *, order: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The leader wants it put right: `order` says what the next report must show, the round goes on."""
    if text.is_visibly_empty(order):
        raise Refused(order="请写明还要整改什么")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        asked = requests.waiting(appeal, Asked.CLOSING, by=by)
        requests.decide(appeal, asked, granted=False, answer=order, by=by, at=at)
        event = appeal.make(Move.REFUSE_CLOSING, by=by, at=at, request=asked.id)
        notices.tell_company(appeal, event)
        if appeal.lead is not None:
            notices.tell_unit(appeal, event, appeal.lead.unit_id)
        return appeal
