"""Accounts that sign second or look behind others: never by one administrator alone (policy §2)."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from appeals.actions import accounts, appointments, changes
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models.people import SignIn, User
from appeals.models.settings import Change
from appeals.rules.actors import SYSTEM
from appeals.rules.lifecycle import NotYours
from tests import builders as b
from tests.actions import two_people
from tests.actions.two_people import NOW, events

TRUSTED = ("director", "recusal", "leader", "discipline", "audit")


@pytest.fixture
def people(house: Flask) -> SimpleNamespace:
    """An administrator, a director and a coordinator, on each database."""
    return two_people.appoint()


def proposal(login: str = "zhang", role: str = "leader", user_id: int | None = None) -> dict[str, Any]:
    return {"user_id": user_id, "login": login, "name": "张", "phone": None, "role": role, "unit_id": None}


def propose(people: SimpleNamespace, **wanted: Any) -> int:
    return changes.propose("accounts", proposal(**wanted), reason="任职通知", by=people.admin, at=NOW)


def confirm(people: SimpleNamespace, change: int) -> str:
    """Confirm and draw: the confirmer's half."""
    changes.decide(change, confirm=True, by=people.director, at=NOW)
    return appointments.draw(change, by=people.director, at=NOW)


def first_half(people: SimpleNamespace, change: int) -> str:
    session().rollback()
    return appointments.half_of(session().get_one(Change, change), people.admin.user_id)


def account(login: str) -> User:
    session().rollback()
    return session().scalars(select(User).where(User.login == login)).one()


def lets_in(login: str, password: str) -> bool:
    return accounts.sign_in(login=login, password=password, at=NOW) is not None


# -- one person is not enough --------------------------------------------------------------------------


@pytest.mark.parametrize("role", TRUSTED)
def test_one_administrator_neither_makes_nor_gives_nor_resets_such_an_account(people, role):
    def changed(user: User, **new: Any) -> None:
        values = {"role": user.role, "active": user.active} | new
        accounts.set_account(user_id=user.id, unit_id=user.unit_id, name="", phone=None, by=people.admin, at=NOW, **values)

    with pytest.raises(Refused, match="主任确认"):
        accounts.add(login="own", role=role, unit=None, by=people.admin, at=NOW)
    accounts.add(login="wang", role="coordinator", unit=None, by=people.admin, at=NOW)
    with pytest.raises(Refused, match="主任确认"):
        changed(account("wang"), role=role)
    password = accounts.add(login="there", role=role, unit=None, by=SYSTEM, at=NOW)
    with pytest.raises(Refused, match="主任确认"):
        accounts.reset_password(user_id=account("there").id, by=people.admin, at=NOW)
    assert lets_in("there", password)
    changed(account("there"), active=False)  # in an emergency he locks at once
    with pytest.raises(Refused, match="主任确认"):
        changed(account("there"), active=True)
    assert [(u.login, u.role, u.active) for u in session().scalars(select(User).order_by(User.id).offset(3))] == [
        ("wang", "coordinator", True), ("there", role, False),
    ]  # fmt: skip


def test_every_other_account_stays_with_the_administrator(people):
    for role, unit in (("coordinator", None), ("liaison", b.UNIT), ("head", b.UNIT), ("admin", None)):
        accounts.add(login=f"new-{role}", role=role, unit=unit, by=people.admin, at=NOW)
        password = accounts.reset_password(user_id=account(f"new-{role}").id, by=people.admin, at=NOW)
        assert lets_in(f"new-{role}", password)
        with pytest.raises(Refused, match="不需要第二人"):
            propose(people, login="other", role=role)


def test_the_command_line_still_makes_the_first_of_them_and_leaves_its_event(people):
    accounts.add(login="second", role="director", unit=None, by=SYSTEM, at=NOW)
    assert [(e.role, e.user_id, e.detail["role"]) for e in events("audit.user_add")] == [("system", None, "director")]


# -- two people ----------------------------------------------------------------------------------------


def test_a_confirmed_account_is_entered_with_both_halves_and_with_neither_alone(people):
    change = propose(people)
    assert session().scalar(select(User.id).where(User.login == "zhang")) is None
    second = confirm(people, change)
    first = first_half(people, change)
    assert len(first) == len(second) == 12
    for wrong in (first, second, second + first, ""):
        assert not lets_in("zhang", wrong)
    assert lets_in("zhang", first + second)
    made = account("zhang")
    assert (made.role, made.unit_id, made.must_change_password, made.active) == ("leader", None, True, True)
    assert [e.kind for e in events("audit.password_reset")] == ["audit.password_reset"]
    assert second not in str(session().get_one(Change, change).payload)


