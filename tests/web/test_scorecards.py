"""Leaders and units look at the figures: first screen, cycles, quarters, units (policy §7, §9–§11)."""


from sqlalchemy import select

from appeals.actions import changes, clearance, ending
from appeals.db import session
from appeals.models import attention, settings
from appeals.models.clearance import ClearanceFlow, ClearanceRun
from appeals.rules import scoring
from tests import builders as b
from tests.web.board import COMMENT, FRIDAY, frozen, people, questions, row, see, stats

__all__ = ["people", "questions", "see"]


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


def test_an_ending_waits_for_the_second_signature_of_whoever_may_give_it(site, clock, people, see):
    with site.app_context():
        recusal, worker, head = b.staff("recusal"), b.staff("liaison", b.OFFICE), b.staff("head", b.OFFICE)
        ours = b.replied(people.coordinator, worker, head, lead=b.OFFICE, draft=b.words(outcome="untrue"))
        theirs = b.replied(people.coordinator, people.worker, people.head, draft=b.words(outcome="legal"))
        heard = {"heard": "企业表示已知晓并认可", "at": b.APPROVED}
        ending.endorse(ours.id, by=recusal, **heard)
        ending.endorse(theirs.id, by=people.coordinator, **heard)
        numbers = {"leader": b.the(ours.number).number, "director": b.the(theirs.number).number}
    clock.move_to(FRIDAY)
    for login, number in numbers.items():
        asked = see(login, "/scorecards/").soup.find("h2", string="等您决定").find_next("table").get_text()
        assert [n for n in numbers.values() if n in asked] == [number]


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
    assert cells[1:4] == ["区外单位，不评分", "—", "0.00% 0/1"]


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
