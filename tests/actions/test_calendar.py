"""Working days, changed by two people, and the promises a published year moves (policy §4)."""

import json
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from appeals.actions import changes, frozen
from appeals.actions import clearance as freezing
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import calendar, counting, figures
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.audit import Event
from appeals.models.calendar import CalendarDay
from appeals.models.clearance import ClearanceRun, FrozenBlock
from appeals.models.company import Company
from appeals.models.movement import DueMove
from appeals.models.people import Unit
from appeals.models.versions import Version
from appeals.rules import clearance
from appeals.rules.workdays import SHANGHAI
from tests.actions import two_people
from tests.actions.two_people import NOW, events, settle, version

NOTICE = "国办发明电〔2026〕0号"


@pytest.fixture
def people(house: Flask) -> SimpleNamespace:
    """An administrator, a director and a coordinator, on each database."""
    return two_people.appoint()


def at(month: int, day: int, hour: int = 10, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=SHANGHAI).astimezone(UTC)


def due(month: int, day: int, year: int = 2027) -> datetime:
    return at(month, day, 18, year)


def day(on: str, kind: str, status: str = "FINAL", name: str = "元旦") -> dict[str, str]:
    return {"day": on, "kind": kind, "name": name, "status": status, "source": NOTICE if status == "FINAL" else ""}


def appeal(number: str, **known: Any) -> Appeal:
    """A dispatched appeal of a company that does not exist."""
    company = session().scalars(select(Company)).first() or Company(uscc=None, name="某某公司", created_at=NOW)
    session().add(company)
    session().flush()
    values = {
        "number": number, "source": "web", "company_id": company.id, "company_name": company.name, "territory": "空港新城",
        "nature": "help", "title": "标题", "text": "正文", "state": "dispatched", "state_at": NOW,
        "submitted_at": known["accepted_at"], "accept_due_at": known["accepted_at"] + timedelta(days=3),
    }  # fmt: skip
    row = Appeal(**values | known)
    session().add(row)
    session().flush()
    return row


def dispatched(row: Appeal, limit: datetime, received: datetime, **known: Any) -> Assignment:
    unit = session().scalars(select(Unit).where(Unit.name == "税务局")).one()
    held = Assignment(
        appeal_id=row.id, unit_id=unit.id, part="lead", dispatched_at=received, ack_due_at=at(12, 31, 18),
        due_at=limit, original_due_at=limit, limit_runs_from_at=received, acknowledged_at=received, **known,
    )  # fmt: skip
    session().add(held)
    session().flush()
    return held


# -- working days --------------------------------------------------------------------------------------


def test_a_confirmed_day_is_in_the_calendar_of_the_next_version(people):
    assert calendar.current().is_working(date(2027, 1, 4))
    assert settle(people, "calendar", {"year": None, "days": [day("2027-01-04", "holiday")]}) == 2
    found = calendar.current()
    assert (found.version, found.is_working(date(2027, 1, 4)), found.is_final(date(2027, 1, 4))) == (2, False, True)
    assert session().get_one(CalendarDay, date(2027, 1, 4)).source == NOTICE


def test_a_whole_year_takes_back_what_the_file_no_longer_names(people):
    file = [day(f"2027-02-{n:02d}", "holiday", name="春节") for n in range(8, 13)] + [day("2027-01-01", "holiday")]
    settle(people, "calendar", {"year": 2027, "days": file})
    found = calendar.current()
    assert found.is_working(date(2027, 10, 1))  # a provisional holiday before, a plain Friday now
    assert all(found.is_final(date(2027, 1, 1) + timedelta(n)) for n in range(365))


@pytest.mark.parametrize("year_file", [[], [day("2027-01-01", "holiday")], "every weekday"])
def test_a_year_without_holidays_or_without_work_is_refused(people, year_file):
    if year_file == "every weekday":
        first = date(2027, 1, 1)
        year_file = [day(str(d), "holiday") for n in range(365) if (d := first + timedelta(n)).weekday() < 5]
    with pytest.raises(Refused) as refused:
        changes.propose("calendar", {"year": 2027, "days": year_file}, reason="通知", by=people.admin, at=NOW)
    assert set(refused.value.errors) == {"days"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (day("2026-12-25", "holiday"), "已经过去"),  # a Friday that was worked
        (day("2026-12-30", "holiday", "PROVISIONAL"), "不能改回暂定"),
        (day("2027-01-04", "makeup"), "只能是周六或周日"),
        (day("2027-01-09", "workday"), "周末上班请写"),
        (day("2027-02-30", "holiday"), "日期应写作"),
        (day("2027-01-04", "feast"), "应为"),
        (day("2027-01-04", "holiday") | {"source": ""}, "通知文号"),
    ],
)
def test_a_day_that_cannot_stand_is_refused_in_chinese(people, row, said):
    with pytest.raises(Refused) as refused:
        changes.propose("calendar", {"year": None, "days": [row]}, reason="通知", by=people.admin, at=NOW)
    assert said in refused.value.errors["days"]


