"""A small stock to look at, told over the last six weeks: every step is a real deed at a moment in the past."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from sqlalchemy import select, update

from appeals.actions import accounts, demo_stories, timetable
from appeals.actions.refusals import Refused
from appeals.db import session, transaction
from appeals.models import calendar, tree
from appeals.models.appeal import Appeal
from appeals.models.people import User
from appeals.models.versions import Version
from appeals.rules import clearance, workdays
from appeals.rules.actors import SYSTEM, Actor
from appeals.rules.words import Role
from appeals.rules.workdays import SHANGHAI

OPENING, LOOK = time(8, 30), time(18, 6)
BEFORE = 32  # working days before today on which the story begins
Account = tuple[str, str, str, str]  # login, role in Chinese, unit, password
OFFICE_PEOPLE = (
    ("coordinator-1", Role.COORDINATOR), ("coordinator-2", Role.COORDINATOR), ("director", Role.DIRECTOR),
    ("recusal", Role.RECUSAL), ("leader", Role.LEADER), ("discipline", Role.DISCIPLINE), ("audit", Role.AUDIT),
    ("admin", Role.ADMIN),
)  # fmt: skip


def make(*, at: datetime, secret: bytes, report: Callable[[], None] = lambda: None) -> list[Account]:
    """Make accounts and stock; returns the accounts with their passwords, which are kept nowhere.

    `secret` keys the codes of the appeals. Raises Refused where anybody or anything is on file already.
    """
    if session().scalar(select(Appeal.id).limit(1)) or session().scalar(select(User.id).limit(1)):
        raise Refused(demo="库中已有账号或诉求，不再生成演示数据 / there are accounts or appeals already")
    begin = _begin(at)
    _install(begin)
    made = _accounts(begin)
    people = {login: _actor(login) for login, *_ in made}
    _live(begin, at, people, secret, report)
    return made


def _begin(at: datetime) -> datetime:
    days = calendar.current()
    return datetime.combine(days.add_working(workdays.day_of(at), -BEFORE), OPENING, SHANGHAI)


def _install(begin: datetime) -> None:
    """As if the program had been installed then: the cycles since are frozen like any other."""
    with transaction() as writer:
        first = clearance.cycle_of(begin)
        writer.execute(update(Version).where(Version.name == "first_cycle").values(number=first))


def _accounts(begin: datetime) -> list[Account]:
    made = [_account(login, role, None, begin) for login, role in OFFICE_PEOPLE]
    for unit, short in demo_stories.UNITS.items():
        made += [_account(f"{role.value}-{short}", role, unit, begin) for role in (Role.LIAISON, Role.HEAD)]
    with transaction() as writer:
        writer.execute(update(User).values(must_change_password=False))  # these are shown to whoever tries it out
    return made


def _account(login: str, role: Role, unit: str | None, at: datetime) -> Account:
    password = accounts.add(login=login, role=role.value, unit=unit, name=f"演示{role.label}", by=SYSTEM, at=at)
    return login, role.label, unit or "", password


def _actor(login: str) -> Actor:
    user = session().scalars(select(User).where(User.login == login)).one()
    return Actor(Role(user.role), user.id, user.unit_id, tree.current().under(user.unit_id), user.name)


def _live(
    begin: datetime, until: datetime, people: dict[str, Actor], secret: bytes, report: Callable[[], None]
) -> None:
    """Every deed of every story in the order of time, and each evening the timetable."""
    steps = demo_stories.steps(until, people, secret) + _evenings(begin, until)
    for when, _, deed in sorted(steps, key=lambda step: step[:2]):
        if begin <= when <= until:
            deed(when)
            report()
    timetable.run_due(until)


def _evenings(begin: datetime, until: datetime) -> list[demo_stories.Step]:
    days = workdays.days_from(workdays.day_of(begin), workdays.day_of(until) + timedelta(days=1))
    return [(datetime.combine(day, LOOK, SHANGHAI), 1_000_000, lambda when: timetable.run_due(when)) for day in days]
