"""What people do with papers: edit, send, drop, answer, report, and write down what came of a talk (policy §8)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import func, select

from appeals.actions import limits, notices
from appeals.actions.refusals import Refused
from appeals.db import session, transaction
from appeals.models import calendar, settings, tree
from appeals.models.appeal import Appeal
from appeals.models.people import User
from appeals.models.supervision import Paper
from appeals.models.versions import Version
from appeals.rules import answers, deadlines, papers, workdays
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed, NotYours
from appeals.rules.papers import Kind
from appeals.rules.words import Role

EDITORS = (Role.COORDINATOR, Role.DIRECTOR)  # who prepares what a leader signs
DROPPERS = {Role.COORDINATOR: (Role.COORDINATOR, Role.DIRECTOR), Role.RECUSAL: (Role.RECUSAL,), Role.LEADER: (Role.LEADER,)}


def edit(paper_id: int, *, body: str, by: Actor, at: datetime, seen: int | None = None) -> Paper:
    """Change the words of a draft: its sender, or the office that prepares it for a leader."""
    if not body.strip():
        raise Refused(body="文书内容不能为空")
    with _opened(paper_id, seen) as paper:
        _draft(paper)
        own = by.role.value == paper.sender
        if not own and not (by.role in EDITORS and paper.sender in (Role.COORDINATOR.value, Role.LEADER.value)):
            raise NotYours("这份文书不由您修改")
        paper.body, paper.edited_by_id, paper.edited_at = body.strip(), by.user_id, at
        return paper


def drop(paper_id: int, *, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Paper:
    """Do not send it, and say why; it is not drafted again on the same ground."""
    if not reason.strip():
        raise Refused(reason="请写明不发的理由")
    with _opened(paper_id, seen) as paper:
        _draft(paper)
        if by.role not in DROPPERS[Role(paper.sender)]:
            raise NotYours("这份文书不由您作废")
        paper.dropped_by_id, paper.dropped_at, paper.drop_reason = by.user_id, at, reason.strip()
        return paper


def send(paper_id: int, *, by: Actor, at: datetime, seen: int | None = None) -> Paper:
    """Send it: the number of its kind and year, the day of the answer, one event on every appeal it is about.

    What has been settled since it was drafted is left out. Raises NotAllowed where nothing is left.
    """
    with _opened(paper_id, seen) as paper:
        _draft(paper)
        if by.role.value != paper.sender:
            raise NotYours(f"这份文书由{Role(paper.sender).label}签发")
        appeals = {a.id: a for a in _appeals(paper, at)}
        for line in paper.lines:
            line.left_out = not appeals[line.appeal_id].may(Move.SEND_PAPER, by)
        if not paper.standing:
            raise NotAllowed("所列诉求都已不需要督办，请作废")
        kind = Kind(paper.kind)
        paper.sent_by_id, paper.sent_at, paper.year = by.user_id, at, workdays.day_of(at).year
        paper.sequence = _next(kind, paper.year)
        if (days := papers.answer_days(kind, settings.limits())) is not None:
            paper.answer_due_at = deadlines.after(at, days, calendar.current())
        for appeal in {line.appeal_id: appeals[line.appeal_id] for line in paper.standing}.values():
            _tell(appeal, paper, by, at)
        return paper


def _tell(appeal: Appeal, paper: Paper, by: Actor, at: datetime) -> None:
    event = appeal.make(Move.SEND_PAPER, by=by, at=at, paper=paper.number, label=paper.label, unit=paper.unit.name)
    if paper.unit_id == tree.current().office_id:
        notices.tell(appeal, event, Role.DIRECTOR)
    else:
        notices.tell_head(appeal, event, paper.unit_id)
    for copy in paper.copies:
        notices.tell(appeal, event, Role(copy))
    if paper.answer_due_at is not None:
        notices.tell_company(appeal, event)


def answer(paper_id: int, *, text: str, by: Actor, at: datetime, seen: int | None = None) -> Paper:
    """The unit's head answers, its 主要负责人 from the second level on; after a red paper reports follow weekly."""
    if problem := answers.text_problem(text):
        raise Refused(answer=problem)
    with _opened(paper_id, seen) as paper:
        if paper.sent_at is None or paper.answer_due_at is None or paper.answered_at is not None:
            raise NotAllowed("这份文书不需要回复，或已经回复")
        _check_addressee(paper, by)
        paper.answer, paper.answered_at, paper.answered_by_id = text.strip(), at, by.user_id
        if paper.level == papers.THIRD:
            paper.report_due_at = _next_report(at)
        for appeal in _appeals(paper, at):
            if appeal.may(Move.ANSWER_PAPER, by):
                event = appeal.make(Move.ANSWER_PAPER, by=by, at=at, paper=paper.number)
                notices.tell(appeal, event, Role(paper.sender))
        return paper


