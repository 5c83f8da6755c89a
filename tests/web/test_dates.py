"""Dates that move, as everybody sees them: the unit asks, others decide, the company knows before it bites."""

import re

import pytest

from appeals.actions import cooperation, extensions, handling, shelved, shelving, triage
from appeals.actions.shelving import Case
from tests import builders as b
from tests.builders import at
from tests.program import companies

FORBIDDEN = ("销号", "挂账", "并单", "退单")
ITEMS = "1、用电设备清单。2、厂房租赁合同。"
CASE = {
    "reason_code": "superior", "reason": "须省级部门明确政策", "plan": "每月向省厅汇报一次", "person": "王负责",
    "until": "2027-01-29", "event": "",
}  # fmt: skip


@pytest.fixture
def scene(site, browser, clock):
    """An appeal a company filed at its own browser, in the hands of UNIT since Monday; and everybody by login."""

    class Scene:
        """Who may be sent to a page, and when."""

        def __init__(self) -> None:
            with site.app_context():
                for role in ("liaison", "head", "coordinator", "director", "leader"):
                    b.staff(role, login=role)
            self.company = browser()
            page = self.company.send(self.company.open("/submit").form("/submit"), **companies.values(1))
            shown = page.soup.select_one("[data-appeal-no]")
            self.number = shown["data-appeal-no"]
            self.code = page.soup.select_one("[data-appeal-code]")["data-appeal-code"]
            with site.app_context():
                office, worker = b.actor("coordinator"), b.actor("liaison")
                appeal = b.the(self.number)
                triage.accept(appeal.id, identity="call", by=office, at=b.ACCEPTED)
                order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT), support_unit_ids=[])
                triage.dispatch(appeal.id, order=order, by=office, at=b.DISPATCHED)
                handling.acknowledge(appeal.id, by=worker, at=b.TAKEN)

        def now(self, text: str) -> None:
            """Let it be then."""
            clock.move_to(at(text))

        def visitor(self, login: str):
            """This person's browser, just signed in."""
            visitor = browser(f"192.0.2.{len(login)}")
            visitor.sign_in(login)
            return visitor

        def page(self, login: str):
            """The appeal's page as this person sees it, and his browser."""
            visitor = self.visitor(login)
            counter = "unit" if login in ("liaison", "head") else "coordination"
            return visitor, visitor.open(f"/{counter}/{self.number}")

        def send(self, login: str, form: str, expect: int = 200, **values):
            """Fill in a form of the page and send it."""
            visitor, page = self.page(login)
            return visitor.send(page.form(form), (), expect, **values)

        def deed(self, act, *, by: str | None = None, when: str, **words):
            """What somebody did meanwhile."""
            with site.app_context():
                who = {"by": b.actor(by)} if by else {}
                return act(b.the(self.number).id, at=at(when), **who, **words)

        def shelve(self, **changes):
            """Asked, signed twice."""
            said = {k: v for k, v in (CASE | changes).items() if k != "until"}
            until = at(f"{changes.get('until', '2027-01-29')} 00:00").date()
            self.deed(shelving.ask, by="head", when="2026-11-26 10:00", case=Case(**said, until_on=until))
            if changes.get("reason_code") == "promise":
                self.deed(shelving.consent, when="2026-11-26 11:00")
            self.deed(shelving.endorse, by="coordinator", when="2026-11-27 10:00")
            self.deed(shelving.shelve, by="director", when="2026-11-27 15:00")

        def told(self):
            """What the company reads; never a word of the office."""
            page = self.company.send(self.company.open("/track").form("/track"), number=self.number, code=self.code)
            assert not [word for word in FORBIDDEN if word in page.words]
            return page

        def appeal(self):
            """The row, read anew inside a context of the site."""
            return b.the(self.number)

    scene = Scene()
    scene.now("2026-11-26 10:00")
    return scene


def titles(page) -> list[str]:
    return [tag.get_text(strip=True) for tag in page.soup.select(".timeline__title")]


# -- extensions --------------------------------------------------------------------------------------------


