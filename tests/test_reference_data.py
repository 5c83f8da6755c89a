"""The reference data says what the policy and the official calendars say."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from appeals import data
from appeals.rules import words

EXCEPTIONS = {row.day: row for row in data.calendar_days()}


def is_working(day: date) -> bool:
    row = EXCEPTIONS.get(day)
    return row.is_working if row else day.weekday() < 5


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(n) for n in range((date(year + 1, 1, 1) - first).days)]


def test_the_thirty_three_units_form_a_tree_with_one_office_and_one_recusal_post():
    units = data.units()
    names = [unit.name for unit in units]
    assert len(units) == len(set(names)) == 33
    assert [u.name for u in units if u.duty == "office"] == ["行政审批服务局（营商办）"]
    assert [u.name for u in units if u.duty == "recusal"] == ["党政办公室"]
    assert {(u.name, u.parent) for u in units if u.parent} == {
        ("行政审批服务局（营商办）", "行政审批服务局"),
        ("发展改革和商务局（自贸办）", "发展改革和商务局"),
        ("党政办公室（城市运行综合管理中心）", "党政办公室"),
    }
    assert {u.name for u in units if u.external} == {"税务局", "公安局", "国网西咸新区供电公司", "西咸集团"}


def test_every_territory_but_the_new_area_itself_has_its_unit():
    owners = {u.territory: u.name for u in data.units() if u.territory}
    real = [t.name for t in data.territories() if not t.form_only]
    assert set(real) - set(owners) == {"新区本级"}
    assert owners["能源金融贸易区"] == "园办"
    assert {u.territory for u in data.units() if u.unit_class is words.UnitClass.TERRITORIAL} == set(owners)
    assert [t.name for t in data.territories() if t.form_only] == ["不清楚", "不在新区"]


def test_nineteen_sections_and_two_hundred_and_twenty_nine_tasks():
    areas = data.areas()
    assert [a.number for a in areas if a.kind == "section"] == list(range(1, 20))
    assert [a.number for a in areas if a.kind == "task"] == list(range(1, 230))
    assert all(a.english for a in areas if a.kind == "section")
    sections = [a.section for a in areas if a.kind == "task"]
    assert sections == sorted(sections)
    assert next(a.section for a in areas if a.kind == "task" and a.number == 63) == 7


def test_each_task_and_each_section_has_exactly_one_row_for_any_territory():
    rows = [row for row in data.directory() if row.territory is None]
    assert sorted(row.task for row in rows if row.task) == list(range(1, 230))
    assert sorted(row.section for row in rows if row.section) == list(range(1, 20))
    assert all((row.task is None) != (row.section is None) for row in data.directory())


def test_directory_rows_name_only_units_and_territories_on_file():
    names = {unit.name for unit in data.units()}
    real = {t.name for t in data.territories() if not t.form_only}
    for row in data.directory():
        assert {row.lead, *row.supports, *row.alternatives} <= names
        assert row.lead not in (*row.supports, *row.alternatives)
        assert row.territory is None or row.territory in real


@pytest.mark.parametrize(
    ("task", "territory", "lead", "support"),
    [
        (24, None, "市场监督管理局", True),
        (63, None, "国网西咸新区供电公司", False),
        (192, None, "园办", False),
        (160, None, "发展改革和商务局（自贸办）", False),
        (160, "空港新城", "发展改革和商务局（自贸办）", True),
        (187, "秦汉新城", "宣传文旅局", True),
    ],
)
def test_the_new_city_supports_where_the_policy_names_it(task, territory, lead, support):
    row = next(r for r in data.directory() if r.task == task and r.territory == territory)
    assert (row.lead, row.territorial_support) == (lead, support)


@pytest.mark.parametrize("year", range(2022, 2027))
def test_final_years_agree_day_by_day_with_two_maintained_libraries(year):
    china = holidays.country_holidays("CN", years=year)
    for day in days_of(year):
        other = (day.weekday() < 5 and day not in china) or day in china.weekend_workdays
        assert is_working(day) == chinese_calendar.is_workday(day) == other, day
    assert {row.status for row in EXCEPTIONS.values() if row.day.year == year} == {"FINAL"}


def test_2027_holds_the_statutory_days_of_the_lunar_calendar_and_is_provisional():
    china = holidays.country_holidays("CN", years=2027, observed=False)
    for day in days_of(2027):
        assert is_working(day) == (day.weekday() < 5 and day not in china), day
    rows = [row for row in EXCEPTIONS.values() if row.day.year == 2027]
    assert {row.status for row in rows} == {"PROVISIONAL"}
    assert date(2027, 2, 5) in EXCEPTIONS  # New Year's Eve of the lunar year


def test_the_calendar_keeps_only_days_that_differ_from_monday_to_friday():
    days = [row.day for row in data.calendar_days()]
    assert days == sorted(set(days))
    assert all(row.is_working != (row.day.weekday() < 5) for row in data.calendar_days())


def test_the_twenty_industries_run_from_a_to_t():
    assert "".join(row.code for row in data.industries()) == "ABCDEFGHIJKLMNOPQRST"
