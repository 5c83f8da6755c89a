"""What two people change together: working days, directory, settings, units."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from appeals.actions import changes
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import calendar, settings, tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.audit import Event
from appeals.models.calendar import CalendarDay
from appeals.models.clearance import ClearanceRun
from appeals.models.company import Company
from appeals.models.directory import DirectoryRow, GlossaryWord
from appeals.models.movement import DueMove
from appeals.models.people import Unit, User
from appeals.models.settings import Change, SettingsVersion
from appeals.models.versions import Version
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import NotYours
from appeals.rules.words import Role
from appeals.rules.workdays import SHANGHAI

NOW = datetime(2026, 12, 28, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai
TODAY = date(2026, 12, 28)
NOTICE = "国办发明电〔2026〕0号"


def at(month: int, day: int, hour: int = 10, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=SHANGHAI).astimezone(UTC)


def due(month: int, day: int, year: int = 2027) -> datetime:
    return at(month, day, 18, year)


@pytest.fixture
def people(house: Flask) -> SimpleNamespace:
    """An administrator, a director and a coordinator, on each database."""
    known = {}
    for role in (Role.ADMIN, Role.DIRECTOR, Role.COORDINATOR):
        user = User(login=role.value, name=role.label, role=role.value, password_hash="-", created_at=NOW)
        session().add(user)
        session().flush()
        known[role.value] = Actor(role, user.id)
    session().commit()
    return SimpleNamespace(**known)


def day(on: str, kind: str, status: str = "FINAL", name: str = "元旦") -> dict[str, str]:
    return {"day": on, "kind": kind, "name": name, "status": status, "source": NOTICE if status == "FINAL" else ""}


def settle(people: SimpleNamespace, kind: str, payload: dict[str, Any], when: datetime = NOW) -> int | None:
    """Propose and confirm."""
    change = changes.propose(kind, payload, reason="依据通知", by=people.admin, at=when)
    return changes.decide(change, confirm=True, by=people.director, at=when)


def version(name: str) -> int:
    session().rollback()
    return session().get_one(Version, name).number


def events(kind: str) -> list[Event]:
    return list(session().scalars(select(Event).where(Event.kind == kind).order_by(Event.id)))


def new_settings(**changed: Any) -> dict[str, Any]:
    values = {name: value for name, value in settings.settings().items() if name != "version"}
    return {"values": values | changed}


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


# -- two people ------------------------------------------------------------------------------------------


def test_nothing_applies_before_a_second_person_confirms(people):
    change = changes.propose("settings", new_settings(prefix="XX"), reason="试行", by=people.admin, at=NOW)
    assert settings.settings()["prefix"] == "QS"
    assert version("settings") == 1
    assert changes.decide(change, confirm=True, by=people.director, at=NOW) == 2
    assert settings.settings()["prefix"] == "XX"
    assert session().get_one(SettingsVersion, 1).values["prefix"] == "QS"


def test_only_the_administrator_proposes_and_only_the_director_confirms(people):
    for stranger in (people.director, people.coordinator):
        with pytest.raises(NotYours):
            changes.propose("settings", new_settings(ranking=True), reason="试行", by=stranger, at=NOW)
    change = changes.propose("settings", new_settings(ranking=True), reason="试行", by=people.admin, at=NOW)
    for stranger in (people.admin, people.coordinator):
        with pytest.raises(NotYours):
            changes.decide(change, confirm=True, by=stranger, at=NOW)
    assert version("settings") == 1


def test_a_proposer_who_became_director_does_not_sign_twice(people):
    change = changes.propose("settings", new_settings(ranking=True), reason="试行", by=people.admin, at=NOW)
    promoted = Actor(Role.DIRECTOR, people.admin.user_id)
    with pytest.raises(Refused) as refused:
        changes.decide(change, confirm=True, by=promoted, at=NOW)
    assert refused.value.errors == {"decide": "不能确认自己提出的更改，请由另一人确认"}


def test_what_was_decided_is_not_decided_again(people):
    change = changes.propose("settings", new_settings(ranking=True), reason="试行", by=people.admin, at=NOW)
    changes.decide(change, confirm=False, by=people.director, at=NOW, remark="依据不足")
    with pytest.raises(Refused, match="已经处理过"):
        changes.decide(change, confirm=True, by=people.director, at=NOW)
    with pytest.raises(Refused, match="已经处理过"):
        changes.withdraw(change, by=people.admin, at=NOW)
    assert version("settings") == 1
    assert [event.kind for event in events("audit.change_refused")] == ["audit.change_refused"]


def test_a_refusal_needs_a_remark_and_a_proposal_a_reason(people):
    with pytest.raises(Refused) as refused:
        changes.propose("settings", new_settings(ranking=True), reason=" \u200b", by=people.admin, at=NOW)
    assert set(refused.value.errors) == {"reason"}
    change = changes.propose("settings", new_settings(ranking=True), reason="试行", by=people.admin, at=NOW)
    with pytest.raises(Refused) as refused:
        changes.decide(change, confirm=False, by=people.director, at=NOW)
    assert set(refused.value.errors) == {"remark"}


def test_only_the_proposer_takes_a_proposal_back(people):
    change = changes.propose("settings", new_settings(ranking=True), reason="试行", by=people.admin, at=NOW)
    with pytest.raises(NotYours):
        changes.withdraw(change, by=people.director, at=NOW)
    changes.withdraw(change, by=people.admin, at=NOW)
    assert session().get_one(Change, change).is_withdrawn


def test_the_second_of_two_proposals_on_one_version_is_refused_with_both_versions_named(people):
    first = changes.propose("settings", new_settings(prefix="AA"), reason="甲", by=people.admin, at=NOW)
    second = changes.propose("settings", new_settings(prefix="BB"), reason="乙", by=people.admin, at=NOW)
    changes.decide(first, confirm=True, by=people.director, at=NOW)
    with pytest.raises(Refused) as refused:
        changes.decide(second, confirm=True, by=people.director, at=NOW)
    assert "提出时第1版，现为第2版" in refused.value.errors["decide"]
    assert settings.settings()["prefix"] == "AA"
    session().rollback()
    assert changes.is_outdated(session().get_one(Change, second), {"settings": 2})


def test_the_same_proposal_twice_is_one(people):
    changes.propose("settings", new_settings(prefix="AA"), reason="甲", by=people.admin, at=NOW)
    with pytest.raises(Refused, match="正在等待确认"):
        changes.propose("settings", new_settings(prefix="AA"), reason="甲", by=people.admin, at=NOW)


def test_a_confirmed_change_leaves_one_event_with_the_digests_before_and_after(people):
    settle(people, "settings", new_settings(prefix="AA"))
    settle(people, "settings", new_settings(prefix="BB"))
    first, second = (event.detail for event in events("audit.change_confirmed"))
    assert first["register"] == "settings"
    assert (first["version"], second["version"]) == (2, 3)
    assert first["before"] != first["after"] == second["before"] != second["after"]
    assert len(first["after"]) == 64


# -- settings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"weights": {"on_time": 41, "solved_reasonable": 20, "good": 20, "responded": 10, "rectified_on_time": 10}},
         "weights"),
        ({"weights": {"on_time": 100}}, "weights"),
        ({"prefix": "诉求"}, "prefix"),
        ({"ranking": "yes"}, "ranking"),
        ({"anchor": "2022-07-11"}, "anchor"),
        ({"something": 1}, "something"),
    ],
)  # fmt: skip
def test_settings_that_cannot_stand_are_refused_by_name(people, changed, field):
    with pytest.raises(Refused) as refused:
        changes.propose("settings", new_settings(**changed), reason="试行", by=people.admin, at=NOW)
    assert set(refused.value.errors) == {field}


@pytest.mark.parametrize(
    ("limit", "value"), [("promise", 1), ("promise", -1), ("promise", True), ("callback_to", 6), ("unit_minimum", 11)]
)
def test_limits_that_contradict_each_other_are_refused_by_name(people, limit, value):
    limits = settings.settings()["limits"] | {limit: value}
    with pytest.raises(Refused) as refused:
        changes.propose("settings", new_settings(limits=limits), reason="试行", by=people.admin, at=NOW)
    assert f"limit_{limit}" in refused.value.errors


def test_a_new_limit_governs_what_is_accepted_later_only(people):
    settle(people, "settings", new_settings(limits=settings.settings()["limits"] | {"promise": 8}))
    assert (settings.limits(1).promise, settings.limits().promise) == (10, 8)


# -- working days ----------------------------------------------------------------------------------------


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


# -- what a published year moves -------------------------------------------------------------------------
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


def test_what_is_due_completed_frozen_or_set_by_hand_stays(people):
    due_now = appeal("QS-1", accepted_at=at(12, 18), due_at=due(1, 4))
    session().commit()
    assert publish(people, day("2027-01-05", "holiday"), when=due(1, 4))["moved"] == 0
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


# -- the directory ---------------------------------------------------------------------------------------


def row_of(task: int) -> DirectoryRow:
    query = select(DirectoryRow).where(DirectoryRow.task == task, DirectoryRow.valid_to.is_(None))
    return session().scalars(query).one()


def new_row(**known: Any) -> dict[str, Any]:
    return {
        "task": 63, "section": None, "territory": None, "lead": "税务局", "supports": [], "alternatives": [],
        "territorial_support": False, "basis": "任务63", "power_level": "", "valid_from": "2026-12-28", "valid_to": None,
    } | known  # fmt: skip


def test_an_edited_row_is_closed_the_day_before_and_a_new_one_begins(people):
    old = row_of(63).id
    settle(people, "directory", {"close": [{"id": old, "valid_to": "2026-12-27"}], "add": [new_row()]})
    assert session().get_one(DirectoryRow, old).valid_to == date(2026, 12, 27)
    found = row_of(63)
    assert (found.lead, found.version, found.valid_from) == ("税务局", 2, TODAY)
    assert version("directory") == 2


def test_a_row_confirmed_late_begins_on_the_day_of_confirmation(people):
    payload = {"close": [{"id": row_of(63).id, "valid_to": "2026-12-27"}], "add": [new_row()]}
    old = row_of(63).id
    change = changes.propose("directory", payload, reason="三定调整", by=people.admin, at=NOW)
    changes.decide(change, confirm=True, by=people.director, at=at(12, 30))
    assert session().get_one(DirectoryRow, old).valid_to == date(2026, 12, 29)
    assert row_of(63).valid_from == date(2026, 12, 30)


@pytest.mark.parametrize(
    ("known", "field"),
    [
        ({"lead": ""}, "lead"),
        ({"lead": "不存在的局"}, "lead"),
        ({"supports": ["不存在的局"]}, "supports"),
        ({"supports": ["税务局"]}, "supports"),
        ({"alternatives": ["公安局", "公安局"]}, "alternatives"),
        ({"task": 230}, "area"),
        ({"task": None, "section": 20}, "area"),
        ({"section": 7}, "area"),
        ({"territory": "不清楚"}, "territory"),
        ({"territory": "火星"}, "territory"),
        ({"basis": ""}, "basis"),
        ({"valid_to": "2026-12-01"}, "valid_to"),
        ({}, "valid_from"),  # overlaps the row in force
    ],
)
def test_a_row_that_cannot_stand_is_refused_beside_its_field(people, known, field):
    payload = {"close": [], "add": [new_row(**known)]}
    with pytest.raises(Refused) as refused:
        changes.propose("directory", payload, reason="三定调整", by=people.admin, at=NOW)
    assert set(refused.value.errors) == {field}


def test_an_unchanged_row_is_no_change(people):
    old = row_of(63)
    same = new_row(lead=old.lead, supports=old.supports, alternatives=old.alternatives, basis=old.basis,
                   territorial_support=old.territorial_support)  # fmt: skip
    with pytest.raises(Refused, match="完全相同"):
        changes.propose("directory", {"close": [{"id": old.id, "valid_to": "2026-12-27"}], "add": [same]}, reason="无",
                        by=people.admin, at=NOW)  # fmt: skip


# -- units -----------------------------------------------------------------------------------------------


def unit(name: str) -> Unit:
    return session().scalars(select(Unit).where(Unit.name == name)).one()


def values_of(name: str, /, **changed: Any) -> dict[str, Any]:
    found = unit(name)
    fields = ("name", "english", "unit_class", "parent_id", "territory", "external", "phone", "active")
    return {field: getattr(found, field) for field in fields} | changed


def units_payload(name: str, /, **changed: Any) -> dict[str, Any]:
    return {"units": [{"id": unit(name).id, "values": values_of(name, **changed)}]}


def test_a_renamed_unit_takes_its_directory_rows_and_its_words_along(people):
    before = session().scalars(select(DirectoryRow).where(DirectoryRow.lead == "税务局")).all()
    ids, words = [row.id for row in before], session().query(GlossaryWord).filter_by(target="税务局").count()
    assert ids
    assert words
    settle(people, "units", units_payload("税务局", name="税务总局西咸新区税务局"))
    assert tree.current().by_name("税务总局西咸新区税务局") is not None
    query = select(DirectoryRow).where(DirectoryRow.lead == "税务总局西咸新区税务局")
    assert [(r.version, r.valid_from) for r in session().scalars(query)] == [(2, TODAY)] * len(ids)
    assert {session().get_one(DirectoryRow, i).valid_to for i in ids} == {date(2026, 12, 27)}
    assert session().query(GlossaryWord).filter_by(target="税务总局西咸新区税务局").count() == words
    assert (version("units"), version("directory"), version("glossary")) == (2, 2, 2)


def test_a_unit_is_added_below_another_and_moved_away(people):
    parent = unit("税务局").id
    values = values_of("税务局", name="第一税务所", english="", parent_id=parent)
    settle(people, "units", {"units": [{"id": None, "values": values}]})
    child = unit("第一税务所").id
    assert tree.current().under(parent) == {parent, child}
    settle(people, "units", units_payload("第一税务所", parent_id=None))
    assert tree.current().under(parent) == {parent}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "公安局"}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"unit_class": "guild"}, "unit_class"),
        ({"territory": "沣东新城"}, "territory"),
        ({"territory": "不清楚"}, "territory"),
        ({"parent_id": 10**6}, "parent_id"),
        ({"active": False}, "active"),  # the directory still names it
    ],
)
def test_a_unit_that_cannot_stand_is_refused_beside_its_field(people, changed, field):
    with pytest.raises(Refused) as refused:
        changes.propose("units", units_payload("税务局", **changed), reason="机构改革", by=people.admin, at=NOW)
    assert set(refused.value.errors) == {field}


def test_a_unit_cannot_hang_below_itself(people):
    office = unit("行政审批服务局（营商办）").id
    with pytest.raises(Refused) as refused:
        changes.propose("units", units_payload("行政审批服务局", parent_id=office), reason="机构改革", by=people.admin, at=NOW)
    assert set(refused.value.errors) == {"parent_id"}


def test_a_unit_nobody_needs_can_be_closed(people):
    values = values_of("税务局", name="临时专班", english="")
    settle(people, "units", {"units": [{"id": None, "values": values}]})
    settle(people, "units", units_payload("临时专班", active=False))
    assert not unit("临时专班").active
