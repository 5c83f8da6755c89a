"""Leaders and units look at the figures (policy §7, §9–§11): cycle 115 is 2026-11-16 … 11-29, F is 12-01 18:00."""

from types import SimpleNamespace
from urllib.parse import quote

import pytest
from sqlalchemy import event, select, text, update

from appeals.actions import changes, clearance
from appeals.db import db, session
from appeals.models import attention, settings
from appeals.models.clearance import ClearanceFlow, ClearanceRun
from appeals.models.people import User
from appeals.rules import scoring
from tests import builders as b
from tests.actions import lives

FRIDAY, F = b.at("2026-11-27 12:00"), b.at("2026-12-01 18:00")
SOON = b.at("2026-12-01 18:01")
OTHER = "沣东新城"
COMMENT = "电话里说解决了，<b>实际</b>没有人来。"
CLEARED = f"/scorecards/cycles/115/{quote('合计')}/cleared"


@pytest.fixture
def people(site):
    with site.app_context():
        lives.first_cycle(114)
        found = SimpleNamespace(
            leader=b.staff("leader", login="leader"), coordinator=b.staff("coordinator", login="coordinator"),
            director=b.staff("director", login="director"), worker=b.staff("liaison", login="worker"),
            head=b.staff("head", login="head"), other=b.staff("liaison", OTHER, "other"),
            other_head=b.staff("head", OTHER, "other-head"), admin=b.staff("admin", login="admin"),
        )  # fmt: skip
        session().execute(update(User).where(User.login == "worker").values(name="李承办", phone="029-33180001"))
        session().commit()
    return found


@pytest.fixture
def questions(site, people):
    """Three questions due on 11-26: one answered late by UNIT, one open there, one open with 沣东新城."""
    with site.app_context():
        asked = {"nature": "consultation", "text": "请问新建厂房如何办理用电手续，需要哪些材料？"}
        done = b.completed(people.coordinator, people.worker, people.head, title="已经答复的", **asked)
        open_ = b.in_hand(people.coordinator, people.worker, title="还没答复的", **asked)
        away = b.in_hand(people.coordinator, people.other, lead=OTHER, title="别的单位的", **asked)
        return SimpleNamespace(done=done.number, open=open_.number, away=away.number)


@pytest.fixture
def see(browser):
    """see("leader", "/scorecards/"): the page as this person sees it."""

    def look(login: str, path: str, status: int = 200):
        visitor = browser()
        visitor.sign_in(login)
        page = visitor.request("GET", path)
        while page.status in (301, 302, 303):
            page = visitor.request("GET", page.headers["Location"])
        assert page.status == status, (path, page.status)
        return page

    return look


def stats(page) -> dict[str, str]:
    """What stands in the boxes."""
    return {
        box.select_one(".stat__label").get_text(): box.select_one(".stat__value").get_text(strip=True)
        for box in page.soup.select(".stat")
    }


def row(page, first: str) -> list[str]:
    """The cells of the first table row that begins with this word."""
    for line in page.soup.select("tbody tr"):
        cells = [" ".join(cell.get_text(" ").split()) for cell in line.find_all(["th", "td"])]
        if cells[0].startswith(first):
            return cells
    raise AssertionError(f"no row {first}")


def frozen(site, clock):
    with site.app_context():
        clock.move_to(SOON)
        assert ("cycle", 115) in clearance.freeze_due(SOON)


# -- the leader's first screen ---------------------------------------------------------------------------


def test_the_first_screen_says_what_is_to_be_cleared_and_who_has_it(clock, questions, see):
    clock.move_to(FRIDAY)
    page = see("leader", "/scorecards/")
    assert "2026年第24期（11月16日—11月29日）" in page.words
    assert "实时·暂定" in page.words
    shown = stats(page)
    assert [shown[name] for name in ("应清零", "已清零", "还剩", "预计不能清零")] == ["3", "1", "2", "2"]
    assert row(page, "已超期")[1] == f"还没答复的 {questions.open}"
    assert row(page, "已超期")[3] == "李承办 029-33180001"
    assert questions.done not in page.text
    assert "现在没有提请您批示或裁定的事项" in page.words


def test_every_number_leads_to_its_list(clock, questions, see):
    clock.move_to(FRIDAY)
    screen = see("leader", "/scorecards/").soup
    boxes = {box.select_one(".stat__label").get_text(): box["href"] for box in screen.select("a.stat")}
    numbers = {"应清零": {"done", "open", "away"}, "已清零": {"done"}, "还剩": {"open", "away"}, "预计不能清零": {"open", "away"}}
    for name, expected in numbers.items():
        page = see("leader", boxes[name])
        assert {key for key, number in vars(questions).items() if number in page.text} == expected, name


def test_an_answer_that_is_with_the_office_is_not_forecast_as_failing(site, clock, people, see):
    with site.app_context():
        waiting = b.replied(people.coordinator, people.worker, people.head, nature="consultation")
    clock.move_to(FRIDAY)
    page = see("leader", "/scorecards/")
    assert (stats(page)["还剩"], stats(page)["预计不能清零"]) == ("1", "0")
    assert waiting.number in page.text


