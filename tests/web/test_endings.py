"""The office ends early, merges, looks again, finds a demand unreasonable: the pages of those who propose and sign."""

import pytest

from appeals.actions import intake, reviews, triage
from appeals.db import session
from appeals.models.people import User
from tests import builders as b
from tests.builders import at
from tests.program import companies
from tests.web.table import make, open_it, state


@pytest.fixture
def seat(site, browser):
    """A browser of its own for each member of staff."""

    def take(role, **more):
        with site.app_context():
            login = session().get(User, b.staff(role, **more).user_id).login
        visitor = browser(f"192.0.2.{20 + len(login)}")
        visitor.sign_in(login)
        return visitor

    return take


def test_an_ending_is_proposed_and_signed_on_two_pages(site, office, seat):
    number = make(site, b.in_hand, "liaison")
    page = open_it(office, number)
    assert "请写明企业可以走的法定途径" in office.send(
        page.form("/propose-ending"), (), 422, ground="legal", reason="合同争议"
    ).errors()
    page = office.send(page.form("/propose-ending"), ground="legal", reason="合同争议", route="请申请仲裁")
    assert "等待营商办主任" in page.words
    assert not page.has_form("/ending-decision")
    director = seat("director")
    assert number in director.open("/coordination/decisions").text
    page = open_it(director, number)
    assert "请写明不同意的理由" in director.send(page.form("/ending-decision"), (), 422, decision="refuse").errors()
    page = director.send(page.form("/ending-decision"), decision="grant")
    assert "已终止" in page.words
    assert "转法定途径；合同争议；请申请仲裁" in page.words
    assert not page.has_form("/ending-decision")


def test_two_appeals_are_laid_side_by_side_before_they_are_merged(site, office, seat):
    child, parent = make(site, b.in_hand, "liaison"), make(site, b.in_hand, "liaison", title="二号厂房停电")
    page = open_it(office, child)
    assert "没有这个编号" in office.send(page.form("/merge-look"), (), 422, into="QS-20261123-0099-Z").errors()
    found = office.send(page.form("/merge-look"), into="")
    assert found.soup.select_one(f"a[href='/coordination/{child}/beside/{parent}']")
    both = office.send(page.form("/merge-look"), into=parent)
    assert [h.get_text(" ", strip=True).split()[0] for h in both.soup.select(".pair h2")] == ["厂区频繁停电", "二号厂房停电"]
    office.send(both.form(f"/merge/{parent}"), (), 422, reason="")
    page = office.send(both.form(f"/merge/{parent}"), reason="同一变压器")
    director = seat("director")
    page = open_it(director, child)
    assert page.soup.select_one(f"a[href='/coordination/{child}/beside/{parent}']")
    director.send(page.form("/merge-decision"), decision="grant")
    assert state(site, child) == "merged"
    whole = open_it(office, parent)
    assert "以下诉求已并入本件" in whole.words
    assert child in whole.words
    page = office.send(open_it(office, child).form("/unmerge"), reason="并非同一事项")
    assert state(site, child) == "in_hand"


def test_the_unit_reads_what_was_merged_into_its_appeal_and_nothing_of_others(site, office, seat):
    child, parent = make(site, b.in_hand, "liaison"), make(site, b.in_hand, "liaison", title="二号厂房停电")
    office.send(office.open(f"/coordination/{child}/beside/{parent}").form(f"/merge/{parent}"), reason="同一变压器")
    director = seat("director")
    director.send(open_it(director, child).form("/merge-decision"), decision="grant")
    worker = seat("liaison")
    assert child in worker.open(f"/unit/{parent}").words
    stranger = seat("liaison", unit=b.SUPPORT)
    for path in (f"/unit/{parent}", f"/coordination/{child}/beside/{parent}"):
        stranger.open(path, 404 if path.startswith("/unit") else 403)
    office.open(f"/coordination/{child}/beside/QS-20261123-0099-Z", 404)


def test_a_review_is_offered_to_whoever_did_not_sign(site, office, seat, clock):
    with site.app_context():
        appeal = b.filed()
        triage.decline(appeal.id, code="R01", reason="不在本区", by=b.actor("office"), at=b.ACCEPTED)
        reviews.ask(appeal.id, reason="有租赁合同为证", at=at("2026-11-23 11:00"))
        number = appeal.number
    clock.move_to(at("2026-11-23 12:00"))
    office.sign_in("office")
    assert not open_it(office, number).has_form("/review")
    director = seat("director")
    assert number in director.open("/coordination/decisions").text
    page = open_it(director, number)
    director.send(page.form("/review"), (), 422, decision="grant", reason="")
    page = director.send(page.form("/review"), decision="grant", reason="确在本区")
    assert state(site, number) == "accepted"
    assert "确在本区" in page.words
    assert office.open(f"/coordination/{number}").has_form("/dispatch")


def test_an_unreasonable_demand_takes_two_and_only_after_an_explanation(site, office, seat, clock):
    clock.move_to(at("2026-11-27 11:00"))
    office.sign_in("office")
    plain = make(site, b.completed, "liaison", "head")
    assert not open_it(office, plain).has_form("/unreasonable")
    number = make(site, b.completed, "liaison", "head", draft=b.words(outcome="explained"))
    page = open_it(office, number)
    office.send(page.form("/unreasonable"), reason="超出规定", basis="供电营业规则")
    director = seat("director")
    page = director.send(open_it(director, number).form("/unreasonable-decision"), decision="grant")
    assert "超出规定；供电营业规则" in page.words
    with site.app_context():
        assert b.the(number).exclusion == "unreasonable"


def test_a_company_pressed_to_withdraw_is_marked_and_units_do_not_read_of_it(site, office, seat):
    number = make(site, b.in_hand, "liaison")
    with site.app_context():
        intake.ask_withdrawal(b.the(number).id, at=b.TAKEN)
    page = office.send(open_it(office, number).form("/withdrawal"), note="单位要求撤回", pressed=True, step="refuse")
    assert "企业称被要求撤回" in page.words
    worker = seat("liaison")
    assert "被要求撤回" not in worker.open(f"/unit/{number}").words
    with site.app_context():
        assert b.the(number).pressed_at is not None


def test_a_coordinator_files_from_another_channel(site, office):
    page = office.open("/coordination/file")
    page = office.send(page.form("/coordination/file"), source="hotline", **companies.values(9))
    number = page.soup.select_one("[data-appeal-no]")["data-appeal-no"]
    with site.app_context():
        appeal = b.the(number)
        assert (appeal.source, appeal.unconfirmed, appeal.filer_unit_id) == ("hotline", True, b.unit_id(b.OFFICE))
