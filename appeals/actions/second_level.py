"""Second level 二级分办: the lead hands on inside its own tree; outside nothing moves (policy §5)."""

from datetime import datetime

from appeals.actions import assigning, limits, notices, requests
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import calendar, settings, tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment, Reply
from appeals.rules import answers, second_level, text
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.returns import Ended
from appeals.rules.words import Outcome, Part


def hand_on(
    appeal_id: int, *, unit_id: int, task: str, by: Actor, at: datetime, seen: int | None = None
) -> Assignment:
    """The lead's head hands on inside his own tree, within 1 WD of acknowledging; `task` says what is to be done.

    The second level's limit ends one WD before the lead's own. Raises Refused, NotAllowed (too late).
    """
    if text.is_visibly_empty(task):
        raise Refused(task="请写明交给下级单位办理的事项")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        lead = requests.own_lead(appeal, by)
        if problem := closed(appeal, lead, at):
            raise NotAllowed(problem)
        if unit_id not in below(appeal, lead):
            raise Refused(unit="请选择本单位下属、尚未承接此件的在册单位")
        days, numbers = calendar.current(), settings.limits(appeal.settings_version)
        due = second_level.limit(lead.due_at, days)
        name = tree.current().nodes[unit_id].name
        event = appeal.make(Move.HAND_ON, by=by, at=at, unit=name, task=task.strip())
        sub = Assignment(
            unit_id=unit_id, part=Part.SUB.value, parent_id=lead.id, dispatched_at=at, dispatched_by_id=by.user_id,
            ack_due_at=second_level.acknowledge_by(at, due, days, numbers), due_at=due, original_due_at=due,
            head_id=assigning.head_in_charge(unit_id, appeal.about_person_id), plan=task.strip(),
        )  # fmt: skip
        appeal.assignments.append(sub)
        notices.tell_unit(appeal, event, unit_id)
        return sub


def closed(appeal: Appeal, lead: Assignment, at: datetime) -> str:
    """Why this lead can no longer hand on; empty while it can."""
    if at > until(appeal, lead):
        return "签收满一个工作日后不能再分办"
    if at > second_level.limit(lead.due_at, calendar.current()):
        return "本单位时限只剩最后一个工作日，不能再分办"
    return ""


def until(appeal: Appeal, lead: Assignment) -> datetime:
    """The last moment for handing on: after a rejected return it runs from the decision."""
    taken_at = lead.acknowledged_recorded_at or lead.limit_runs_from_at or lead.dispatched_at
    return second_level.hand_on_until(taken_at, calendar.current(), settings.limits(appeal.settings_version))


def below(appeal: Appeal, lead: Assignment) -> list[int]:
    """The units inside the lead's own tree that do not have it yet, in their order."""
    units = tree.current()
    inside = units.under(lead.unit_id) - {lead.unit_id} - {a.unit_id for a in appeal.assignments if a.holds}
    if appeal.conduct:
        inside -= units.under(appeal.about_unit_id)
    return [i for i, node in units.nodes.items() if i in inside and node.active]


def report(appeal_id: int, *, report: str, by: Actor, at: datetime, seen: int | None = None) -> Reply:
    """The second level tells the lead what it did; the lead answers the company."""
    if problem := answers.text_problem(report):
        raise Refused(report=problem)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        mine = next((a for a in own(appeal, by) if a.replied_at is None), None)
        if mine is None:
            raise NotAllowed("本单位没有待反馈的二级任务")
        reply = Reply(
            version=len(mine.replies) + 1, round=appeal.round, outcome=Outcome.EXPLAINED.value, answers=[report.strip()],
            drafted_by_id=by.user_id, drafted_at=at, signed_by_id=by.user_id, submitted_at=at,
        )  # fmt: skip
        mine.replies.append(reply)
        mine.replied_at, mine.active = at, False
        event = appeal.make(Move.SUB_REPORT, by=by, at=at, unit=mine.unit.name)
        lead = session().get_one(Assignment, mine.parent_id)
        notices.tell_unit(appeal, event, lead.unit_id)
        return reply


def take_back(
    appeal_id: int, *, assignment_id: int, reason: str, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """The lead's head takes it back: the lead goes on by itself."""
    if text.is_visibly_empty(reason):
        raise Refused(reason="请写明收回的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        lead = requests.own_lead(appeal, by)
        sub = next((a for a in subs(appeal, lead) if a.id == assignment_id and a.replied_at is None), None)
        if sub is None:
            raise NotAllowed("该二级任务已反馈或已收回")
        event = appeal.make(Move.TAKE_BACK, by=by, at=at, unit=sub.unit.name, reason=reason.strip())
        assigning.end(appeal, sub, Ended.TAKEN_BACK, void=False, by=by, at=at)
        notices.tell_unit(appeal, event, sub.unit_id)
        return appeal


def subs(appeal: Appeal, lead: Assignment) -> list[Assignment]:
    """Where this lead has handed it on to, as it stands."""
    return [a for a in appeal.assignments if a.parent_id == lead.id and a.holds]


def own(appeal: Appeal, by: Actor) -> list[Assignment]:
    """The second-level tasks of the visitor's very unit: those above it handed them on and do not do them."""
    return [a for a in appeal.assignments if a.part == Part.SUB and a.unit_id == by.unit_id and a.holds]
