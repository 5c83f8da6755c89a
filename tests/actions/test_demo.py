"""The demonstration stock: every state, real events, true figures, made-up people; only where nothing is yet."""

from collections import Counter

import pytest
from sqlalchemy import func, select
from werkzeug.security import check_password_hash

from appeals.actions import clearance, demo, demo_stories
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import facts, figures
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.audit import Event
from appeals.models.clearance import ClearanceFlow, ClearanceRun
from appeals.models.company import Company
from appeals.models.people import User
from appeals.rules import clearance as cycles
from appeals.rules import stock, uscc
from appeals.rules.words import STAFF_ROLES, Part, Role, State, UnitClass
from tests import builders
from tests.builders import at

NOW = at("2026-11-23 12:00")


def test_a_believable_stock_is_told_by_real_deeds(house):
    made = demo.make(at=NOW, secret=b"k" * 32)
    appeals = session().scalars(select(Appeal)).all()
    states = Counter(appeal.state for appeal in appeals)
    assert len(appeals) == 37
    assert set(states) >= {"submitted", "to_supplement", "accepted", "in_hand", "replied", "completed", "rectifying",
                           "struck_off", "statutory", "declined", "ended"}  # fmt: skip
    assert any(a.due_at and a.due_at < NOW and a.completed_at is None and a.state == State.IN_HAND for a in appeals)
    assert {a.round for a in appeals} >= {1, 2}
    assert len({a.territory for a in appeals}) >= 7
    assert len({a.section for a in appeals if a.section}) >= 8
    assert session().scalar(select(func.count(Assignment.id)).where(Assignment.part == Part.SUPPORT)) > 5
    latest = session().scalar(select(func.max(Event.recorded_at)).where(Event.kind != "audit.seed"))
    assert latest <= NOW
    _people(made)
    _companies(appeals)
    _figures()


def _people(made: list[demo.Account]) -> None:
    users = {user.login: user for user in session().scalars(select(User))}
    assert {user.role for user in users.values()} == {role.value for role in STAFF_ROLES}
    assert sum(user.role == Role.COORDINATOR for user in users.values()) == 2
    led = {role: {u.unit.name for u in users.values() if u.role == role} for role in (Role.LIAISON, Role.HEAD)}
    assert led[Role.LIAISON] == led[Role.HEAD] == set(demo_stories.UNITS)
    classes = {u.unit.unit_class for u in users.values() if u.unit}
    assert classes == {each.value for each in UnitClass}
    assert users["liaison-sgcc"].unit.name == "国网西咸新区供电公司"
    assert len({password for *_, password in made}) == len(made) == len(users)
    login, *_, password = made[0]
    assert check_password_hash(users[login].password_hash, password)
    assert not any(user.must_change_password for user in users.values())


def _companies(appeals: list[Appeal]) -> None:
    for company in session().scalars(select(Company)):
        assert company.name.startswith("演示")
        assert uscc.problem(company.uscc) is None
    assert all(appeal.mobile.startswith("100000000") for appeal in appeals)


def _figures() -> None:
    """Three cycles were frozen, each when it was due; their balances hold and the last one closes on today's stock."""
    runs = session().scalars(select(ClearanceRun).where(ClearanceRun.kind == "cycle").order_by(ClearanceRun.number)).all()
    assert [run.number for run in runs] == [112, 113, 114]
    assert all(run.frozen_at == run.known_at.replace(minute=6) for run in runs)
    names = stock.Balance.__slots__
    for flow in session().scalars(select(ClearanceFlow)):
        assert stock.Balance(*(getattr(flow, name) for name in names)).holds, flow.line
    assert clearance.first_cycle() == 112
    start = cycles.bounds(115)[0]
    office = figures.basis().office
    now = stock.balances(facts.everything(), start, NOW, office)
    last = session().scalars(select(ClearanceFlow).where(ClearanceFlow.run_id == runs[-1].id))
    assert {f.line: f.closing for f in last if f.closing} == {line: b.opening for line, b in now.items() if b.opening}


def test_it_never_touches_a_house_that_is_lived_in(house):
    builders.staff("admin")
    with pytest.raises(Refused):
        demo.make(at=NOW, secret=b"k" * 32)
    assert session().scalar(select(func.count(Appeal.id))) == 0


@pytest.mark.parametrize("day", ["2026-10-05 09:00", "2027-01-01 00:05"])
def test_it_can_be_told_on_a_holiday_too(house, day):
    demo.make(at=at(day), secret=b"k" * 32)
    assert session().scalar(select(func.count(Appeal.id))) >= 34
    assert session().scalar(select(func.count(ClearanceRun.id)).where(ClearanceRun.kind == "cycle")) >= 3