def test_an_extension_from_the_officers_draft_to_the_companys_new_date(scene, site):
    _, page = scene.page("liaison")
    assert "2026-12-03 18:00前签发" in page.words
    assert "12月21日（周一）" in page.words
    scene.send("liaison", "/extension", until="2026-12-11", reason="变压器须厂家定制", done="已查勘")
    assert "申请延长" not in scene.told().words
    assert "待签发的申请" in scene.visitor("head").open("/unit/").words
    _, page = scene.page("head")
    assert page.form("/extension").controls["until"] == ["2026-12-11"]
    scene.send("head", "/extension", done="已查勘并报价")
    page = scene.told()
    assert titles(page)[0] == "承办单位申请延长时限，待决定"
    assert "希望把答复时限延长到 2026-12-11 18:00；决定之前时限不变" in page.words
    assert "理由：变压器须厂家定制" in page.words
    assert "现在由 营商办 决定是否延长时限 2026-11-27 18:00 前" in page.words
    assert "答复时限：10 个工作日" in page.words
    assert scene.number in scene.visitor("coordinator").open("/coordination/decisions").words
    page = scene.send("coordinator", "/extension-decision", decision="grant")
    assert "2026-12-07 18:00 → 2026-12-11 18:00，顺延4个工作日" in page.words
    assert "对企业的承诺）·延期4个工作日" in page.words
    page = scene.told()
    assert "我们承诺在 2026-12-11 18:00 前答复您" in page.words
    assert "现在由 住房和城乡建设局 办理并答复 2026-12-11 18:00 前" in page.words
    # The limit explains itself: ten days as promised, four as approved, from where the first ended.
    assert "答复时限：10 个工作日" in page.words
    assert "经批准延长：4 个工作日" in page.words
    assert "从 2026-12-07 18:00 起算，到 2026-12-11 18:00 截止" in page.words


def test_what_is_wrong_with_it_stands_beside_its_field(scene):
    page = scene.send("head", "/extension", 422, until="2026-12-12", reason="变压器须定制", done="已查勘")
    assert "现有答复时限之后的一个工作日" in page.errors()
    assert page.form("/extension").controls["reason"][0].strip() == "变压器须定制"
    scene.send("head", "/extension", until="2026-12-11", reason="变压器须定制", done="已查勘")
    page = scene.send("coordinator", "/extension-decision", 422, decision="refuse", answer="")
    assert "不同意的理由" in page.errors()
    scene.send("coordinator", "/extension-decision", decision="refuse", answer="现有时限足够")
    page = scene.told()
    assert titles(page)[0] == "未同意延长，时限不变"
    assert "理由：现有时限足够" in page.words


def test_too_late_to_grant_only_a_refusal_is_offered(scene):
    words = {"reason": "变压器须定制", "done": "已查勘", "until_on": at("2026-12-11 00:00").date()}
    scene.deed(extensions.ask, by="head", when="2026-12-03 17:00", **words)
    scene.now("2026-12-08 09:00")
    _, page = scene.page("coordinator")
    form = page.form("/extension-decision").tag
    assert [tag["value"] for tag in form.select("[type=radio]")] == ["refuse"]
    assert "已过" in page.words


def test_the_second_waits_on_the_leaders_page(scene):
    words = {"reason": "变压器须定制", "done": "已查勘"}
    scene.deed(extensions.ask, by="head", when="2026-11-26 10:00", until_on=at("2026-12-11 00:00").date(), **words)
    scene.deed(extensions.grant, by="coordinator", when="2026-11-26 11:00")
    scene.now("2026-12-08 10:00")
    page = scene.send("head", "/extension", until="2026-12-18", **words)
    assert "等待委领导" in page.words
    _, page = scene.page("coordinator")
    assert not page.has_form("/extension-decision")
    assert scene.number in scene.visitor("leader").open("/coordination/decisions").words
    scene.send("leader", "/extension-decision", decision="grant", until="2026-12-16")
    assert "我们承诺在 2026-12-16 18:00 前答复您" in scene.told().words


