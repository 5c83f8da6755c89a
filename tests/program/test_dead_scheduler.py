"""A scheduler that is killed while it freezes, sleeps over a cycle's end, or has two others beside it (Must show 3).

Cycle 110 ends on Sunday 2026-09-20, a make-up workday; F is Tuesday 2026-09-22, 18:00.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests import databases
from tests.program import history
from tests.program.clock import moment
from tests.program.frozen import Database
from tests.program.site import Process, Site, site, wait_until

CYCLE, STOCK = 110, 240
KILLS = int(os.environ.get("FREEZE_KILLS", "2"))
LOOKS = ("2026-09-18T18:05:30", "2026-09-21T00:10:30", "2026-09-22T18:05:30")


@pytest.fixture(scope="module", params=databases.each_alone("dead-scheduler"))
def stock(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with the history, as it stands on Friday."""
    folder = tmp_path_factory.mktemp("stock")
    url = databases.empty_database(request.param, folder)
    ledger = folder / "ledger.jsonl"
    ledger.write_text(history.lines(STOCK))
    with time_machine.travel(moment("2026-09-07T08:30")):
        databases.make_template(url)
    with site(url, folder / "site", "2026-09-18T10:00:05") as place:
        place.run("ledger", "import", str(ledger))
    yield url
    databases.drop_database(url)


@pytest.fixture(scope="module")
def undisturbed(stock: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is frozen where the scheduler runs all the time and is never in trouble."""
    folder = tmp_path_factory.mktemp("undisturbed")
    url = databases.copied_database(stock, folder)
    with site(url, folder / "site", "2026-09-18T10:01") as place:
        place.start_scheduler()
        for look in LOOKS:
            place.at(look)
            Database(url).await_run(place.clock.set_to)
        found = Database(url).frozen()
    databases.drop_database(url)
    assert found["runs"], "nothing was frozen"
    return found


@pytest.fixture
def place(stock: str, tmp_path: Path) -> Iterator[tuple[Site, Database]]:
    """The same stock once more, with nothing running."""
    url = databases.copied_database(stock, tmp_path)
    with site(url, tmp_path / "site", "2026-09-18T10:01") as found:
        yield found, Database(url)
    databases.drop_database(url)


def test_killed_while_it_freezes(place: tuple[Site, Database], undisturbed: dict[str, Any]) -> None:
    """SIGKILL in the middle of writing, several times, until one gets through."""
    here, database = place
    here.at("2026-09-22T18:05:30")
    killed = 0
    while killed < KILLS and not database.cycles():
        scheduler = here.start_scheduler()
        wait_until(lambda: database.writing() or database.cycles(), "it begins to write", scheduler.log)
        time.sleep(killed * 0.05)
        scheduler.kill()
        killed += not database.cycles()
    assert killed, "it was never caught before it had frozen the cycle"
    scheduler = here.start_scheduler()
    database.await_cycle(CYCLE, scheduler.log)
    _same(database, undisturbed)


def test_asleep_for_nine_days_over_the_end(place: tuple[Site, Database], undisturbed: dict[str, Any]) -> None:
    """Stopped on Friday evening, started nine days later, on a Sunday."""
    here, database = place
    first = here.start_scheduler()
    database.await_run(here.clock.set_to)
    first.kill()
    here.at("2026-09-27T10:00")
    second = here.start_scheduler()
    database.await_cycle(CYCLE, second.log)
    _same(database, undisturbed)


def test_three_at_once(place: tuple[Site, Database], undisturbed: dict[str, Any]) -> None:
    """Three processes; whoever works is killed in the middle, and another goes on."""
    here, database = place
    several = {name: here.start_scheduler(name) for name in ("first", "second", "third")}
    database.await_run(here.clock.set_to)
    here.at("2026-09-22T18:05:30")
    wait_until(lambda: database.writing() or database.cycles(), "one begins to write")
    _holder(database, several).kill()
    database.await_cycle(CYCLE)
    _same(database, undisturbed)


def _holder(database: Database, several: dict[str, Process]) -> Process:
    """The one that has the lease; its name begins with host and process id."""
    pid = int(database.value("select holder from lease").split(":")[1])
    return next(each for each in several.values() if (main := each.main()) and main.pid == pid)


def _same(database: Database, undisturbed: dict[str, Any]) -> None:
    """Every byte of what is frozen, and each cycle frozen exactly once."""
    found = database.frozen()
    for name, value in undisturbed.items():
        assert found[name] == value, name
    freezings = database.value("select count(*) from event where kind = 'audit.freeze_cycle'")
    assert freezings == len(database.cycles())
