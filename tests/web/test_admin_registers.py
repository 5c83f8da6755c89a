"""The registers at the administrator's counter: units, directory, working days."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from appeals.models.calendar import CalendarDay
from appeals.models.directory import DirectoryRow
from appeals.models.people import Unit
from appeals.models.settings import Change
from tests.web.desk import Visitor, confirm, errors, house, proposed, read, stored


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The house on the Monday between the years, with one account for each role; its login is the role."""
    yield from house(sqlite_url, tmp_path)


@pytest.fixture
def admin(app: Flask) -> Visitor:
    return Visitor(app, "admin")


@pytest.fixture
def director(app: Flask) -> Visitor:
    return Visitor(app, "director")


# -- units and directory -------------------------------------------------------------------------------


def test_a_unit_is_renamed_by_two_people(app, admin, director):
    unit = stored(app, select(Unit).where(Unit.name == "税务局"))[0].id
    change = proposed(admin.at(f"/admin/units/{unit}").fill({"name": "西咸新区税务局", "reason": "更名通知"}))
    assert "税务局" in director.see(change).get_text()
    confirm(director, change)
    assert "西咸新区税务局" in admin.see("/admin/units").get_text()


def test_a_unit_still_in_use_is_not_closed(app, admin):
    unit = stored(app, select(Unit).where(Unit.name == "税务局"))[0].id
    page = admin.at(f"/admin/units/{unit}").page
    page.select_one("[name=active]").attrs.pop("checked")
    assert any("派单目录还有" in said for said in errors(admin.send(page, {"reason": "撤并"})))


def test_a_directory_row_is_edited_by_two_people(app, admin, director):
    change = proposed(admin.at("/admin/directory/63").fill({"lead": "税务局", "reason": "三定调整"}))
    page = director.see(change).get_text()
    assert "国网西咸新区供电公司" in page
    assert "税务局" in page
    confirm(director, change)
    rows = stored(app, select(DirectoryRow).where(DirectoryRow.task == 63).order_by(DirectoryRow.id))
    assert [(r.lead, str(r.valid_from), str(r.valid_to), r.version) for r in rows] == [
        ("国网西咸新区供电公司", "2022-01-01", "2026-12-27", 1), ("税务局", "2026-12-28", "None", 2),
    ]  # fmt: skip


def test_the_directory_is_filtered_by_section_task_and_territory(admin):
    def rows(query: str) -> list[str]:
        return [row.get_text(" ", strip=True).split()[0] for row in admin.see(f"/admin/directory?{query}").select("tbody th")]

    assert rows("task=63") == ["任务63"]
    assert rows("section=7") == [*(f"任务{n}" for n in range(62, 87)), "第7部分"]
    assert set(rows("territory=空港新城&task=160")) == {"任务160"}
    assert rows("task=999") == []
    assert len(rows("task=zzz&section=zzz&territory=zzz&after=zzz")) == 50


def test_a_new_row_without_a_lead_or_over_another_is_refused_beside_the_field(admin):
    typed = {"area": "t63", "basis": "任务63", "reason": "补充"}
    assert errors(admin.at("/admin/directory/new").fill(typed)) == ["必须指定主办单位"]
    assert any("重叠" in said for said in errors(admin.fill(typed | {"lead": "税务局"})))
    assert errors(admin.fill(typed | {"lead": "税务局", "valid_from": "明天"})) == ["日期应写作 2027-02-05"]


def test_a_row_is_closed_without_a_successor(app, admin, director):
    change = proposed(admin.at("/admin/directory/63").fill({"close_reason": "不再适用"}, "/close"))
    confirm(director, change)
    row = stored(app, select(DirectoryRow).where(DirectoryRow.id == 63))[0]
    assert str(row.valid_to) == "2026-12-28"
    assert errors(admin.at("/admin/directory/64").fill({"last_day": ""}, "/close"))

# -- working days --------------------------------------------------------------------------------------


NOTICE = "国办发明电〔2026〕0号"
YEAR = f"""day,kind,name,status,source
2027-01-01,holiday,元旦,FINAL,{NOTICE}
2027-02-05,holiday,春节,FINAL,{NOTICE}
2027-02-08,holiday,春节,FINAL,{NOTICE}
2027-02-09,holiday,春节,FINAL,{NOTICE}
2027-02-10,holiday,春节,FINAL,{NOTICE}
2027-02-20,makeup,春节,FINAL,{NOTICE}
2027-10-01,holiday,国庆节,FINAL,{NOTICE}
"""


def test_the_year_shows_holidays_make_up_days_and_what_is_provisional(admin):
    page = admin.see("/admin/calendar/2026")
    assert "暂定" not in page.select_one(".topline").get_text()
    marked = {kind: len(page.select(f"td.day--{kind}")) for kind in ("holiday", "makeup")}
    assert marked == {"holiday": 19, "makeup": 6}  # 33 days off, 14 of them Saturdays or Sundays; six worked for them
    assert [day.get_text() for day in page.select("td.day--today")] == ["28"]
    provisional = admin.see("/admin/calendar/2027")
    assert "暂定" in provisional.select_one(".topline").get_text()
    assert len(provisional.select("td.day--open")) == 365


