"""反映后受到刁难: a linked complaint about conduct, which the unit it is about never learns of (policy §2, §6)."""

from datetime import datetime

from appeals.actions import limits, linking, notices
from appeals.actions.refusals import Refused, say
from appeals.models import calendar, settings, tree
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.rules import reprisal, text, workdays
from appeals.rules.actors import COMPANY, Actor
from appeals.rules.lifecycle import UNIT_ROLES, Move, NotAllowed
from appeals.rules.words import OPEN_STATES, Nature, Role

TITLE = "反映问题后受到刁难"


def may(appeal: Appeal, at: datetime) -> bool:
    """While the appeal is open, and within twelve months of its end."""
    if appeal.unconfirmed:
        return False
    if appeal.state in OPEN_STATES:
        return True
    months = settings.limits(appeal.settings_version).reprisal_months
    return workdays.day_of(at) <= reprisal.last_day(appeal.state_at, months)


def report(
    appeal_id: int, *, unit_id: int | None, words: str, key: str | None = None, at: datetime, seen: int | None = None
) -> Appeal:
    """File the complaint about `unit_id` (None: the lead); it must be outside that unit in two working hours.

    The same key again returns what it made. Raises Refused, NotAllowed.
    """
    if text.is_visibly_empty(words):
        raise Refused(words=say("请写明发生了什么"))
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if (again := linking.filed(key, appeal.id)) is not None:
            return again
        if not may(appeal, at):
            raise NotAllowed("可以反映的期限已过，请另行提交诉求")
        about = unit_id or (appeal.lead.unit_id if appeal.lead is not None else None)
        if about is None or about not in tree.current().nodes:
            raise Refused(unit=say("请选择刁难您的单位"))
        numbers = settings.limits(appeal.settings_version)
        limit = reprisal.outside_by(at, numbers.reprisal_hours, calendar.current(), workdays.Hours())
        linked = linking.file(
            appeal, at=at, key=key, links={"reprisal_of_id": appeal.id, "outside_due_at": limit}, title=TITLE,
            text=words.strip(), nature=Nature.COMPLAINT.value, about_unit_id=about, conduct=True,
        )  # fmt: skip
        event = appeal.make(Move.REPORT_REPRISAL, by=COMPANY, at=at, number=linked.number, about=about)
        decides = Role.RECUSAL if linked.accuses_office else Role.COORDINATOR
        notices.tell(appeal, event, decides)
        notices.tell_company(appeal, event)
        return linked


def may_read(event: Event, by: Actor) -> bool:
    """Whether the older appeal's history may show this to a member of staff: never to units, nor to the accused."""
    if event.kind != Move.REPORT_REPRISAL:
        return True
    if by.role in UNIT_ROLES:
        return False
    units = tree.current()
    return event.detail.get("about") not in units.above(units.own_of(by.role, by.unit_id))
