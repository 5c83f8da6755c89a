"""The coordination office judges replies, calls back, confirms withdrawals, audits rectifications."""

from appeals.actions import intake, rectifying
from appeals.db import session
from appeals.models.settings import SettingsVersion
from appeals.models.versions import Version
from tests import builders as b
from tests.builders import at
from tests.web.table import make, open_it, state


def test_a_reply_is_approved_or_sent_back(site, office, clock):
    clock.move_to(b.ANSWERED)
    office.sign_in("office")
    number = make(site, b.replied, "liaison", "head")
    page = open_it(office, number)
    assert b.ANSWER in page.words
    page = office.send(page.form("/send-back"), reason="第二点没有回答")
    assert "第二点没有回答" in page.words
    assert state(site, number) == "in_hand"
    other = make(site, b.replied, "liaison", "head")
    office.send(open_it(office, other).form("/approve"))
    assert state(site, other) == "completed"


def test_a_support_can_be_excused_from_the_page(site, office, clock):
    clock.move_to(b.ANSWERED)
    office.sign_in("office")
    number = make(site, b.replied, "liaison", "head", supports=(b.SUPPORT,))
    page = office.send(open_it(office, number).form("/approve"), expect=409)
    assert "协办单位尚未反馈" in page.words
    with site.app_context():
        task = b.the(number).supports[0].id
    office.send(page.form(f"/excuse/{task}"), reason="与该单位无关")
    office.send(open_it(office, number).form("/approve"))
    assert state(site, number) == "completed"


def test_an_untrue_finding_needs_the_directors_signature_too(site, office, browser, clock):
    clock.move_to(b.ANSWERED)
    office.sign_in("office")
    number = make(site, b.replied, "liaison", "head", draft=b.words(outcome="untrue"))
    with site.app_context():
        b.staff("director", login="director")
    director = browser("192.0.2.3")
    director.sign_in("director")
    assert not open_it(director, number).has_form("/end")
    page = open_it(office, number)
    assert not page.has_form("/approve")
    office.send(page.form("/endorse"), heard="电话听取意见，企业无异议")
    director.send(open_it(director, number).form("/end"))
    assert state(site, number) == "ended"


def test_a_call_back_with_an_answer_strikes_off(site, office, clock):
    number = make(site, b.completed, "liaison", "head")
    clock.move_to(at("2026-12-01 09:00"))
    office.sign_in("office")
    page = open_it(office, number)
    page = office.send(page.form("/call-back"), reached="yes", level="1", solved="no", expect=422)
    assert "不满意的原因" in page.errors()
    office.send(page.form("/call-back"), reached="yes", level="4", solved="yes", contacted="yes")
    assert state(site, number) == "struck_off"


def test_a_withdrawal_is_confirmed_or_not(site, office):
    for step, after in (("confirm", "ended"), ("refuse", "submitted")):
        number = make(site, lambda _: b.filed())
        with site.app_context():
            intake.ask_withdrawal(b.the(number).id, at=b.FILED)
        office.send(open_it(office, number).form("/withdrawal"), note="电话核实", step=step)
        assert state(site, number) == after


def poor(_office, worker, head):
    """A poor rating of an answer that somebody else approved: whoever is at the table may verify it."""
    answered = b.completed(b.staff("coordinator"), worker, head)
    return b.rated(answered, 1, at("2026-11-30 10:00"), "no", comment="没解决")


def test_a_poor_rating_is_verified_and_its_rectification_judged(site, office, clock):
    clock.move_to(at("2026-12-01 09:00"))
    office.sign_in("office")
    number = make(site, poor, "liaison", "head")
    page = office.send(open_it(office, number).form("/verify"), finding="企业反映属实", complex_="yes")
    assert "2026-12-22 18:00" in page.words
    for form, words, after in (("/reject", {"reason": "没有照片"}, "rectifying"), ("/audit", {}, "completed")):
        with site.app_context():
            head = b.staff("head")
            rectifying.report(b.the(number).id, text="已经重新检修全部线路。", by=head, at=at("2026-12-01 09:00"))
        office.send(open_it(office, number).form(form), **words)
        assert state(site, number) == after


def test_the_terms_of_a_rectification_are_those_of_the_settings_at_acceptance(site, office, clock):
    """Seven and twenty working days were in force when the appeal was accepted; nine and thirty are now."""
    with site.app_context():
        terms(2, rectify_simple=7, rectify_complex=20)
    clock.move_to(at("2026-12-01 09:00"))
    office.sign_in("office")
    number = make(site, poor, "liaison", "head")
    with site.app_context():
        terms(3, rectify_simple=9, rectify_complex=30)
    page = open_it(office, number)
    assert ("简单：7 个工作日" in page.words, "复杂：20 个工作日" in page.words) == (True, True)
    page = office.send(page.form("/verify"), finding="", complex_="no", expect=422)
    assert "简单：7 个工作日" in page.words
    page = office.send(page.form("/verify"), finding="企业反映属实", complex_="no")
    assert "2026-12-10 18:00" in page.words  # the 2nd to the 4th, the 7th to the 10th of December


def terms(version: int, **limits: int) -> None:
    """A next version of the settings with these numbers, in force from now on."""
    values = session().get_one(SettingsVersion, version - 1).values
    changed = {**values, "limits": {**values["limits"], **limits}}
    session().add(SettingsVersion(number=version, values=changed, since_at=b.FILED))
    session().get_one(Version, "settings").number = version
    session().commit()
    session().info.pop("versions", None)
