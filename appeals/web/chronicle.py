"""One appeal as officials read it: its history as a timeline, and its limits explained day by day."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import Flask

from appeals.actions.handling import CHANNELS
from appeals.models import calendar, knowledge
from appeals.models.appeal import Appeal
from appeals.models.lists import Past
from appeals.rules import deadlines, words
from appeals.rules.lifecycle import Move


def init_app(app: Flask) -> None:
    """Give the pages of staff what they name things with."""
    app.jinja_env.filters["instant"] = datetime.fromisoformat
    app.jinja_env.globals |= {
        "channels": {**CHANNELS, "supplement": "催补电话"},
        "area_name": lambda section, task: knowledge.areas().name(section, task),
    }


RATINGS = frozenset({Move.RATE, Move.RATE_GOOD, Move.RATE_POOR, Move.UNDO_STRIKE_OFF})


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


def timeline(history: Sequence[Past], ratings_before: datetime | None = None) -> list[Item]:
    """Newest first; an automatic move stands at its nominal instant.

    `ratings_before`: what later ratings did is left out, for units while the company may still change them (policy §6).
    """
    known = [past for past in history if past.event.kind in set(Move)]
    if ratings_before is not None:
        known = [past for past in known if past.event.kind not in RATINGS or past.event.at < ratings_before]
    return [_item(past, number == len(known) - 1) for number, past in enumerate(known)][::-1]


def _item(past: Past, current: bool) -> Item:
    event = past.event
    role = words.Role(event.role)
    who = " · ".join(part for part in (role.label, past.unit, past.person) if part)
    return Item(Move(event.kind).label, event.at, who, _said(Move(event.kind), event.detail), current)


def _said(move: Move, detail: dict[str, Any]) -> str:
    match move:
        case Move.DISPATCH:
            supports = detail.get("supports") or []
            return f"主办：{detail.get('lead')}" + (f"；协办：{'、'.join(supports)}" if supports else "")
        case Move.SUGGEST:
            area = knowledge.areas().name(None, detail.get("task"))
            return f"{area}；建议主办：{detail.get('lead') or '待研判'}"
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
        case Move.ACKNOWLEDGE | Move.SUPPORT_ACKNOWLEDGE | Move.DEEM_ACKNOWLEDGED | Move.SUPPORT_REPORT:
            return str(detail.get("unit", ""))
    return ""


def limits(appeal: Appeal) -> list[Limit]:
    """The limits that count now, each explained (policy §4)."""
    found: list[Limit] = []
    if appeal.state == words.State.SUBMITTED and appeal.accept_due_at is not None:
        found.append(_limit("受理时限", appeal.submitted_at, appeal.accept_due_at))
    if appeal.due_at is not None:
        asked = appeal.accept_due_at or appeal.submitted_at
        found.append(_limit("答复企业时限（对企业的承诺）", min(appeal.accepted_at or asked, asked), appeal.due_at))
    for assignment in appeal.assignments:
        if assignment.holds:
            title = f"{assignment.unit.name}{assignment.part_label}时限"
            found.append(_limit(title, assignment.dispatched_at, assignment.due_at))
    return found


def _limit(title: str, since: datetime, until: datetime) -> Limit:
    return Limit(title, since, until, deadlines.explain_between(since, until, calendar.current()))