def test_strangers_and_wrong_roles_find_nothing(scene, site, browser):
    with site.app_context():
        b.staff("head", b.SUPPORT, login="stranger")
    stranger = browser("198.51.100.9")
    stranger.sign_in("stranger")
    stranger.open(f"/unit/{scene.number}", expect=404)
    visitor, page = scene.page("head")
    token = page.form("/extension")
    visitor.open("/coordination/shelved", expect=403)
    form = token.fill(until="2026-12-11", reason="定制", done="查勘")
    form.action = f"/coordination/{scene.number}/extension-decision"
    visitor.send(form, expect=403)


# -- shelving ----------------------------------------------------------------------------------------------


def test_shelving_is_told_signed_twice_followed_and_comes_back(scene, site):
    page = scene.send("head", "/shelving", **CASE)
    assert "责任人 王负责" in page.words
    page = scene.told()
    assert "承办单位提出：暂不具备条件" in page.words
    assert "需要上级明确政策" in page.words
    assert "还没有决定；决定之前照常办理，时限不变。" in page.words
    assert page.has_form("/disagree")
    scene.send("coordinator", "/shelving-first", decision="grant", answer="确需省厅明确")
    _, page = scene.page("coordinator")
    assert not page.has_form("/shelving-second")
    scene.send("director", "/shelving-second", decision="grant")
    page = scene.told()
    assert page.soup.select_one(".tag").get_text() == "暂不具备条件，持续跟踪"
    assert "现在由 住房和城乡建设局 持续跟踪，报告进展 2026-12-10 18:00 前" in page.words
    assert "谁在跟踪 王负责" in page.words
    assert "时限现在暂停计算；恢复办理后还有 7 个工作日。" in page.words
    assert "我们承诺在 2026-12-07 18:00 前答复您" in page.words
    scene.now("2026-12-11 10:00")
    page = scene.visitor("liaison").open("/unit/?tab=shelved")
    assert "已超期 2026-12-10 18:00 报送进展" in page.words
    listed = scene.visitor("leader").open("/coordination/shelved").words
    assert "已超期 2026-12-10 18:00" in listed
    assert "王负责" in listed
    assert scene.number in listed
    scene.send("liaison", "/progress", progress="省厅已受理请示")
    page = scene.told()
    assert titles(page)[0] == "承办单位报告了进展"
    assert "省厅已受理请示 下次报告进展：2026-12-25 18:00 前" in page.words
    scene.send("coordinator", "/resume", reason="省厅政策已出台")
    page = scene.told()
    assert titles(page)[0] == "恢复办理"
    # Seven working days were left on Thursday 11-26: until Tuesday 12-22.
    assert "恢复办理后：7 个工作日" in page.words
    # What was promised at acceptance is still what was promised at acceptance.
    assert "我们承诺在 2026-12-07 18:00 前答复您" in page.words
    assert "我们承诺在 2026-12-22 18:00 前答复您" in page.words


def test_the_company_disagrees_and_a_leader_decides(scene):
    scene.send("head", "/shelving", **CASE)
    page = scene.told()
    page = scene.company.send(page.form("/disagree"), (), 422, objection=" ")
    assert "请写明您不同意的理由" in page.errors()
    page = scene.company.send(page.form("/disagree"), objection="政策去年就有了")
    assert "您已提出异议，等待管委会领导裁定。" in page.words
    assert "现在由 管委会领导 裁定您的异议 2026-12-01 18:00 前" in page.words
    assert not page.has_form("/disagree")
    _, page = scene.page("coordinator")
    assert [tag["value"] for tag in page.form("/shelving-first").tag.select("[type=radio]")] == ["refuse"]
    scene.send("leader", "/objection", decision="grant", answer="企业意见成立，继续办理")
    page = scene.told()
    assert titles(page)[0] == "您的异议成立，继续办理"
    assert "现在由 住房和城乡建设局 办理并答复 2026-12-07 18:00 前" in page.words


