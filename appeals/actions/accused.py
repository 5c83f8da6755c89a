"""Whom a complaint is about: he does not see it, decide it or sign it, and there is always somebody who can (policy §2)."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from appeals.actions import assigning, limits
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import tree
from appeals.models.appeal import Appeal
from appeals.models.people import User
from appeals.rules import text
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.words import STAFF_ROLES, Role

MOST = 300


def settle(
    appeal: Appeal, *, conduct: bool, about_unit_id: int | None, about_person_id: int | None, by: Actor
) -> dict[str, Any]:
    """Write down whom it is about; what changed, for the event. Raises Refused (about_unit, about_person).

    Away from the office's own bureau only the recusal post takes it: otherwise the bureau would judge itself.
    """
    was = appeal.conduct, appeal.about_unit_id, appeal.about_person_id
    bureau, accused = _accuses_bureau(appeal), appeal.accuses_office
    if conduct and about_unit_id is None:
        raise Refused(about_unit="作风类投诉须写明被反映的单位")
    person = session().get(User, about_person_id) if about_person_id is not None else None
    if about_person_id is not None and (person is None or person.role not in STAFF_ROLES):
        raise Refused(about_person="没有这个工作人员")
    appeal.conduct, appeal.about_unit_id, appeal.about_person = conduct, about_unit_id, person
    appeal.about_person_id = about_person_id
    less = (bureau and not _accuses_bureau(appeal)) or (accused and not appeal.accuses_office)
    if less and by.role is not Role.RECUSAL:
        raise Refused(about_unit="企业反映的是营商办所在局，更正须由回避裁定岗办理")
    if was == (conduct, about_unit_id, about_person_id):
        return {}
    return {"conduct": conduct, "was_conduct": was[0], "about": about_unit_id, "was_about": was[1],
            "person": about_person_id is not None}  # fmt: skip


def named(name: str) -> int | None:
    """The member of staff of this name or login; None where nobody was named. Raises Refused (about_person)."""
    if text.is_visibly_empty(name):
        return None
    same = or_(User.name == name.strip(), User.login == name.strip())
    found = session().scalars(select(User.id).where(same, User.role.in_(STAFF_ROLES)).limit(2)).all()
    if not found:
        raise Refused(about_person="没有这个工作人员的账号；没有账号的人看不到任何诉求，可不填")
    if len(found) > 1:
        raise Refused(about_person="有多人同名，请填写登录名")
    return found[0]


def _accuses_bureau(appeal: Appeal) -> bool:
    units, person = tree.current(), appeal.about_person
    own = units.own_of(Role(person.role), person.unit_id) if person else None
    return bool({appeal.about_unit_id, own} & units.office_bureau)


def correct(
    appeal_id: int, *, conduct: bool, about_unit_id: int | None, about_person_id: int | None, reason: str, by: Actor,
    at: datetime, seen: int | None = None,
) -> Appeal:  # fmt: skip
    """Put right whom the complaint is about, at any time; from then on it does not exist for him (policy §2).

    A unit that has it cannot become the accused of a conduct complaint before it has lost it. A first signature of an
    office that no longer decides is void. Raises Refused, NotAllowed, Stale.
    """
    if text.is_visibly_empty(reason) or len(reason) > MOST:
        raise Refused(reason=f"请写明更正的依据，最多{MOST}个字")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        office = appeal.concerns_office
        event = appeal.make(Move.CORRECT_ACCUSED, by=by, at=at, reason=reason.strip())
        said = settle(appeal, conduct=conduct, about_unit_id=about_unit_id, about_person_id=about_person_id, by=by)
        if not said:
            raise Refused(reason="没有任何更正")
        event.detail = event.detail | said
        if appeal.conduct:
            _check_holders(appeal)
        _leave_out(appeal, at)
        reply = appeal.lead.submitted if appeal.lead else None
        if office != appeal.concerns_office and reply is not None and reply.judged_at is None:
            reply.endorsed_by_id = reply.endorsed_at = None
        return appeal


def _check_holders(appeal: Appeal) -> None:
    """Whoever has a conduct complaint is the accused unit's parent, and nobody of its own tree helps (policy §2)."""
    units = tree.current()
    accused = units.nodes.get(appeal.about_unit_id or 0)
    holding = [a for a in appeal.assignments if a.holds]
    if any(appeal.about_unit_id in units.above(a.unit_id) for a in holding):
        raise NotAllowed("被反映的单位（或其下属）正在承办此件，请先退回、撤回或会商改交其上级，再作更正")
    lead = appeal.lead
    if lead is not None and lead.holds and accused is not None and lead.unit_id != accused.parent_id:
        raise NotAllowed("作风类投诉由被反映单位的上级办理，请先改交其上级，再作更正")


def _leave_out(appeal: Appeal, at: datetime) -> None:
    """The person complained of is no handler and no head in charge any more; somebody else can sign."""
    for task in appeal.assignments:
        if task.holds and appeal.about_person_id is not None:
            assigning.check_signer(appeal, task.unit_id, at)
            if task.handler_id == appeal.about_person_id:
                task.handler_id = None
            if task.head_id == appeal.about_person_id:
                task.head_id = assigning.head_in_charge(task.unit_id, appeal.about_person_id)
