"""Every figure counted twice: by the program, and by plain SQL that was written from the policy alone."""

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from appeals import create_app
from appeals.actions import ledger
from appeals.cli import figures as command
from appeals.db import db, session, transaction
from appeals.models import counting, facts
from appeals.models.appeal import Appeal
from appeals.models.figures import TOTAL, basis
from appeals.models.versions import Version
from appeals.rules import ledger as ledger_rules
from appeals.rules import rates
from appeals.rules.actors import SYSTEM
from appeals.rules.workdays import SHANGHAI
from config import Settings
from tests.builders import at
from tests.figures import random_lines, second_count
from tests.figures.random_lines import FREEZES, MONDAYS, OFFICE
from tests.rules import random_histories

DATA = Path(__file__).parents[1] / "data"
BATCH = 60
LATER = at("2027-02-01 09:00")
FORTNIGHT = timedelta(days=14)
# An appeal may stand more than once under these (assignments, rectifications, duties): their n is not one per appeal.
MANY = {
    "acknowledged_on_time", "support_on_time", "rectified", "rectified_on_time", "returns_rejected", "misdispatched",
    "accepted_on_time", "dispatched_on_time", "approved_on_time", "decided_on_time",
}  # fmt: skip
# What the office owed is written down when it is done: before p1 nobody can tell what it owed by then.
ONLY_ENDED = {"accepted_on_time", "dispatched_on_time", "approved_on_time", "decided_on_time"}


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The house on a fresh, seeded database in which nothing is frozen."""
    app = create_app(Settings(data_dir=tmp_path / "data", database_url=database_url))
    with app.app_context():
        with transaction() as writer:
            writer.execute(update(Version).where(Version.name == "first_cycle").values(number=999))
        yield app
        db.session.remove()
        db.engine.dispose()


def bring(lines: list[Any]) -> None:
    assert ledger.bring_in(enumerate(lines, start=1), by=SYSTEM, at=LATER).bad == []


def lived(seed: int) -> list[Any]:
    """Ledger lines of random lives that keep to the policy's limits."""
    stock = random_histories.stock_of(seed, BATCH)
    lines = [ledger_rules.format(each) | {"company": {"name": "某公司", "uscc": None}} for each in stock]
    return [json.loads(json.dumps(line)) for line in lines]


def worked_example() -> list[Any]:
    return [json.loads(line) for line in (DATA / "worked_example.jsonl").read_text().splitlines()]


def by_program(p0: datetime, p1: datetime, f: datetime) -> second_count.Counts:
    """As the `rates` command counts."""
    found, _ = command.count(p0, p1, f)
    lines = {**found.units, TOTAL: found.total}
    counted = {
        line: {key: (rate.num, rate.den, rate.n) for key, rate in keys.items() if rate.den}
        for line, keys in lines.items()
    }
    return {line: keys for line, keys in counted.items() if keys}


def by_sql(p0: datetime, p1: datetime, f: datetime, struck_f: datetime | None = None) -> second_count.Counts:
    try:
        return second_count.count(session().connection(), p0, p1, f, OFFICE, struck_f)
    finally:
        session().rollback()


def flat(counts: second_count.Counts, without: frozenset[str] | set[str] = frozenset()) -> dict[tuple[str, str], Any]:
    """(line, key) → its integers, n only where it is one per appeal."""
    return {
        (line, key): integers[:2] if key in MANY else integers
        for line, keys in counts.items() for key, integers in keys.items() if key not in without
    }  # fmt: skip


def moments(p1: datetime) -> tuple[datetime, ...]:
    """F as frozen, F long after, and one F inside the period."""
    return p1 + timedelta(days=1, hours=18), p1 + timedelta(days=37), p1 - timedelta(days=4, hours=6)


