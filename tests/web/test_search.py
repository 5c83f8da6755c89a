"""Searching: by number, company, title and words, within what the visitor may see, alike on both databases."""

from appeals.models import search
from tests import builders as b
from tests.builders import at


def found(visitor, asked) -> list[str]:
    page = visitor.open("/search?q=" + asked)
    return [a["href"].rsplit("/", 1)[-1] for a in page.soup.select("table a")]


def test_words_become_overlapping_pairs():
    assert search.tokens("用电费 ＡＢＣ-12 电") == ["用电", "电费", "abc", "12", "电"]
    assert search.tokens("𠮷野家") == ["𠮷野", "野家"]
    assert search.tokens("，。!") == []


def test_number_company_title_and_text_are_all_looked_at(site, office):
    with site.app_context():
        one = b.filed(company_name="西咸𠮷野科技有限公司", title="噪声扰民", text="夜间施工噪声很大，影响生产。").number
        two = b.filed(company_name="沣东机械有限公司", title="停电", text="厂区用电高峰经常停电，请处理。").number
    for asked, expected in {
        one: [one], one.lower(): [one], "𠮷野": [one], "噪声": [one], "用电": [two], "用电高峰": [two], "高峰用电": [],
        "停电 厂区": [two], "停电 噪声": [], "QS-20261123": [two, one], "20261123": [two, one], "2026": [two, one],
        "有限公司": [two, one], "沣东机械": [two], "ＱＳ－２０２６": [two, one], "不存在的词": [],
    }.items():  # fmt: skip
        assert found(office, asked) == expected, asked


def test_a_single_character_is_answered_with_a_hint(site, office):
    with site.app_context():
        b.filed()
    assert "至少输入两个连续的字" in office.open("/search?q=电").words
    assert "至少输入两个连续的字" in office.open("/search?q=电 厂区").words
    assert "输入编号" in office.open("/search").words


def test_nothing_typed_can_break_the_search(site, office):
    with site.app_context():
        b.filed()
    for asked in ('"', "'", "a\"b", "x' OR '1'='1", "NEAR(厂区 停电)", "厂区*", "(", ":*", "& | !", "words:厂区", "%00",
                  "%ff", "%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9", "-" * 300, "厂区" * 200, "AND",
                  "厂区 AND", "{a}", "^厂区", "\\"):  # fmt: skip
        assert office.open("/search?q=" + asked).status in (200, 400)
    assert len(found(office, "厂区*")) == 1
    assert office.open("/search?q=厂区&after=nonsense").status == 200


def test_no_text_is_too_strange_to_be_filed_and_found(site, office):
    long, expanding, mixed = "a" * 5000, "ﷺ" * 2500 + "厂区", "İßﬁ" * 1000 + "𠮷" * 1000
    with site.app_context():
        numbers = [b.filed(title=f"怪{n}怪", text=said).number for n, said in enumerate((long, expanding, mixed))]
    assert found(office, "a" * 60) == [numbers[0]]
    assert found(office, "𠮷𠮷") == [numbers[2]]
    assert set(found(office, "测试企业")) == set(numbers)


def test_the_newest_come_first_a_page_at_a_time(site, office):
    with site.app_context():
        numbers = [b.filed(at("2026-11-23 09:00")).number for _ in range(52)][::-1]
    page = office.open("/search?q=厂区")
    first = [a["href"].rsplit("/", 1)[-1] for a in page.soup.select("table a")]
    rest = office.open(page.soup.select_one("a[rel=next]")["href"])
    assert first + [a["href"].rsplit("/", 1)[-1] for a in rest.soup.select("table a")] == numbers


def test_each_finds_only_what_he_may_know_of(site, office, browser):
    with site.app_context():
        coordinator = b.actor("office")
        mine, other = b.dispatched(coordinator).number, b.dispatched(coordinator, lead=b.SUPPORT).number
        waiting = b.filed().number
        hidden = b.filed(conduct=True, about_unit=b.OFFICE, nature="complaint").number
        for role in ("liaison", "leader", "recusal", "admin", "audit"):
            b.staff(role, login=role)
    assert found(office, "厂区") == [waiting, other, mine]
    for role, expected in {"liaison": [mine], "leader": [hidden, waiting, other, mine], "recusal": [hidden]}.items():
        visitor = browser()
        visitor.sign_in(role)
        assert found(visitor, "厂区") == expected, role
    for role in ("admin", "audit"):
        visitor = browser()
        visitor.sign_in(role)
        assert visitor.request("GET", "/search?q=x").status == 403


def test_an_appeal_that_was_not_stored_is_not_found(site, office):
    from appeals.actions import intake

    with site.app_context():
        said = b.submission(title="只提交一次的事")
        for _ in range(2):
            intake.submit(said, key="0b9f8f9e-8a55-4d3f-a6a7-5a9d6f2f9a11", secret=b.SECRET, at=b.FILED)
    assert len(found(office, "只提交一次")) == 1