def test_a_promise_by_a_date_needs_the_companys_consent_and_a_broken_one_is_seen(scene):
    scene.send("head", "/shelving", **(CASE | {"reason_code": "promise", "until": "2026-12-25"}))
    _, page = scene.page("coordinator")
    assert not page.has_form("/shelving-first")
    page = scene.told()
    assert "承办单位承诺在上述日期前解决，须经您同意。" in page.words
    stale = page.form("/consent")
    scene.company.send(page.form("/consent"))
    scene.company.send(stale, expect=409)
    scene.send("coordinator", "/shelving-first", decision="grant")
    scene.send("director", "/shelving-second", decision="grant")
    scene.now("2026-12-28 10:00")
    with_broken = scene.visitor("coordinator").open("/coordination/shelved").words
    assert "限期承诺未兑现" in with_broken
    page = scene.told()
    assert "承诺在 2026-12-25 18:00 前解决，承诺没有兑现。" in page.words


def test_renewal_waits_for_a_leader(scene):
    scene.shelve()
    scene.now("2027-01-20 10:00")
    scene.send("head", "/renewal", until="2027-06-30", reason="省厅仍未明确")
    page = scene.told()
    assert titles(page)[0] == "承办单位申请继续跟踪，待决定"
    assert page.has_form("/disagree")
    scene.send("leader", "/renewal-decision", decision="grant")
    assert "跟踪到 2027-06-30 18:00" in scene.told().words
    _, page = scene.page("head")
    assert not page.has_form("/renewal")


# -- cooperation -------------------------------------------------------------------------------------------


def test_the_company_sees_what_is_wanted_until_when_and_what_follows(scene, site):
    scene.send("head", "/cooperation", items=ITEMS, days="5")
    assert "用电设备清单" not in scene.told().words
    scene.send("coordinator", "/cooperation-decision", decision="grant")
    page = scene.told()
    assert "现在由 您 提供办理所需的材料 2026-12-03 18:00 前" in page.words
    assert "用电设备清单" in page.words
    assert "对您的答复时限不变" in page.words
    assert "按现有材料继续办理" in page.words
    _, page = scene.page("liaison")
    assert "待企业配合，2026-12-03 18:00 前" in page.words
    assert "待企业配合" in scene.visitor("liaison").open("/unit/").words
    page = scene.told()
    page = scene.company.send(page.form("/cooperate"), (), 422, addition="")
    assert "请写明补充的内容，或上传材料" in page.errors()
    scene.now("2026-11-30 10:00")
    page = scene.company.send(
        scene.told().form("/cooperate"), [("attachments", "清单.pdf", b"%PDF-1.4\n1 0 obj\n")], addition="清单见附件"
    )
    assert "已收到您提供的材料" in page.words
    assert "清单.pdf" in page.words
    _, page = scene.page("liaison")
    assert "清单见附件" in page.words
    assert "单位时限顺延2个工作日" in page.words
    assert re.search("主办时限·企业配合2个工作日 2026-12-08 18:00", page.words)
    with site.app_context():
        assert (scene.appeal().due_at, scene.appeal().lead.due_at) == (at("2026-12-07 18:00"), at("2026-12-08 18:00"))


def test_unanswered_the_work_goes_on_and_nobody_asks_again(scene):
    scene.deed(cooperation.ask, by="head", when="2026-11-26 10:00", items=ITEMS, days=3)
    scene.deed(cooperation.grant, by="coordinator", when="2026-11-26 11:00")
    scene.now("2026-12-02 10:00")
    with_form = scene.told()
    page = scene.company.send(with_form.form("/cooperate"), expect=409, addition="迟到的材料")
    with pytest.raises(AssertionError):
        page.form("/cooperate")
    _, page = scene.page("head")
    assert not page.has_form("/cooperation")


def test_an_english_page_says_it_all_in_english(scene):
    scene.shelve()
    scene.deed(shelved.report, by="liaison", when="2026-12-01 10:00", progress="Report")
    scene.company.open("/?lang=en")
    page = scene.told()
    assert "Conditions not yet met, being followed" in page.words
    assert "Policy of a superior is needed" in page.words
    assert "Next progress report" in page.words
