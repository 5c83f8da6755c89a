"""The directory and the tree of units, changed by two people (policy §1, §5)."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from appeals.actions import changes
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import tree
from appeals.models.directory import DirectoryRow, GlossaryWord
from appeals.models.people import Unit
from tests.actions import two_people
from tests.actions.two_people import NOW, TODAY, settle, version


@pytest.fixture
def people(house: Flask) -> SimpleNamespace:
    """An administrator, a director and a coordinator, on each database."""
    return two_people.appoint()


# -- the directory -------------------------------------------------------------------------------------


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
    changes.decide(change, confirm=True, by=people.director, at=datetime(2026, 12, 30, 2, tzinfo=UTC))
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


# -- units ---------------------------------------------------------------------------------------------


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
