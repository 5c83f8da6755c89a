"""A stock from an older ledger, as it stands on Friday 2026-09-18 at 10:00: cycle 110 (09-07 … 09-20) is about to end.

Every kind of appeal is in it: in time, late, unrated, rated poor, with support, not yet acknowledged, not yet accepted.
"""

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from appeals.rules.workdays import SHANGHAI
from tests.program import companies

STANDS = datetime(2026, 9, 18, 10, tzinfo=SHANGHAI)
FREE = {date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))}
MADE_UP = {date(2026, 9, 20), date(2026, 10, 10)}
DAYS = [
    day for n in range(80) if (day := date(2026, 8, 24) + timedelta(days=n)) in MADE_UP
    or (day.weekday() < 5 and day not in FREE)
]  # fmt: skip
UNITS = ("国网西咸新区供电公司", "住房和城乡建设局", "沣东新城", "税务局", "行政审批服务局", "财政金融局")
Line = dict[str, Any]


def lines(count: int) -> str:
    """The first `count` lines, ready for `ledger import`."""
    return "".join(json.dumps(_line(n), ensure_ascii=False) + "\n" for n in range(count))


def _line(n: int) -> Line:
    day = n % 15 if n % 8 else 18  # 18 is Thursday 09-17: not yet accepted, or not yet acknowledged
    accepted = None if n % 16 == 0 else _at(day, 10)
    replied = {3: None, 5: _at(day + 10, 11)}.get(n % 7, _at(day + 7, 16))
    completed = replied and replied + timedelta(days=1 if n % 5 else 4)
    rated = completed and n % 3 and _seen(completed) and completed + timedelta(hours=20)
    level = n % 5 + 1
    line: Line = {
        "external_no": f"H{n}", "source": "网页", "company": {"name": f"核验企业{n}有限公司", "uscc": companies.credit_code(n)},
        "territory": "沣东新城", "task": 63, "nature": "求助", "title": f"核验事项{n}",
        "text": f"核验事项{n}的具体情况说明，请协调处理。", "submitted_at": _at(day, 9), "accepted_at": accepted,
        "due_at": _at(day + 10, 18) if accepted else None, "completed_at": _seen(completed),
        "outcome": ("explained" if n % 11 == 0 else "solved") if _seen(completed) else None, "exclusion": None,
        "excluded_at": None, "shelved": [], "ratings": [], "struck_off_at": None,
        "assignments": _assignments(n, day, replied) if accepted else [],
    }  # fmt: skip
    if rated and _seen(rated):
        line["ratings"] = [{"round": 1, "source": "SELF", "contacted": n % 4 > 0, "solved": "yes" if level > 2 else "no",
                            "level": level, "at": rated}]  # fmt: skip
        line["struck_off_at"] = rated if level > 2 else None
    return {key: _json(value) for key, value in line.items()}


def _assignments(n: int, day: int, replied: datetime | None) -> list[Line]:
    acknowledged = None if n % 8 == 0 else _at(day + (2 if n % 9 == 0 else 0), 15)
    lead = _task(UNITS[n % 6], "lead", day, 9, acknowledged, replied, final=True)
    if n % 6:
        return [lead]
    return [lead, _task(UNITS[(n + 1) % 6], "support", day, 4, _at(day, 16), _at(day + (3 if n % 4 else 6), 15))]


def _task(
    unit: str, part: str, day: int, days: int, acknowledged: datetime | None, replied: datetime | None,
    final: bool = False,
) -> Line:  # fmt: skip
    limit = _at(day + days, 18)
    return {
        "unit": unit, "part": part, "dispatched_at": _at(day, 11), "ack_due_at": _at(day + 1, 18),
        "acknowledged_at": _seen(acknowledged), "due_at": limit, "original_due_at": limit, "replied_at": _seen(replied),
        "void": False, "final": final,
    }  # fmt: skip


def _at(day: int, hour: int) -> datetime:
    return datetime.combine(DAYS[day], time(hour), SHANGHAI)


def _seen(at: datetime | None) -> datetime | None:
    return at if at and at <= STANDS else None


def _json(value: Any) -> Any:
    if isinstance(value, list):
        return [_json(each) for each in value]
    if isinstance(value, dict):
        return {key: _json(each) for key, each in value.items()}
    return value.isoformat() if isinstance(value, datetime) else value
