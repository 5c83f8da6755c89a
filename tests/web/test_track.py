"""A company follows its appeal with number and code, and does what it may."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from appeals.actions import closing, contacts, handling, ratings, triage
from appeals.db import db
from appeals.models.appeal import Appeal
from appeals.rules.actors import COMPANY
from appeals.rules.words import RatingSource
from tests import builders as b
from tests.program import companies

FORBIDDEN = ("销号", "挂账", "并单", "退单")  # policy §3: never before a company's eyes


@pytest.fixture
def paper(company):
    """An appeal the company has just filed: number and code."""
    text = "1. 厂区一周停电三次。\n2. 抢修电话没有人接。"
    page = company.send(company.open("/submit").form("/submit"), **companies.values(1, text=text))
    shown = page.soup
    return shown.select_one("[data-appeal-no]")["data-appeal-no"], shown.select_one("[data-appeal-code]")["data-appeal-code"]


def look(browser, number, code, expect=200):
    """Type number and code."""
    return browser.send(browser.open("/track").form("/track"), (), expect, number=number, code=code)


def deed(site, act, number, *args, **named):
    """What somebody of staff does meanwhile."""
    with site.app_context():
        return act(b.the(number).id, *args, **named)


def people(site):
    """A coordinator, and a unit's officer and head."""
    with site.app_context():
        return b.staff("coordinator", b.OFFICE), b.staff("liaison"), b.staff("head")


def steps(page):
    """What the timeline says, newest first."""
    return [tag.get_text(strip=True) for tag in page.soup.select(".timeline__title")]


# -- number and code -------------------------------------------------------------------------------------


def test_number_and_code_open_it_however_they_are_typed(browser, paper):
    number, code = paper
    for typed in ((number, code), (number.lower(), code.lower()), (f" {number.replace('-', '')} ", code.replace("-", " "))):
        page = look(browser(), *typed)
        assert page.url == f"/track/{number}"
        assert "现在由 营商办 决定是否受理 2026-11-24 18:00 前" in page.words
        assert page.soup.h1.get_text() == "核验事项1"


def test_wrong_code_and_unknown_number_get_the_same_answer(browser, paper, site):
    number, code = paper
    with site.app_context():
        hashed = b.the(number).code_hash
    tries = [(number, "0" * 16), ("QS-20261123-0009-Z", code), ("nonsense", code), (number, hashed), (number, "%"),
             (number, "\u200b"), (number, "x" * 10_000), (number, "密码é")]  # fmt: skip
    answers = []
    for typed in tries:
        page = look(browser(f"198.51.100.{len(answers)}"), *typed, expect=422)
        answers.append(re.sub(r'value="[^"]*"', "", page.text))
    assert "编号和查询码不相符" in answers[0]
    assert len({answer for answer in answers if "请填写" not in answer}) == 1


def test_an_imported_appeal_without_a_code_opens_for_nobody(browser, paper, site):
    number, _ = paper
    with site.app_context(), db.session.begin():
        db.session.execute(update(Appeal).values(code_hash=None))
    for code in ("", "0" * 16, "None"):
        look(browser(), number, code, expect=422)


def test_guessing_is_slowed_down_but_the_owner_is_never_locked_out(browser, paper):
    number, code = paper
    guesser = browser("198.51.100.66")
    for _ in range(10):
        look(guesser, number, "0" * 16, expect=422)
    assert "10 分钟" in look(guesser, number, "0" * 16, expect=429).errors()
    assert look(guesser, number, code).url == f"/track/{number}"  # even from there
    look(browser("198.51.100.67"), number, "0" * 16, expect=422)


def test_an_ipv6_network_is_one_visitor_and_the_limit_ends(browser, paper, clock):
    number, _ = paper
    for host in range(10):
        look(browser(f"2001:db8:1:1::{host:x}"), number, "0" * 16, expect=422)
    look(browser("2001:db8:1:1:ffff::1"), number, "0" * 16, expect=429)
    look(browser("2001:db8:1:2::1"), number, "0" * 16, expect=422)
    clock.shift(timedelta(minutes=11))
    look(browser("2001:db8:1:1::1"), number, "0" * 16, expect=422)


def test_a_stranger_is_asked_for_the_code_whether_the_appeal_exists_or_not(browser, paper):
    number, _ = paper
    stranger = browser()
    for path in (f"/track/{number}", "/track/QS-20261123-0009-Z", f"/track/{number}/withdraw", f"/track/{number}/files/1"):
        page = stranger.open(path)
        assert page.url.startswith("/track?number=QS-")
        assert page.form("/track").controls["number"] == [page.url.split("=")[1]]
    token = stranger.open("/track").form("/track").controls["csrf_token"][0]
    for deed_path in ("urge", "supplement", "rate", "withdraw"):
        answer = stranger.request("POST", f"/track/{number}/{deed_path}", headers={"X-CSRFToken": token})
        assert answer.status == 303
        assert answer.headers["Location"].startswith("/track?number=")


