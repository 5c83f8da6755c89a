"""The whole journey in a real browser, by clicks: a telephone for the company and the liaison, a desk for the others."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import databases
from tests.browser.screen import DESK, PHONE, Screen
from tests.program import companies
from tests.program.site import Site, site
from tests.program.staff import Staff

pytestmark = pytest.mark.browser
MORNING = "2026-11-16T09:30"  # the first day of cycle 115
LEAD, SUPPORT = "国网西咸新区供电公司", "沣东新城"
TITLE = "新建厂房怎样申请用电报装"
TEXT = "1、新建厂房申请用电报装需要哪些材料？\n2、从申请到送电要多少天？"
ANSWER = "已向企业当面说明办理材料和时限，并留下专人联系方式。"
WRONG = "91611102MA0000000A"  # 18 characters whose check digit does not fit


@dataclass(frozen=True)
class Tongue:
    """What the company reads and clicks, in its language."""

    code: str
    send: str
    track: str
    rate: str
    send_rating: str
    wrong_code: str
    closed: str


ZH = Tongue("zh", "提交", "查询", "评价", "提交评价", "校验码", "已完结")
EN = Tongue("en", "Submit", "Track", "Rate", "Send the rating", "check digit", "Closed")


@dataclass
class Story:
    """One site, its people, and the one appeal they see."""

    place: Site
    staff: Staff
    window: Callable[..., Screen]
    tongue: Tongue
    script: bool
    number: str = ""
    code: str = ""
    desks: dict[str, Screen] = field(default_factory=dict)

    def company(self) -> Screen:
        """A telephone that has never been here."""
        return self.window(self.place.port, PHONE, language=self.tongue.code, script=self.script)

    def desk(self, role: str, unit: str | None = None, width: int = DESK) -> Screen:
        """Somebody of staff: signs in by the form and, the first time, chooses a password."""
        if (name := f"{role} {unit}") not in self.desks:
            screen = self.desks[name] = self.window(self.place.port, width)
            login = f"{role}-{len(self.desks)}"
            once = self.staff.account(login, role, unit)
            screen.open("/login").fill(login=login, password=once).press("登录")
            own = "a long password of one's own"
            screen.fill(old=once, new=own, again=own).press("修改密码")
        return self.desks[name]


TOLD = {
    "in Chinese on SQLite": ("sqlite", ZH, False),
    "in English on PostgreSQL": ("postgresql", EN, True),
}


@pytest.fixture(params=TOLD, ids=lambda name: name.replace(" ", "-"))
def story(request: pytest.FixtureRequest, tmp_path: Path, window: Callable[..., Screen]) -> Iterator[Story]:
    """A site of its own; in one of the two the company's browser runs no script."""
    kind, tongue, script = TOLD[request.param]
    url = databases.fresh_database(kind, tmp_path)
    with site(url, tmp_path / "site", MORNING) as place:
        place.start_web(workers=1)
        staff = Staff(place, url)
        yield Story(place, staff, window, tongue, script)
        staff.close()
        assert "Traceback" not in place.logs(), place.logs()[-3000:]
    databases.drop_database(url)


def test_an_appeal_goes_from_the_form_to_the_leaders_first_screen(story: Story, tmp_path: Path) -> None:
    file_it(story, tmp_path)
    hand_it_out(story)
    work_on_it(story)
    answer_it(story)
    rate_it(story)
    struck_off(story)


def file_it(story: Story, folder: Path) -> None:
    """First with a wrong credit code: the message is beside the field, what was typed stays, the file is chosen anew."""
    picture, typed = folder / "现场照片.png", companies.values(7, title=TITLE, text=TEXT)
    picture.write_bytes(companies.picture(7))
    screen = in_its_language(story).open("/submit")
    plain = ("company_name", "territory", "contact_name", "mobile", "title", "text")
    screen.fill(uscc=WRONG, **{name: typed[name] for name in plain})
    screen.tick("nature", "consultation").tick("consent")
    attach(screen, picture)
    screen.press(story.tongue.send, status=422)
    assert story.tongue.wrong_code in screen.words(".field--bad .error")
    assert screen.page.locator("[aria-invalid=true]").get_attribute("name") == "uscc"
    assert screen.value("text").splitlines() == TEXT.splitlines()
    assert (screen.value("title"), screen.value("uscc")) == (TITLE, WRONG)
    screen.fill(uscc=typed["uscc"])
    attach(screen, picture)
    screen.press(story.tongue.send)
    story.number, story.code = screen.data("appeal-no"), screen.data("appeal-code")
    assert story.number.startswith("QS-20261116-0001-")
    assert len(story.code.replace("-", "")) == 16


