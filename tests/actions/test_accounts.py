"""Accounts of staff: one-time passwords, sign-ins that die at once, nobody changes himself (policy §2)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from appeals.actions import accounts, throttle
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models.audit import Event
from appeals.models.people import SignIn, User
from appeals.rules.actors import SYSTEM
from tests import builders as b

NOW = b.FILED


@pytest.fixture
def person(house):
    """An account with its password."""
    return "wang", accounts.add(login="wang", role="liaison", unit=b.UNIT, name="王", by=SYSTEM, at=NOW)


def user() -> User:
    session().rollback()
    return session().scalars(select(User).where(User.login == "wang")).one()


def trail() -> list[str]:
    return list(session().scalars(select(Event.kind).where(Event.kind.like("audit.sign%")).order_by(Event.id)))


def test_a_new_account_must_change_its_password(person):
    login, password = person
    token = accounts.sign_in(login=login, password=password, at=NOW)
    assert accounts.signed_in(token, at=NOW).must_change_password
    accounts.change_password(user_id=user().id, old=password, new="correct horse", keep=token, by=SYSTEM, at=NOW)
    assert not user().must_change_password
    assert accounts.sign_in(login=login, password=password, at=NOW) is None
    assert accounts.sign_in(login=login, password="correct horse", at=NOW)


def test_every_attempt_is_written_down_without_the_password(person):
    login, password = person
    accounts.sign_in(login=login, password="wrong", at=NOW)
    accounts.sign_in(login="nobody", password="wrong", at=NOW)
    accounts.sign_in(login=login, password=password, at=NOW)
    assert trail() == ["audit.sign_in_failed", "audit.sign_in_failed", "audit.sign_in"]
    assert "wrong" not in str([e.detail for e in session().scalars(select(Event))])


def test_a_password_longer_than_allowed_is_refused_before_it_is_hashed(person):
    assert accounts.sign_in(login="wang", password="x" * 100_000, at=NOW) is None


def test_signing_out_kills_a_copied_cookie(person):
    token = accounts.sign_in(login=person[0], password=person[1], at=NOW)
    accounts.sign_out(token, by=SYSTEM, at=NOW)
    assert accounts.signed_in(token, at=NOW) is None


def test_a_sign_in_dies_of_idleness_and_of_age(person):
    token = accounts.sign_in(login=person[0], password=person[1], at=NOW)
    assert accounts.signed_in(token, at=NOW + timedelta(minutes=30))
    assert accounts.signed_in(token, at=NOW + timedelta(minutes=61)) is None
    token, at = accounts.sign_in(login=person[0], password=person[1], at=NOW), NOW
    for _ in range(16):
        at += timedelta(minutes=30)
        assert accounts.signed_in(token, at=at)
    assert accounts.signed_in(token, at=at + timedelta(minutes=1)) is None


@pytest.mark.parametrize("change", [{"active": False}, {"role": "head"}, {"unit": b.SUPPORT}])
def test_a_change_of_the_account_ends_every_sign_in_at_once(person, change):
    token = accounts.sign_in(login=person[0], password=person[1], at=NOW)
    them = user()
    unit = b.unit_id(change["unit"]) if "unit" in change else them.unit_id
    accounts.set_account(
        user_id=them.id, role=change.get("role", them.role), unit_id=unit, active=change.get("active", True),
        name=them.name, phone=None, by=SYSTEM, at=NOW,
    )  # fmt: skip
    assert accounts.signed_in(token, at=NOW) is None
    assert session().scalars(select(SignIn)).one().ended_at == NOW


def test_changing_the_password_ends_the_others_and_keeps_this_one(person):
    one, two = (accounts.sign_in(login=person[0], password=person[1], at=NOW) for _ in range(2))
    accounts.change_password(user_id=user().id, old=person[1], new="correct horse", keep=one, by=SYSTEM, at=NOW)
    assert accounts.signed_in(one, at=NOW)
    assert accounts.signed_in(two, at=NOW) is None


def test_ending_the_others_keeps_this_one(person):
    one, two = (accounts.sign_in(login=person[0], password=person[1], at=NOW) for _ in range(2))
    assert len(accounts.sign_ins(user().id, at=NOW)) == 2
    accounts.end_others(keep=one, by=b.actor("wang"), at=NOW)
    assert accounts.signed_in(two, at=NOW) is None
    assert len(accounts.sign_ins(user().id, at=NOW)) == 1


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [("wrong", "correct horse", "old"), (None, "short", "new"), (None, "x" * 129, "new"), (None, "wang-is-here", "new")],
)
def test_a_bad_new_password_is_refused(person, old, new, field):
    with pytest.raises(Refused) as refused:
        accounts.change_password(user_id=user().id, old=old or person[1], new=new, keep=None, by=SYSTEM, at=NOW)
    assert set(refused.value.errors) == {field}


def test_nobody_changes_his_own_role_or_resets_his_own_password(person):
    me = b.actor("wang")
    with pytest.raises(Refused):
        accounts.set_account(user_id=me.user_id, role="head", unit_id=me.unit_id, active=True, name="", phone=None,
                             by=me, at=NOW)  # fmt: skip
    with pytest.raises(Refused):
        accounts.reset_password(user_id=me.user_id, by=me, at=NOW)


def test_the_posts_that_have_one_unit_sit_in_it(house):
    homes = {"coordinator": b.OFFICE, "director": b.OFFICE, "recusal": "党政办公室", "leader": None}
    for role, home in homes.items():
        accounts.add(login=role, role=role, unit=None, by=SYSTEM, at=NOW)
        assert b.actor(role).unit_id == (b.unit_id(home) if home else None)


def test_a_try_given_back_is_not_counted(house):
    hour = timedelta(hours=1)
    for _ in range(5):
        assert throttle.spend("door", most=1, within=hour, at=NOW)
        throttle.give_back("door")
    assert throttle.spend("door", most=1, within=hour, at=NOW)
    assert not throttle.spend("door", most=1, within=hour, at=NOW)
    assert throttle.spend("door", most=1, within=hour, at=NOW + hour)