def test_long_overdue_begins_after_the_fifth_working_day(site, clock, people, questions, see):
    with site.app_context():
        assert attention.long_overdue(people.leader, b.at("2026-12-03 18:00")) == []
        late = attention.long_overdue(people.leader, b.at("2026-12-03 18:00:01"))
        assert {task.number for task in late} == {questions.open, questions.away}
        assert len(attention.long_overdue(people.leader, b.at("2026-12-05 10:00"))) == 2
    clock.move_to(b.at("2026-12-04 09:00"))
    assert stats(see("leader", "/scorecards/"))["超期五个工作日以上"] == "2"
    assert questions.open in see("leader", "/scorecards/overdue").text


def test_the_worst_ratings_are_quoted_and_what_was_changed_is_not(site, clock, people, see):
    with site.app_context():
        first, second = (b.completed(people.coordinator, people.worker, people.head) for _ in range(2))
        b.rated(first, 1, b.at("2026-11-27 11:00"), "no", reasons=["slow"], comment=COMMENT)
        b.rated(second, 2, b.at("2026-11-27 11:00"), "no", reasons=["slow"], comment="一时生气")
        b.rated(second, 4, b.at("2026-11-27 11:30"))
        number = first.number
    clock.move_to(FRIDAY)
    page = see("leader", "/scorecards/")
    assert COMMENT in page.soup.get_text()
    assert "&lt;b&gt;实际" in page.text
    assert "一时生气" not in page.text
    assert page.soup.select_one(".quote a")["href"].endswith(number)
    clock.move_to(b.at("2026-12-11 11:01"))
    assert COMMENT not in see("leader", "/scorecards/").soup.get_text()


def test_a_matter_recurs_when_three_companies_bring_it(site, clock, people, see):
    same = b.credit_code(977)
    with site.app_context():
        for code in (same, same, b.credit_code(978)):
            b.dispatched(people.coordinator, task=63, uscc=code)
    clock.move_to(FRIDAY)
    assert "任务 63" not in see("leader", "/scorecards/").words
    with site.app_context():
        b.dispatched(people.coordinator, task=63, uscc=b.credit_code(979))
    page = see("leader", "/scorecards/")
    assert "任务 63" in page.words
    assert "4 件，3 家企业" in page.words
    assert len(see("leader", "/scorecards/matters/63").soup.select("tbody tr")) == 4


def test_live_figures_follow_what_happens(site, clock, people, questions, see):
    clock.move_to(FRIDAY)
    assert stats(see("leader", "/scorecards/"))["已清零"] == "1"
    with site.app_context():
        appeal = b.the(questions.open)
        b.handling.draft(appeal.id, draft=b.words(len(appeal.points)), by=people.worker, at=FRIDAY)
        b.handling.sign(appeal.id, by=people.head, at=FRIDAY)
        b.closing.approve(appeal.id, by=people.coordinator, at=FRIDAY)
    assert stats(see("leader", "/scorecards/"))["已清零"] == "2"


# -- cycles ----------------------------------------------------------------------------------------------


def test_a_cycle_is_running_then_a_draft_then_frozen(site, clock, questions, see):
    states = []
    for moment in (FRIDAY, b.at("2026-11-30 09:00")):
        clock.move_to(moment)
        states.append(row(see("leader", "/scorecards/cycles"), "2026年第24期")[1:])
    frozen(site, clock)
    states.append(row(see("leader", "/scorecards/cycles"), "2026年第24期")[1:])
    assert [state[0] for state in states] == ["实时·暂定", "草稿", "已冻结"]
    assert {tuple(state[1:]) for state in states} == {("3", "1", "33.33%")}


def test_the_frozen_page_prints_numerator_and_base_beside_each_percentage(site, clock, questions, see):
    frozen(site, clock)
    page = see("leader", "/scorecards/cycles/115")
    assert row(page, "住房和城乡建设局")[:6] == ["住房和城乡建设局", "1", "·", "1", "0.00% 0/1", "50.00% 1/2"]
    # It answered in time and only the approval was late: that appeal stands in the office's line (policy §7).
    assert row(page, b.OFFICE)[:5] == [b.OFFICE, "1", "1", "0", "100.00% 1/1"]
    assert row(page, "沣东新城")[:5] == ["沣东新城", "1", "·", "1", "0.00% 0/1"]
    assert row(page, "新区部门")[:5] == ["新区部门", "2", "1", "1", "50.00% 1/2"]
    assert row(page, "合计")[:5] == ["合计", "3", "1", "2", "33.33% 1/3"]
    assert "口径版本 2022.1" in page.words
    assert "以 2026-12-01 18:00 已登记的事实为准" in page.words
    heads = [head.get_text() for head in page.soup.select("thead th")]
    at = heads.index("满意率（好评率）")
    assert heads[at - 1 : at + 2] == ["评价率", "满意率（好评率）", "全口径满意率"]


