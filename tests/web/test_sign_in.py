"""Staff sign in and out: fresh sessions, throttles that never lock the owner out, sign-ins dead at once."""

import pytest
from sqlalchemy import select, update
from werkzeug.security import generate_password_hash

from appeals.db import db
from appeals.models.audit import Event
from appeals.models.people import SignIn, User
from tests import builders as b

WORD = "correct horse battery staple"


@pytest.fixture
def wang(site, browser):
    """An officer of UNIT whose password is WORD; his own browser, not signed in."""
    account(site, "liaison", "wang")
    return browser("192.0.2.1")


def account(site, role, login):
    """Somebody of this role whose password is WORD."""
    with site.app_context():
        b.staff(role, login=login)
        hashed = generate_password_hash(WORD, "pbkdf2:sha256:1")
        db.session.execute(update(User).where(User.login == login).values(password_hash=hashed))
        db.session.commit()


def try_it(visitor, password=WORD, login="wang", expect=200, **more):
    return visitor.send(visitor.open("/login").form("/login"), login=login, password=password, expect=expect, **more)


def status(visitor, password, login="wang") -> int:
    """What an attempt is answered with."""
    body, kind = visitor.open("/login").form("/login").fill(login=login, password=password).body()
    return visitor.request("POST", "/login", body, {"Content-Type": kind}).status


def cookies(visitor) -> dict[str, str]:
    return {c.key: c.value for c in visitor.client._cookies.values()}


def replay(site, browser, kept: dict[str, str]):
    """Another browser with copied cookies."""
    thief = browser("203.0.113.66")
    for name, value in kept.items():
        thief.client.set_cookie(name, value, domain="127.0.0.1")
        thief.client.set_cookie(name, value)
    return thief


# -- the way in --------------------------------------------------------------------------------------------


def test_each_role_lands_at_its_own_first_page(site, browser):
    landings = {
        "liaison": "/unit/", "head": "/unit/", "coordinator": "/coordination/", "director": "/coordination/",
        "recusal": "/coordination/", "discipline": "/oversight/", "audit": "/oversight/",
    }  # fmt: skip
    for role, landing in landings.items():
        account(site, role, role)
        page = try_it(browser(), login=role)
        assert page.url.split("?")[0] == landing, role


def test_after_signing_in_the_page_that_was_asked_for_comes(wang):
    page = wang.open("/unit/?tab=open")
    assert page.url.startswith("/login")
    page = wang.send(page.form("/login"), login="wang", password=WORD)
    assert page.url == "/unit/?tab=open"


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/%0d%0aSet-Cookie:x",
     "javascript:alert(1)", "///evil.example", "/\t/evil.example", "http:evil.example"],
)  # fmt: skip
def test_nobody_is_sent_to_another_site(site, wang, elsewhere):
    page = wang.open("/login")
    body, kind = page.form("/login").fill(login="wang", password=WORD, next=elsewhere).body()
    answer = wang.request("POST", "/login", body, {"Content-Type": kind})
    assert answer.status == 302
    assert answer.headers["Location"] in ("/unit/", "/%0d%0aSet-Cookie:x")


def test_what_the_cookie_carried_before_is_not_carried_in(wang):
    wang.open("/login")
    before = cookies(wang)["appeals"]
    with wang.client.session_transaction() as session:
        session["smuggled"] = "yes"
    try_it(wang)
    with wang.client.session_transaction() as session:
        assert "smuggled" not in session
    assert cookies(wang)["appeals"] != before


def test_a_wrong_password_and_an_unknown_login_look_alike(wang, browser):
    wrong = try_it(wang, password="wrong", expect=422)
    unknown = try_it(browser("192.0.2.2"), login="nobody", expect=422)
    assert wrong.errors() == unknown.errors()
    assert "登录名或密码不正确" in wrong.errors()


def test_the_one_time_password_must_be_changed_first(site, wang):
    with site.app_context():
        db.session.execute(update(User).values(must_change_password=True))
        db.session.commit()
    page = try_it(wang)
    assert page.url == "/password"
    assert wang.open("/unit/").url == "/password"
    page = wang.send(page.form("/password"), old=WORD, new="another long word", again="another long wore", expect=422)
    assert "不一致" in page.errors()
    page = wang.send(page.form("/password"), old=WORD, new="another long word", again="another long word")
    assert page.url == "/unit/"


