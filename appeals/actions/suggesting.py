"""The system proposes area, territory, lead and supports, with reasons; a coordinator decides (policy §5)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from appeals.actions import limits
from appeals.db import session
from appeals.models import knowledge, tree
from appeals.models.appeal import UNREAD, Appeal
from appeals.rules import suggesting, workdays
from appeals.rules.actors import SYSTEM
from appeals.rules.lifecycle import Move
from appeals.rules.words import State

WAITING = frozenset({State.SUBMITTED, State.ACCEPTED})


def propose(appeal_id: int, *, at: datetime) -> dict[str, Any] | None:
    """Read the appeal and keep what it seems to be about; None when somebody has decided meanwhile.

    Runs outside the intake's transaction: a company never waits for it, nor for the words it rests on.
    """
    with limits.opened(appeal_id, at=at) as appeal:
        if appeal.state not in WAITING:
            return None
        appeal.proposal = compute(appeal, at)
        appeal.proposed_at = at
        appeal.unrouted = appeal.proposal["lead"] is None and appeal.proposal["ground"] is None
        appeal.make(Move.SUGGEST, by=SYSTEM, at=at, task=_task(appeal.proposal), lead=appeal.proposal["lead"])
        return appeal.proposal


def waiting(batch: int = 200) -> Iterator[int]:
    """The appeals nobody has read yet, by id: to be proposed for one by one. Safe to run twice, or beside itself.

    One for which that fails stays among them, and comes again the next time.
    """
    last = 0
    query = select(Appeal.id).where(UNREAD).order_by(Appeal.id).limit(batch)
    while ids := session().scalars(query.where(Appeal.id > last)).all():
        yield from ids
        last = ids[-1]


def compute(appeal: Appeal, at: datetime) -> dict[str, Any]:
    """The proposal as plain values, without keeping it.

    Keys: lead, leads [unit, score], supports, areas [section, task, score, why], row, version, runner_up,
    confidence, why, territory, territory_why, in_scope, ground, ground_why, matters, channels.
    """
    words = "\n".join((appeal.text, appeal.wish, *(s["text"] for s in appeal.supplements)))
    said = suggesting.suggest(appeal.title, words, appeal.territory, knowledge.knowledge())
    found = suggesting.propose(
        said, knowledge.index(), said.territory, workdays.day_of(at), tree.current().territorial()
    )
    answer = suggesting.answer(said, found)
    return answer | {
        "why": found.why, "runner_up": vars(found.runner_up) if found.runner_up else None,
        "territory_why": said.territory_why, "ground_why": said.ground_why, "channels": list(said.channels),
    } | _as_before(appeal)  # fmt: skip


def _as_before(appeal: Appeal) -> dict[str, Any]:
    """A reopened appeal is proposed to whoever led it before, in the same area (policy §3)."""
    before = session().get(Appeal, appeal.reopened_from_id) if appeal.reopened_from_id is not None else None
    if before is None or before.lead is None:
        return {}
    why = f"重开件：与原诉求 {before.number} 相同"
    area = {"section": before.section, "task": before.task, "score": 1.0, "why": why}
    return {
        "lead": before.lead.unit.name, "leads": [{"unit": before.lead.unit.name, "score": 1.0}], "why": why,
        "supports": [a.unit.name for a in before.supports], "areas": [area], "confidence": 1.0, "ground": None,
        "ground_why": "",
    }  # fmt: skip


def _task(proposal: dict[str, Any]) -> int | None:
    areas = proposal["areas"]
    return areas[0]["task"] if areas else None
