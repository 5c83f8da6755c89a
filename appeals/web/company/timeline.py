"""What has happened to an appeal, in the company's words: the moves it may read, newest first."""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _

from appeals.actions import triage
from appeals.models import calendar, choices, following, settings
from appeals.models import moved as dates
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.rules import deadlines
from appeals.rules.lifecycle import Move
from appeals.rules.words import DeclineCode, Role, State
from appeals.web import filters
from appeals.web.company import moved, rounds, ways

# What the office says in fixed words is translated; what people wrote stays as they wrote it.
FIXED_WORDS = frozenset({*triage.ROUTES.values(), *triage.STATUTORY_BODIES})
UNIT_ROLES = (Role.LIAISON, Role.HEAD)
TOLD = frozenset(move.value for move in Move if move.company) - {Move.REVEAL}  # looks are listed by themselves


def of(appeal: Appeal, events: Sequence[Event]) -> list[dict[str, Any]]:
    """The moves a company may read, newest first."""
    names = {o.chinese: o.english for o in choices.units()} if filters.english() else {}
    by_id = {int(o.value): o.english if filters.english() else o.chinese for o in choices.units()}
    shown = [event for event in reversed(events) if event.kind in TOLD]
    return [
        {
            "title": _title(event, names), "at": event.at, "who": _who(event, by_id),
            "text": _text(appeal, event, names), "current": place == 0,
        }
        for place, event in enumerate(shown)
    ]  # fmt: skip


def _title(event: Event, names: dict[str, str]) -> str:
    if event.kind == Move.DISPATCH and (lead := event.detail.get("lead")):
        return _("已交%(unit)s办理", unit=names.get(lead, lead))
    if event.kind == Move.SUBMIT and event.role != Role.COMPANY:
        return _("工作人员代您提交了诉求")
    return filters.company_label(event.kind, "move")


def _who(event: Event, units: dict[int, str]) -> str:
    if event.role in UNIT_ROLES and event.unit_id in units:
        return units[event.unit_id]
    return filters.company_label(event.role, "role")


def _text(appeal: Appeal, event: Event, names: dict[str, str]) -> str:
    tell = _TEXTS.get(Move(event.kind))
    return tell(appeal, event, names) if tell else ""


