"""What a company is told of dates that move: asked for, decided, standing still, and why a limit is what it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from appeals.actions import objections, pauses
from appeals.models import calendar, moved, settings, shelved
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.models.movement import Shelving
from appeals.models.request import Request
from appeals.rules import deadlines, workdays
from appeals.rules.facts import DueReason
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked, ShelvingReason
from appeals.rules.words import Role, State
from appeals.web import filters


@dataclass(frozen=True)
class Told:
    """What stands about dates: asked for, in force, wanted of the company, and what it may say to it."""

    asked: Request | None
    row: Shelving | None
    reason: str
    explanation: str
    event: str
    person: str
    until: datetime | None
    needs_consent: bool
    may_disagree: bool
    objected: bool
    items: str
    items_until: datetime | None
    broken: datetime | None
    left: int | None
    least: int
    within: int


def of(appeal: Appeal, at: datetime) -> Told:
    """What the page of this appeal says about it."""
    pending = moved.undecided(appeal) if appeal.state in (State.IN_HAND, State.SHELVED) else {}
    rows = shelved.of(appeal)
    row = rows[-1] if rows and appeal.state == State.SHELVED else None
    asked = pending.get(Asked.SHELVING) or (row.request if row is not None else None)
    waiting = pauses.waited_for(appeal)
    code = asked.reason_code if asked is not None else None
    numbers = settings.limits(appeal.settings_version)
    return Told(
        asked=pending.get(Asked.SHELVING), row=row, reason=_reason(code), explanation=asked.reason if asked else "",
        event=asked.detail.get("event", "") if asked else "", person=asked.detail.get("person", "") if asked else "",
        until=row.until_at if row else asked.until_at if asked else None,
        needs_consent=asked is not None and row is None and asked.waits_for == Role.COMPANY,
        may_disagree=bool(pending or row) and objections.disputable(appeal) is not None,
        objected=Asked.DISAGREEMENT in pending,
        items=moved.wanted(appeal) if waiting is not None else "",
        items_until=waiting.cooperation_due_at if waiting is not None else None,
        broken=next((each.until_at for each in rows if shelved.is_broken(each, at)), None),
        left=_left(appeal, row, numbers.restored_minimum), least=numbers.restored_minimum, within=numbers.shelve_disagreement,
    )  # fmt: skip


def _left(appeal: Appeal, row: Shelving | None, least: int) -> int | None:
    """Working days the promise has when work is resumed; None while it runs."""
    if row is None or appeal.due_at is None or appeal.due_at < row.from_at:
        return None
    days = calendar.current()
    return max(days.working_days_between(deadlines.counting_day(row.from_at, days), workdays.day_of(appeal.due_at)), least)


def _reason(code: str | None) -> str:
    if code not in set(ShelvingReason):
        return ""
    word = ShelvingReason(code)
    return word.english if filters.english() else word.company or word.label


# -- who has it ------------------------------------------------------------------------------------------


def turn(appeal: Appeal, unit: str) -> tuple[str, str, datetime | None] | None:
    """(who, does what, until when) where a date is what is being decided or waited for; else None."""
    waiting = pauses.waited_for(appeal)
    if waiting is not None and appeal.state == State.IN_HAND:
        return _("您"), _("提供办理所需的材料"), waiting.cooperation_due_at
    pending = moved.undecided(appeal) if appeal.state in (State.IN_HAND, State.SHELVED) else {}
    deciding = {
        Asked.DISAGREEMENT: _("裁定您的异议"), Asked.SHELVING: _("决定是否暂缓办理"), Asked.EXTENSION: _("决定是否延长时限"),
        Asked.RENEWAL: _("决定是否继续跟踪"),
    }  # fmt: skip
    for kind, does in deciding.items():
        row = pending.get(kind)
        if row is not None and row.due_at is not None:
            return filters.company_label(row.waits_for, "role"), does, row.due_at
    row = pending.get(Asked.SHELVING)
    if row is not None and row.waits_for == Role.COMPANY:
        return unit, _("办理并答复"), appeal.due_at
    if appeal.state == State.SHELVED:
        lasting = pauses.running(appeal)
        return unit, _("持续跟踪，报告进展"), lasting.next_report_due_at if lasting else None
    return None


# -- the promise, piece by piece -------------------------------------------------------------------------


def limits(
    appeal: Appeal, since: datetime, days: Callable[[datetime, datetime], int]
) -> Iterator[tuple[str, datetime, datetime]]:
    """(title, from, to) of each piece of the promise; `days` counts working days."""
    for piece in moved.promise(appeal, since, moved.due_moves(appeal)):
        n = days(piece.since, piece.until)
        yield _title(piece.reason, n), piece.since, piece.until


def _title(reason: DueReason | None, n: int) -> str:
    if reason is None:
        return _("答复时限：%(n)s 个工作日", n=n)
    if reason is DueReason.EXTENSION:
        return _("经批准延长：%(n)s 个工作日", n=n)
    return _("恢复办理后：%(n)s 个工作日", n=n)


# -- the timeline ----------------------------------------------------------------------------------------


def _moment(event: Event, name: str) -> str:
    said = event.detail.get(name)
    return filters.moment(datetime.fromisoformat(said)) if said else ""


def _lines(*lines: Any) -> str:
    return "\n".join(str(line) for line in lines if line)


def _why(event: Event) -> str:
    reason = event.detail.get("reason")
    return _("理由：%(reason)s", reason=reason) if reason else ""


def _extension_asked(_a: Appeal, event: Event, _n: dict[str, str]) -> str:
    until = _moment(event, "until")
    asked = _("希望把答复时限延长到 %(until)s；决定之前时限不变", until=until) if until else ""
    return _lines(asked, _why(event))


def _moved(_a: Appeal, event: Event, _n: dict[str, str]) -> str:
    after = _moment(event, "after")
    return _lines(_("我们承诺在 %(until)s 前答复您", until=after) if after else "")


def _shelving_asked(_a: Appeal, event: Event, _n: dict[str, str]) -> str:
    return _lines(_reason(event.detail.get("reason_code")), _why(event), _("决定之前照常办理，时限不变"))


def _shelved(_a: Appeal, event: Event, _n: dict[str, str]) -> str:
    until, report, person = _moment(event, "until"), _moment(event, "next"), event.detail.get("person")
    return _lines(
        _reason(event.detail.get("reason_code")), _("由%(person)s跟踪", person=person) if person else "",
        _("下次报告进展：%(at)s 前", at=report) if report else "",
        _("最迟 %(until)s 恢复办理，答复时限从恢复之日接着计算", until=until) if until else "",
    )  # fmt: skip


def _progress(_a: Appeal, event: Event, _n: dict[str, str]) -> str:
    following = _moment(event, "next")
    return _lines(event.detail.get("report"), _("下次报告进展：%(at)s 前", at=following) if following else "")


def _renewal(_a: Appeal, event: Event, _n: dict[str, str]) -> str:
    until = _moment(event, "until")
    return _lines(_("跟踪到 %(until)s", until=until) if until else "", _why(event))


def _resumed(appeal: Appeal, event: Event, names: dict[str, str]) -> str:
    broken = _("承诺的日期已到，事项没有解决；您可以催办，也可以在评价时如实反映") if event.detail.get("broken") else ""
    return _lines(broken, _why(event), _moved(appeal, event, names))


def _wanted(_a: Appeal, event: Event, _n: dict[str, str]) -> str:
    until = _moment(event, "until")
    return _lines(event.detail.get("items"), _("请在 %(until)s 前提供", until=until) if until else "")


def _only_why(_a: Appeal, event: Event, _n: dict[str, str]) -> str:
    return _why(event)


TEXTS: dict[Move, Callable[[Appeal, Event, dict[str, str]], str]] = {
    Move.ASK_EXTENSION: _extension_asked, Move.GRANT_EXTENSION: _moved, Move.GRANT_SECOND_EXTENSION: _moved,
    Move.REFUSE_EXTENSION: _only_why, Move.REFUSE_SECOND_EXTENSION: _only_why, Move.ASK_SHELVING: _shelving_asked,
    Move.SHELVE: _shelved, Move.REFUSE_SHELVING: _only_why, Move.UPHOLD_DISAGREEMENT: _resumed,
    Move.REJECT_DISAGREEMENT: _only_why, Move.REPORT_SHELVED: _progress, Move.ASK_RENEWAL: _renewal,
    Move.RENEW_SHELVING: _renewal, Move.REFUSE_RENEWAL: _only_why, Move.RESUME: _resumed, Move.GRANT_COOPERATION: _wanted,
}  # fmt: skip
