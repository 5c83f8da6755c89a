"""What officials read of dates that move: in the history a sentence for each event, in the limits piece by piece."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from appeals.models import calendar, moved
from appeals.models.appeal import Appeal
from appeals.models.movement import DueMove
from appeals.rules import deadlines, workdays
from appeals.rules.facts import DueReason
from appeals.rules.lifecycle import Move
from appeals.rules.pieces import Piece
from appeals.rules.requests import ShelvingReason
from appeals.rules.words import State
from appeals.web import filters

ASKING = frozenset({Move.ASK_EXTENSION, Move.ASK_SHELVING, Move.ASK_RENEWAL})
GRANTED = frozenset({Move.GRANT_EXTENSION, Move.GRANT_SECOND_EXTENSION})
REFUSED = frozenset(
    {
        Move.REFUSE_EXTENSION, Move.REFUSE_SECOND_EXTENSION, Move.REFUSE_SHELVING, Move.REFUSE_RENEWAL,
        Move.REFUSE_COOPERATION, Move.REJECT_DISAGREEMENT,
    }
)  # fmt: skip
BACK = frozenset({Move.RESUME, Move.UPHOLD_DISAGREEMENT})
WAITED = frozenset({Move.COOPERATE, Move.LAPSE_COOPERATION})
OURS = ASKING | GRANTED | REFUSED | BACK | WAITED | {
    Move.SHELVE, Move.RENEW_SHELVING, Move.REPORT_SHELVED, Move.GRANT_COOPERATION,
}  # fmt: skip
CAUSES = {"date": "到期自动恢复", "event": "条件已具备", "leader": "领导要求恢复"}


def said(move: Move, detail: dict[str, Any]) -> str:
    """What happened to which date, in a sentence."""
    return "；".join(part for part in _parts(move, detail) if part)


def _parts(move: Move, detail: dict[str, Any]) -> Iterator[str]:
    code = detail.get("reason_code")
    yield ShelvingReason(code).label if code in set(ShelvingReason) else ""
    yield CAUSES.get(str(detail.get("why")), "")
    yield "限期承诺未兑现" if detail.get("broken") else ""
    if move in GRANTED:
        yield f"{_moment(detail, 'before')} → {_moment(detail, 'after')}，顺延{detail.get('days')}个工作日"
    elif move in BACK and detail.get("after"):
        yield f"答复时限至 {_moment(detail, 'after')}"
    elif detail.get("until"):
        yield f"至 {_moment(detail, 'until')}"
    if move in WAITED:
        yield f"单位时限顺延{detail.get('days', 0)}个工作日"
    yield f"责任人：{detail['person']}" if detail.get("person") else ""
    yield str(detail.get("items") or detail.get("report") or "")
    yield f"理由：{detail['reason']}" if detail.get("reason") else ""
    yield "逾期报告" if detail.get("late") else ""
    yield f"下次报告 {_moment(detail, 'next')} 前" if detail.get("next") else ""


def _moment(detail: dict[str, Any], name: str) -> str:
    found = detail.get(name)
    return filters.moment(datetime.fromisoformat(found)) if found else "—"


# -- limits, piece by piece ------------------------------------------------------------------------------


class Part(NamedTuple):
    """One piece of a limit with its days; `title` says what it is a piece of, and why it is there."""

    title: str
    since: datetime
    until: datetime
    days: list[deadlines.Day]


def promise(appeal: Appeal, title: str, since: datetime, moves: Sequence[DueMove]) -> list[Part]:
    """The promise to the company; `moves` are those of models.moved.due_moves."""
    return [_part(title + _still(appeal), piece) for piece in moved.promise(appeal, since, moves)]


def unit_limits(appeal: Appeal, moves: Sequence[DueMove]) -> dict[int, list[Part]]:
    """Assignment → its limit."""
    titles = {a.id: f"{a.unit.name}{a.part_label}时限{_still(appeal)}" for a in appeal.assignments}
    return {i: [_part(titles[i], piece) for piece in found] for i, found in moved.limits(appeal, moves).items()}


def _still(appeal: Appeal) -> str:
    return "（挂账，暂停计算）" if appeal.state == State.SHELVED else ""


def _part(title: str, piece: Piece) -> Part:
    days = calendar.current()
    name = title if piece.reason is None else f"{title}·{_added(piece, days)}"
    return Part(name, piece.since, piece.until, deadlines.explain_between(piece.since, piece.until, days))


def _added(piece: Piece, days: workdays.Calendar) -> str:
    assert piece.reason is not None
    n = days.working_days_between(deadlines.counting_day(piece.since, days), workdays.day_of(piece.until))
    why = {DueReason.EXTENSION: "延期", DueReason.OFFICE: "营商办占用归还", DueReason.COOPERATION: "企业配合"}
    return f"{why.get(piece.reason, piece.reason.label)}{n}个工作日"
