"""Everything due is done once; one piece that fails keeps no other from being done."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from appeals.actions import timetable
from appeals.db import session, transaction
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.models.clearance import ClearanceRun
from appeals.models.machinery import Throttle
from appeals.models.settings import SettingsVersion
from appeals.models.versions import Version
from tests import builders
from tests.builders import at


@pytest.fixture(autouse=True)
def installed_long_after(house):
    """No cycle is due unless a test says so, whatever the date of the machine."""
    installed(999)


def installed(cycle: int) -> None:
    with transaction() as writer:
        writer.execute(update(Version).where(Version.name == "first_cycle").values(number=cycle))


def events(number: str) -> list[tuple[str, object]]:
    query = select(Event.kind, Event.at).where(Event.appeal_id == builders.the(number).id).order_by(Event.id)
    return [tuple(row) for row in session().execute(query)]


def test_what_has_run_out_is_done_at_its_own_moment_however_late(house):
    number = builders.dispatched(builders.staff("coordinator")).number
    done = timetable.run_due(at("2026-12-05 03:00"))
    assert done == timetable.Done(appeals=1)
    assert events(number)[-1] == ("deem_acknowledged", at("2026-11-24 18:00"))


def test_it_may_run_twice(house):
    builders.dispatched(builders.staff("coordinator"))
    builders.filed()
    when = at("2026-11-26 09:00")
    assert timetable.run_due(when) == timetable.Done(appeals=2, proposals=1)
    assert timetable.run_due(when) == timetable.Done()


def test_one_that_fails_keeps_no_other_from_being_done(house, caplog):
    office = builders.staff("coordinator")
    numbers = [builders.dispatched(office).number for _ in range(3)]
    with transaction() as writer:
        writer.add(SettingsVersion(number=7, values={"limits": {"contact": -1}}, since_at=at("2026-11-23 09:00")))
        writer.execute(update(Appeal).where(Appeal.number == numbers[1]).values(settings_version=7))
    done = timetable.run_due(at("2026-11-26 09:00"))
    assert done.appeals == 2
    assert len(done.failed) == 1
    assert "could not be done" in caplog.text
    assert [builders.the(numbers[i]).state for i in (0, 2)] == ["in_hand", "in_hand"]


def test_a_report_that_raises_stops_after_the_present_piece(house):
    office = builders.staff("coordinator")
    for _ in range(3):
        builders.dispatched(office)
    told: list[str] = []

    def stop(what: str) -> None:
        told.append(what)
        raise timetable.Stop

    with pytest.raises(timetable.Stop):
        timetable.run_due(at("2026-11-26 09:00"), stop)
    assert told == ["appeal"]
    assert len(session().scalars(select(Appeal.id).where(Appeal.state == "in_hand")).all()) == 1


def test_cycles_and_throttles_are_seen_to(house):
    installed(112)
    with transaction() as writer:
        writer.add(Throttle(key="old", count=1, until_at=at("2026-11-17 17:00")))
        writer.add(Throttle(key="young", count=1, until_at=at("2026-11-17 19:00")))
    assert timetable.run_due(at("2026-11-17 18:00")).frozen == ["cycle 112", "cycle 113"]
    assert timetable.run_due(at("2026-11-17 18:05")).frozen == ["cycle 114"]
    assert session().scalars(select(Throttle.key)).all() == ["young"]
    frozen = session().scalars(select(ClearanceRun).order_by(ClearanceRun.number)).all()
    assert [run.known_at for run in frozen] == [at("2026-10-20 18:00") + timedelta(days=14 * n) for n in range(3)]
