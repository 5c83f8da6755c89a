"""Companies rate answers, and a poor rating is put right (policy §6)."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from appeals.actions import limits, notices
from appeals.actions.refusals import Refused, say
from appeals.db import session
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.rating import Rating, RatingLink, Rectification
from appeals.rules import asof, deadlines, facts
from appeals.rules.actors import COMPANY, Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.words import LEVELS, POOR_LEVELS, RatingSource, Role, Solved, State


@dataclass(frozen=True)
class Answer:
    """The three questions, and why a poor rating is poor."""

    contacted: bool | None
    solved: str
    level: int
    go_on: bool = False
    reasons: Sequence[str] = ()
    comment: str = ""

    @property
    def poor(self) -> bool:
        """Poor, not solved, or partly with the wish that work goes on: rectification (policy §6)."""
        return self.level in POOR_LEVELS or self.solved == Solved.NO or (self.solved == Solved.PARTLY and self.go_on)


def token_hash(token: str, key: bytes) -> str:
    """What the file keeps of a rating link."""
    return hmac.digest(key, token.encode(), "sha256").hex()


def issue_link(appeal_id: int, *, key: bytes, at: datetime) -> str:
    """A fresh rating link for the present round; only its keyed hash is kept. Returns the token."""
    token = secrets.token_urlsafe(24)
    with limits.opened(appeal_id, at=at) as appeal:
        days = settings.limits(appeal.settings_version).rating_link_natural_days
        session().add(
            RatingLink(token_hash=token_hash(token, key), appeal_id=appeal.id, round=appeal.round,
                       expires_at=at + timedelta(days=days))
        )  # fmt: skip
        appeal.make(Move.RATING_LINK, by=COMPANY, at=at, round=appeal.round)
        return token


def rate(
    appeal_id: int, *, answer: Answer, round_: int, source: RatingSource, by: Actor, at: datetime,
    seen: int | None = None,
) -> Appeal:  # fmt: skip
    """Keep a rating and make the move it causes: strike-off, rectification, or none (policy §6).

    One rating per round, changeable by the company for 24 hours. Raises Refused, NotAllowed, Stale.
    """
    check(answer)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if round_ != appeal.round:
            raise NotAllowed("这一轮评价已经结束")
        return book(appeal, answer, source, by, at)


def book(appeal: Appeal, answer: Answer, source: RatingSource, by: Actor, at: datetime) -> Appeal:
    """The same inside a deed that has the appeal open already: a call-back that brought an answer."""
    first = first_rating(appeal)
    if first is not None and (at - first.at > asof.EDITABLE or by.role is not Role.COMPANY):
        raise NotAllowed("评价提交满24小时后不能修改")
    move = Move.RATE if source is RatingSource.PROXY else _move(appeal, answer, first)  # kept, moves nothing
    session().add(
        Rating(appeal_id=appeal.id, round=appeal.round, source=source.value, contacted=answer.contacted,
               solved=answer.solved, go_on=answer.go_on, level=answer.level, reasons=list(answer.reasons),
               comment=answer.comment.strip(), counts=source is not RatingSource.PROXY, by_id=by.user_id, at=at)
    )  # fmt: skip
    _apply(appeal, move, at)
    event = appeal.make(move, by=by, at=at, round=appeal.round, source=source.value, level=answer.level)
    notices.tell_office(appeal, event)
    return appeal


def check(answer: Answer) -> None:
    """Raise Refused for what keeps an answer from being one."""
    errors: dict[str, str] = {}
    if answer.level not in LEVELS:
        errors["level"] = say("请选择满意程度")
    if answer.solved not in {s.value for s in Solved}:
        errors["solved"] = say("请选择问题是否解决")
    if answer.level in POOR_LEVELS and not answer.reasons and not answer.comment.strip():
        errors["reasons"] = say("请至少选择或填写一个不满意的原因")
    if errors:
        raise Refused(**errors)


def first_rating(appeal: Appeal) -> Rating | None:
    """The company's first rating of the present round that counts."""
    query = select(Rating).where(Rating.appeal_id == appeal.id, Rating.round == appeal.round, Rating.counts)
    return session().scalars(query.order_by(Rating.at, Rating.id)).first()


def _move(appeal: Appeal, answer: Answer, first: Rating | None) -> Move:
    match appeal.state:
        case State.COMPLETED:
            return Move.RATE_POOR if answer.poor else Move.RATE_GOOD
        case State.STRUCK_OFF if first is not None and answer.poor:
            return Move.UNDO_STRIKE_OFF
        case State.RECTIFYING if not answer.poor and _unverified(appeal):
            return Move.RATE_GOOD
    return Move.RATE


def _apply(appeal: Appeal, move: Move, at: datetime) -> None:
    if move is Move.RATE_GOOD:
        appeal.struck_off_at = at
        for row in _rectifications(appeal):
            if row.verified_at is None:
                session().delete(row)
    elif move in (Move.RATE_POOR, Move.UNDO_STRIKE_OFF):
        if appeal.struck_off_at is not None:
            past = {"what": facts.STRUCK_OFF, "at": appeal.struck_off_at.isoformat(), "undone_at": at.isoformat()}
            appeal.undone = [*appeal.undone, past]
        appeal.struck_off_at = None
        days, numbers = calendar.current(), settings.limits(appeal.settings_version)
        session().add(
            Rectification(appeal_id=appeal.id, round=appeal.round, opened_at=at,
                          verify_due_at=deadlines.after(at, numbers.rectify_verify, days))
        )  # fmt: skip


def _rectifications(appeal: Appeal) -> Sequence[Rectification]:
    query = select(Rectification).where(
        Rectification.appeal_id == appeal.id, Rectification.round == appeal.round
    )
    return session().scalars(query).all()


def _unverified(appeal: Appeal) -> bool:
    return all(row.verified_at is None for row in _rectifications(appeal))
