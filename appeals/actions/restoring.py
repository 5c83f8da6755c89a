"""How an appeal comes back to where it was: what an upheld review and an unmerge have in common (policy §3, §4).

These are parts of deeds: the appeal is already open. The deed itself makes the move.
"""

from datetime import datetime

from sqlalchemy import select

from appeals.actions import assigning, dues, leaving, pauses, requests
from appeals.db import session
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.audit import Event
from appeals.models.movement import Shelving
from appeals.rules import deadlines, facts, holding, second_level, shelving
from appeals.rules.actors import Actor
from appeals.rules.requests import Asked
from appeals.rules.returns import Ended
from appeals.rules.words import Exclusion, Part, State


def the_end(appeal: Appeal) -> Event:
    """The event that brought the appeal into its present state."""
    query = select(Event).where(Event.appeal_id == appeal.id, Event.after == appeal.state, Event.before != appeal.state)
    return session().scalars(query.order_by(Event.id.desc())).first() or _imported(appeal)


def _imported(appeal: Appeal) -> Event:
    """What came with an older record tells no step: it was in hand if a unit had it."""
    before = State.IN_HAND if appeal.lead else State.ACCEPTED if appeal.accepted_at else State.SUBMITTED
    return Event(at=appeal.excluded_recorded_at or appeal.state_at, before=before.value, after=appeal.state)


def bring_back(appeal: Appeal, to: State, *, reason: facts.DueReason, by: Actor, at: datetime) -> State:
    """Undo the exclusion and give back the working days that were left; returns the state to lead to.

    What had been shelved comes back in hand: its shelving ended with it, and the days left are those of the day on
    which it was shelved. What was overdue when it ended stays so.
    """
    ended = the_end(appeal)
    stopped_at = _stopped_at(appeal, ended)
    if appeal.exclusion == Exclusion.WITHDRAWN:  # unlike the office's own endings it met no limit of the office
        leaving.meet_in(appeal, State(ended.before or State.SUBMITTED), at=at)
        appeal.withdrawal_asked_at = appeal.withdrawal_due_at = None
    take_back_exclusion(appeal, at=at)
    if ended.before == State.REPLIED and to is not State.REPLIED:
        _judge_anew(appeal, by=by, at=at)
    if appeal.due_at is not None:
        dues.move_promise(appeal, _given_back(appeal, appeal.due_at, stopped_at, at), reason=reason, at=at)
    for assignment in [each for each in appeal.assignments if each.holds]:
        _take_up_again(appeal, assignment, stopped_at, reason=reason, by=by, at=at)
    _limits_of(appeal, to, at)
    return to


def where_it_was(appeal: Appeal) -> State:
    """The state before it ended; in hand where it had been shelved."""
    before = State(the_end(appeal).before or State.SUBMITTED)
    return State.IN_HAND if before is State.SHELVED else before


def take_back_exclusion(appeal: Appeal, *, at: datetime) -> None:
    """The exclusion no longer stands; figures frozen late still see it as it stood (rules.known)."""
    assert appeal.exclusion is not None
    excluded_at = appeal.excluded_at or appeal.submitted_at
    past = {"what": appeal.exclusion, "at": excluded_at.isoformat(), "undone_at": at.isoformat()}
    if appeal.excluded_recorded_at not in (None, excluded_at):
        past["recorded_at"] = appeal.excluded_recorded_at.isoformat()
    undone = [*appeal.undone]
    if appeal.exclusion == Exclusion.UNTRUE and appeal.completed_at is not None:
        undone.append({"what": facts.COMPLETED, "at": appeal.completed_at.isoformat(), "undone_at": at.isoformat()})
        appeal.completed_at = None
    if appeal.exclusion != Exclusion.UNREASONABLE:
        appeal.outcome = appeal.public_reason = None
    appeal.undone = [*undone, past]
    appeal.exclusion = appeal.excluded_at = appeal.excluded_recorded_at = None


def take_back_decline(appeal: Appeal, *, at: datetime) -> None:
    """The decline no longer stands; the company's time for a supplement ended with it."""
    assert appeal.declined_at is not None
    past = {"what": facts.DECLINED, "at": appeal.declined_at.isoformat(), "undone_at": at.isoformat()}
    appeal.undone = [*appeal.undone, past]
    if appeal.supplement_asked_at is not None and not appeal.supplements:
        spell = {
            "holder": holding.COMPANY, "from": appeal.supplement_asked_at.isoformat(),
            "to": appeal.declined_at.isoformat(),
        }  # fmt: skip
        appeal.spells = [*appeal.spells, spell]
        appeal.supplement_asked_at = None
    appeal.declined_at = None


