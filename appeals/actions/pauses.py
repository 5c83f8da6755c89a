"""What stands still and goes on again: a shelved appeal comes back, the wait for a company ends (policy §3, §4).

These are parts of deeds, and what the timetable does by itself: the appeal is already open.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from appeals.actions import dues, notices, requests
from appeals.db import session
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.audit import Event
from appeals.models.movement import Shelving
from appeals.rules import deadlines, holding, shelving
from appeals.rules.actors import Actor
from appeals.rules.facts import DueReason
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked
from appeals.rules.words import Role, State


def running(appeal: Appeal) -> Shelving | None:
    """The shelving that lasts; None when the appeal is not shelved."""
    query = select(Shelving).where(Shelving.appeal_id == appeal.id, Shelving.to_at.is_(None))
    return session().scalars(query.order_by(Shelving.id.desc())).first()


def ends_at(appeal: Appeal, row: Shelving) -> datetime:
    """When it comes back by itself. An imported one names no date: six months, at the earliest from the import."""
    if row.until_at is not None:
        return row.until_at
    from_at = max(row.from_at, appeal.imported_at or row.from_at)
    return shelving.longest(from_at, settings.limits(appeal.settings_version))


def bring_back(appeal: Appeal, *, move: Move, by: Actor, at: datetime, **said: Any) -> Event:
    """Shelving ends: promise and limits get the working days that were left, at least the minimum (policy §4).

    An objection nobody has decided yet has nothing more to decide.
    """
    row = running(appeal)
    assert row is not None
    for asked in requests.undecided(appeal, Asked.DISAGREEMENT, Asked.RENEWAL):
        requests.decide(appeal, asked, granted=None, answer="", by=Actor(Role(asked.waits_for)), at=at)
    row.to_at = at
    _restore(appeal, row.from_at, at)
    after = appeal.due_at.isoformat() if appeal.due_at else None
    event = appeal.make(move, by=by, at=at, after=after, **said)
    notices.tell_company(appeal, event)
    if appeal.lead is not None and appeal.lead.holds:
        notices.tell_unit(appeal, event, appeal.lead.unit_id)
    return event


def _restore(appeal: Appeal, from_at: datetime, at: datetime) -> None:
    """What had run out before it was shelved stays run out (an import may say so; the program never grants it)."""
    days, numbers = calendar.current(), settings.limits(appeal.settings_version)

    def back(limit: datetime) -> datetime:
        return shelving.restored(limit, from_at=from_at, back_at=at, calendar=days, limits=numbers)

    if appeal.due_at is not None and appeal.due_at >= from_at:
        dues.move_promise(appeal, back(appeal.due_at), reason=DueReason.SHELVING, at=at)
    lead = appeal.lead
    if lead is None or not lead.holds or lead.replied_at is not None:
        return
    first_steps(appeal, lead, from_at, at)
    if lead.due_at < from_at:
        return
    original = back(lead.original_due_at) if lead.original_due_at >= from_at else None
    dues.move_limit(lead, back(lead.due_at), original=original, reason=DueReason.SHELVING, at=at)
    for support in appeal.supports:
        if support.holds and support.replied_at is None and support.due_at >= from_at:
            limit = deadlines.support_limit(at, lead.due_at, days, numbers)
            dues.move_limit(support, limit, original=limit, reason=DueReason.SHELVING, at=at)


def first_steps(appeal: Appeal, lead: Assignment, stopped_at: datetime, at: datetime) -> None:
    """Contact and plan that were not due yet when it stopped run anew, of an urgent appeal in natural hours (policy §4)."""
    days, numbers = calendar.current(), settings.limits(appeal.settings_version)
    urgent = appeal.urgent_kind is not None
    if lead.contacted_at is None and lead.contact_due_at is not None and lead.contact_due_at >= stopped_at:
        hours = numbers.urgent_contact_hours
        lead.contact_due_at = deadlines.hours_after(at, hours) if urgent else deadlines.contact(at, days, numbers)
    if lead.planned_at is None and lead.plan_due_at is not None and lead.plan_due_at >= stopped_at:
        hours = numbers.urgent_measures_hours
        lead.plan_due_at = deadlines.hours_after(at, hours) if urgent else deadlines.plan(at, days, numbers)


# -- waiting for the company -----------------------------------------------------------------------------


def waited_for(appeal: Appeal) -> Assignment | None:
    """The lead whose limit stands still because the company is waited for (policy §3 待企业配合)."""
    return next((each for each in appeal.assignments if each.cooperation_from_at is not None), None)


def end_cooperation(appeal: Appeal, *, at: datetime) -> int:
    """The wait is over: its working days are added to the unit's limit, never to the promise; returns how many.

    Days a late decision has given back already are not given twice.
    """
    waiting = waited_for(appeal)
    if waiting is None:
        return 0
    assert waiting.cooperation_from_at is not None
    from_at, days = waiting.cooperation_from_at, calendar.current()
    lasted = days.working_days_between(deadlines.counting_day(from_at, days), deadlines.counting_day(at, days))
    spell = {"holder": holding.COMPANY, "from": from_at.isoformat(), "to": at.isoformat()}
    appeal.spells = [*appeal.spells, spell]
    waiting.cooperation_from_at = waiting.cooperation_due_at = None
    if waiting.holds:
        lasted = dues.not_given(waiting, lasted, at)
        dues.add_days(waiting, lasted, reason=DueReason.COOPERATION, at=at)
    return lasted


def settle(appeal: Appeal, *, at: datetime) -> None:
    """Nobody waits for the company any more once the appeal has moved on (answered, shelved, ended)."""
    if appeal.state != State.IN_HAND:
        end_cooperation(appeal, at=at)