def test_a_day_that_passed_while_the_proposal_lay_is_refused_at_confirmation(people):
    payload = {"year": None, "days": [day("2026-12-30", "holiday")]}
    change = changes.propose("calendar", payload, reason="通知", by=people.admin, at=NOW)
    with pytest.raises(Refused, match="已经过去"):
        changes.decide(change, confirm=True, by=people.director, at=at(12, 31))
    assert version("calendar") == 1


# -- what a published year moves -----------------------------------------------------------------------
#
# Accepted on Friday 18 December 2026: 21–25 are the working days 1–5, 28–31 the days 6–9, 1 January is a
# holiday, Monday 4 January 2027 the tenth. Accepted on Friday the 25th: 28–31 are 1–4, 4–8 January 5–9, the 11th
# the tenth. A support's or lead's limit lies one working day earlier.


def publish(people: SimpleNamespace, *days: dict[str, str], when: datetime = NOW) -> dict[str, Any]:
    settle(people, "calendar", {"year": None, "days": list(days)}, when)
    session().rollback()
    return events("audit.change_confirmed")[-1].detail


def test_a_published_holiday_moves_promise_and_limit_later_with_their_records(people):
    row = appeal("QS-1", accepted_at=at(12, 18), due_at=due(1, 4))
    held = dispatched(row, due(1, 4), at(12, 18))
    session().commit()
    assert publish(people, day("2027-01-04", "holiday"))["moved"] == 1
    assert (row.due_at, held.due_at, held.original_due_at) == (due(1, 5), due(1, 5), due(1, 5))
    moves = session().scalars(select(DueMove).order_by(DueMove.id)).all()
    assert [(m.original_before_at, m.original_after_at) for m in moves] == [(None, None), (due(1, 4), due(1, 5))]
    assert [(m.assignment_id, m.before_at, m.after_at, m.reason, m.at) for m in moves] == [
        (None, due(1, 4), due(1, 5), "calendar", NOW), (held.id, due(1, 4), due(1, 5), "calendar", NOW),
    ]  # fmt: skip
    told = events("move_due")
    assert [(e.appeal_id, e.role, e.before, e.after) for e in told] == [(row.id, "system", "dispatched", "dispatched")]


def test_a_limit_that_no_published_day_touches_stays_where_it_is(people):
    row = appeal("QS-1", accepted_at=at(12, 18), due_at=due(1, 4))
    held = dispatched(row, due(12, 31, 2026), at(12, 18))
    session().commit()
    publish(people, day("2027-01-04", "holiday"))
    assert (row.due_at, held.due_at) == (due(1, 5), due(12, 31, 2026))


def test_the_limit_before_extensions_moves_by_the_same_days_unless_it_is_past(people):
    row = appeal("QS-1", accepted_at=at(12, 18), due_at=due(1, 7))
    running = dispatched(row, due(1, 7), at(12, 18))
    other = appeal("QS-2", accepted_at=at(12, 18), due_at=due(1, 7))
    past = dispatched(other, due(1, 7), at(12, 18))
    running.original_due_at, past.original_due_at = due(1, 6), due(1, 4)
    session().commit()
    publish(people, day("2027-01-04", "holiday"), when=at(1, 5, year=2027))
    assert [(x.due_at, x.original_due_at) for x in (running, past)] == [(due(1, 8), due(1, 7)), (due(1, 8), due(1, 4))]
    moves = session().scalars(select(DueMove).where(DueMove.assignment_id.is_not(None)).order_by(DueMove.id)).all()
    assert [(m.original_before_at, m.original_after_at) for m in moves] == [(due(1, 6), due(1, 7)), (None, None)]


