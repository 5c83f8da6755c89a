"""Standing lists of papers, findings, instructions and referrals; what each visitor may see of them (policy §2, §8)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from appeals.db import MAX_ID, session
from appeals.models import lists, tree
from appeals.models.appeal import Appeal
from appeals.models.instruction import OPEN, Instruction
from appeals.models.referral import Referral
from appeals.models.supervision import DRAFT, UNANSWERED, Finding, Paper, PaperLine
from appeals.rules.actors import Actor
from appeals.rules.papers import Kind
from appeals.rules.words import OPEN_STATES, Role, State

PAGE = lists.PAGE
DRAFTS, WAITING, ANSWERED, DROPPED = "drafts", "waiting", "answered", "dropped"
TABS = {DRAFTS: "待发", WAITING: "待回复", ANSWERED: "已回复", DROPPED: "已作废"}
UNITS = (Role.LIAISON, Role.HEAD)
_WHICH: dict[str, ColumnElement[bool]] = {
    DRAFTS: and_(DRAFT),
    WAITING: and_(Paper.sent_at.is_not(None), Paper.answer_due_at.is_not(None), Paper.answered_at.is_(None)),
    ANSWERED: and_(Paper.sent_at.is_not(None), or_(Paper.answered_at.is_not(None), Paper.answer_due_at.is_(None))),
    DROPPED: Paper.dropped_at.is_not(None),
}
_WHOLE = (
    joinedload(Paper.unit), joinedload(Paper.addressee), selectinload(Paper.lines).joinedload(PaperLine.appeal),
)  # fmt: skip


def seen_by(by: Actor) -> ColumnElement[bool]:
    """Which papers a visitor may know of: none with an appeal that does not exist for him; a unit's own once sent."""
    hidden = (
        select(PaperLine.id).join(Appeal, Appeal.id == PaperLine.appeal_id)
        .where(PaperLine.paper_id == Paper.id, ~lists.not_accused(by)).exists()
    )  # fmt: skip
    if by.role in UNITS and by.unit_ids:
        return and_(Paper.unit_id.in_(by.unit_ids), Paper.sent_at.is_not(None), ~hidden)
    if by.role is Role.RECUSAL:
        return and_(Paper.sender == Role.RECUSAL.value, ~hidden)
    return ~hidden if by.role in lists.SEES_ALL else false()


def page(tab: str, by: Actor, before: int | None = None, limit: int = PAGE) -> Sequence[Paper]:
    """One page of a tab, the latest first, and one more."""
    query = select(Paper).where(_WHICH[tab], seen_by(by))
    if before is not None:
        query = query.where(Paper.id < before)
    return session().scalars(query.options(*_WHOLE).order_by(Paper.id.desc()).limit(limit + 1)).all()


def counts(by: Actor) -> dict[str, str]:
    """How many wait in the first two tabs: the number, or 50+."""
    return {tab: _shown(select(Paper.id).where(_WHICH[tab], seen_by(by))) for tab in (DRAFTS, WAITING)}


def _shown(query: Select[Any]) -> str:
    found = session().scalar(select(func.count()).select_from(query.limit(PAGE + 1).subquery())) or 0
    return f"{PAGE}+" if found > PAGE else str(found)


def find(paper_id: int, by: Actor) -> Paper | None:
    """One paper, if the visitor may know of it."""
    if paper_id > MAX_ID:
        return None
    query = select(Paper).where(Paper.id == paper_id, seen_by(by))
    return session().scalars(query.options(*_WHOLE)).first()


def of_appeal(appeal_id: int, by: Actor | None = None) -> Sequence[Paper]:
    """The papers on one appeal that the visitor may know of, oldest first; without a visitor, all: for its file."""
    mine = select(PaperLine.paper_id).where(PaperLine.appeal_id == appeal_id)
    query = select(Paper).where(Paper.id.in_(mine), seen_by(by) if by is not None else true())
    return session().scalars(query.options(*_WHOLE).order_by(Paper.id)).all()


def opens(appeals: Iterable[Appeal], by: Actor) -> set[int]:
    """Ids of those of these appeals that the visitor may open."""
    ids = [appeal.id for appeal in appeals]
    return set(session().scalars(select(Appeal.id).where(Appeal.id.in_(ids), lists.visible_to(by)))) if ids else set()


def to_answer(by: Actor, limit: int = PAGE) -> Sequence[Paper]:
    """What waits for an answer of the visitor's unit, the most pressing first; a weekly report that is due too."""
    reporting = and_(Paper.sent_at.is_not(None), Paper.answered_at.is_not(None), Paper.report_due_at.is_not(None))
    query = select(Paper).where(or_(UNANSWERED, reporting), _addressed(by), seen_by(by))
    order = func.coalesce(Paper.report_due_at, Paper.answer_due_at)
    return session().scalars(query.options(*_WHOLE).order_by(order, Paper.id).limit(limit)).all()


def _addressed(by: Actor) -> ColumnElement[bool]:
    if by.role is Role.DIRECTOR:
        return Paper.unit_id == (tree.current().office_id or 0)
    return Paper.unit_id.in_(by.unit_ids) if by.role in UNITS else false()


def to_send(by: Actor, limit: int = PAGE) -> Sequence[Paper]:
    """Drafts that wait for this visitor's name, the gravest and oldest first."""
    query = select(Paper).where(DRAFT, Paper.sender == by.role.value, seen_by(by))
    return session().scalars(query.options(*_WHOLE).order_by(Paper.id).limit(limit)).all()


