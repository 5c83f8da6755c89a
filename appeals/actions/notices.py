"""Notices: rows in the outbox, written with the event that causes them; never a deed of their own."""

from appeals.db import session
from appeals.models import tree
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.models.outbox import Notice
from appeals.rules.lifecycle import Move
from appeals.rules.words import Role

# What the office is told so that it decides: where its own bureau is concerned the recusal post does (policy §2).
TO_DECIDE = frozenset(
    {Move.SIGN_REPLY, Move.ASK_WITHDRAWAL, Move.RATE_POOR, Move.UNDO_STRIKE_OFF, Move.REPORT_RECTIFIED, Move.ASK_REVIEW}
)


def tell_company(appeal: Appeal, event: Event) -> None:
    """The company learns what happened (policy §11: link and number only)."""
    _put(appeal, event, Role.COMPANY, None)


def tell_unit(appeal: Appeal, event: Event, unit_id: int) -> None:
    """The unit learns what happened; never the unit that a conduct complaint is about."""
    if not _accused(appeal, unit_id):
        _put(appeal, event, Role.LIAISON, unit_id)


def tell_head(appeal: Appeal, event: Event, unit_id: int) -> None:
    """The unit's head learns that something waits for his signature."""
    if not _accused(appeal, unit_id):
        _put(appeal, event, Role.HEAD, unit_id)


def tell_office(appeal: Appeal, event: Event) -> None:
    """Whoever decides learns what happened: the coordination office, or the recusal post in its place."""
    concerned = appeal.accuses_office or (event.kind in TO_DECIDE and appeal.concerns_office)
    _put(appeal, event, Role.RECUSAL if concerned else Role.COORDINATOR, None)


def tell_second(appeal: Appeal, event: Event) -> None:
    """Whoever signs second learns that something waits: the director, or a leader where the office is concerned."""
    _put(appeal, event, Role.LEADER if appeal.concerns_office else Role.DIRECTOR, None)


def tell(appeal: Appeal, event: Event, role: Role) -> None:
    """Whoever has the turn learns that something waits for him."""
    _put(appeal, event, role, None)


def _accused(appeal: Appeal, unit_id: int) -> bool:
    return appeal.conduct and appeal.about_unit_id in tree.current().above(unit_id)


def _put(appeal: Appeal, event: Event, role: Role, unit_id: int | None) -> None:
    writer = session()
    writer.flush()
    writer.add(
        Notice(
            appeal_id=appeal.id, event_id=event.id, kind=event.kind, to_role=role.value, to_unit_id=unit_id,
            created_at=event.at,
        )
    )  # fmt: skip
