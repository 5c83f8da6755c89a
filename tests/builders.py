"""Plain builders: staff of each role, and appeals at each step of their life, made by the real deeds.

Without other words an appeal is filed on Monday 2026-11-23 at 09:00 in Shanghai, and each later step follows in
time: accepted at 10:00, dispatched at 11:00, taken up at 14:00, answered on Thursday, approved on Friday.
"""

from datetime import date, datetime
from itertools import count
from uuid import uuid4

from sqlalchemy import select

from appeals.actions import closing, handling, intake, limits, ratings, triage
from appeals.db import session
from appeals.models import deputy, tree
from appeals.models.appeal import Appeal
from appeals.models.people import User
from appeals.rules import uscc
from appeals.rules.actors import COMPANY, Actor
from appeals.rules.words import RatingSource, Role
from appeals.rules.workdays import SHANGHAI, day_of

SECRET = b"0123456789abcdef0123456789abcdef"
UNIT, SUPPORT, OFFICE = "住房和城乡建设局", "沣东新城", "行政审批服务局（营商办）"
ANSWER = "已现场查勘并完成整改，用电恢复正常，后续由专人回访。"
ANSWERS = (
    ANSWER, "变压器已由三百千伏安更换为八百千伏安，当日送电运行。", "已安排专人每周上门回访，联系电话当面留给企业。",
    "缴费明细逐笔核对无误，差额部分已退回企业账户。",
)  # a sentence of its own for each point
HOMES = {"liaison": UNIT, "head": UNIT, "coordinator": OFFICE, "director": OFFICE, "recusal": "党政办公室"}
_running = count(1)


def at(text: str) -> datetime:
    """'2026-11-23 09:00' (seconds allowed) in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


FILED, ACCEPTED, DISPATCHED, TAKEN, ANSWERED, APPROVED = map(
    at, ("2026-11-23 09:00", "2026-11-23 10:00", "2026-11-23 11:00", "2026-11-23 14:00", "2026-11-26 10:00",
         "2026-11-27 10:00"),
)  # fmt: skip


# -- people ----------------------------------------------------------------------------------------------


def staff(role: str, unit: str | None = None, login: str | None = None) -> Actor:
    """Somebody of this role, with an account nobody can sign in to; unit roles sit in UNIT without other words."""
    login, unit = login or f"{role}-{next(_running)}", unit or HOMES.get(role)
    session().add(
        User(login=login, name=f"{Role(role).label}{login[-2:]}", role=role, unit_id=unit_id(unit) if unit else None,
             password_hash="-", must_change_password=False, created_at=FILED)
    )  # fmt: skip
    session().commit()
    return actor(login)


def actor(login: str, when: datetime = FILED) -> Actor:
    """The actor of an account, as it stands on this day."""
    user = session().scalars(select(User).where(User.login == login)).one()
    return deputy.actor(user, day_of(when))


def unit_id(name: str) -> int:
    """The id of a unit by its name."""
    node = tree.current().by_name(name)
    assert node is not None, name
    return node.id


def the(number: str) -> Appeal:
    """The appeal of this number, read anew."""
    session().rollback()
    session().expire_all()
    return session().scalars(select(Appeal).where(Appeal.number == number)).one()


# -- an appeal, step by step -----------------------------------------------------------------------------


def credit_code(number: int) -> str:
    """A valid unified social credit code, another for each number."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    tail = "".join(letters[number // len(letters) ** place % len(letters)] for place in range(5, -1, -1))
    return uscc.make("91611102", "MA" + tail)


def submission(**changes) -> intake.Submission:
    """A valid form; `changes` win."""
    number = next(_running)
    plain = {
        "company_name": f"测试企业{number}有限公司", "uscc": credit_code(number), "territory": "沣东新城",
        "contact_name": "张三", "mobile": "13800138000", "nature": "help", "title": "厂区频繁停电",
        "text": "1、厂区一周停电三次。2、变压器容量不足，请尽快增容。",
    }  # fmt: skip
    if "about_unit" in changes:
        changes["about_unit_id"] = unit_id(changes.pop("about_unit"))
    return intake.Submission(**(plain | changes))


def filed(when: datetime = FILED, **changes) -> Appeal:
    """An appeal a company has filed."""
    receipt = intake.submit(submission(**changes), key=str(uuid4()), secret=SECRET, at=when)
    return the(receipt.number)


def accepted(by: Actor, when: datetime = ACCEPTED, **changes) -> Appeal:
    """… whose identity `by` confirmed."""
    appeal = filed(changes.pop("filed_at", min(when, FILED)), **changes)
    triage.accept(appeal.id, identity="call", by=by, at=when)
    return the(appeal.number)


def dispatched(
    by: Actor, when: datetime = DISPATCHED, lead: str = UNIT, supports: tuple[str, ...] = (), task: int = 63, **changes
) -> Appeal:
    """… that was handed to a unit."""
    appeal = accepted(by, min(when, ACCEPTED) if "accepted_at" not in changes else changes.pop("accepted_at"), **changes)
    order = triage.Order(
        section=None, task=task, lead_unit_id=unit_id(lead), support_unit_ids=[unit_id(s) for s in supports]
    )
    triage.dispatch(appeal.id, order=order, by=by, at=when)
    return the(appeal.number)


def in_hand(by: Actor, worker: Actor, when: datetime = TAKEN, **changes) -> Appeal:
    """… that the unit has taken up."""
    appeal = dispatched(by, **changes)
    handling.acknowledge(appeal.id, by=worker, at=when)
    return the(appeal.number)


def words(points: int = 2, **changes) -> handling.Draft:
    """A reply that says something to each point."""
    plain = {"outcome": "solved", "answers": list(ANSWERS[:points]), "basis": "供电营业规则", "contacted_on": date(2026, 11, 24)}
    return handling.Draft(**(plain | changes))


def replied(by: Actor, worker: Actor, head: Actor, when: datetime = ANSWERED, draft=None, **changes) -> Appeal:
    """… to which the unit has answered."""
    appeal = in_hand(by, worker, **changes)
    handling.draft(appeal.id, draft=draft or words(len(appeal.points)), by=worker, at=when)
    handling.sign(appeal.id, by=head, at=when)
    return the(appeal.number)


def completed(by: Actor, worker: Actor, head: Actor, when: datetime = APPROVED, **changes) -> Appeal:
    """… whose answer the office has approved."""
    appeal = replied(by, worker, head, **changes)
    closing.approve(appeal.id, by=by, at=when)
    return the(appeal.number)


def rated(appeal: Appeal, level: int, when: datetime, solved: str = "yes", **more) -> Appeal:
    """… and what the company says of it."""
    answer = ratings.Answer(contacted=True, solved=solved, level=level, **more)
    ratings.rate(appeal.id, answer=answer, round_=appeal.round, source=RatingSource.SELF, by=COMPANY, at=when)
    return the(appeal.number)


def tick(when: datetime) -> int:
    """What the timetable does with appeals: everything that has run out by then; how many were touched."""
    from appeals.models import lists

    touched, last = 0, 0
    while ids := lists.due_for_action(when, last):
        for appeal_id in ids:
            with limits.opened(appeal_id, at=when):
                touched += 1
        last = ids[-1]
    return touched