# -- guessing ------------------------------------------------------------------------------------------------


def test_guessing_is_slowed_down_and_the_owner_still_gets_in(site, wang, browser, clock):
    try_it(wang)  # the owner has been here: this device and this address are known
    wang.send(wang.open("/unit/").form("/logout"))
    seen = [status(browser(f"203.0.113.{n}"), f"guess {n}") for n in range(14)]
    assert seen == [422] * 10 + [429] * 4
    stranger = browser("198.51.100.7")
    assert try_it(stranger, expect=429).url == "/login"  # even the right word, from somewhere new
    assert try_it(browser("192.0.2.1")).url == "/unit/"  # a new browser at the known address
    assert try_it(wang).url == "/unit/"
    clock.shift(301)
    assert try_it(browser("198.51.100.8")).url == "/unit/"  # five minutes later anybody may try again
    with site.app_context():
        kinds = list(db.session.scalars(select(Event.kind).where(Event.kind.like("audit.sign_in%"))))
    assert kinds.count("audit.sign_in_failed") == 10
    assert kinds.count("audit.sign_in_held_back") == 5


def test_one_address_cannot_try_everybody(site, browser):
    thief = browser("203.0.113.5")
    seen = [status(thief, WORD, f"user{n}") for n in range(22)]
    assert seen == [422] * 20 + [429] * 2


def test_a_flood_from_the_owners_own_address_leaves_his_device_alone(wang, browser):
    try_it(wang)
    wang.send(wang.open("/unit/").form("/logout"))
    neighbour = browser("192.0.2.1")
    for n in range(25):
        status(neighbour, f"guess {n}")
    assert status(neighbour, WORD) == 429
    assert try_it(wang).url == "/unit/"


# -- the way out -----------------------------------------------------------------------------------------------


def test_after_signing_out_a_copied_cookie_is_dead(site, wang, browser):
    try_it(wang)
    kept = cookies(wang)
    thief = replay(site, browser, kept)
    assert thief.open("/unit/").url == "/unit/"
    wang.send(wang.open("/unit/").form("/logout"))
    for path in ("/unit/", "/search?q=停电", "/account/", "/password", "/unit/QS-20261123-0001-G"):
        assert thief.open(path).url.startswith("/login")
    assert thief.request("POST", "/unit/QS-20261123-0001-G/sign").status in (302, 400)


@pytest.mark.parametrize("change", [{"active": False}, {"role": "audit"}, {"unit": b.SUPPORT}])
def test_disabled_demoted_or_moved_the_next_request_is_the_last(site, wang, change):
    try_it(wang)
    assert wang.open("/unit/").url == "/unit/"
    with site.app_context():
        values = {"unit_id": b.unit_id(change["unit"])} if "unit" in change else change
        db.session.execute(update(User).where(User.login == "wang").values(**values))
        db.session.commit()
    assert wang.open("/unit/").url.startswith("/login")


def test_half_an_hour_of_silence_ends_it(wang, clock):
    try_it(wang)
    clock.shift(1800)
    assert wang.open("/unit/").url == "/unit/"
    clock.shift(1861)
    assert wang.open("/unit/").url.startswith("/login")


def test_my_other_sign_ins_can_be_ended(site, wang, browser):
    try_it(wang)
    other = browser("192.0.2.2")
    try_it(other)
    page = wang.open("/account/")
    assert page.words.count("2026-11-23 09:00") == 4
    with site.app_context():
        for sign in db.session.scalars(select(SignIn)):
            assert sign.token_hash not in page.text
    wang.send(page.form("/account/end-others"))
    assert other.open("/unit/").url.startswith("/login")
    assert wang.open("/unit/").url == "/unit/"


def test_the_cookie_is_kept_from_scripts_and_pages_from_stores(wang):
    body, kind = wang.open("/login").form("/login").fill(login="wang", password=WORD).body()
    answer = wang.request("POST", "/login", body, {"Content-Type": kind})
    for cookie in answer.headers.get_all("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
    assert wang.open("/unit/").headers["Cache-Control"] == "no-store"
