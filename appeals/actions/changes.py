"""What two people change together: proposed by the administrator, confirmed by the director (policy §2).

The one mechanism for working days, directory, settings, units and accounts of trust. Nothing applies before it is
confirmed, and a proposal written against a version that is no longer in force is refused.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from appeals.actions import appointments, calendar, directory, settings, units
from appeals.actions.limits import Gone
from appeals.actions.refusals import Refused
from appeals.db import transaction
from appeals.models.audit import Event
from appeals.models.settings import Change
from appeals.models.versions import Version, versions
from appeals.rules import text
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import NotYours
from appeals.rules.words import Role

Payload = Mapping[str, Any]
REASON_MOST = 500


@dataclass(frozen=True)
class Kind:
    """One register: how a proposal is made precise, checked again, applied, and what its digest is taken of.

    `prepare` returns the payload with what it replaces beside it; `check` and `prepare` raise Refused.
    `apply` gets the payload, the new version and the moment, and returns numbers for the audit event. Where
    `apart`, a proposal is not outdated by another one's confirmation: `check` looks at what it concerns.
    """

    label: str
    prepare: Callable[[Payload, datetime], dict[str, Any]]
    check: Callable[[Payload, datetime], None]
    apply: Callable[[Payload, int, datetime], dict[str, int]]
    content: Callable[[], list[Any]]
    apart: bool = False


KINDS = {
    "accounts": Kind(
        "账号", appointments.prepare, appointments.check, appointments.apply, appointments.content, apart=True
    ),
    "calendar": Kind("工作日", calendar.prepare, calendar.check, calendar.apply, calendar.content),
    "directory": Kind("派单目录", directory.prepare, directory.check, directory.apply, directory.content),
    "settings": Kind("参数", settings.prepare, settings.check, settings.apply, settings.content),
    "units": Kind("单位", units.prepare, units.check, units.apply, units.content),
}


def propose(kind: str, payload: Payload, *, reason: str, by: Actor, at: datetime) -> int:
    """Write down a change for somebody else to confirm; returns its id. Nothing applies yet.

    Raises Refused (fields of the register, or `reason`), NotYours.
    """
    _only(Role.ADMIN, by)
    if concerns(payload, by):
        raise Refused(role="不能更改自己的角色、单位或状态")
    why = text.clean_text(reason)
    if text.is_visibly_empty(why) or len(why) > REASON_MOST:
        raise Refused(reason=f"请写明更改的理由和依据，最多{REASON_MOST}字")
    with transaction() as writer:
        exact = KINDS[kind].prepare(payload, at)
        KINDS[kind].check(exact, at)
        base = versions(writer).get(kind, 0)
        _not_twice(writer, kind, exact, base)
        change = Change(
            kind=kind, payload=exact, reason=why, base_version=base, proposed_by=by.user_id, proposed_at=at
        )
        writer.add(change)
        writer.flush()
        writer.add(_event("audit.change_proposed", change, by, at))
        return change.id


def decide(change_id: int, *, confirm: bool, by: Actor, at: datetime, remark: str = "") -> int | None:
    """Confirm a proposal, which applies it and returns the new version, or refuse it with a remark (None).

    Raises Refused where the proposer decides himself, where the register has changed since, or where the
    proposal can no longer stand; NotYours, Gone.
    """
    _only(Role.DIRECTOR, by)
    said = text.clean_text(remark)[:REASON_MOST]
    with transaction() as writer:
        change = _pending(writer, change_id)
        if change.proposed_by == by.user_id:
            raise Refused(decide="不能确认自己提出的更改，请由另一人确认")
        if concerns(change.payload, by):
            raise Refused(decide="不能确认自己账号的更改，请由另一人确认")
        if not confirm and text.is_visibly_empty(said):
            raise Refused(remark="请写明不同意的理由")
        detail = _apply(writer, change, at) if confirm else {}
        change.decided_by, change.decided_at, change.confirmed, change.remark = by.user_id, at, confirm, said
        writer.add(_event("audit.change_confirmed" if confirm else "audit.change_refused", change, by, at, **detail))
        return change.version


def withdraw(change_id: int, *, by: Actor, at: datetime) -> None:
    """Take back one's own proposal before it is decided. Raises Refused, NotYours, Gone."""
    with transaction() as writer:
        change = _pending(writer, change_id)
        if change.proposed_by != by.user_id:
            raise NotYours("只有提出人可以撤回")
        change.decided_by, change.decided_at, change.confirmed = by.user_id, at, False
        writer.add(_event("audit.change_withdrawn", change, by, at))


def is_outdated(change: Change, now: Mapping[str, int]) -> bool:
    """Whether the register has changed since the proposal was written; `now` are the versions in force."""
    apart = KINDS[change.kind].apart
    return change.decided_at is None and not apart and change.base_version != now.get(change.kind, 0)


def concerns(payload: Payload, person: Actor) -> bool:
    """Whether the proposal is about this person's own account."""
    return payload.get("user_id") is not None and payload["user_id"] == person.user_id


def _apply(writer: Session, change: Change, at: datetime) -> dict[str, Any]:
    """Apply and count the version up; what the audit event says of it."""
    kind = KINDS[change.kind]
    version = writer.get(Version, change.kind, with_for_update=True, populate_existing=True)
    if version is None or (version.number != change.base_version and not kind.apart):
        raise Refused(
            decide=f"{kind.label}自提出后已有更改（提出时第{change.base_version}版，"
            f"现为第{version.number if version else 0}版），请退回后按现行版本重新提出"
        )
    kind.check(change.payload, at)
    before = _digest(kind.content())
    numbers = kind.apply(change.payload, version.number + 1, at)
    writer.flush()
    change.version = version.number = version.number + 1
    writer.flush()
    writer.info.pop("versions", None)
    return {"version": change.version, "before": before, "after": _digest(kind.content()), **numbers}


def _pending(writer: Session, change_id: int) -> Change:
    change = writer.get(Change, change_id, with_for_update=True, populate_existing=True)
    if change is None:
        raise Gone
    if change.decided_at is not None:
        raise Refused(decide="这项更改已经处理过了")
    return change


def _not_twice(writer: Session, kind: str, payload: dict[str, Any], base: int) -> None:
    """A second click, or a second person with the same idea."""
    waiting = select(Change).where(Change.decided_at.is_(None), Change.kind == kind)
    if not KINDS[kind].apart:
        waiting = waiting.where(Change.base_version == base)
    wanted = _digest([payload])
    if any(_digest([change.payload]) == wanted for change in writer.scalars(waiting)):
        raise Refused(reason="内容相同的更改已经提出，正在等待确认")


def _only(role: Role, by: Actor) -> None:
    if by.role is not role or by.user_id is None:
        raise NotYours(f"只有{role.label}可以办理")


def _digest(content: list[Any]) -> str:
    """SHA-256 of the content in one canonical spelling."""
    spelt = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(spelt.encode()).hexdigest()


def _event(kind: str, change: Change, by: Actor, at: datetime, **detail: Any) -> Event:
    return Event(
        kind=kind, at=at, recorded_at=at, role=by.role.value, user_id=by.user_id, unit_id=by.unit_id,
        detail={"change": change.id, "register": change.kind, **detail},
    )  # fmt: skip
