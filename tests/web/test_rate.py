"""A company rates the answer: three questions, by a link, changeable for a day."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from appeals.actions import closing, handling, ratings, triage
from appeals.db import db
from appeals.models.rating import Rating
from tests import builders as b
from tests.program import companies

GOOD = {"contacted": "yes", "solved": "yes", "level": "5"}


@pytest.fixture
def answered(site, clock):
    """An appeal with an approved answer; its number."""
    with site.app_context():
        office, officer, head = b.staff("coordinator", b.OFFICE), b.staff("liaison"), b.staff("head")
        number = b.completed(office, officer, head).number
    clock.move_to(b.APPROVED)
    return number


def link(site, number):
    """A rating link of this appeal."""
    with site.app_context():
        key = site.extensions["appeals.settings"].key("rating")
        return "/rate/" + ratings.issue_link(b.the(number).id, key=key, at=b.at("2026-11-27 10:00"))


def state(site, number):
    """The state of the appeal, read anew."""
    with site.app_context():
        return b.the(number).state


def count(site):
    """How many ratings are on file."""
    with site.app_context():
        return db.session.scalar(select(func.count(Rating.id)))


def test_a_good_rating_closes_the_matter(company, site, answered):
    page = company.open(link(site, answered))
    assert answered in page.words
    assert "住房和城乡建设局" in page.words
    done = company.send(page.form("rate"), comment="很快，谢谢", **GOOD)
    assert "已收到您的评价" in done.words
    assert state(site, answered) == "struck_off"
    with site.app_context():
        (rating,) = db.session.scalars(select(Rating)).all()
    assert (rating.source, rating.contacted, rating.solved, rating.level, rating.comment, rating.counts) == (
        "SELF", True, "yes", 5, "很快，谢谢", True,
    )  # fmt: skip


def test_the_link_is_found_on_the_tracking_page(browser, site, clock):
    company = browser()
    page = company.send(company.open("/submit").form("/submit"), **companies.values(1))
    number = page.soup.select_one("[data-appeal-no]")["data-appeal-no"]
    assert not company.open(f"/track/{number}").has_form("/rate")
    _answer(site, number)
    asked = company.open(f"/track/{number}")
    assert "请您评价" in asked.words
    questions = company.send(asked.form("/rate"))
    assert questions.url.startswith("/rate/")
    assert len(questions.url) > 30


def test_nothing_is_chosen_for_the_company_and_everything_is_asked(company, site, answered):
    page = company.send(company.open(link(site, answered)).form("rate"), (), 422)
    for sentence in ("请选择承办单位是否联系过您", "请选择问题是否解决", "请选择满意程度"):
        assert sentence in page.errors()
    assert count(site) == 0
    for bad in ({"level": "6"}, {"level": "５"}, {"solved": "perhaps"}, {"contacted": "1"}):
        form = company.open(link(site, answered)).form("rate")
        assert "请从列表中选择" in company.send(form, (), 422, **GOOD | bad).errors()
    assert count(site) == 0


def test_a_poor_rating_has_a_reason_and_starts_rectification(company, site, answered):
    page = company.open(link(site, answered))
    poor = {"contacted": "no", "solved": "no", "level": "1"}
    again = company.send(page.form("rate"), (), 422, **poor)
    assert "请至少选择或填写一个不满意的原因" in again.errors()
    assert again.soup.select_one("input[name=level][value='1']").has_attr("checked")
    company.send(again.form("rate"), reasons=["slow", "empty", "nonsense"])
    assert state(site, answered) == "rectifying"
    with site.app_context():
        assert db.session.scalars(select(Rating)).one().reasons == ["slow", "empty"]


def test_partly_solved_goes_on_only_if_the_company_wants_it(company, site, answered):
    partly = {"contacted": "yes", "solved": "partly", "level": "3"}
    company.send(company.open(link(site, answered)).form("rate"), **partly)
    assert state(site, answered) == "struck_off"
    company.send(company.open(link(site, answered)).form("rate"), go_on=True, **partly)
    assert state(site, answered) == "rectifying"


def test_a_rating_can_be_changed_for_a_day(company, site, answered, clock):
    url = link(site, answered)
    company.send(company.open(url).form("rate"), **GOOD)
    clock.shift(timedelta(hours=24))
    page = company.open(url)
    assert "2026-11-28 10:00 前可以修改" in page.words
    assert page.form("rate").controls["level"] == ["5"]
    company.send(page.form("rate"), solved="no", level="2", reasons=["not_solved"])
    assert state(site, answered) == "rectifying"
    assert count(site) == 2
    late = company.open(url)
    clock.shift(timedelta(seconds=1))
    shut = company.open(url)
    assert "修改评价的时间已经过了" in shut.words
    assert "不满意" in shut.words
    assert not shut.has_form(url)
    company.send(late.form("rate"), (), 409, **GOOD)
    assert count(site) == 2


def test_a_link_that_opens_nothing_says_the_same_whatever_is_wrong(company, site, answered, clock):
    real = link(site, answered)
    with site.app_context():
        unrated_yet = b.filed(b.at("2026-11-27 09:00")).number
    pages = [company.open(path, 404) for path in ("/rate/x", real[:-1], real + "A", f"/rate/{answered}", f"/rate/{'é' * 300}")]
    clock.shift(timedelta(days=30))
    pages.append(company.open(real, 404))
    assert len({page.words for page in pages}) == 1
    assert "这个评价链接不能用了" in pages[0].words
    assert unrated_yet not in pages[0].words


def test_a_link_of_an_earlier_round_is_void(company, site, answered):
    url = link(site, answered)
    with site.app_context():
        appeal = b.the(answered)
        appeal.round = 2
        db.session.commit()
    assert "不能用了" in company.open(url, 404).words


def test_staff_never_rate(browser, site, answered):
    url = link(site, answered)
    with site.app_context():
        b.staff("coordinator", b.OFFICE, login="zhang")
    clerk = browser()
    clerk.sign_in("zhang")
    clerk.open(url, 403)
    assert count(site) == 0


def _answer(site, number):
    """The office and the unit do their work within a minute."""
    with site.app_context():
        office, officer, head = b.staff("coordinator", b.OFFICE), b.staff("liaison"), b.staff("head")
        order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT))
        draft = b.words(1, contacted_on=b.FILED.date())
        for act, named in [
            (triage.accept, {"identity": "call", "by": office}), (triage.dispatch, {"order": order, "by": office}),
            (handling.acknowledge, {"by": officer}), (handling.draft, {"draft": draft, "by": officer}),
            (handling.sign, {"by": head}), (closing.approve, {"by": office}),
        ]:  # fmt: skip
            act(b.the(number).id, at=b.FILED, **named)
