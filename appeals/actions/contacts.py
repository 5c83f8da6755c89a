"""Looking at a company's contact: only for a reason, and the company can see who did (policy §2)."""

from dataclasses import dataclass
from datetime import datetime

from appeals.actions import limits
from appeals.actions.refusals import Refused
from appeals.models.appeal import Appeal
from appeals.rules import text
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import UNIT_ROLES, Move

MOST = 100


@dataclass(frozen=True)
class Contact:
    """Whom to call."""

    name: str
    mobile: str


def reveal(appeal_id: int, *, reason: str, by: Actor, at: datetime) -> Contact:
    """The contact in clear, once, for a reason that is written down. A unit never gets a hidden one."""
    if text.is_visibly_empty(reason) or len(reason) > MOST:
        raise Refused(reason=f"请写明查看的理由，最多{MOST}个字")
    with limits.opened(appeal_id, at=at) as appeal:
        if hidden_from(appeal, by):
            raise Refused(reason="企业不公开联系方式，请通过站内转达联系")
        appeal.make(Move.REVEAL, by=by, at=at, reason=reason.strip())
        return Contact(appeal.contact_name, appeal.mobile)


def hidden_from(appeal: Appeal, by: Actor) -> bool:
    """Whether the company's wish keeps its contact from this visitor; the office must be able to call back."""
    return appeal.hide_contact and by.role in UNIT_ROLES
