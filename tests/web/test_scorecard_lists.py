"""The lists behind the figures, who may see which, and what they cost (policy §2, §9)."""

from urllib.parse import quote

import pytest
from sqlalchemy import event, text

from appeals.db import db
from tests import builders as b
from tests.web.board import CLEARED, FRIDAY, OTHER, frozen, people, questions, row, see

__all__ = ["people", "questions", "see"]


# -- the lists behind ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["running", "frozen"])
def test_the_list_shows_numerator_rest_and_exclusions_with_the_rule(site, clock, people, questions, see, state):
    with site.app_context():
        gone = b.accepted(people.coordinator, nature="consultation")
        b.intake.ask_withdrawal(gone.id, at=b.at("2026-11-24 09:00"))
        b.closing.confirm_withdrawal(gone.id, note="已电话确认", by=people.coordinator, at=b.at("2026-11-24 10:00"))
        withdrawn = b.the(gone.number).number
    clock.move_to(FRIDAY)
    if state == "frozen":
        frozen(site, clock)
    page = see("leader", CLEARED)
    assert "33.33% = 1 / 3，n = 3" in page.words
    parts = {h2.get_text(): h2.find_next("table") for h2 in page.soup.select("h2")}
    assert {name: sorted(n for n in vars(questions).values() if n in str(table)) for name, table in parts.items()} == {
        "已清零": [questions.done], "未清零": sorted((questions.open, questions.away)), "不计入，及其依据": [],
    }  # fmt: skip
    assert withdrawn in str(parts["不计入，及其依据"])
    assert "撤回" in parts["不计入，及其依据"].get_text()
    assert "个工作日" in parts["未清零"].get_text()
    only_rest = see("leader", f"{CLEARED}?part=rest")
    assert questions.open in only_rest.text
    assert questions.done not in only_rest.text


@pytest.mark.parametrize("state", ["running", "frozen"])
def test_a_long_list_goes_on_page_by_page_without_gap_or_repetition(site, clock, people, see, state):
    with site.app_context():
        numbers = {b.accepted(people.coordinator).number for _ in range(52)}
    clock.move_to(b.at("2026-11-25 09:00"))
    if state == "frozen":
        frozen(site, clock)
    path, seen = f"/scorecards/cycles/115/{quote(b.OFFICE)}/accepted_on_time?part=num", []
    while path:
        page = see("leader", path)
        seen += [cell.get_text() for cell in page.soup.select("td .figures")]
        more = page.soup.select_one(".more a")
        path = more["href"] if more else ""
    assert len(seen) == 52
    assert set(seen) == numbers


def test_strange_addresses_are_not_found_and_never_an_accident(clock, people, see):
    for path in (
        "/scorecards/cycles/113", "/scorecards/cycles/116", f"/scorecards/cycles/{10**30}", "/scorecards/quarters/20259",
        "/scorecards/quarters/20265", "/scorecards/cycles/115/nobody", "/scorecards/cycles/115/%00", "/scorecards/units/0",
        "/scorecards/cycles/115/%ED%A0%80/cleared", f"/scorecards/units/{10**30}", "/scorecards/matters/999999999999",
        f"/scorecards/cycles/115/{quote('合计')}/nothing",
    ):  # fmt: skip
        see("leader", path, 404)
    for query in ("?part=all", "?part=num&after=x", f"?part=num&after={10**18}&from=%00", "?part=rest&after=-1"):
        see("leader", CLEARED + query)
    for path in (f"/scorecards/cycles?before={10**17}", "/scorecards/cycles?before=x", "/scorecards/overdue?after=9-9-9"):
        see("leader", path)


# -- who sees what ---------------------------------------------------------------------------------------


def test_a_unit_sees_its_own_lines_its_class_and_the_total(site, clock, questions, see):
    frozen(site, clock)
    page = see("head", "/scorecards/cycles/115")
    assert row(page, "住房和城乡建设局")[1] == "1"
    assert row(page, "新区部门")[1] == "2"
    assert row(page, "合计")[1] == "3"
    assert OTHER not in page.text
    assert "自提自办" not in page.text
    assert questions.open in page.text
    assert questions.away not in page.text
    mine, theirs = quote(b.UNIT), quote(OTHER)
    see("head", f"/scorecards/cycles/115/{mine}/cleared")
    see("head", f"/scorecards/cycles/115/{quote('新区部门')}")
    for path in (f"{theirs}", f"{theirs}/cleared", f"{quote('合计')}/cleared", quote("属地单位")):
        see("head", f"/scorecards/cycles/115/{path}", 404)
    assert "住房和城乡建设局" in see("head", "/scorecards/").soup.h1.get_text()
    with site.app_context():
        other = b.unit_id(OTHER)
    see("head", f"/scorecards/units/{other}", 404)