# -- what is told ----------------------------------------------------------------------------------------


def test_the_timeline_tells_what_happened_who_has_it_and_until_when(site, company, paper, clock):
    number, code = paper
    office, officer, _ = people(site)
    deed(site, triage.accept, number, identity="call", by=office, at=b.ACCEPTED)
    clock.move_to(b.ACCEPTED)
    page = look(company, number, code)
    assert steps(page) == ["已受理", "您提交了诉求"]
    assert "我们承诺在 2026-12-07 18:00 前答复您" in page.words
    with site.app_context():
        order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT), support_unit_ids=[b.unit_id(b.SUPPORT)])
    deed(site, triage.dispatch, number, order=order, by=office, at=b.DISPATCHED)
    clock.move_to(b.DISPATCHED)
    page = look(company, number, code)
    assert steps(page)[0] == "已交住房和城乡建设局办理"
    assert "协办单位：沣东新城" in page.words
    assert "现在由 住房和城乡建设局 签收 2026-11-24 18:00 前" in page.words
    deed(site, handling.acknowledge, number, by=officer, at=b.TAKEN)
    clock.move_to(b.TAKEN)
    page = look(company, number, code)
    assert "承办单位将在 2026-11-24 18:00 前与您联系" in page.words
    assert "现在由 住房和城乡建设局 办理并答复 2026-12-07 18:00 前" in page.words
    assert not any(word in page.words for word in FORBIDDEN)


def test_the_promise_is_counted_day_by_day(site, company, paper):
    number, _ = paper
    office, *_ = people(site)
    deed(site, triage.accept, number, identity="call", by=office, at=b.ACCEPTED)
    table = company.open(f"/track/{number}").soup.select_one("table.days")
    rows = [[cell.get_text(strip=True) for cell in row.select("th, td")] for row in table.select("tbody tr")]
    assert len(rows) == 15  # 23 November to 7 December
    assert rows[0] == ["11月23日（周一）", "工作日", "起算日，不计入"]
    assert rows[4] == ["11月27日（周五）", "工作日", "第 4 个工作日"]
    assert rows[5] == ["11月28日（周六）", "周末", "不计"]
    assert rows[14] == ["12月7日（周一）", "工作日", "第 10 个工作日，18:00 截止"]


def test_an_answer_is_read_only_once_it_is_approved(site, company, paper, clock):
    number, code = paper
    office, officer, head = people(site)
    deed(site, triage.accept, number, identity="call", by=office, at=b.ACCEPTED)
    with site.app_context():
        order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT), standards={1: "恢复供电满三日"})
    deed(site, triage.dispatch, number, order=order, by=office, at=b.DISPATCHED)
    deed(site, handling.acknowledge, number, by=officer, at=b.TAKEN)
    draft = b.words(2, answers=["已更换配电开关，供电恢复正常。", "抢修电话已增派专人接听。"], internal_note="内部说明勿外传")
    deed(site, handling.draft, number, draft=draft, by=officer, at=b.ANSWERED)
    deed(site, handling.sign, number, by=head, at=b.ANSWERED)
    clock.move_to(b.ANSWERED)
    page = look(company, number, code)
    assert "已更换配电开关" not in page.words
    assert steps(page)[0] == "承办单位已答复，正在审核"
    deed(site, closing.approve, number, by=office, at=b.APPROVED)
    clock.move_to(b.APPROVED)
    page = look(company, number, code)
    answers = [tag.get_text(" ", strip=True) for tag in page.soup.select(".answers > li")]
    assert answers == [
        "厂区一周停电三次。 怎样算解决：恢复供电满三日 已更换配电开关，供电恢复正常。",
        "抢修电话没有人接。 抢修电话已增派专人接听。",
    ]
    assert "请在 2026-12-04 18:00 前评价" in page.words
    assert "内部说明勿外传" not in page.text
    assert not any(word in page.words for word in FORBIDDEN)


def test_every_look_at_the_contact_is_shown_without_naming_the_person(site, company, paper):
    number, _ = paper
    office, *_ = people(site)
    assert "还没有人查看过" in company.open(f"/track/{number}").words
    deed(site, contacts.reveal, number, reason="核实企业身份", by=office, at=b.ACCEPTED)
    page = company.open(f"/track/{number}")
    assert "共看过 1 次 2026-11-23 10:00 · 行政审批服务局（营商办）" in page.words
    assert office.name not in page.words
    assert steps(page) == ["您提交了诉求"]


@pytest.mark.parametrize(("code", "ground"), [("R01", "不在西咸新区范围内"), ("R04", "企业之间的纠纷")])
def test_a_refusal_tells_the_ground_the_route_and_the_law(site, company, paper, code, ground):
    number, _ = paper
    office, *_ = people(site)
    deed(site, triage.decline, number, code=code, reason="请向合同约定的仲裁委员会申请仲裁", by=office, at=b.ACCEPTED)
    page = company.open(f"/track/{number}")
    assert page.soup.select_one(".tag").get_text() == "未予受理"
    told = page.soup.select_one(".timeline__text").get_text().split("\n")
    assert told[:3] == [ground, "请向合同约定的仲裁委员会申请仲裁", triage.ROUTES[code]]
    assert told[3].startswith("您仍可依法申请行政复议")
    assert "现在由" not in page.words
    assert not page.has_form("/urge")