def test_a_late_freeze_knows_each_limit_as_it_stood_before_the_year_was_published(people):
    session().execute(update(Version).where(Version.name == "first_cycle").values(number=117))  # 14–27 December
    row = appeal("QS-1", accepted_at=at(12, 18), due_at=due(1, 4))
    dispatched(row, due(1, 4), at(12, 18))
    session().commit()
    period, basis = clearance.period(117, calendar.current()), figures.basis()
    punctual, _ = frozen.texts(counting.count(period, 117, basis), period, basis)
    publish(people, day("2027-01-04", "holiday"), when=at(12, 30))  # F was the 29th
    assert freezing.freeze_due(at(12, 31)) == [("cycle", 117)]
    late = session().scalars(select(FrozenBlock)).one().facts
    assert late == punctual
    limits = json.loads(late.splitlines()[0])["assignments"][0]
    assert [datetime.fromisoformat(limits[key]) for key in ("due_at", "original_due_at")] == [due(1, 4), due(1, 4)]


def test_a_make_up_day_never_brings_a_promise_forward(people):
    row = appeal("QS-1", accepted_at=at(12, 25), due_at=due(1, 11))
    even = day("2027-01-09", "makeup")
    session().commit()
    assert publish(people, even)["moved"] == 0
    assert row.due_at == due(1, 11)
    # A holiday before and two make-up days: the tenth working day would be Sunday the 10th.
    detail = publish(people, day("2027-01-05", "holiday"), day("2027-01-10", "makeup"))
    assert (detail["moved"], row.due_at) == (0, due(1, 11))


def test_days_that_stay_provisional_or_were_final_move_nothing(people):
    row = appeal("QS-1", accepted_at=at(12, 18), due_at=due(1, 4))
    session().commit()
    assert publish(people, day("2027-01-04", "holiday", "PROVISIONAL"))["moved"] == 0
    assert publish(people, day("2026-12-30", "holiday"))["moved"] == 0  # 2026 was final
    assert row.due_at == due(1, 4)
    # Now final, and no different from what had been assumed meanwhile: nobody was promised less.
    assert publish(people, day("2027-01-04", "holiday"))["moved"] == 0
    assert row.due_at == due(1, 4)


def test_a_final_day_changed_by_the_way_gives_nobody_more_time(people):
    row = appeal("QS-1", accepted_at=at(12, 18), due_at=due(1, 4))
    session().commit()
    publish(people, day("2026-12-30", "holiday"), day("2027-01-04", "holiday"))
    assert row.due_at == due(1, 5)


def test_what_is_due_completed_frozen_or_set_by_hand_stays(people):
    due_now = appeal("QS-1", accepted_at=at(12, 18), due_at=due(1, 4))
    session().commit()
    assert publish(people, day("2027-01-04", "holiday"), when=due(1, 4))["moved"] == 0  # 18:00:00: already due
    done = appeal("QS-2", accepted_at=at(12, 29), due_at=due(1, 13), state="completed")
    superior = appeal("QS-3", accepted_at=at(12, 29), due_at=at(1, 13, 12, 2027))
    frozen = appeal("QS-4", accepted_at=at(12, 29), due_at=due(1, 20))
    moved = appeal("QS-5", accepted_at=at(12, 29), due_at=due(1, 13))
    session().add(
        ClearanceRun(kind="cycle", number=999, from_at=due(1, 18), to_at=due(1, 25), known_at=NOW, formula="1",
                     settings_version=1, calendar_version=1, facts_sha256="", figures_sha256="", frozen_at=NOW,
                     medians={}, lines={})
    )  # fmt: skip
    session().commit()
    assert publish(people, day("2027-01-11", "holiday"), when=at(1, 6, year=2027))["moved"] == 1
    assert [row.due_at for row in (due_now, done, superior, frozen, moved)] == [
        due(1, 4), due(1, 13), at(1, 13, 12, 2027), due(1, 20), due(1, 14),
    ]  # fmt: skip


def test_what_had_already_run_out_is_applied_before_the_calendar_changes(people):
    row = appeal("QS-1", accepted_at=at(12, 18), due_at=due(1, 4))
    held = dispatched(row, due(1, 4), at(12, 24))
    held.limit_runs_from_at = held.acknowledged_at = None
    held.ack_due_at = at(12, 25, 18)
    session().commit()
    publish(people, day("2027-01-04", "holiday"))
    told = session().scalars(select(Event).where(Event.appeal_id == row.id).order_by(Event.id)).all()
    assert [(event.kind, event.at) for event in told] == [("deem_acknowledged", at(12, 25, 18)), ("move_due", NOW)]
