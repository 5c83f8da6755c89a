"""One address files as much as a busy park does, and not without end; nobody else is held up by it."""

from datetime import timedelta

from sqlalchemy import select

from appeals.db import db
from appeals.models.appeal import Appeal
from appeals.web import floods
from tests import builders as b
from tests.program import companies

WISH = "尽快恢复供电"


def file_it(visitor, n, expect=200, **values):
    """Fill the form as a company does and send it."""
    return visitor.send(visitor.open("/submit").form("/submit"), (), expect, **companies.values(n, **values))


def stored(site):
    """Every appeal on file."""
    with site.app_context():
        return list(db.session.scalars(select(Appeal).order_by(Appeal.id)))


def test_a_flood_from_one_address_is_stopped_with_everything_typed_and_others_go_on(company, site, browser, clock):
    site.config["FILINGS_PER_ADDRESS"] = 2
    first, second = (file_it(company, n=n).url for n in (1, 2))
    assert first == second == "/receipt"
    page = file_it(company, n=3, expect=429, wish=WISH)
    assert "这个网络地址在短时间内提交的诉求太多，请过 10 分钟再提交" in page.errors()
    assert page.headers["Retry-After"] == "600"
    typed = page.form("/submit").controls
    assert [typed[name][0].strip() for name in ("text", "wish")] == [companies.values(3)["text"], WISH]
    assert file_it(browser("192.0.2.9"), n=4).url == "/receipt"
    assert [a.title for a in stored(site)] == ["核验事项1", "核验事项2", "核验事项4"]
    clock.shift(timedelta(minutes=10))
    assert company.send(page.form("/submit"), (), 200, consent=True).url == "/receipt"
    assert len(stored(site)) == 4


def test_in_a_flood_too_an_appeal_sent_again_gets_its_receipt(company, site):
    site.config["FILINGS_PER_ADDRESS"] = 1
    form = company.open("/submit").form("/submit")
    company.send(form, (), 200, **companies.values(1))
    assert company.send(form, (), 200, **companies.values(1)).url == "/receipt"
    file_it(company, n=2, expect=429)
    assert len(stored(site)) == 1


def test_a_form_with_mistakes_counts_for_nothing_and_english_is_answered_in_english(company, site):
    site.config["FILINGS_PER_ADDRESS"] = 1
    for _ in range(3):
        file_it(company, n=1, title="", expect=422)
    assert file_it(company, n=1).url == "/receipt"
    company.open("/submit?lang=en")
    assert "Too many appeals have come from this network address" in file_it(company, n=2, expect=429).errors()


def test_neighbours_of_an_ipv6_visitor_are_one_and_the_machine_itself_is_nobody(site, browser):
    site.config["FILINGS_PER_ADDRESS"] = 1
    assert file_it(browser("2001:db8::1"), n=1).url == "/receipt"
    file_it(browser("2001:db8::2"), n=2, expect=429)
    assert file_it(browser("2001:db8:0:1::1"), n=2).url == "/receipt"
    here = browser("127.0.0.1")
    assert [file_it(here, n=n).url for n in (3, 4)] == ["/receipt"] * 2


def test_counting_costs_no_statement(company, site, statements):
    file_it(company, n=1)
    with statements() as counted:
        file_it(company, n=2)
    site.config["FILINGS_PER_ADDRESS"] = 0
    with statements() as uncounted:
        file_it(company, n=3)
    assert counted == uncounted


def test_a_flood_from_everywhere_does_not_fill_the_memory():
    tally, at = floods.Tally(timedelta(minutes=10)), b.FILED
    assert [tally.count("a", at) for _ in range(2)] == [1, 2]
    assert tally.count("b", at) == 1
    assert tally.count("a", at + timedelta(minutes=10)) == 1
    for n in range(floods.ADDRESSES_MOST + 5):
        tally.count(str(n), at)
    assert len(tally._counts) <= floods.ADDRESSES_MOST
