"""What a line must not be beyond what `rules.ledger` says: too long, of a frozen cycle, or without a place here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from appeals.rules import facts, holding, ledger, standing, uscc
from appeals.rules.words import OPEN_STATES, State

Problem = ledger.Problem
Closed = Sequence[tuple[datetime, datetime]]
MOST = {"external_no": 60, "company.name": 120, "title": 60, "text": 20_000}
EVENT_KEYS = ("kind", "at", "recorded_at", "role", "unit", "before", "after")
MOST_EVENTS, EVENT_LENGTH = 500, 80


def problems(line: facts.AppealFacts, known: ledger.Known, at: datetime) -> Iterator[Problem]:
    """Every further reason why this line cannot come in, whatever is on file."""
    said = {"external_no": line.number, "company.name": line.content.company_name, "title": line.content.title,
            "text": line.content.text}  # fmt: skip
    for name, value in said.items():
        if len(value) > MOST[name]:
            yield Problem(name, f"超过{MOST[name]}个字")
    code = line.content.uscc
    if code is not None and (code != uscc.normalise(code) or uscc.problem(code)):
        yield Problem("company.uscc", f"统一社会信用代码不正确：{code[:40]}")
    yield from _without_place(line, known, at)


def touches(line: facts.AppealFacts, closed: Closed, at: datetime) -> bool:
    """Whether a line that is new would change what one of these frozen periods counts."""
    end = _end(line, at)
    return any(from_at < end and line.submitted_at < to_at for from_at, to_at in closed)


def _end(line: facts.AppealFacts, at: datetime) -> datetime:
    """The last moment of the line, exclusive; an open appeal lasts until now at least."""
    last = max(_instants(line))
    return max(last, at) if standing.state(line, at)[0] in OPEN_STATES else last


def _instants(value: object) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _instants(each)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _instants(getattr(value, name))


def _without_place(line: facts.AppealFacts, known: ledger.Known, at: datetime) -> Iterator[Problem]:
    """What no table here could keep; left out in silence it would falsify a figure."""
    state = standing.state(line, at)[0]
    owed = {State.SUBMITTED: facts.Duty.ACCEPT, State.ACCEPTED: facts.Duty.DISPATCH, State.REPLIED: facts.Duty.APPROVE}
    for index, duty in enumerate(line.duties):
        if duty.holder not in known.units and duty.holder != facts.LEADERS:
            yield Problem(f"duties[{index}].holder", f"没有这个单位：{duty.holder}")
        elif duty.done_at is None and duty.kind not in (owed.get(state), facts.Duty.DECIDE):
            yield Problem(f"duties[{index}].done_at", "与诉求现在的状态不符")
    for index, spell in enumerate(line.spells):
        waits = spell.holder == holding.COMPANY and state is State.TO_SUPPLEMENT
        decides = any(duty.kind == facts.Duty.DECIDE and duty.done_at is None for duty in line.duties)
        if spell.to_at is None and not waits and not decides:
            yield Problem(f"spells[{index}].to", "与诉求现在的状态不符")
    for index, each in enumerate(line.assignments):
        moved = [(move.at, move.reason) for move in each.due_moves]
        if any((move.at, move.reason) not in moved for move in each.original_due_moves):
            yield Problem(f"assignments[{index}].original_due_moves", "与期限变更（due_moves）不对应")
    yield from _leads(line.assignments)


def _leads(assignments: Iterable[facts.AssignmentFacts]) -> Iterator[Problem]:
    leads = sorted((each for each in assignments if each.part == "lead" and not each.void), key=lambda e: e.dispatched_at)
    if any(each.final for each in leads[:-1]):
        yield Problem("assignments", "最终主办（final）之后还有未作废的主办")


def events(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The older system's own record as far as it speaks in our words; it is shown and sent out, never counted."""
    given = raw.get("events")
    kept = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    return [{key: _short(each.get(key)) for key in EVENT_KEYS} for each in kept[:MOST_EVENTS]]


def _short(value: object) -> str | None:
    return value[:EVENT_LENGTH] if isinstance(value, str) else None