def test_a_stretch_of_days_is_changed_by_two_people(app, admin, director):
    typed = {"first": "2027-01-04", "last": "2027-01-05", "name": "元旦", "source": NOTICE, "reason": "通知"}
    change = proposed(admin.at("/admin/calendar/change").fill(typed))
    assert "2027-01-05" in director.see(change).get_text()
    confirm(director, change)
    after_new_year = CalendarDay.day.between(date(2027, 1, 2), date(2027, 1, 10))
    rows = stored(app, select(CalendarDay).where(CalendarDay.kind == "holiday", after_new_year))
    assert [(str(row.day), row.is_working, row.final, row.name) for row in rows] == [
        ("2027-01-04", False, True, "元旦"), ("2027-01-05", False, True, "元旦"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first": "2027-13-01"}, "日期应写作"),
        ({"first": "2027-01-04", "last": "2027-01-03"}, "不能早于开始日期"),
        ({"first": "2026-12-25", "source": NOTICE}, "已经过去"),
        ({"first": "2027-01-04", "source": ""}, "通知文号"),
        ({"first": "2027-01-04", "kind": "makeup", "source": NOTICE}, "周六或周日"),
    ],
)
def test_a_wrong_stretch_is_refused_beside_its_field(admin, typed, said):
    answer = admin.at("/admin/calendar/change").fill({"reason": "通知"} | typed)
    assert any(said in error for error in errors(answer)), errors(answer)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_year_is_imported_from_a_file_after_a_preview(app, admin, director, encoding):
    upload = {"file": (io.BytesIO(YEAR.encode(encoding)), "2027.csv")}
    answer = admin.at("/admin/calendar/import").fill({"year": "2027", "preview": "1"}, files=upload)
    page = read(answer)
    assert answer.status_code == 200
    assert "没有发现错误" in page.select_one("caption").get_text()
    assert stored(app, select(Change)) == []  # looking proposes nothing
    change = proposed(admin.send(page, {"propose": "1", "reason": "放假通知"}))
    confirm(director, change)
    named = stored(app, select(CalendarDay).where(CalendarDay.day.between(date(2027, 1, 1), date(2027, 12, 31))))
    assert len(named) == 365
    assert all(row.final for row in named)
    assert sorted(str(row.day) for row in named if row.kind == "makeup") == ["2027-02-20"]
    assert "正式" in admin.see("/admin/calendar/2027").select_one(".topline").get_text()


def test_the_preview_names_every_bad_cell_and_keeps_what_was_typed(admin):
    bad = YEAR.replace("2027-02-08", "2028-02-08").replace("makeup", "swap").replace(
        f"国庆节,FINAL,{NOTICE}", "国庆节,FINAL,"
    ) + "2027-01-01,holiday,元旦,暂定,\n"  # fmt: skip
    answer = admin.at("/admin/calendar/import").fill({"year": "2027", "rows": bad, "propose": "1", "reason": "通知"})
    page = read(answer)
    cells = {row.th.get_text(): [c.small.get_text() for c in row.select(".cell--bad")] for row in page.select("tbody tr")}
    assert answer.status_code == 422
    wrong = {number: len(said) for number, said in cells.items() if said}
    assert wrong == {"第2行": 1, "第4行": 1, "第7行": 1, "第8行": 1, "第9行": 1}
    assert cells["第4行"] == ["不在2027年"]
    assert cells["第7行"][0].startswith("应为holiday")
    assert cells["第8行"] == ["正式安排须写明通知文号"]
    assert cells["第2行"] == cells["第9行"] == ["同一天写了不止一次"]
    assert "2028-02-08" in page.select_one("textarea[name=rows]").get_text()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"", "没有内容"),
        (b"\xff\xfe\x00\x81\xff", "不是文本"),
        (b"day,name\n2027-01-01,x\n", "表头缺少"),
        (("2027-01-01,holiday,x,PROVISIONAL,\n" * 401).encode(), "最多400行"),
        (f"2027-01-01,holiday,元旦,FINAL,{NOTICE}\n".encode(), "不像一个完整年度"),
        (YEAR.replace("2027-10-01,holiday,国庆节,FINAL", "2027-10-01,holiday,国庆节,PROVISIONAL").encode(), "应当一致"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_with_its_reason(admin, file, said):
    upload = {"file": (io.BytesIO(file), "2027.csv")}
    answer = admin.at("/admin/calendar/import").fill({"year": "2027", "propose": "1", "reason": "通知"}, files=upload)
    assert any(said in error for error in errors(answer)), errors(answer)