def _until_accepted(appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    if event.kind == Move.SUBMIT and event.role != Role.COMPANY:
        return _("请您核对并确认；确认之后才开始办理") if appeal.unconfirmed else ""
    due = deadlines.acceptance(event.at, calendar.current(), settings.limits())
    return _("营商办将在 %(until)s 前决定是否受理", until=filters.moment(due))


def _until_supplemented(appeal: Appeal, _event: Event, _names: dict[str, str]) -> str:
    until = filters.moment(appeal.supplement_due_at)
    return f"{appeal.supplement_asked}\n" + _("请在 %(until)s 前补充", until=until)


def _until_answered(appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    return _("我们承诺在 %(until)s 前答复您", until=filters.moment(dates.promised(appeal, event.at)))


def _supports(_appeal: Appeal, event: Event, names: dict[str, str]) -> str:
    supports = [names.get(name, name) for name in event.detail.get("supports", ())]
    return _("协办单位：%(units)s", units=_("、").join(supports)) if supports else ""


def _handed_out(appeal: Appeal, event: Event, names: dict[str, str]) -> str:
    """Where hours count, by when the unit calls, and whom to ring up oneself (policy §4)."""
    soon, phone = "", ""
    if appeal.urgent_kind is not None:
        soon = _until_contacted(appeal, event, names)
        phone = appeal.lead.unit.phone if appeal.lead is not None else None
    duty = _("值班电话：%(phone)s", phone=phone) if phone else ""
    return "\n".join(filter(None, [_supports(appeal, event, names), soon, duty]))


def _channel_result(appeal: Appeal, _event: Event, _names: dict[str, str]) -> str:
    row = following.outcome(appeal)
    return row.text if row is not None else ""


def _settled(appeal: Appeal, event: Event, names: dict[str, str]) -> str:
    lead = event.detail.get("lead", "")
    unit = _("主办单位：%(unit)s", unit=names.get(lead, lead))
    return "\n".join(filter(None, [unit, _supports(appeal, event, names)]))


def _support(_appeal: Appeal, event: Event, names: dict[str, str]) -> str:
    unit = event.detail.get("unit", "")
    return _("协办单位：%(units)s", units=names.get(unit, unit))


def _anew(appeal: Appeal, event: Event, names: dict[str, str]) -> str:
    """By when another unit is found, and who answers until it has taken it up (policy §5 首接负责)."""
    said, unit = [], event.detail.get("unit", "")
    if appeal.state == State.ACCEPTED and appeal.dispatch_due_at:
        said.append(_("将在 %(until)s 前重新确定承办单位", until=filters.moment(appeal.dispatch_due_at)))
    if event.kind == Move.UPHOLD_RETURN and appeal.state in (State.ACCEPTED, State.DISPATCHED):
        said.append(_("在新的承办单位签收之前，您的问题仍由%(unit)s答复", unit=names.get(unit, unit)))
    return "\n".join(said)


def _until_contacted(appeal: Appeal, _event: Event, _names: dict[str, str]) -> str:
    lead = appeal.lead
    if lead is None or lead.contact_due_at is None or lead.contacted_at is not None:
        return ""
    return _("承办单位将在 %(until)s 前与您联系", until=filters.moment(lead.contact_due_at))


def _until_rated(appeal: Appeal, _event: Event, _names: dict[str, str]) -> str:
    return _("请在 %(until)s 前评价；不评价不会被算作满意", until=filters.moment(appeal.window_ends_at))


def _declined(appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    code = event.detail.get("code") or DeclineCode.R08.value
    ground = filters.company_label(code, "decline")
    if appeal.declined_at != event.at:  # taken back since
        return ground
    own_words = appeal.public_reason if appeal.public_reason != DeclineCode(code).company else ""
    return ways.lines(ground, _known(own_words), rounds.law(), ways.review_right(appeal, event), ways.may_resume(appeal))


def _passed_on(appeal: Appeal, _event: Event, _names: dict[str, str]) -> str:
    to = _("已转：%(body)s", body=_known(appeal.passed_to))
    return "\n".join(filter(None, [to, appeal.public_reason, rounds.law()]))


def _known(said: str | None) -> str:
    """The text with its fixed sentences in the visitor's language."""
    return "\n".join(_(line) if line in FIXED_WORDS else line for line in (said or "").split("\n"))


def _ended(appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    if appeal.state != State.ENDED or appeal.state_at != event.at:  # taken back since
        return ""
    return ways.lines(appeal.public_reason, rounds.law(), ways.review_right(appeal, event))


def _until_called(appeal: Appeal, _event: Event, _names: dict[str, str]) -> str:
    if appeal.withdrawal_due_at is None:
        return ""
    return _("营商办将在 %(until)s 前打电话向您确认", until=filters.moment(appeal.withdrawal_due_at))


def _level(_appeal: Appeal, event: Event, _names: dict[str, str]) -> str:
    value = event.detail.get("level")
    return filters.level(value) if value else ""


_TEXTS: dict[Move, Callable[[Appeal, Event, dict[str, str]], str]] = {
    **moved.TEXTS, **ways.TEXTS, **rounds.TEXTS,
    Move.UPHOLD_RETURN: _anew, Move.RECALL: _anew, Move.REJECT_RETURN: _until_contacted, Move.CONFERENCE: _settled,
    Move.ADD_SUPPORT: _support,
    Move.SUBMIT: _until_accepted, Move.SUPPLEMENT: _until_accepted, Move.ASK_SUPPLEMENT: _until_supplemented,
    Move.ACCEPT: _until_answered, Move.ENTER_STOCK: _until_answered, Move.MOVE_DUE: _until_answered,
    Move.CLOSE_STATUTORY: _channel_result, Move.DISPATCH: _handed_out,
    Move.ACKNOWLEDGE: _until_contacted, Move.DEEM_ACKNOWLEDGED: _until_contacted,
    Move.APPROVE: _until_rated, Move.AUDIT_RECTIFIED: _until_rated, Move.AUDIT_THIRD: _until_rated, Move.DECLINE: _declined,
    Move.LAPSE_SUPPLEMENT: _declined, Move.PASS_ON: _passed_on, Move.END: _ended, Move.CONFIRM_WITHDRAWAL: _ended,
    Move.ASK_WITHDRAWAL: _until_called, Move.RATE: _level, Move.RATE_GOOD: _level, Move.RATE_POOR: _level,
    Move.UNDO_STRIKE_OFF: _level,
}  # fmt: skip