def in_its_language(story: Story) -> Screen:
    """The first page, on a new telephone; English is one click away."""
    screen = story.company().open("/")
    if story.tongue is EN:
        screen.follow("English", within="header")
    assert screen.page.locator("html").get_attribute("lang") == ("en" if story.tongue is EN else "zh-CN")
    return screen


def attach(screen: Screen, file: Path) -> None:
    """Choose the file."""
    screen.page.locator("[name=attachments]").set_input_files(file)


def hand_it_out(story: Story) -> None:
    """Two clicks after what only a person can say: how identity was proven, and that a second unit helps."""
    screen = story.desk("coordinator").follow(TITLE)
    assert "现场照片.png" in screen.words()
    screen.tick("identity", "call").press("受理")
    lead = screen.page.locator("input[name=lead]:checked")
    assert LEAD in screen.words(f"label[for='{lead.get_attribute('id')}']")
    screen.unfold("协办单位")
    box = screen.page.locator("input[name=supports]").and_(screen.page.get_by_label(SUPPORT, exact=True))
    if not box.is_checked():
        screen.tick("supports", box.get_attribute("value") or "")
    screen.press("确认交办")
    assert "已交办" in screen.words()


def work_on_it(story: Story) -> None:
    """The liaison of the lead on the way, by telephone; then the supporting unit at its desk."""
    screen = story.desk("liaison", LEAD, PHONE).follow(TITLE).press("签收")
    screen.tick("channel", "phone").fill(note="已电话联系企业，了解情况。").press("记录联系情况")
    screen.fill(plan="一个工作日内当面说明并答复。").press("保存办理方案")
    helper = story.desk("liaison", SUPPORT).follow(TITLE).press("签收")
    helper.fill(report="已到厂区核实用电容量。").press("反馈协办情况")
    screen.open(f"/unit/{story.number}").fill(answer_1=ANSWER, answer_2="自受理起三个工作日内答复方案。")
    screen.tick("outcome", "solved").fill(basis="供电营业规则", contacted_on="2026-11-16").press("提交审签")


def answer_it(story: Story) -> None:
    """The head signs what was written, the office approves it."""
    head = story.desk("head", LEAD)
    head.follow(TITLE)
    assert ANSWER in head.words()
    head.press("审签，报营商办审核")
    office = story.desk("coordinator").open(f"/coordination/{story.number}")
    assert ANSWER in office.words()
    office.press("审核通过，办结")


def rate_it(story: Story) -> None:
    """Another telephone: number and code, the link, three questions."""
    screen, said = in_its_language(story).open("/track"), story.tongue
    screen.fill(number=story.number.lower(), code=story.code.replace("-", " ")).press(said.track)
    assert ANSWER in screen.words()
    assert screen.page.get_by_role("link", name="现场照片.png").count() == 1
    screen.press(said.rate)
    assert "/rate/" in screen.page.url
    screen.tick("contacted", "yes").tick("solved", "yes").tick("level", "5").press(said.send_rating)
    screen.open(f"/track/{story.number}")
    assert said.closed in screen.words(".topline")


def struck_off(story: Story) -> None:
    """The leader: one was due in this cycle, one is cleared, nothing is left."""
    screen = story.desk("leader")
    stats = {tile.locator(".stat__label").inner_text(): tile.locator(".stat__value").inner_text()
             for tile in screen.page.locator("main .stat").all()}  # fmt: skip
    assert (stats["应清零"], stats["已清零"], stats["还剩"]) == ("1", "1", "0")
    row = screen.page.locator("tr").filter(has=screen.page.locator("th", has_text=LEAD))
    assert row.locator("td.num").all_inner_texts() == ["1", "1", "0"]
    coordinator = story.desk("coordinator").open(f"/coordination/{story.number}")
    assert "已销号" in coordinator.words(".topline")
