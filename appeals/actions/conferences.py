"""The conference 会商: who leads and who supports is settled in one sitting, and for good (policy §5)."""

from collections.abc import Sequence
from datetime import datetime

from appeals.actions import assigning, duties, limits, notices, requests, returns
from appeals.actions.refusals import Refused
from appeals.models import tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.request import Request
from appeals.rules import facts, text
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.requests import OFFICE, UNIT, Asked
from appeals.rules.returns import Ended
from appeals.rules.words import Part, State


def call(appeal_id: int, *, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Request:
    """The coordinator puts it before the conference; a return that waits is decided there (policy §5)."""
    if text.is_visibly_empty(reason):
        raise Refused(reason="请写明提请会商的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        return assigning.call_conference(appeal, requests.Wish(reason=reason), by=by, at=at)


def settle(
    appeal_id: int, *, lead_unit_id: int, support_unit_ids: Sequence[int] = (), answer: str, fault: str | None = None,
    by: Actor, at: datetime, seen: int | None = None,
) -> Appeal:  # fmt: skip
    """The conference settles lead and supports: the lead stays, or the appeal goes straight to another one.

    Where a return waits it is decided with it: rejected if the lead stays, else upheld and booked to `fault`.
    """
    if text.is_visibly_empty(answer):
        raise Refused(answer="请写明会商的意见（单位可见）")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.CONFERENCE, by=by)
        old, returned = appeal.lead, next(iter(requests.undecided(appeal, Asked.RETURN)), None)
        stays = old is not None and old.unit_id == lead_unit_id
        if returned is not None and not stays and fault not in (OFFICE, UNIT):
            raise Refused(fault="改派的，请确定责任在营商办还是承办单位")
        assigning.check(appeal, lead_unit_id, support_unit_ids, conference=True)
        bound = stays and (returned is not None or appeal.state == State.IN_HAND)
        names = [tree.current().nodes[i].name for i in (lead_unit_id, *support_unit_ids)]
        before = appeal.state
        event = appeal.make(
            Move.CONFERENCE, by=by, at=at, to=State.IN_HAND if bound else None, request=row.id, lead=names[0],
            supports=names[1:], stays=stays,
        )  # fmt: skip
        if stays and old is not None:
            _keep(appeal, old, row, returned, answer=answer, by=by, at=at)
        else:
            _replace(appeal, old, row, returned, fault=fault, answer=answer, by=by, at=at)
            if before == State.ACCEPTED:
                owed_by = duties.owed_by(appeal, facts.Duty.DISPATCH)
                duties.done(appeal, facts.Duty.DISPATCH, due_at=appeal.dispatch_due_at, by=owed_by, at=at)
            appeal.dispatched_at, appeal.unrouted = at, False
            assigning.assign(appeal, lead_unit_id, Part.LEAD, by=by, at=at)
        assigning.set_supports(appeal, support_unit_ids, by=by, at=at)
        for unit_id in {lead_unit_id, *support_unit_ids, *([old.unit_id] if old else ())}:
            notices.tell_unit(appeal, event, unit_id)
        notices.tell_company(appeal, event)
        return appeal


def _keep(
    appeal: Appeal, old: Assignment, row: Request, returned: Request | None, *, answer: str, by: Actor, at: datetime
) -> None:
    """It stays where it is: a return that waited is rejected."""
    if returned is not None:
        returns.bind(appeal, old, returned, answer=answer, by=by, at=at, due_at=row.due_at)
    requests.decide(appeal, row, granted=True, answer=answer, by=by, at=at)


def _replace(
    appeal: Appeal, old: Assignment | None, row: Request, returned: Request | None, *, fault: str | None, answer: str,
    by: Actor, at: datetime,
) -> None:  # fmt: skip
    """It is taken from the old lead before the new one has it: what was lost here is in no unit's limit."""
    if old is not None and returned is not None:
        returns.release(appeal, old, returned, fault=fault or UNIT, answer=answer, by=by, at=at)
    elif old is not None:
        assigning.end(appeal, old, Ended.CONFERENCE, void=False, by=by, at=at)
    requests.decide(appeal, row, granted=True, answer=answer, by=by, at=at)