def test_a_unit_does_not_learn_what_single_companies_said_of_others(site, clock, people, see):
    """Of its class it knows its own; what is left over speaks of one company of the other unit."""
    with site.app_context():
        b.rated(b.completed(people.coordinator, people.worker, people.head), 5, b.at("2026-11-27 11:00"))
        worker, head = b.staff("liaison", "财政金融局"), b.staff("head", "财政金融局")
        theirs = b.completed(people.coordinator, worker, head, lead="财政金融局")
        b.rated(theirs, 1, b.at("2026-11-27 11:00"), "no", reasons=["slow"])
    clock.move_to(FRIDAY)
    mine = row(see("head", "/scorecards/cycles/115"), "新区部门")
    assert mine[7:] == ["样本不足"] * 4
    assert row(see("leader", "/scorecards/cycles/115"), "新区部门")[7:9] == ["100.00% 2/2", "样本不足 1/2"]


@pytest.mark.parametrize("role", ["recusal", "discipline", "audit", "admin"])
def test_others_have_nothing_to_look_for_here(site, people, see, role):
    if role != "admin":
        with site.app_context():
            b.staff(role, login=role)
    for path in ("", "cycles", "cycles/115", "quarters/20264", "overdue", CLEARED.removeprefix("/scorecards/")):
        see(role, f"/scorecards/{path}", 403)


def test_leaders_lists_are_not_for_units(people, see):
    for path in ("/scorecards/forecast", "/scorecards/overdue", "/scorecards/matters/63"):
        see("head", path, 403)


@pytest.mark.parametrize("state", ["running", "frozen"])
def test_a_conduct_complaint_does_not_exist_for_the_accused_office(site, clock, people, see, state):
    """Accepted by the recusal post, undispatched: it stands in the office's line."""
    with site.app_context():
        accused = b.filed(conduct=True, about_unit=b.OFFICE)
        b.triage.accept(accused.id, identity="call", by=b.staff("recusal"), at=b.ACCEPTED)
        plain = b.accepted(people.coordinator).number
        complaint = b.the(accused.number).number
    clock.move_to(FRIDAY)
    if state == "frozen":
        frozen(site, clock)
    path = f"/scorecards/cycles/115/{quote(b.OFFICE)}/shelved"
    for login, knows in (("leader", True), ("coordinator", False), ("director", False)):
        page = see(login, path)
        assert plain in page.text
        assert (complaint in page.text) is knows
        if state == "running":
            assert f"/ {2 if knows else 1}，n" in page.words


# -- what it costs ---------------------------------------------------------------------------------------


def test_pages_of_frozen_figures_ask_as_often_however_much_there_is(site, clock, people, questions, browser, statements):
    frozen(site, clock)
    visitor = browser()
    visitor.sign_in("leader")

    def asked(path: str) -> int:
        visitor.request("GET", path)
        with statements() as said:
            assert visitor.request("GET", path).status == 200
        assert not [each for each in said if "count(" in each.lower()]
        return len(said)

    with site.app_context():
        unit = b.unit_id(b.UNIT)
    assert asked("/scorecards/cycles/115") <= 13
    assert asked(CLEARED) <= 11
    assert asked(f"/scorecards/cycles/115/{quote(b.UNIT)}") <= 5
    assert asked(f"/scorecards/units/{unit}") <= 12
    before = asked("/scorecards/cycles/115")
    with site.app_context():
        for _ in range(20):
            b.in_hand(people.coordinator, people.worker)
    assert asked("/scorecards/cycles/115") == before


def test_no_page_walks_through_the_whole_stock(site, clock, people, questions, browser):
    frozen(site, clock)
    visitor = browser()
    visitor.sign_in("leader")
    said = []
    with site.app_context():
        engine, unit = db.engine, b.unit_id(b.UNIT)
    event.listen(engine, "before_cursor_execute", lambda _c, _cursor, text_, values, *_rest: said.append((text_, values)))
    for path in (
        "", "cycles", "cycles/115", "cycles/116", "quarters/20264", f"units/{unit}", "overdue", "forecast", "matters/63",
        CLEARED.removeprefix("/scorecards/"), f"cycles/115/{quote('合计')}/on_time?part=num&after=1&from=A",
    ):  # fmt: skip
        visitor.request("GET", f"/scorecards/{path}")
    for plan in {_plan(engine, *asked) for asked in list(said) if asked[0].startswith("SELECT")}:
        for table in ("appeal", "assignment", "event", "rating", "clearance_item", "clearance_entry", "clearance_rate"):
            assert f"SCAN {table}\n" not in plan, plan
            assert f"Seq Scan on {table} " not in plan, plan


def _plan(engine, statement, values) -> str:
    lite = engine.dialect.name == "sqlite"
    with engine.connect() as line:
        if not lite:
            line.execute(text("SET enable_seqscan = off"))  # a handful of rows would tempt it
        rows = line.exec_driver_sql(("EXPLAIN QUERY PLAN " if lite else "EXPLAIN ") + statement, values)
        return "\n".join(str(row[-1]) for row in rows) + "\n"
