"""The independent count itself, against the worked example that was reckoned by hand."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from tests.program import independent

DATA = Path(__file__).parents[1] / "data"


def test_the_worked_example_comes_out_as_reckoned_by_hand() -> None:
    lines = independent.read((DATA / "worked_example.jsonl").read_text())
    expected = json.loads((DATA / "worked_example.expected.json").read_text())
    p0, p1, late = map(datetime.fromisoformat,
                       ("2026-11-02T00:00+08:00", "2026-11-16T00:00+08:00", "2026-12-31T18:00+08:00"))  # fmt: skip
    for line in lines:  # the example leaves the windows to the calendar: five working days, here no holiday
        line.setdefault("window_ends_at", _window(line["completed_at"]))
    counted = independent.count(lines, p0, p1, late, late)
    for unit, keys in expected["units"].items():
        for key, rate in keys.items():
            if key in independent.KEYS:
                assert counted[unit].get(key, (0, 0)) == (rate["num"], rate["den"]), (unit, key)


def _window(completed_at: str | None) -> str | None:
    if completed_at is None:
        return None
    day = datetime.fromisoformat(completed_at)
    for _ in range(5):
        day += timedelta(days=3 if day.weekday() == 4 else 1)
    return day.replace(hour=18, minute=0, second=0).isoformat()
