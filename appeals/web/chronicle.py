"""One appeal as officials read it: its history as a timeline, and its limits explained day by day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import Flask

from appeals import clock
from appeals.actions import rectifying, reprisal
from appeals.actions.handling import CHANNELS
from appeals.models import calendar, knowledge, shelved
from appeals.models.appeal import Appeal
from appeals.models.lists import Past
from appeals.models.moved import due_moves
from appeals.rules import deadlines, words
from appeals.rules.lifecycle import Move
from appeals.rules.requests import OFFICE, Asked
from appeals.web import access, endings, moved

# Moves whose events say why, in words that all staff who see the appeal may read.
WITH_REASON = frozenset({Move.RECALL, Move.ADD_SUPPORT, Move.HAND_ON, Move.TAKE_BACK})


def init_app(app: Flask) -> None:
    """Give the pages of staff what they name things with."""
    app.jinja_env.filters["instant"] = datetime.fromisoformat
    app.jinja_env.globals |= {
        "channels": {**CHANNELS, "supplement": "催补电话"},
        "shelvings": shelved.of, "promise_broken": lambda row: shelved.is_broken(row, clock.now()),
        "area_name": lambda section, task: knowledge.areas().name(section, task),
    }


RATINGS = frozenset({Move.RATE, Move.RATE_GOOD, Move.RATE_POOR, Move.UNDO_STRIKE_OFF})


# What a company says of its unit outside it, who is complained of, and what went to discipline inspection is nothing a
# unit reads (policy §2, §6, §8).
NOT_FOR_UNITS = frozenset({Move.REPORT_REPRISAL, Move.CORRECT_ACCUSED, Move.REFER})


class Item(NamedTuple):
    """One line of the timeline component."""

    title: str
    at: datetime
    who: str
    text: str
    current: bool


class Limit(NamedTuple):
    """A limit with its days."""

    title: str
    since: datetime
    until: datetime
    days: list[deadlines.Day]
    said: str = ""


def timeline(history: Sequence[Past], ratings_before: datetime | None = None) -> list[Item]:
    """Newest first; an automatic move stands at its nominal instant.

    `ratings_before`: what later ratings did is left out, for units while the company may still change them (policy §6).
    """
    by = access.actor()
    known = [past for past in history if past.event.kind in set(Move) and reprisal.may_read(past.event, by)]
    if ratings_before is not None:
        known = [past for past in known if past.event.kind not in NOT_FOR_UNITS]
        known = [past for past in known if past.event.kind not in RATINGS or past.event.at < ratings_before]
    return [_item(past, number == len(known) - 1) for number, past in enumerate(known)][::-1]


def _item(past: Past, current: bool) -> Item:
    event = past.event
    role = words.Role(event.role)
    person = f"{past.person}（代行）" if past.person and "for" in event.detail else past.person
    who = " · ".join(part for part in (role.label, past.unit, person) if part)
    return Item(Move(event.kind).label, event.at, who, _said(Move(event.kind), event.detail), current)


def _said(move: Move, detail: dict[str, Any]) -> str:
    if move in moved.OURS:
        return moved.said(move, detail)
    if move in endings.OURS:
        return endings.said(move, detail)
    match move:
        case Move.DISPATCH | Move.CONFERENCE:
            supports = detail.get("supports") or []
            urgent = detail.get("urgent")
            found = ["紧急：" + words.UrgentKind(urgent).label if urgent else "核定不属紧急"] if urgent is not None else []
            found += ["改为作风类" if detail["conduct"] else "改为非作风类"] if _turned(detail) else []
            return "；".join([f"主办：{detail.get('lead')}", *([f"协办：{'、'.join(supports)}"] if supports else []), *found])
        case Move.SUGGEST:
            area = knowledge.areas().name(None, detail.get("task"))
            return f"{area}；建议主办：{detail.get('lead') or '待研判'}"
        case Move.FOLLOW_STATUTORY if detail.get("next"):
            return f"下次跟踪：{detail['next']}"
        case Move.CORRECT_ACCUSED:
            return f"依据：{detail.get('reason', '')}"
        case Move.SEND_PAPER | Move.ANSWER_PAPER:
            return " ".join(filter(None, (detail.get("label"), detail.get("paper"), detail.get("unit"))))
        case Move.REVEAL:
            return f"理由：{detail.get('reason', '')}"
        case Move.CALL_BACK | Move.CALL_SUPPLEMENT:
            return "已打通" if detail.get("reached") else "未打通"
        case Move.DECLINE if detail.get("code") in words.DeclineCode.__members__:
            return words.DeclineCode(detail["code"]).label
        case Move.RATE | Move.RATE_GOOD | Move.RATE_POOR | Move.UNDO_STRIKE_OFF if detail.get("level"):
            return words.LEVELS[detail["level"]][0]
        case Move.DRAFT:
            return "提交审签" if detail.get("offered") else "保存草稿"
        case Move.PREPARE_REQUEST if detail.get("request") in set(Asked):
            return Asked(detail["request"]).label
        case Move.UPHOLD_RETURN:
            fault = "营商办（交办作废）" if detail.get("fault") == OFFICE else "承办单位"
            return f"{detail.get('unit', '')}；责任：{fault}"
    reason = detail.get("reason") or detail.get("task")
    return "；".join(str(said) for said in (detail.get("unit"), reason if move in WITH_REASON else None) if said)


def _turned(detail: dict[str, Any]) -> bool:
    """Whether a complaint became one about conduct, or ceased to be one."""
    return "conduct" in detail and detail["conduct"] != detail.get("was_conduct")


def limits(appeal: Appeal, *, unsettled: bool = False) -> list[Limit]:
    """The limits that count now, each explained (policy §4); `unsettled`: a rating is not the reader's to know of yet."""
    found: list[Limit] = []
    moves = due_moves(appeal)
    if appeal.state == words.State.SUBMITTED and appeal.accept_due_at is not None:
        found.append(_limit("受理时限", appeal.submitted_at, appeal.accept_due_at))
    if appeal.due_at is not None:
        asked = appeal.accept_due_at or appeal.submitted_at
        since = min(appeal.accepted_at or asked, asked)
        found += [Limit(*part) for part in moved.promise(appeal, "答复企业时限（对企业的承诺）", since, moves)]
    units = moved.unit_limits(appeal, moves)
    for assignment in appeal.assignments:
        if assignment.holds:
            found += [Limit(*part) for part in units[assignment.id]]
    return [*_hours(appeal), *found, *([] if unsettled else _putting_right(appeal))]