def report(paper_id: int, *, text: str, by: Actor, at: datetime, seen: int | None = None) -> Paper:
    """The weekly report on a red paper; the last one is that the matter is settled."""
    if problem := answers.text_problem(text):
        raise Refused(report=problem)
    with _opened(paper_id, seen) as paper:
        if paper.report_due_at is None:
            raise NotAllowed("这份文书没有待报的进展")
        _check_addressee(paper, by)
        paper.reports = [*paper.reports, {"at": at.isoformat(), "text": text.strip(), "by": by.name}]
        settled = all(appeal.struck_off_at or appeal.completed_at for appeal in _appeals(paper, at))
        paper.report_due_at = None if settled else _next_report(at)
        return paper


def note_talk(paper_id: int, *, minutes: str, by: Actor, at: datetime, seen: int | None = None) -> Paper:
    """What came of a talk: by whoever decided it."""
    if not minutes.strip():
        raise Refused(minutes="请写明约谈情况")
    with _opened(paper_id, seen) as paper:
        if paper.kind != Kind.TALK or paper.sent_at is None:
            raise NotAllowed("尚未决定约谈")
        if by.role is not Role.LEADER:
            raise NotYours("约谈情况由委领导记录")
        stamp = f"{at.astimezone(workdays.SHANGHAI):%Y-%m-%d %H:%M}"
        paper.minutes = f"{paper.minutes}\n{stamp} {minutes.strip()}".strip()
        return paper


@contextmanager
def _opened(paper_id: int, seen: int | None) -> Iterator[Paper]:
    with transaction() as current:
        paper = current.get(Paper, paper_id, with_for_update=True, populate_existing=True)
        if paper is None:
            raise limits.Gone
        if seen is not None and seen != paper.version:
            raise limits.Stale
        yield paper
        current.flush()


def _draft(paper: Paper) -> None:
    if not paper.is_draft:
        raise NotAllowed("这份文书已经发出或作废")


def _appeals(paper: Paper, at: datetime) -> Sequence[Appeal]:
    """The appeals on it, locked in the order of their ids and brought up to the moment."""
    ids = {line.appeal_id for line in paper.lines if not line.left_out}
    query = select(Appeal).where(Appeal.id.in_(ids)).order_by(Appeal.id).with_for_update()
    found = session().scalars(query.execution_options(populate_existing=True)).all()
    for appeal in found:
        limits.apply_due(appeal, at)
        limits.arm(appeal)
    return found


def _check_addressee(paper: Paper, by: Actor) -> None:
    """Raises NotYours unless the visitor heads the unit, as its 主要负责人 where the paper asks for him."""
    if paper.unit_id == tree.current().office_id and by.role is Role.DIRECTOR:
        return
    if by.role is not Role.HEAD or paper.unit_id not in by.unit_ids:
        raise NotYours("文书由收文单位的负责人回复")
    head = session().get(User, by.for_id or by.user_id or 0)
    if paper.principal and (head is None or not head.principal):
        raise NotYours("这份文书由单位主要负责人回复")


def _next_report(at: datetime) -> datetime:
    return deadlines.after(at, settings.limits().report_weekly, calendar.current())


def _next(kind: Kind, year: int) -> int:
    """The next number of this kind in this year; one at a time, so that none is missing and none is twice."""
    session().execute(select(Version).where(Version.name == "first_cycle").with_for_update())
    query = select(func.max(Paper.sequence)).where(Paper.kind == kind.value, Paper.year == year)
    return (session().scalar(query) or 0) + 1