def test_each_half_goes_to_one_person_once(people):
    change = propose(people)
    with pytest.raises(appointments.Gone):
        appointments.draw(change, by=people.director, at=NOW)  # nothing is confirmed yet
    changes.decide(change, confirm=True, by=people.director, at=NOW)
    with pytest.raises(NotYours):
        appointments.draw(change, by=people.admin, at=NOW)
    assert first_half(people, change) == ""
    second = appointments.draw(change, by=people.director, at=NOW)
    with pytest.raises(Refused, match="已经领取过"):
        appointments.draw(change, by=people.director, at=NOW)
    first = first_half(people, change)
    assert first
    assert appointments.half_of(session().get_one(Change, change), people.director.user_id) == ""
    user = account("zhang")
    accounts.change_password(user_id=user.id, old=first + second, new="correct horse", keep=None, by=SYSTEM, at=NOW)
    assert first_half(people, change) == ""  # and no longer than it is good for


def test_a_reset_ends_every_sign_in_and_the_old_password(people):
    old = accounts.add(login="zhang", role="leader", unit=None, name="张", by=SYSTEM, at=NOW)
    assert lets_in("zhang", old)
    change = propose(people, user_id=account("zhang").id)
    assert lets_in("zhang", old)
    changes.decide(change, confirm=True, by=people.director, at=NOW)
    assert not lets_in("zhang", old)
    assert all(sign.ended_at == NOW for sign in session().scalars(select(SignIn)))
    second = appointments.draw(change, by=people.director, at=NOW)
    assert lets_in("zhang", first_half(people, change) + second)


def test_a_post_given_to_somebody_comes_with_another_password(people):
    """Else an administrator keeps the one he gave out while the account was a plain one."""
    known = accounts.add(login="zhang", role="coordinator", unit=None, by=people.admin, at=NOW)
    change = propose(people, role="director", user_id=account("zhang").id)
    second = confirm(people, change)
    assert account("zhang").role == "director"
    assert not lets_in("zhang", known)
    assert lets_in("zhang", first_half(people, change) + second)


def test_nobody_proposes_or_confirms_for_himself(people):
    with pytest.raises(Refused, match="自己的角色"):
        propose(people, role="director", user_id=people.admin.user_id)
    change = propose(people, role="director", user_id=people.director.user_id)
    with pytest.raises(Refused, match="自己账号"):
        changes.decide(change, confirm=True, by=people.director, at=NOW)


def test_what_changed_meanwhile_is_not_confirmed_and_not_drawn(people):
    accounts.add(login="zhang", role="coordinator", unit=None, by=people.admin, at=NOW)
    user = account("zhang")
    change = propose(people, user_id=user.id)
    accounts.set_account(user_id=user.id, role="coordinator", unit_id=user.unit_id, active=False, name="", phone=None,
                         by=people.admin, at=NOW)  # fmt: skip
    with pytest.raises(Refused, match="已有更改"):
        changes.decide(change, confirm=True, by=people.director, at=NOW)
    other = propose(people, login="li")
    changes.decide(other, confirm=True, by=people.director, at=NOW)
    accounts.set_account(user_id=account("li").id, role="leader", unit_id=None, active=False, name="张", phone=None,
                         by=people.admin, at=NOW)  # fmt: skip
    with pytest.raises(Refused, match="又有更改"):
        appointments.draw(other, by=people.director, at=NOW)


def test_one_account_does_not_outdate_another_but_a_login_is_taken_once(people):
    first, second, third = propose(people), propose(people, login="li"), propose(people, role="audit")
    for change in (first, second):
        assert not changes.is_outdated(session().get_one(Change, change), {"accounts": 7})
        changes.decide(change, confirm=True, by=people.director, at=NOW)
    with pytest.raises(Refused, match="已经有了"):
        changes.decide(third, confirm=True, by=people.director, at=NOW)
    assert [event.detail["version"] for event in events("audit.change_confirmed")] == [2, 3]
    propose(people, login="wu")
    with pytest.raises(Refused, match="正在等待确认"):
        propose(people, login="wu")