def test_the_worked_example_comes_out_as_reckoned_by_hand(house):
    bring(worked_example())
    expected = json.loads((DATA / "worked_example.expected.json").read_text())
    counted = by_sql(at("2026-11-02 00:00"), at("2026-11-16 00:00"), at("2026-12-31 18:00"))
    for unit, keys in expected["units"].items():
        for key, rate in keys.items():
            assert counted[unit][key][:2] == (rate["num"], rate["den"]), (unit, key)
        assert set(counted[unit]) & BY_HAND == set(keys), unit
    assert flat(counted) == flat(by_program(at("2026-11-02 00:00"), at("2026-11-16 00:00"), at("2026-12-31 18:00")))


BY_HAND = {
    "acknowledged_on_time", "on_time", "on_time_original", "replied", "promise_kept", "cleared", "struck_off",
    "support_on_time", "rated", "self_rated", "good_of_all", "responded", "solved", "solved_reasonable", "good", "weighted",
}  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_lives_within_the_policy_s_limits_count_alike(house, seed):
    bring(lived(seed))
    for n in range(6):
        p1 = at("2026-09-21 00:00") + FORTNIGHT * (n + 1)
        f, late, _ = moments(p1)
        for known_at in (f, late):
            assert flat(by_program(p1 - FORTNIGHT, p1, known_at)) == flat(by_sql(p1 - FORTNIGHT, p1, known_at))


@pytest.mark.parametrize("seed", range(5))
def test_lives_along_the_edges_count_alike(house, seed):
    bring(random_lines.stock(seed, BATCH))
    for p0 in MONDAYS[:5]:
        p1 = p0 + FORTNIGHT
        for known_at in moments(p1):
            without = ONLY_ENDED if known_at < p1 else set()
            assert flat(by_program(p0, p1, known_at), without) == flat(by_sql(p0, p1, known_at), without), (p0, known_at)


def test_what_deeds_leave_on_file_counts_alike(house):
    made = house.test_cli_runner().invoke(args=["demo"])
    assert made.exit_code == 0, made.output
    first = session().scalars(select(func.min(Appeal.submitted_at))).one().astimezone(SHANGHAI).date()
    monday = datetime.combine(first - timedelta(days=first.weekday()), time(), SHANGHAI)
    for p1 in (monday + FORTNIGHT * n for n in range(1, 7)):
        for known_at in moments(p1):
            without = ONLY_ENDED if known_at < p1 else set()
            assert flat(by_program(p1 - FORTNIGHT, p1, known_at), without) == flat(by_sql(p1 - FORTNIGHT, p1, known_at), without)


@pytest.mark.parametrize("seed", [91, 92])
def test_what_would_be_frozen_counts_alike_with_the_strike_offs_of_the_cycle_before(house, seed):
    bring(random_lines.stock(seed, BATCH))
    for n in range(1, 5):
        before = rates.Period(MONDAYS[n - 1], MONDAYS[n], FREEZES[n], FREEZES[n + 1])
        period = rates.Period(MONDAYS[n], MONDAYS[n + 1], FREEZES[n + 1])
        rows = counting.count(period, n, basis(), before=before).rows
        frozen = {(row["line"], row["key"], row["of_number"]): (row["num"], row["den"]) for row in rows}
        now = by_sql(period.from_at, period.to_at, period.known_at)
        past = by_sql(before.from_at, before.to_at, before.known_at, before.struck_known_at)
        expected = {(line, key, n): v[:2] for line, keys in now.items() for key, v in keys.items() if key != "struck_off"}
        expected |= {(line, "struck_off", n - 1): keys["struck_off"][:2] for line, keys in past.items() if "struck_off" in keys}
        lines = {line for line, _, _ in expected}
        assert {where: v for where, v in frozen.items() if where[0] in lines} == expected


def test_a_line_keeps_when_an_exclusion_taken_back_was_recorded(house):
    past = {"what": "merged", "at": "2026-11-03T10:00:00+08:00", "undone_at": "2026-11-12T10:00:00+08:00",
            "recorded_at": "2026-11-09T10:00:00+08:00"}  # fmt: skip
    bring([worked_example()[2] | {"undone": [past]}])
    [kept] = next(iter(facts.load(session().scalars(select(Appeal.id)).all()))).undone
    assert kept.recorded_at == at("2026-11-09 10:00")
