"""Three cycles of the whole program, from the first form to the third frozen cycle (Must show 2).

The labelled appeals go through the real form from Monday 2026-09-07 on; everybody works over HTTP; the scheduler is a
process of its own. Then every figure is counted once more from the exported ledger. THREE_CYCLES_APPEALS sets how many.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import time_machine

from tests import databases
from tests.program import independent
from tests.program.clock import moment
from tests.program.frozen import Database
from tests.program.journey import ORDER, Case, Journey
from tests.program.site import Site, site
from tests.program.staff import Staff
from tests.program.stories import Step, story

LABELLED = Path(__file__).parents[1] / "data" / "routing_dev.jsonl"
FEW = int(os.environ.get("THREE_CYCLES_APPEALS", "24"))
ALL = 150
# Number: (first day, the day after the last, F).
CYCLES = {
    110: ("2026-09-07T00:00", "2026-09-21T00:00", "2026-09-22T18:00"),
    111: ("2026-09-21T00:00", "2026-10-05T00:00", "2026-10-09T18:00"),
    112: ("2026-10-05T00:00", "2026-10-19T00:00", "2026-10-20T18:00"),
}
CAME = ("opening", "accepted", "dispatched_in", "transferred_in", "reopened", "back_from_shelving")
WENT = ("completed", "transferred_out", "ended_merged", "shelved", "closing")
CLASSES = ("属地单位", "新区部门", "驻区单位", "公用企业")


@dataclass
class Told:
    """What the program says at the end: each cycle as `cycle show` prints it and as the leader's pages show it
    (line → label → fraction), and the ledger it exports."""

    cycles: dict[int, dict[str, Any]]
    pages: dict[int, dict[str, dict[str, str]]]
    ledger: list[independent.Line]
    done: Counter[str]


@pytest.fixture(scope="module", params=[FEW, pytest.param(ALL, marks=pytest.mark.long)])
def count(request: pytest.FixtureRequest) -> int:
    """How many of the labelled appeals are filed."""
    return int(request.param)


@pytest.fixture(scope="module", params=databases.each_alone("three-cycles"))
def told(request: pytest.FixtureRequest, count: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The three cycles, lived through once for all tests below."""
    folder = tmp_path_factory.mktemp("three-cycles")
    url = databases.empty_database(request.param, folder)
    with time_machine.travel(moment("2026-09-07T08:30")):
        databases.make_template(url)
    with site(url, folder / "site", "2026-09-07T08:30", "UTC" if request.param == "sqlite" else "Asia/Shanghai") as place:
        place.start_web()
        scheduler, staff = place.start_scheduler(), Staff(place, url)
        done = _live(place, url, staff, count)
        place.at("2026-10-20T18:05:30")
        Database(url).await_cycle(112, scheduler.log)
        place.run("ledger", "export", str(folder / "ledger.jsonl"))
        cycles = {number: json.loads(place.run("cycle", "show", str(number), "--json")) for number in CYCLES}
        pages = {number: _pages(staff, number, list(page["rates"])) for number, page in cycles.items()}
        staff.close()
        assert "Traceback" not in place.logs(), place.logs()[-3000:]
    yield Told(cycles, pages, independent.read((folder / "ledger.jsonl").read_text()), done)
    databases.drop_database(url)


def _live(place: Site, url: str, staff: Staff, count: int) -> Counter[str]:
    """Every step of every story, half-day by half-day."""
    labels = [json.loads(line) for line in LABELLED.read_text().splitlines()[:count]]
    cases = [Case(n, label) for n, label in enumerate(labels)]
    steps = [(step, case) for case in cases for step in story(case.n, count, case.label)]
    steps.sort(key=lambda pair: (pair[0].at, ORDER.index(pair[0].deed), pair[1].lead, pair[1].n))
    journey = Journey(place.port, staff, lambda: Database(url).await_run(place.clock.set_to))
    for step, case in steps:
        if place.clock.set_to != step.at:
            place.clock.set(step.at)
            staff.everybody_leaves()
        _do(journey, case, step)
    staff.everybody_leaves()
    return Counter(step.deed for step, _ in steps)


def _do(journey: Journey, case: Case, step: Step) -> None:
    try:
        journey.do(case, step)
    except Exception as error:
        raise AssertionError(f"appeal {case.n} ({case.number}), {step.deed} on {step.at}: {error}") from error


def _pages(staff: Staff, number: int, lines: list[str]) -> dict[str, dict[str, str]]:
    """What a leader reads on the page of each line: label → fraction."""
    leader, found = staff.visitor("leader"), dict[str, dict[str, str]]()
    for line in lines:
        page = leader.open(f"/scorecards/cycles/{number}/{quote(line)}")
        rows = [row.find_all(["th", "td"]) for row in page.soup.select("tr") if len(row.find_all("td")) == 5]
        found[line] = {next(cells[0].stripped_strings): cells[2].get_text(strip=True) for cells in rows}
    return found


