"""What becomes of each labelled appeal: who does what on which working day, from the appeal's number alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from appeals.rules.workdays import SHANGHAI

MORNING, AFTERNOON = 0, 1
HOURS = (time(10), time(15))
# Three cycles from Monday 2026-09-07 (110, 111, 112) and the two working days to the third one's F.
_FREE = {date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))}
_MADE_UP = {date(2026, 9, 20), date(2026, 10, 10)}
DAYS = [
    day for n in range(44) if (day := date(2026, 9, 7) + timedelta(days=n)) in _MADE_UP
    or (day.weekday() < 5 and day not in _FREE)
]  # fmt: skip
FILED_WITHIN = 21  # of these days
CODES = {"诉讼仲裁": "R02", "信访": "R03", "商业纠纷": "R04", "广告": "R06", "乱码": "R06", "辱骂": "R06", "非本区": "R01",
         "个人诉求": "R11"}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One deed: on the `day`-th working day, in the morning or the afternoon."""

    day: int
    half: int
    deed: str
    how: dict[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        """The hour at which its half-day's work is done."""
        return datetime.combine(DAYS[self.day], HOURS[self.half], SHANGHAI)


def story(n: int, count: int, label: dict[str, Any]) -> list[Step]:
    """The steps of the n-th of `count` appeals; what would come after the last day never happens."""
    return [step for step in _story(n, n * FILED_WITHIN // count, label) if step.day < len(DAYS)]


def _story(n: int, day: int, label: dict[str, Any]) -> Iterator[Step]:
    yield Step(day, MORNING, "file")
    if label["out_of_scope"]:
        yield from _out_of_scope(n, day, label)
        return
    if n % 23 == 5:
        yield Step(day, AFTERNOON, "ask_supplement")
        yield Step(day + 2, MORNING, "supplement")
        day += 2
    day += 2 if n % 17 == 3 else 0  # later than is due: it enters stock by itself
    yield Step(day, AFTERNOON, "accept")
    if n % 29 == 7:
        yield Step(day + 2, MORNING, "ask_withdrawal")
        yield Step(day + 3, MORNING, "confirm_withdrawal")
        return
    day += 1 if n % 19 == 4 else 0
    yield Step(day, AFTERNOON, "dispatch", {"supports": n % 3 == 0})
    supported = list(_support(n, day)) if n % 3 == 0 else []
    yield from supported
    yield from _handled(n, day, max((step.day for step in supported), default=day))


def _out_of_scope(n: int, day: int, label: dict[str, Any]) -> Iterator[Step]:
    late = 2 if n % 4 == 0 else 0
    if label["reason"] in CODES:
        yield Step(day + late, AFTERNOON, "decline", {"code": CODES[label["reason"]]})
    else:
        yield Step(day + late, AFTERNOON, "pass_on")


def _support(n: int, day: int) -> Iterator[Step]:
    if n % 9 == 6:
        yield Step(day + 2, AFTERNOON, "excuse")
        return
    yield Step(day + (1 if n % 2 else 2), AFTERNOON, "support_acknowledge")
    yield Step(day + (2 if n % 5 else 6), AFTERNOON, "support")


def _handled(n: int, day: int, supported: int) -> Iterator[Step]:
    """Acknowledged, contacted, planned; answered, late, or never; approved once every support has reported."""
    if n % 31 != 9:
        yield Step(day + (3 if n % 13 == 2 else 1), MORNING, "acknowledge")
    work = day + (3 if n % 13 == 2 else 2)
    yield Step(work, MORNING, "contact")
    yield Step(work, MORNING, "plan")
    if n % 27 == 8:
        return
    day += 10 if n % 11 == 6 else 3 + n % 5
    outcome = {3: "explained", 7: "partly"}.get(n % 9, "solved")
    outcome = {11: "legal", 13: "untrue"}.get(n % 40, outcome)
    yield Step(day, MORNING, "draft", {"outcome": outcome})
    yield Step(day, AFTERNOON, "sign")
    if n % 16 == 12:
        day += 3 if n % 3 == 0 else 1
        yield Step(day, MORNING, "send_back")
        yield Step(day + 1, MORNING, "draft", {"outcome": outcome})
        yield Step(day + 1, AFTERNOON, "sign")
        day += 1
    day = max(day + (4 if n % 21 == 10 else 1), supported + 1)
    if outcome in ("legal", "untrue"):
        yield Step(day, MORNING, "endorse")
        yield Step(day, AFTERNOON, "end")
        return
    yield Step(day, MORNING, "approve")
    yield from _rated(n, day)


def _rated(n: int, day: int) -> Iterator[Step]:
    """Good, poor with rectification, changed within a day, too late, or by telephone; after the `day` of approval."""
    good = {"contacted": "yes", "solved": "yes", "level": "5"}
    poor = {"contacted": "no", "solved": "no", "level": "2", "comment": "没有解决实际问题。"}
    match n % 10:
        case 0 | 1:
            yield Step(day, AFTERNOON, "rate", good)
        case 2:
            yield Step(day + 1, AFTERNOON, "rate", good | {"level": "4"})
        case 3:
            yield Step(day + 2, MORNING, "rate", good | {"solved": "partly", "level": "3"})
        case 4:
            yield Step(day + 1, MORNING, "rate", poor)
            yield from _rectified(day + 2, good)
        case 5:
            yield Step(day + 1, MORNING, "rate", good)
            yield Step(day + 1, AFTERNOON, "rate", poor)
            yield from _rectified(day + 2, good)
        case 6:
            yield Step(day + 2, MORNING, "call_back", {"reached": "yes"})
        case 7:
            for later, half in ((2, MORNING), (2, AFTERNOON), (3, MORNING)):
                yield Step(day + later, half, "call_back", {"reached": "no"})
        case 8:
            yield Step(day + 3, MORNING, "call_back", {"reached": "yes"} | good | {"level": "4"})
        case 9:
            yield Step(day + 7, MORNING, "rate", good)


def _rectified(day: int, good: dict[str, str]) -> Iterator[Step]:
    yield Step(day, MORNING, "verify")
    yield Step(day + 2, MORNING, "rectify")
    yield Step(day + 3, MORNING, "audit")
    yield Step(day + 3, AFTERNOON, "rate", good)
