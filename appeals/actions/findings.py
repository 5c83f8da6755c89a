"""Sham completion, pressed withdrawal, leak: the director proposes, a leader confirms; then it is proven (policy §8, §10)."""

from datetime import datetime

from appeals.actions import limits
from appeals.actions.refusals import Refused
from appeals.db import session, transaction
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.audit import Event
from appeals.models.supervision import Finding
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import NotAllowed, NotYours
from appeals.rules.papers import PROVEN, Ground
from appeals.rules.words import Role


def propose(
    appeal_id: int, *, kind: str, unit_id: int, text: str, by: Actor, at: datetime, seen: int | None = None
) -> Finding:
    """The first signature: what was found, of which unit that had the appeal."""
    if kind not in PROVEN:
        raise Refused(kind="请选择查实的情形")
    if not text.strip():
        raise Refused(text="请写明查实的情况和依据")
    if by.role is not Role.DIRECTOR:
        raise NotYours("由营商办主任提请认定")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if appeal.hidden_from(by):
            raise NotYours("这件诉求不由您认定")
        if unit_id not in _units(appeal):
            raise Refused(unit="请选择承办过这件诉求的单位")
        row = Finding(
            appeal_id=appeal.id, unit_id=unit_id, kind=kind, text=text.strip(), proposed_by_id=by.user_id, proposed_at=at
        )
        session().add(row)
        session().flush()
        _trace("audit.finding_proposed", row, by, at)
        return row


def decide(finding_id: int, *, proven: bool, remark: str, by: Actor, at: datetime) -> Finding:
    """The second signature, a leader's; from then on it counts in the quarter (policy §10)."""
    if by.role is not Role.LEADER:
        raise NotYours("由委领导认定")
    if not proven and not remark.strip():
        raise Refused(remark="请写明不予认定的理由")
    with transaction() as current:
        row = current.get(Finding, finding_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise limits.Gone
        if row.decided_at is not None:
            raise NotAllowed("已经有领导作出决定")
        if by.user_id is not None and by.user_id == row.proposed_by_id:
            raise NotAllowed("同一人不能先后签两次")
        row.decided_by_id, row.decided_at, row.proven, row.remark = by.user_id, at, proven, remark.strip()
        _trace("audit.finding_decided", row, by, at)
        return row


def kinds() -> list[tuple[str, str]]:
    """(code, label) of what can be found."""
    return [(kind.value, Ground(kind).label.removeprefix("经查实")) for kind in PROVEN]


def _units(appeal: Appeal) -> set[int]:
    return {assignment.unit_id for assignment in appeal.assignments}


def units(appeal: Appeal) -> list[tuple[str, str]]:
    """(id, name) of the units that had it."""
    tasks: list[Assignment] = appeal.assignments
    return list({str(task.unit_id): task.unit.name for task in tasks}.items())


def _trace(kind: str, row: Finding, by: Actor, at: datetime) -> None:
    detail = {"finding": row.id, "kind": row.kind, "unit": row.unit_id, "proven": row.proven}
    session().add(
        Event(appeal_id=row.appeal_id, kind=kind, at=at, recorded_at=at, role=by.role.value, user_id=by.user_id,
              unit_id=by.unit_id, detail=detail)
    )  # fmt: skip