def still_open(kind: Kind, by: Actor, limit: int = PAGE) -> Sequence[Paper]:
    """Papers of this kind that were sent, with anything on them still open: what the meeting looks at."""
    still = (
        select(PaperLine.id).join(Appeal, Appeal.id == PaperLine.appeal_id)
        .where(PaperLine.paper_id == Paper.id, ~PaperLine.left_out, Appeal.struck_off_at.is_(None),
               or_(Appeal.completed_at.is_(None), Appeal.state == State.RECTIFYING.value),
               Appeal.state.in_([state.value for state in OPEN_STATES])).exists()
    )  # fmt: skip
    query = select(Paper).where(Paper.kind == kind.value, Paper.sent_at.is_not(None), still, seen_by(by))
    return session().scalars(query.options(*_WHOLE).order_by(Paper.sent_at, Paper.id).limit(limit)).all()


def to_decide(by: Actor, limit: int = PAGE) -> Sequence[Paper]:
    """Talks and referrals that wait for a leader."""
    query = select(Paper).where(DRAFT, Paper.kind.in_((Kind.TALK.value, Kind.REFERRAL.value)), seen_by(by))
    return session().scalars(query.options(*_WHOLE).order_by(Paper.id).limit(limit)).all()


# -- findings --------------------------------------------------------------------------------------------


def findings(appeal_id: int) -> Sequence[Finding]:
    """The findings on one appeal, oldest first."""
    return session().scalars(select(Finding).where(Finding.appeal_id == appeal_id).order_by(Finding.id)).all()


def undecided_findings(by: Actor, limit: int = PAGE) -> Sequence[Finding]:
    """Findings that wait for a leader's signature."""
    query = select(Finding).join(Appeal, Appeal.id == Finding.appeal_id)
    query = query.where(Finding.decided_at.is_(None), lists.visible_to(by))
    whole = (joinedload(Finding.appeal), joinedload(Finding.unit))
    return session().scalars(query.options(*whole).order_by(Finding.id).limit(limit)).all()


# -- instructions ----------------------------------------------------------------------------------------

_GIVEN = (joinedload(Instruction.appeal), joinedload(Instruction.unit), joinedload(Instruction.given_by))


def instructions(by: Actor, *which: Any, limit: int = PAGE) -> Select[Any]:
    """Instructions as far as the visitor may know of them."""
    query = select(Instruction).outerjoin(Appeal, Appeal.id == Instruction.appeal_id)
    query = query.where(*which, or_(Instruction.appeal_id.is_(None), lists.not_accused(by)))
    if by.role in UNITS:
        query = query.where(Instruction.unit_id.in_(by.unit_ids))
    elif by.role is Role.RECUSAL:
        query = query.where(Instruction.appeal_id.is_not(None), lists.visible_to(by))
    return query.options(*_GIVEN).limit(limit)


def unanswered(by: Actor, limit: int = PAGE) -> Sequence[Instruction]:
    """Unanswered ones, the first due first."""
    query = instructions(by, OPEN, limit=limit)
    found: Sequence[Instruction] = session().scalars(query.order_by(Instruction.due_on, Instruction.id)).all()
    return found


def given(by: Actor, before: int | None = None, limit: int = PAGE) -> Sequence[Instruction]:
    """All of them, the latest first; one more than `limit`."""
    which = [Instruction.id < before] if before is not None else []
    query = instructions(by, *which, limit=limit + 1)
    found: Sequence[Instruction] = session().scalars(query.order_by(Instruction.id.desc())).all()
    return found


def instructions_on(appeal_id: int) -> Sequence[Instruction]:
    """Those on one appeal, oldest first."""
    query = select(Instruction).where(Instruction.appeal_id == appeal_id).options(*_GIVEN)
    return session().scalars(query.order_by(Instruction.id)).all()


# -- referrals -------------------------------------------------------------------------------------------


def referrals(to: Role, before: int | None = None, limit: int = PAGE) -> Sequence[Referral]:
    """The files sent to this role, the latest first; one more than `limit`."""
    query = select(Referral).where(Referral.to_role == to.value).options(joinedload(Referral.appeal))
    if before is not None:
        query = query.where(Referral.id < before)
    return session().scalars(query.order_by(Referral.id.desc()).limit(limit + 1)).all()


def referred(number: str, to: Role) -> Referral | None:
    """The file of this appeal, if it was sent to this role."""
    query = select(Referral).join(Appeal, Appeal.id == Referral.appeal_id)
    return session().scalars(query.where(Appeal.number == number, Referral.to_role == to.value)).first()


def referrals_of(appeal_id: int) -> Sequence[Referral]:
    """To whom the file of one appeal was sent."""
    return session().scalars(select(Referral).where(Referral.appeal_id == appeal_id).order_by(Referral.id)).all()


def sent_within(kinds: Sequence[Kind], from_at: datetime, to_at: datetime) -> dict[int, list[datetime]]:
    """Unit → when it was sent papers of these kinds in [from_at, to_at), oldest first."""
    query = select(Paper.unit_id, Paper.sent_at).where(
        Paper.kind.in_([kind.value for kind in kinds]), Paper.sent_at >= from_at, Paper.sent_at < to_at
    )
    found: dict[int, list[datetime]] = {}
    for unit_id, sent_at in session().execute(query.order_by(Paper.sent_at, Paper.id)):
        assert sent_at is not None
        found.setdefault(unit_id, []).append(sent_at)
    return found


def proven_within(from_at: datetime, to_at: datetime) -> dict[int, int]:
    """Unit → findings proven against it in [from_at, to_at)."""
    query = select(Finding.unit_id, func.count()).where(
        Finding.proven.is_(True), Finding.decided_at >= from_at, Finding.decided_at < to_at
    )
    rows = session().execute(query.group_by(Finding.unit_id))
    return {unit_id: number for unit_id, number in rows}  # noqa: C416