def _stopped_at(appeal: Appeal, ended: Event) -> datetime:
    """The moment from which the limits stood still."""
    if ended.before != State.SHELVED:
        return ended.at
    query = select(Shelving.from_at).where(Shelving.appeal_id == appeal.id, Shelving.to_at == ended.at)
    return session().scalars(query.order_by(Shelving.id.desc())).first() or ended.at


def _given_back(appeal: Appeal, limit: datetime, stopped_at: datetime, at: datetime) -> datetime:
    """The limit with the days that were left, at least the minimum; one that had passed stays (policy §4)."""
    if stopped_at > limit:
        return limit
    numbers = settings.limits(appeal.settings_version)
    return shelving.restored(limit, from_at=stopped_at, back_at=at, calendar=calendar.current(), limits=numbers)


def _take_up_again(
    appeal: Appeal, assignment: Assignment, stopped_at: datetime, *, reason: facts.DueReason, by: Actor, at: datetime
) -> None:
    if assignment.replied_at is not None:
        assignment.active = assignment.part == Part.LEAD
        return
    due, original = assignment.due_at, assignment.original_due_at  # a second level's has moved with its lead's
    if assignment.part != Part.SUB:
        due, original = (_given_back(appeal, each, stopped_at, at) for each in (due, original))
    taken_up = assignment.acknowledged_at is not None or assignment.limit_runs_from_at is not None
    if not taken_up and (assignment.ack_due_at >= stopped_at or _asked_to_return(appeal, assignment, stopped_at)):
        _give_anew(appeal, assignment, due, original, by=by, at=at)
        return
    dues.move_limit(assignment, due, original=original, reason=reason, at=at)
    assignment.active = True
    pauses.first_steps(appeal, assignment, stopped_at, at)


def _asked_to_return(appeal: Appeal, assignment: Assignment, stopped_at: datetime) -> bool:
    """Whether a return was undecided when it ended: until then nothing was deemed (policy §5)."""
    asked = [row for row in requests.of_kind(appeal, Asked.RETURN) if row.assignment_id == assignment.id]
    return any(row.granted is None and row.decided_at == stopped_at for row in asked)


def _give_anew(
    appeal: Appeal, old: Assignment, due: datetime, original: datetime, *, by: Actor, at: datetime
) -> None:
    """What the unit had not taken up when it ended, it is given again: a tenure of its own, acknowledged in its own time."""
    old.void, old.active, old.ended_at, old.ended_why = True, False, at, Ended.RESTORED.value
    days, numbers = calendar.current(), settings.limits(appeal.settings_version)
    ack_due_at = deadlines.acknowledgement(at, days, numbers)
    if old.part == Part.SUB:
        ack_due_at = second_level.acknowledge_by(at, due, days, numbers)
    appeal.assignments.append(
        Assignment(
            unit_id=old.unit_id, part=old.part, parent_id=old.parent_id, dispatched_at=at, dispatched_by_id=by.user_id,
            ack_due_at=ack_due_at, due_at=due, original_due_at=original,
            plan=old.plan, head_id=assigning.head_in_charge(old.unit_id, appeal.about_person_id),
        )
    )  # fmt: skip
    if old.part == Part.LEAD:
        assigning.start_hours(appeal, appeal.assignments[-1], at)
    session().flush()


def _judge_anew(appeal: Appeal, *, by: Actor, at: datetime) -> None:
    """The reply on the table no longer stands: the unit writes another."""
    lead = appeal.lead
    reply = lead.submitted if lead else None
    if lead is None or reply is None:
        return
    if reply.approved and reply.judged_at is not None:
        past = {"what": facts.APPROVED, "at": reply.judged_at.isoformat(), "undone_at": at.isoformat()}
        appeal.undone = [*appeal.undone, past]
    reply.judged_by_id, reply.judged_at, reply.approved = by.user_id, at, False
    lead.replied_at = None


def _limits_of(appeal: Appeal, to: State, at: datetime) -> None:
    """Whoever has the turn now has his own time anew."""
    days, numbers = calendar.current(), settings.limits(appeal.settings_version)
    match to:
        case State.SUBMITTED:
            appeal.accept_due_at = deadlines.acceptance(at, days, numbers)
        case State.TO_SUPPLEMENT:
            appeal.supplement_due_at = deadlines.after(at, numbers.supplement, days)
        case State.ACCEPTED:
            appeal.dispatch_due_at = deadlines.dispatch(at, days)
        case State.REPLIED:
            appeal.approve_due_at = deadlines.approval(at, days, numbers)