def _putting_right(appeal: Appeal) -> list[Limit]:
    """What is being put right has limits of its own (policy §6)."""
    row = rectifying.current(appeal) if appeal.state == words.State.RECTIFYING else None
    if row is None or not row.runs:
        return []
    found = [_limit("核实差评时限", row.opened_at, row.verify_due_at)] if row.verified_at is None else []
    if row.verified_at is not None and row.due_at is not None:
        found.append(_limit("整改时限", row.verified_at, row.due_at))
    if row.reported_at is not None and row.audit_due_at is not None:
        found.append(_limit("审核整改时限", row.reported_at, row.audit_due_at))
    return found


def _hours(appeal: Appeal) -> list[Limit]:
    """Of an urgent appeal contact and measures run in natural hours from dispatch, day and night (policy §4)."""
    lead = appeal.lead
    if appeal.urgent_kind is None or lead is None or not lead.holds:
        return []
    owed = ((lead.contacted_at, lead.contact_due_at, "首次联系"), (lead.planned_at, lead.plan_due_at, "采取措施（办理方案）"))
    return [
        Limit(f"紧急件{what}", lead.dispatched_at, until, [], _hours_said(until - lead.dispatched_at))
        for done, until, what in owed if done is None and until is not None
    ]  # fmt: skip


def _hours_said(length: timedelta) -> str:
    return f"自交办起{length.total_seconds() / 3600:g}个自然小时，昼夜连续计算，不分工作日和节假日。"


def _limit(title: str, since: datetime, until: datetime) -> Limit:
    return Limit(title, since, until, deadlines.explain_between(since, until, calendar.current()))
