"""Instructions of leaders and decisions of the fortnightly meeting: given, answered; unanswered they nag (policy §8)."""

from datetime import date, datetime

from appeals.actions import limits, notices
from appeals.actions.refusals import Refused
from appeals.db import session, transaction
from appeals.models import tree
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.models.instruction import Instruction
from appeals.rules import answers, workdays
from appeals.rules.actors import Actor
from appeals.rules.instructions import Given
from appeals.rules.lifecycle import Move, NotAllowed, NotYours
from appeals.rules.words import Role


def give(
    *, text: str, unit_id: int | None, due_on: date | None, by: Actor, at: datetime, kind: Given = Given.INSTRUCTION,
    appeal_id: int | None = None, cycle: int | None = None,
) -> Instruction:  # fmt: skip
    """Write one: a leader's on an appeal, a unit's work or in general; the director may record what a meeting decided.

    On a complaint about conduct never to the unit it is about.
    """
    errors = _problems(text, unit_id, due_on, at)
    if errors:
        raise Refused(**errors)
    assert unit_id is not None
    assert due_on is not None
    if by.role is not Role.LEADER and not (by.role is Role.DIRECTOR and kind is Given.MEETING and appeal_id is None):
        raise NotYours("批示由委领导作出；营商办主任可以记录会议决定")
    row = Instruction(
        kind=kind.value, cycle=cycle, appeal_id=appeal_id, unit_id=unit_id, text=text.strip(), given_by_id=by.user_id,
        given_at=at, due_on=due_on,
    )  # fmt: skip
    if appeal_id is None:
        with transaction() as current:
            current.add(row)
            current.flush()
            _trace("audit.instruction_given", row, by, at)
        return row
    with limits.opened(appeal_id, at=at) as appeal:
        if appeal.conduct and appeal.about_unit_id in tree.current().above(unit_id):
            raise Refused(unit="作风类投诉不能批给被反映的单位及其下属单位")
        session().add(row)
        session().flush()
        event = appeal.make(Move.INSTRUCT, by=by, at=at, instruction=row.id, unit=row.unit.name)
        notices.tell_head(appeal, event, unit_id)
        notices.tell_company(appeal, event)
    return row


def _problems(text: str, unit_id: int | None, due_on: date | None, at: datetime) -> dict[str, str]:
    found = {}
    if not text.strip():
        found["text"] = "请写明批示内容"
    node = tree.current().nodes.get(unit_id or 0)
    if node is None or not node.active:
        found["unit"] = "请选择落实单位"
    if due_on is None or due_on < workdays.day_of(at):
        found["due_on"] = "请填写今天或以后的回复日期"
    return found


def answer(instruction_id: int, *, text: str, by: Actor, at: datetime) -> Instruction:
    """The head of the unit it was addressed to (the director for the office) says what was done."""
    if problem := answers.text_problem(text):
        raise Refused(answer=problem)
    with transaction() as current:
        row = current.get(Instruction, instruction_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise limits.Gone
        mine = by.role is Role.DIRECTOR and row.unit_id == tree.current().office_id
        if not mine and not (by.role is Role.HEAD and row.unit_id in by.unit_ids):
            raise NotYours("由落实单位的负责人回复")
        if row.answered_at is not None:
            raise NotAllowed("已经回复")
        row.answer, row.answered_at, row.answered_by_id = text.strip(), at, by.user_id
        appeal = _appeal(row)
        if appeal is not None and appeal.may(Move.ANSWER_INSTRUCTION, by):
            event = appeal.make(Move.ANSWER_INSTRUCTION, by=by, at=at, instruction=row.id)
            notices.tell(appeal, event, Role.LEADER)
        else:
            _trace("audit.instruction_answered", row, by, at)
        return row


def _appeal(row: Instruction) -> Appeal | None:
    return session().get(Appeal, row.appeal_id, with_for_update=True) if row.appeal_id is not None else None


def _trace(kind: str, row: Instruction, by: Actor, at: datetime) -> None:
    session().add(
        Event(appeal_id=row.appeal_id, kind=kind, at=at, recorded_at=at, role=by.role.value, user_id=by.user_id,
              unit_id=by.unit_id, detail={"instruction": row.id, "unit": row.unit_id})
    )  # fmt: skip