# -- what the company may do -----------------------------------------------------------------------------


def test_what_was_asked_for_is_added_with_its_files(site, company, paper):
    number, _ = paper
    office, *_ = people(site)
    deed(site, triage.ask_supplement, number, items="请补充停电现场照片", by=office, at=b.ACCEPTED)
    page = company.open(f"/track/{number}")
    assert "现在由 您 补充材料 2026-11-30 18:00 前" in page.words
    empty = company.send(page.form("/supplement"), (), 422)
    assert "请写明补充的内容，或上传材料" in empty.errors()
    wrong = company.send(empty.form("/supplement"), [("attachments", "a.png", b"nothing")], 422, addition="见附件")
    assert "“a.png”的内容不是允许的类型" in wrong.errors()
    done = company.send(wrong.form("/supplement"), [("attachments", "现场.png", companies.picture(5))], addition="见附件")
    assert "已收到您补充的材料" in done.words
    assert steps(done)[0] == "您补充了材料"
    assert [a.get_text() for a in done.soup.select("a[href*='/files/']")] == ["现场.png"]
    late = company.send(page.form("/supplement"), (), 409, addition="再补充一次")
    assert "企业补充" not in late.words  # the officials' words stay with the officials


def test_urging_is_possible_once_in_three_working_days(company, paper, clock):
    number, code = paper
    page = look(company, number, code)
    urged = company.send(page.form("/urge"))
    assert "已经催办" in urged.words
    assert "已催办过，2026-11-26 18:00 以后可以再催" in urged.words
    assert not urged.has_form("/urge")
    assert "每 3 个工作日可以催办一次" in company.send(page.form("/urge")).words
    clock.move_to(b.at("2026-11-26 18:00:01"))
    assert "已经催办" in company.send(look(company, number, code).form("/urge")).words


def test_a_withdrawal_is_explained_before_it_is_asked_for(company, paper, site):
    number, _ = paper
    page = company.open(f"/track/{number}")
    link = page.soup.select_one("a[href$='/withdraw']")
    explained = company.open(link["href"])
    assert "承办单位不能替您撤回" in explained.words
    asked = company.send(explained.form("/withdraw"))
    assert "营商办将在 2026-11-25 18:00 前打电话向您确认" in asked.words
    assert not asked.soup.select("a[href$='/withdraw']")
    assert company.open(link["href"]).url == f"/track/{number}"
    office, *_ = people(site)
    deed(site, closing.confirm_withdrawal, number, note="电话确认，本人意愿", by=office, at=b.ACCEPTED)
    ended = company.open(f"/track/{number}")
    assert ended.soup.select_one(".tag").get_text() == "已终止"
    assert "本人意愿" in ended.words


def test_a_kept_file_that_was_altered_is_not_handed_out(company, site):
    files = [("attachments", "照片.png", companies.picture(1))]
    page = company.send(company.open("/submit").form("/submit"), files, **companies.values(2))
    number = page.soup.select_one("[data-appeal-no]")["data-appeal-no"]
    link = company.open(f"/track/{number}").soup.select_one("a[href*='/files/']")["href"]
    (kept,) = (site.extensions["appeals.settings"].data_dir / "attachments").iterdir()
    kept.write_bytes(companies.picture(2))
    with pytest.raises(AssertionError, match="503"):
        company.request("GET", link)
    assert company.request("GET", link.rsplit("/", 1)[0] + "/99999999999999999999").status == 404


def test_the_whole_life_never_shows_an_officials_word(site, company, paper, clock):
    number, code = paper
    office, officer, head = people(site)
    with site.app_context():
        order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT))
    for when, act, named in [
        (b.ACCEPTED, triage.accept, {"identity": "call", "by": office}),
        (b.DISPATCHED, triage.dispatch, {"order": order, "by": office}),
        (b.TAKEN, handling.acknowledge, {"by": officer}),
        (b.ANSWERED, handling.draft, {"draft": b.words(2), "by": officer}),
        (b.ANSWERED, handling.sign, {"by": head}),
        (b.APPROVED, closing.approve, {"by": office}),
        (b.at("2026-11-27 11:00"), ratings.rate, {
            "answer": ratings.Answer(True, "no", 1, reasons=["slow"]), "round_": 1, "source": RatingSource.SELF, "by": COMPANY,
        }),
    ]:  # fmt: skip
        clock.move_to(when)
        deed(site, act, number, at=when, **named)
        page = look(company, number, code)
        assert not any(word in page.words for word in FORBIDDEN)
    assert steps(page)[0] == "您作了评价，进入整改"
    assert "现在由 营商办 核实您的评价" in page.words