def test_every_appeal_went_through_the_form(told: Told, count: int) -> None:
    assert told.done["file"] == len(told.ledger) == count
    declined = sum(line["declined_at"] is not None for line in told.ledger)
    assert declined == told.done["decline"]
    assert sum(line["exclusion"] == "statutory" for line in told.ledger) == told.done["pass_on"]
    dispatched = sum(any(task["part"] == "lead" for task in line["assignments"]) for line in told.ledger)
    assert dispatched == told.done["dispatch"]


def test_all_three_cycles_are_frozen_when_they_should_be(told: Told) -> None:
    for number, (first, end, known) in CYCLES.items():
        page = told.cycles[number]
        assert [datetime.fromisoformat(page[key]) for key in ("from", "to", "known_at")] == [
            moment(first), moment(end), moment(known)
        ]  # fmt: skip


def test_the_balance_holds_for_every_unit_and_cycle(told: Told) -> None:
    before: dict[str, int] = {}
    for number, page in sorted(told.cycles.items()):
        for line, flow in page["flows"].items():
            assert sum(flow[name] for name in CAME) == sum(flow[name] for name in WENT), (number, line)
            assert flow["opening"] == before.get(line, 0), (number, line)
        closing = {line: flow["closing"] for line, flow in page["flows"].items()}
        assert {line for line, left in before.items() if left} <= set(closing), number
        before = closing


def test_the_flows_are_those_of_the_ledger(told: Told) -> None:
    """What entered and what was completed, summed over all lines, against the ledger's own instants."""
    for number, (first, end, _) in CYCLES.items():
        flows = told.cycles[number]["flows"].values()
        p0, p1 = moment(first), moment(end)
        completed = sum(p0 <= at < p1 for line in told.ledger if (at := independent.instant(line["completed_at"])))
        entered = sum(p0 <= at < p1 for line in told.ledger if (at := _entered(line)))
        assert sum(flow["completed"] for flow in flows) == completed, number
        assert sum(flow["accepted"] for flow in flows) == entered, number


def _entered(line: independent.Line) -> datetime | None:
    """Acceptance, or the moment it was due and had not been done (policy §4)."""
    late = [
        due for duty in line["duties"] if duty["kind"] == "accept" and (due := independent.instant(duty["due_at"]))
        and ((done := independent.instant(duty["done_at"])) is None or done > due)
    ]  # fmt: skip
    return min([at for at in (independent.instant(line["accepted_at"]), *late) if at], default=None)


@pytest.mark.parametrize("number", CYCLES)
def test_every_figure_is_what_the_ledger_says(told: Told, number: int) -> None:
    """num and den of every line and key, against the independent count; 销号率 stands in the next cycle's issue."""
    first, end, known = map(moment, CYCLES[number])
    struck_known = moment(CYCLES[number + 1][2]) if number + 1 in CYCLES else known
    counted = independent.count(told.ledger, first, end, known, struck_known)
    mine, theirs = _plain(counted), _printed(told.cycles, number)
    if number + 1 not in CYCLES:
        mine = {pair: rate for pair, rate in mine.items() if pair[1] != "struck_off"}
    assert theirs == mine


def _plain(counted: independent.Count) -> dict[tuple[str, str], tuple[int, int]]:
    named = {("合计" if line == "total" else line): keys for line, keys in counted.items()}
    return {(line, key): rate for line, keys in named.items() for key, rate in keys.items()}


def _printed(cycles: dict[int, dict[str, Any]], number: int) -> dict[tuple[str, str], tuple[int, int]]:
    """What the issues of this cycle and of the next say of this cycle, in the keys that were counted."""
    return {
        (line, key): (rate["num"], rate["den"])
        for page in cycles.values()
        for line, keys in page["rates"].items()
        for key, rate in keys.items()
        if rate["of"] == number and key in independent.KEYS and line not in CLASSES
    }


def test_the_pages_show_the_same_figures(told: Told) -> None:
    """Every fraction on a leader's page is the frozen one; 加权满意度 in whole points, groups without any left out."""
    for number, page in told.cycles.items():
        for line, keys in page["rates"].items():
            shown = told.pages[number][line]
            for key, label in independent.LABELS.items():
                rate = keys.get(key, {"num": 0, "den": 0})
                num = f"{rate['num'] / 10:g}" if key == "weighted" else str(rate["num"])
                assert shown.get(label, "—") == (f"{num}/{rate['den']}" if rate["den"] else "—"), (number, line, key)


def test_there_is_something_to_count(told: Told) -> None:
    """Late and in time, rated good, poor and not at all: no figure above holds for want of cases."""
    rates = [told.cycles[number]["rates"]["合计"] for number in CYCLES]
    for key in ("on_time", "acknowledged_on_time", "promise_kept", "cleared", "rated"):
        num, den = (sum(each.get(key, {part: 0})[part] for each in rates) for part in ("num", "den"))
        assert 0 < num < den, key
