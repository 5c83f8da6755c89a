"""The scheduler as processes: one works, the next takes over within seconds, and it ends when told to."""

import json
import signal
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from appeals.scheduler import JOBS
from tests import databases
from tests.program.frozen import Database
from tests.program.site import Process, Site, site, wait_until

START = "2026-11-20T10:00"


@pytest.fixture(params=databases.KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Site, Database]]:
    """A seeded database on a clock of its own, nothing running."""
    url = databases.fresh_database(request.param, tmp_path)
    with site(url, tmp_path / "site", START) as found:
        yield found, Database(url)
    databases.drop_database(url)


def holder(database: Database, several: dict[str, Process]) -> str | None:
    """The name of the process that has the lease."""
    row = database.value("select holder from lease")
    pids = {main.pid: name for name, each in several.items() if (main := each.main())}
    return pids.get(int(row.split(":")[1])) if row else None


def said(process: Process) -> list[dict[str, object]]:
    return [json.loads(line) for line in process.log.read_text().splitlines()]


def test_of_three_one_works_and_the_next_takes_over_when_it_is_killed(place: tuple[Site, Database]) -> None:
    here, database = place
    several = {name: here.start_scheduler(name) for name in ("first", "second", "third")}
    wait_until(lambda: database.value("select ran_at from lease"), "one has run")
    first = holder(database, several)
    assert first is not None
    assert [name for name in several if "holding the lease" in several[name].log.read_text()] == [first]
    several[first].kill()
    killed = time.monotonic()
    second = wait_until(lambda: (now := holder(database, several)) != first and now, "another has taken over")
    assert time.monotonic() - killed < 20  # the lease lasts six seconds; the rest is a slow machine
    wait_until(lambda: "done" in several[str(second)].log.read_text(), "it has done what is due")


def test_it_ends_in_order_when_told_and_the_next_need_not_wait(place: tuple[Site, Database]) -> None:
    here, database = place
    process = here.start_scheduler("first")
    wait_until(lambda: database.value("select ran_at from lease"), "it has run")
    main = process.main()
    assert main is not None
    main.send_signal(signal.SIGTERM)
    assert main.wait(timeout=30) in (0, None)  # whose child it is not cannot know the status
    lines = said(process)
    told = [line["message"] for line in lines]
    assert told[:3] + told[-1:] == ["waiting for the lease", "holding the lease", "done", "ended"]
    assert lines[3]["days"] == 41  # on 2026-11-20 the last published day is New Year's Eve
    assert {"at", "level", "logger", "message"} <= set(lines[0])
    assert database.value("select expires_at = beat_at or expires_at < beat_at from lease") or _released(database)


def _released(database: Database) -> bool:
    expires, beat = database.rows("select expires_at, beat_at from lease")[0]
    both = [datetime.fromisoformat(each) if isinstance(each, str) else each for each in (expires, beat)]
    return both[0] - both[1] < timedelta(seconds=6)


def test_it_does_what_is_due_when_the_clock_is_set_on_and_starts_over_when_it_is_set_back(
    place: tuple[Site, Database],
) -> None:
    here, database = place
    process = here.start_scheduler("first")
    wait_until(lambda: database.value("select ran_at from lease"), "it has run")
    ran = database.value("select ran_at from lease")
    here.at("2026-11-20T18:05:30")
    wait_until(lambda: database.value("select ran_at from lease") != ran, "it has run again")
    here.at("2026-11-20T12:00")
    wait_until(lambda: "set back" in process.log.read_text(), "it noticed")
    wait_until(lambda: process.log.read_text().count("holding the lease") == 2, "it goes on")


def test_a_database_that_is_gone_for_a_while_does_not_end_it(tmp_path: Path, postgresql_url: str) -> None:
    with site(postgresql_url, tmp_path / "site", START) as here:
        database = Database(postgresql_url)
        process = here.start_scheduler()
        wait_until(lambda: database.value("select ran_at from lease"), "it has run")
        database.rows("select pg_terminate_backend(pid) from pg_stat_activity "
                      "where datname = current_database() and pid <> pg_backend_pid()")  # fmt: skip
        before = database.value("select beat_at from lease")
        wait_until(lambda: database.value("select beat_at from lease") > before + timedelta(seconds=3), "it beats again")
        assert process.main() is not None


def test_the_timetable_is_that_of_the_policy() -> None:
    assert JOBS == {"limits": {"minute": "*/10"}, "evening": {"hour": 18, "minute": 5}, "night": {"hour": 0, "minute": 10}}
