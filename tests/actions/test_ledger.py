"""A ledger comes in whole or not at all, says the same when it goes out again, and nothing moves before it came."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select, update

from appeals import create_app
from appeals.actions import ledger, ledger_files, timetable
from appeals.db import db, session, transaction
from appeals.models import facts, tree
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.models.clearance import ClearanceRun
from appeals.models.company import Company
from appeals.models.figures import basis
from appeals.models.outbox import Notice
from appeals.models.versions import Version
from appeals.rules import ledger as ledger_rules
from appeals.rules import numbering, rates
from appeals.rules.actors import SYSTEM
from config import Settings
from tests import builders, databases
from tests.builders import at
from tests.rules import random_histories

DATA = Path(__file__).parents[1] / "data"
EXAMPLE = [json.loads(line) for line in (DATA / "worked_example.jsonl").read_text().splitlines()]
CAME = at("2026-11-23 09:00")
PERIOD = rates.Period(at("2026-11-02 00:00"), at("2026-11-16 00:00"), at("2026-12-31 18:00"))
Line = dict[str, Any]


@pytest.fixture(autouse=True)
def installed_in_november(house):
    """Nothing is frozen unless a test says so, whatever the date of the machine."""
    installed(115)


def installed(cycle: int) -> None:
    with transaction() as writer:
        writer.execute(update(Version).where(Version.name == "first_cycle").values(number=cycle))


def bring(lines: list[Any], when: datetime = CAME) -> ledger.Outcome:
    return ledger.bring_in(enumerate(lines, start=1), by=SYSTEM, at=when)


def plain(external_no: str = "A1", **changes: Any) -> Line:
    """An appeal handed to a unit on Monday 11-16 and not yet taken up; due the Monday two weeks later."""
    return EXAMPLE[2] | {
        "external_no": external_no, "submitted_at": "2026-11-16T09:00:00+08:00",
        "accepted_at": "2026-11-16T10:00:00+08:00", "due_at": "2026-11-30T18:00:00+08:00",
        "assignments": [task()],
    } | changes  # fmt: skip


def task(**changes: Any) -> Line:
    return EXAMPLE[2]["assignments"][0] | {
        "dispatched_at": "2026-11-16T11:00:00+08:00", "ack_due_at": "2026-11-17T18:00:00+08:00",
        "acknowledged_at": None, "due_at": "2026-11-27T18:00:00+08:00", "original_due_at": "2026-11-27T18:00:00+08:00",
    } | changes  # fmt: skip


def the(external_no: str) -> Appeal:
    session().rollback()
    session().expire_all()
    return session().scalars(select(Appeal).where(Appeal.external_no == external_no)).one()


@contextmanager
def another_house(folder: Path) -> Iterator[Flask]:
    """A second, empty house: on SQLite, whatever the first one stands on."""
    folder.mkdir(exist_ok=True)
    url = databases.fresh_database("sqlite", folder)
    app = create_app(Settings(data_dir=folder / "data", database_url=url))
    with app.app_context():
        installed(115)
        yield app
        db.session.remove()
        db.engine.dispose()


def test_the_worked_example_counts_here_as_it_was_reckoned_by_hand(house):
    assert bring(EXAMPLE) == ledger.Outcome(new=18)
    figures = rates.rates(facts.everything(), PERIOD, basis())
    expected = json.loads((DATA / "worked_example.expected.json").read_text())["units"]
    for unit, keys in expected.items():
        for key, rate in keys.items():
            assert (figures.units[unit][key].num, figures.units[unit][key].den) == (rate["num"], rate["den"]), (unit, key)


def test_the_same_file_again_changes_nothing(house):
    bring(EXAMPLE)
    assert bring(EXAMPLE, CAME + timedelta(days=1)) == ledger.Outcome(unchanged=18)
    assert session().scalar(select(func.count(Appeal.id))) == 18
    assert bring(EXAMPLE[:3] + EXAMPLE[:2]) == ledger.Outcome(unchanged=5)


def test_a_known_number_that_says_something_else_is_refused(house):
    bring(EXAMPLE)
    outcome = bring([EXAMPLE[0], EXAMPLE[1] | {"title": "另一件事"}])
    assert [str(bad) for bad in outcome.bad] == ["第2行（T2） external_no：同一来源的这个编号已经导入，内容不同"]
    assert bring([plain("B1"), plain("B1", title="别的")]).bad[0].line == 2
    assert session().scalar(select(func.count(Appeal.id))) == 18


def test_one_bad_row_keeps_all_out_and_every_bad_row_is_named(house):
    outcome = bring([
        plain("A1"), plain("A2", territory="火星"), "keine Zeile", plain("A4", assignments=[task(unit="没有的局")]),
        plain("A5", completed_at="2026-11-15T09:00:00+08:00"), plain("A6", merged_into="A99"),
        plain("A7", company={"name": "某公司", "uscc": "91611102MA7J3AMY9X"}), plain("A8", title="长" * 61),
    ])  # fmt: skip
    assert (outcome.new, outcome.unchanged) == (0, 0)
    assert {(bad.line, bad.external_no, bad.field) for bad in outcome.bad} >= {
        (2, "A2", "territory"), (3, "", ""), (4, "A4", "assignments[0].unit"), (7, "A7", "company.uscc"), (8, "A8", "title"),
    }  # fmt: skip
    assert all(any(ord(c) > 0x4E00 for c in bad.reason) for bad in outcome.bad)
    for table in (Appeal, Event, Company):
        assert session().scalar(select(func.count()).select_from(table)) == (1 if table is Event else 0)  # the seeding


def test_a_line_that_names_a_stranger_is_refused_at_the_end(house):
    assert [(bad.field, bad.line) for bad in bring([plain("A1"), plain("A2", merged_into="A99")]).bad] == [("merged_into", 2)]
    two = plain("A2", merged_into="A1", exclusion="merged", excluded_at="2026-11-17T09:00:00+08:00")
    assert bring([two, plain("A1")]).new == 2  # it may stand further down
    assert the("A2").merged_into_id == the("A1").id


def test_each_has_a_number_of_our_own_and_is_marked_for_ever(house):
    bring([plain("A1"), plain("A2"), plain("A3", submitted_at="2026-11-15T09:00:00+08:00")])
    numbers = [the(name).number for name in ("A1", "A2", "A3")]
    assert [number[:16] for number in numbers] == ["QS-20261116-0001", "QS-20261116-0002", "QS-20261115-0001"]
    assert all(map(numbering.is_valid, numbers))
    assert {the(name).imported_at for name in ("A1", "A2", "A3")} == {CAME}
    assert builders.filed(at("2026-11-16 12:00")).number.startswith("QS-20261116-0003")


def test_the_state_follows_from_the_last_time(house):
    done = {"completed_at": "2026-11-20T10:00:00+08:00", "outcome": "solved"}
    answered = task(acknowledged_at="2026-11-16T15:00:00+08:00", replied_at="2026-11-19T15:00:00+08:00")
    poor = {"round": 1, "source": "SELF", "contacted": True, "solved": "no", "level": 1, "at": "2026-11-21T10:00:00+08:00"}
    lines = {
        "submitted": plain("submitted", accepted_at=None, due_at=None, assignments=[]),
        "accepted": plain("accepted", assignments=[]),
        "dispatched": plain("dispatched", assignments=[task(ack_due_at="2026-11-23T18:00:00+08:00")]),
        "in_hand": plain("in_hand", assignments=[task(acknowledged_at="2026-11-16T15:00:00+08:00")]),
        "replied": plain("replied", assignments=[answered]),
        "completed": plain("completed", **done, assignments=[answered]),
        "rectifying": plain("rectifying", **done, assignments=[answered], ratings=[poor]),
        "struck_off": plain("struck_off", **done, assignments=[answered], struck_off_at="2026-11-22T10:00:00+08:00"),
        "shelved": plain("shelved", shelved=[{"from": "2026-11-18T10:00:00+08:00", "to": None}]),
        "ended": plain("ended", exclusion="withdrawn", excluded_at="2026-11-18T10:00:00+08:00"),
        "statutory": plain("statutory", exclusion="statutory"),
        "merged": plain("merged", exclusion="merged", excluded_at="2026-11-18T10:00:00+08:00"),
        "declined": plain("declined", accepted_at=None, due_at=None, assignments=[], declined_at="2026-11-16T15:00:00+08:00"),
    }  # fmt: skip
    assert bring(list(lines.values())).bad == []
    assert {name: the(name).state for name in lines} == {name: name for name in lines}
    bring([plain("late to take")])
    assert the("late to take").state == "in_hand"  # its limit to acknowledge lies before the import
    assert the("late to take").assignments[0].acknowledged_at is None


def test_nothing_is_sent_and_nothing_moves_for_a_moment_before_the_import(house):
    bring([*EXAMPLE, plain("A1"), plain("A2", accepted_at=None, due_at=None, assignments=[])])
    assert session().scalar(select(func.count(Notice.id))) == 0
    assert session().scalars(select(Event.kind).where(Event.appeal_id.is_not(None)).distinct()).all() == ["import"]
    armed = session().scalars(select(Appeal.next_action_at).where(Appeal.next_action_at.is_not(None))).all()
    # one working day from the import to accept A2; six months for what the example has shelved without a date
    assert sorted(armed) == [at("2026-11-24 18:00"), at("2027-05-23 18:00")]
    timetable.run_due(CAME)
    assert session().scalar(select(func.count(Notice.id))) == 0


def test_an_open_row_lives_on_like_any_other(house):
    bring([plain("A1", assignments=[task(ack_due_at="2026-11-24T18:00:00+08:00")]),
           plain("A2", accepted_at=None, due_at=None, assignments=[])])  # fmt: skip
    timetable.run_due(at("2026-11-24 18:05"))
    assert the("A1").state == "in_hand"
    assert the("A1").assignments[0].deemed
    assert the("A2").due_at == at("2026-12-08 18:00")  # entered stock: ten working days from when acceptance was due
    coordinator = builders.staff("coordinator")
    builders.triage.accept(the("A2").id, identity="call", by=coordinator, at=at("2026-11-25 09:00"))
    assert the("A2").due_at == at("2026-12-08 18:00")


def test_a_row_that_touches_a_frozen_cycle_is_refused(house):
    installed(114)
    bad = bring([EXAMPLE[0], plain("A1")]).bad
    assert [(each.external_no, each.reason) for each in bad] == [("T1", "涉及已冻结的周期，不能再导入")]
    assert session().scalars(select(ClearanceRun.number)).all() == [114]  # 11-02 … 11-15, frozen because it was due
    assert bring([plain("A1")]).new == 1


def test_the_same_file_after_its_cycle_was_frozen_still_changes_nothing(house):
    bring(EXAMPLE)
    installed(114)
    assert bring(EXAMPLE, CAME + timedelta(days=1)) == ledger.Outcome(unchanged=18)
    assert session().scalars(select(ClearanceRun.number)).all() == [114]


def test_out_in_elsewhere_and_out_again_is_the_same(house, tmp_path):
    office, worker, head = builders.staff("coordinator"), builders.staff("liaison"), builders.staff("head")
    struck = builders.rated(builders.completed(office, worker, head), 5, at("2026-11-27 20:00")).number
    poor = builders.rated(builders.completed(office, worker, head), 1, at("2026-11-27 20:00"), "no", comment="没有解决").number
    builders.filed(at("2026-11-27 19:00"))
    builders.dispatched(office, supports=("沣东新城",))
    asked, leaving = builders.filed(at("2026-11-27 10:00")), builders.in_hand(office, worker)
    builders.triage.ask_supplement(asked.id, items="请补充合同", by=office, at=at("2026-11-27 11:00"))
    builders.intake.ask_withdrawal(leaving.id, at=at("2026-11-27 12:00"))
    again = builders.replied(office, worker, head)
    builders.closing.send_back(again.id, reason="没有写明依据", by=office, at=at("2026-11-27 15:00"))
    bring([*EXAMPLE, plain("A1", reopened_from="T1")])
    first = list(ledger.send_out())
    assert {line["external_no"] for line in first} >= {struck, poor, "T1", "A1"}
    assert bring(first) == ledger.Outcome(unchanged=len(first))
    with another_house(tmp_path / "other"):
        assert bring(first, at("2026-11-28 09:00")) == ledger.Outcome(new=len(first))
        second = list(ledger.send_out())
    assert second == first


@pytest.mark.parametrize("seed", range(4))
def test_random_histories_count_here_as_they_do_alone(house, seed):
    installed(999)
    stock = random_histories.stock_of(seed, 30)
    lines = [ledger_rules.format(each) | {"company": {"name": "某公司", "uscc": None}} for each in stock]
    assert bring([json.loads(json.dumps(line)) for line in lines], at("2027-02-01 09:00")).bad == []
    numbers = {a.number: a.external_no for a in session().scalars(select(Appeal))}
    kept = list(facts.everything())
    assert [numbers[each.number] for each in kept] == [each.number for each in stock]
    for cycle in range(6):
        start = at("2026-09-21 00:00") + timedelta(days=14 * cycle)
        period = rates.Period(start, start + timedelta(days=14), start + timedelta(days=16, hours=18))
        alone, here = rates.rates(stock, period, basis()), rates.rates(kept, period, basis())
        assert (here.units, here.total, here.medians) == (alone.units, alone.total, alone.medians)


# -- files -----------------------------------------------------------------------------------------------


def test_a_sheet_goes_out_and_comes_in_with_the_same_figures(house, tmp_path):
    sheet = tmp_path / "台账.xlsx"
    bring([*EXAMPLE, plain("=1+1", title="=HYPERLINK(\"http://x\")")])
    before = rates.rates(facts.everything(), PERIOD, basis())
    assert ledger_files.write(sheet, ledger.send_out()) == 19
    assert not list(tmp_path.glob(".*.part"))
    assert openpyxl.load_workbook(sheet).active["A20"].data_type == "s"
    with another_house(tmp_path / "other"):
        assert ledger.bring_in(ledger_files.read(sheet), by=SYSTEM, at=CAME) == ledger.Outcome(new=19)
        after = rates.rates(facts.everything(), PERIOD, basis())
        assert the("=1+1").title == "=HYPERLINK(\"http://x\")"
    assert after.units == before.units


def test_an_empty_stock_gives_the_template(house, tmp_path):
    ledger_files.write(tmp_path / "t.xlsx", ledger.send_out())
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    heads = [cell.value for cell in book["台账"][1]]
    assert heads[:4] == ["来源编号", "来源", "企业名称", "统一社会信用代码"]
    sheet = book["台账"]
    said = {"来源编号": 20260001, "来源": "12345", "企业名称": "某公司", "属地": "沣东新城", "任务编号": "63", "诉求类型": "求助",
            "标题": "停电", "内容": "厂区停电", "提交时间": datetime(2026, 11, 16, 9), "受理时间": "2026/11/16 10:00",
            "办结期限": datetime(2026, 11, 30, 18), "承办单位": "国网西咸新区供电公司", "主办或协办": "主办",
            "交办时间": datetime(2026, 11, 16, 11, 0, 0, 400), "最终主办": "是"}  # fmt: skip
    for head, value in said.items():
        sheet.cell(2, heads.index(head) + 1, value)
    sheet.cell(3, heads.index("承办单位") + 1, "没有的局")
    book.save(tmp_path / "t.xlsx")
    bad = ledger.bring_in(ledger_files.read(tmp_path / "t.xlsx"), by=SYSTEM, at=CAME).bad
    assert {(b.line, b.external_no, b.field) for b in bad} >= {(2, "20260001", "assignments[1].unit")}
    sheet.delete_rows(3)
    book.save(tmp_path / "t.xlsx")
    assert ledger.bring_in(ledger_files.read(tmp_path / "t.xlsx"), by=SYSTEM, at=CAME).new == 1
    assert the("20260001").assignments[0].due_at == at("2026-11-27 18:00")  # unknown, so reckoned: a day before the promise
    assert tree.current().nodes[the("20260001").assignments[0].unit_id].name == "国网西咸新区供电公司"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 an old .xls", b"<html></html>"])
def test_what_is_no_workbook_is_named_and_nothing_happens(house, tmp_path, content):
    (tmp_path / "x.xlsx").write_bytes(content)
    outcome = ledger.bring_in(ledger_files.read(tmp_path / "x.xlsx"), by=SYSTEM, at=CAME)
    assert [bad.reason for bad in outcome.bad] == ["不是 .xlsx 文件"]


def test_broken_lines_of_a_file_are_named(house, tmp_path):
    file = tmp_path / "x.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(plain("A1")).encode() + b"\n\n{\"half\n" + b"[" * 100_000 + b"\n\xff\xfe\n")
    outcome = ledger.bring_in(ledger_files.read(file), by=SYSTEM, at=CAME)
    assert {bad.line for bad in outcome.bad} == {3, 4, 5}
    file.write_bytes(b"x" * (ledger_files.LONGEST + 1))
    assert [bad.reason for bad in ledger.bring_in(ledger_files.read(file), by=SYSTEM, at=CAME).bad] == [
        "一行超过 1 MB，后面不再读取"
    ]