def test_the_flows_visibly_add_up(site, clock, questions, see):
    frozen(site, clock)
    page = see("leader", "/scorecards/cycles/115")
    table = next(t for t in page.soup.select("table") if "进出平衡" in t.caption.get_text())
    for line in table.select("tbody tr"):
        n = [int(cell.get_text(strip=True).replace("·", "0")) for cell in line.select("td")]
        assert sum(n[:6]) == n[6] == sum(n[7:12]) == n[12]
    with site.app_context():
        run = session().scalars(select(ClearanceRun).where(ClearanceRun.number == 115)).one()
        flows = session().scalars(select(ClearanceFlow).where(ClearanceFlow.run_id == run.id)).all()
        assert sum(flow.closing for flow in flows) == 2
    assert row(page, "合计")


def test_the_rate_of_strike_off_is_that_of_the_cycle_before(site, clock, questions, see):
    frozen(site, clock)
    with site.app_context():
        clock.move_to(b.at("2026-12-15 18:01"))
        assert clearance.freeze_due(b.at("2026-12-15 18:01")) == [("cycle", 116)]
    page = see("leader", "/scorecards/cycles/116")
    assert stats(page)["上一期销号率"] == "0.00%"
    assert "2026年第24期（11月16日—11月29日）" in page.words
    assert "上一期销号率" not in stats(see("leader", "/scorecards/cycles/117"))


def test_few_ratings_give_no_percentage(site, clock, people, see):
    with site.app_context():
        for _ in range(4):
            b.rated(b.completed(people.coordinator, people.worker, people.head), 5, b.at("2026-11-27 11:00"))
    clock.move_to(FRIDAY)
    assert row(see("leader", "/scorecards/cycles/115"), "住房和城乡建设局")[7:] == [
        "100.00% 4/4", "样本不足 4/4", "样本不足 4/4", "样本不足 4/4",
    ]  # fmt: skip
    with site.app_context():
        b.rated(b.completed(people.coordinator, people.worker, people.head), 5, b.at("2026-11-27 11:00"))
    assert row(see("leader", "/scorecards/cycles/115"), "住房和城乡建设局")[8] == "100.00% 5/5"


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


# -- quarters and units ----------------------------------------------------------------------------------


def test_a_running_quarter_gives_provisional_tiers(site, clock, questions, see):
    clock.move_to(FRIDAY)
    page = see("leader", "/scorecards/quarters/20264")
    assert "实时·暂定" in page.words
    assert row(page, "住房和城乡建设局")[:3] == ["住房和城乡建设局", "D 较差", "50.00"]
    assert row(page, "沣东新城")[:3] == ["沣东新城", "D 较差", "0.00"]
    assert "不排名次" in page.words


def test_a_frozen_quarter_keeps_the_weights_of_its_time_and_shows_places_only_when_asked(site, clock, people, questions, see):
    with site.app_context():
        values = dict(settings.settings()) | {
            "weights": {"on_time": 50, "solved_reasonable": 10, "good": 20, "responded": 10, "rectified_on_time": 10},
            "ranking": True,
        }  # fmt: skip
        values.pop("version")
        clock.move_to(b.at("2027-01-12 09:00"))
        clearance.freeze_due(b.at("2027-01-12 09:00"))
        made_at, given = b.at("2027-01-12 09:10"), {"values": values}
        change = changes.propose("settings", given, reason="试验", by=people.admin, at=made_at)
        changes.decide(change, confirm=True, by=people.director, at=b.at("2027-01-12 09:20"))
    page = see("leader", "/scorecards/quarters/20264")
    heads = [head.get_text() for head in page.soup.select("thead th")]
    assert heads[0] == "名次"
    assert heads[4] == "按时办结率 40"
    assert "已冻结" in page.words


def test_an_external_unit_is_shown_without_score(site, clock, people, see):
    with site.app_context():
        unit = "国网西咸新区供电公司"
        b.in_hand(people.coordinator, b.staff("liaison", unit), lead=unit, nature="consultation")
    clock.move_to(FRIDAY)
    cells = row(see("leader", "/scorecards/quarters/20264"), "国网")
    assert cells[1:4] == ["—", "—", "0.00% 0/1"]
    assert "区外单位，不评分" in cells[-1]


def test_a_units_page_draws_its_trend_and_says_the_same_in_a_table(site, clock, questions, see):
    frozen(site, clock)
    page = see("head", "/scorecards/")
    chart = next(f for f in page.soup.select("figure.chart") if f.figcaption.get_text() == "双周动态清零率")
    marks = chart.select("a.chart__link")
    assert [mark["aria-label"] for mark in marks] == ["双周动态清零率 24期 0.00%"]
    assert see("head", marks[0]["href"]).soup.h1.get_text() == "双周动态清零率：住房和城乡建设局"
    assert row(page, "2026年第24期")[1:3] == ["0.00% 0/1", "50.00% 1/2"]
    low, high = (100 * bound for bound in scoring.wilson(1, 2))
    assert row(page, "按时办结率")[3] == f"{low:.1f}–{high:.1f}%" == "9.5–90.5%"


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
