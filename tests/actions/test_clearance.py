"""Freezing: each period once, oldest first, the same bytes whenever, wherever and however often it runs (policy §7)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select

from appeals import create_app
from appeals.actions import changes, clearance, ledger, timetable
from appeals.db import db, session
from appeals.models import calendar, figures, settings
from appeals.models.audit import Event
from appeals.models.clearance import (
    ClearanceEntry,
    ClearanceFlow,
    ClearanceItem,
    ClearanceRate,
    ClearanceRun,
    FrozenBlock,
)
from appeals.rules import clearance as cycles
from appeals.rules import rates
from appeals.rules.actors import Actor
from appeals.rules.words import Role
from config import Settings
from tests import builders as b
from tests import databases
from tests.actions import lives
from tests.program import independent

END = b.at("2026-12-02 00:00")
F_114, F_115 = b.at("2026-11-17 18:00"), b.at("2026-12-01 18:00")
IN_TIME, SOON, LATE = timedelta(hours=4), F_114 + timedelta(seconds=31), END + timedelta(days=9)


def built(url: str, folder: Path) -> Flask:
    """In the main thread: Python 3.11 cannot compile the routes of two applications at once."""
    return create_app(Settings(data_dir=folder / "data", database_url=url))


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Flask]:
    with entered(built(url, folder)) as app:
        yield app


@contextmanager
def entered(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app
        session().rollback()
        db.session.remove()
        db.engine.dispose()


def lived(seed: int, *, late: bool, until: datetime = END) -> None:
    """Random lives from the first cycle on, the timetable every few hours or not at all until nine days later."""
    lives.first_cycle()
    last = lives.START

    def pause(at: datetime) -> None:
        nonlocal last
        if not late and at - last > IN_TIME:
            assert timetable.run_due(at).failed == []
            last = at

    assert lives.Lives(seed, pause).live(until) > 40
    assert timetable.run_due(LATE).failed == []


def blocks() -> list[tuple[object, ...]]:
    """What is frozen, as it will be compared: everything but ids and the moment of freezing."""
    query = select(ClearanceRun, FrozenBlock).join(FrozenBlock, FrozenBlock.run_id == ClearanceRun.id)
    return [
        (run.kind, run.number, run.known_at, run.formula, run.settings_version, run.facts_sha256, run.figures_sha256,
         block.facts, block.figures, *rows_of(run.id))
        for run, block in session().execute(query.order_by(ClearanceRun.kind, ClearanceRun.number))
    ]  # fmt: skip


def rows_of(run_id: int) -> list[list[tuple[object, ...]]]:
    found = []
    for table in (ClearanceEntry, ClearanceItem, ClearanceFlow, ClearanceRate):
        columns = [c for c in table.__table__.columns if c.name not in ("id", "run_id", "booked")]
        found.append([tuple(r) for r in session().execute(select(*columns).where(table.run_id == run_id).order_by(table.id))])
    return found


def runs() -> list[tuple[str, int]]:
    return session().execute(select(ClearanceRun.kind, ClearanceRun.number).order_by(ClearanceRun.id)).all()


# -- the same whenever it runs ---------------------------------------------------------------------------


def test_frozen_nine_days_late_the_bytes_are_those_of_a_punctual_run(tmp_path):
    found = []
    for late in (False, True):
        with opened(databases.fresh_database("sqlite", tmp_path), tmp_path / str(late)):
            lived(4, late=late)
            assert runs() == [("cycle", 114), ("cycle", 115)]
            found.append(blocks())
    assert found[0] == found[1]
    assert found[0][0][7].count("\n") > 10


def test_both_databases_freeze_the_same_bytes(tmp_path, postgresql_url):
    found = []
    for url in (databases.fresh_database("sqlite", tmp_path), postgresql_url):
        with opened(url, tmp_path / url[:6]):
            lived(1, late=url == postgresql_url)
            found.append([run[:9] for run in blocks()])
    assert found[0] == found[1]


def test_what_happens_after_f_changes_nothing(house):
    lives.first_cycle()
    people = lives.Lives(7)
    people.live(F_114)
    assert clearance.freeze_due(SOON) == [("cycle", 114)]
    before = blocks()
    people.live(F_114 + timedelta(days=10))
    assert clearance.freeze_due(people.now) == []
    assert blocks() == before
    for table in (ClearanceItem, ClearanceEntry, ClearanceFlow, ClearanceRate, FrozenBlock, ClearanceRun):
        session().execute(delete(table))
    session().commit()
    assert clearance.freeze_due(people.now) == [("cycle", 114)]
    assert blocks() == before


def test_settings_changed_after_f_do_not_reach_back(house):
    lives.first_cycle()
    admin, director = lives.person("admin"), lives.person("director")
    assert clearance.freeze_due(SOON) == [("cycle", 114)]
    before = blocks()
    session().execute(delete(FrozenBlock))
    session().execute(delete(ClearanceRun))
    session().commit()
    other = dict(settings.settings()) | {"ranking": True}
    _confirm(other, admin, director)
    assert clearance.freeze_due(LATE) == [("cycle", 114), ("cycle", 115)]
    assert blocks()[0] == before[0]
    assert [run[4] for run in blocks()] == [1, 2]


def _confirm(values: dict[str, object], admin: Actor, director: Actor) -> None:
    """A new version of the settings, by two people, on 20 November."""
    values.pop("version")
    change_id = changes.propose("settings", {"values": values}, reason="试验", by=admin, at=b.at("2026-11-20 10:00"))
    assert changes.decide(change_id, confirm=True, by=director, at=b.at("2026-11-20 11:00")) == 2


# -- once, oldest first ----------------------------------------------------------------------------------


def test_nothing_is_frozen_before_f_has_passed_and_half_a_minute_more(house):
    lives.first_cycle()
    assert clearance.freeze_due(F_114) == []
    assert clearance.freeze_due(F_114 + timedelta(seconds=30)) == []
    assert clearance.freeze_due(SOON) == [("cycle", 114)]
    run = session().scalars(select(ClearanceRun)).one()
    assert (run.from_at, run.to_at) == (b.at("2026-11-02 00:00"), b.at("2026-11-16 00:00"))
    assert (run.known_at, run.frozen_at) == (F_114, SOON)


def test_missed_cycles_and_quarters_are_caught_up_oldest_first(house):
    lives.first_cycle()
    assert clearance.freeze_due(b.at("2027-01-12 09:00")) == [
        ("cycle", 114), ("cycle", 115), ("cycle", 116), ("cycle", 117), ("quarter", 20264),
    ]  # fmt: skip
    assert clearance.freeze_due(b.at("2027-01-12 09:10")) == []
    quarter = session().scalars(select(ClearanceRun).where(ClearanceRun.kind == "quarter")).one()
    assert (quarter.from_at, quarter.to_at) == (b.at("2026-10-01 00:00"), b.at("2027-01-01 00:00"))
    assert quarter.known_at == b.at("2027-01-05 18:00")


def test_nothing_before_the_cycle_of_installation_is_frozen(house):
    lives.first_cycle(115)
    assert clearance.freeze_due(F_115 + timedelta(seconds=31)) == [("cycle", 115)]


def test_several_freezers_at_once_freeze_each_period_once(house, database_url, tmp_path):
    lived_until = b.at("2026-11-20 00:00")
    lives.first_cycle()
    lives.Lives(3).live(lived_until)
    session().rollback()
    start, done = threading.Barrier(3, timeout=60), []

    def freeze(app: Flask) -> None:
        with entered(app):
            start.wait()
            done.extend(clearance.freeze_due(b.at("2027-01-12 09:00")))

    apps = [built(database_url, tmp_path / f"freezer{number}") for number in range(3)]
    threads = [threading.Thread(target=freeze, args=(app,), daemon=True) for app in apps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    expected = [("cycle", 114), ("cycle", 115), ("cycle", 116), ("cycle", 117), ("quarter", 20264)]
    assert sorted(done) == expected
    assert runs() == expected
    frozen = session().scalars(select(Event.detail).where(Event.kind.startswith("audit.freeze"))).all()
    assert sorted(detail["number"] for detail in frozen) == [114, 115, 116, 117, 20264]


# -- what is in it ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=databases.KINDS)
def life(request, tmp_path_factory):
    """One life and what was frozen of it, for tests that only look."""
    folder = tmp_path_factory.mktemp("life")
    url = databases.fresh_database(request.param, folder)
    with opened(url, folder):
        lived(5, late=False)
    yield url, folder
    databases.drop_database(url)


@pytest.fixture
def frozen(life):
    """Number of a frozen cycle → its run."""
    with opened(*life):
        yield {run.number: run for run in session().scalars(select(ClearanceRun))}


def test_nothing_frozen_names_anybody(frozen):
    for block in session().scalars(select(FrozenBlock)):
        text = block.facts + block.figures
        assert "QS-2026" in text
        assert not [word for word in lives.NAMELESS if word in text]
        assert not [key for key in ("company", "title", "mobile", "comment", "note") if f'"{key}"' in text]


def test_every_line_balances_and_each_closing_is_the_next_opening(frozen):
    flows = {}
    for row in session().scalars(select(ClearanceFlow)):
        came = row.accepted + row.dispatched_in + row.transferred_in + row.reopened + row.back_from_shelving
        left = row.completed + row.transferred_out + row.ended_merged + row.shelved
        assert row.opening + came == left + row.closing, row.line
        flows[row.run_id, row.line] = row
    first, second = frozen[114].id, frozen[115].id
    for line in {line for _, line in flows}:
        closing = flows[first, line].closing if (first, line) in flows else 0
        opening = flows[second, line].opening if (second, line) in flows else 0
        assert closing == opening, line
    assert sum(row.closing for row in flows.values()) > 0


def test_the_entries_are_the_list_behind_the_clearance_rate(frozen):
    for run in frozen.values():
        cleared = select(ClearanceRate).where(ClearanceRate.run_id == run.id, ClearanceRate.key == "cleared")
        rate = {row.line: (row.num, row.den) for row in session().scalars(cleared)}
        due = select(ClearanceEntry).where(ClearanceEntry.run_id == run.id, ClearanceEntry.due)
        entries = session().scalars(due).all()
        for line in {entry.line for entry in entries}:
            mine = [entry for entry in entries if entry.line == line]
            assert rate[line] == (sum(entry.cleared for entry in mine), len(mine))
        assert rate.get(figures.TOTAL, (0, 0))[1] == len(entries)
        for entry in entries:
            assert bool(entry.booked) == (not entry.cleared)


def test_every_rate_is_the_sum_of_its_items(frozen):
    items = session().scalars(select(ClearanceItem).where(ClearanceItem.excluded_by.is_(None))).all()
    classes = {run.id: figures.class_labels(run.lines) for run in frozen.values()}
    for row in session().scalars(select(ClearanceRate)):
        mine = [
            item.num for item in items
            if (item.run_id, item.key) == (row.run_id, row.key)
            and row.line in (item.line, classes[row.run_id].get(item.line), figures.TOTAL)
        ]  # fmt: skip
        assert (row.num, row.den) == (sum(mine), len(mine)), (row.line, row.key)


def test_the_strike_off_rate_is_frozen_with_the_issue_after(frozen):
    rows = session().scalars(select(ClearanceRate).where(ClearanceRate.key == "struck_off")).all()
    assert {(row.run_id, row.of_number) for row in rows} == {(frozen[115].id, 114)}
    of_114 = session().scalars(
        select(ClearanceRate).where(ClearanceRate.run_id == frozen[114].id, ClearanceRate.key == "cleared")
    )
    assert {row.line: row.den for row in rows} == {row.line: row.den for row in of_114}


def test_a_count_from_the_policys_words_alone_over_the_exported_ledger_agrees(frozen):
    lines = list(ledger.send_out())
    for number, run in frozen.items():
        period = cycles.period(number, calendar.current())
        after = cycles.period(number + 1, calendar.current())
        counted = independent.count(lines, period.from_at, period.to_at, period.known_at, after.known_at)
        total = {figures.TOTAL: counted.pop("total", {})}
        expected = {
            (line, key): value for line, keys in (counted | total).items() for key, value in keys.items()
            if key != "struck_off"
        }  # fmt: skip
        classes = {each.label for each in figures.words.UnitClass}
        rows = session().scalars(select(ClearanceRate).where(ClearanceRate.run_id == run.id)).all()
        ours = {
            (row.line, row.key): (row.num, row.den) for row in rows
            if row.key in independent.KEYS and row.key != "struck_off" and row.line not in classes
        }  # fmt: skip
        assert ours == expected


def test_a_run_keeps_the_classes_of_its_units(frozen):
    for run in frozen.values():
        assert run.lines["沣东新城"] == {"class": "territorial", "external": False}
        assert set(run.lines) <= {node["name"] for node in ({"name": n} for n in figures.unit_lines())}
        assert run.formula == rates.FORMULA
    assert Role.SYSTEM.value in session().scalars(select(Event.role).where(Event.kind == "audit.freeze_cycle")).all()
