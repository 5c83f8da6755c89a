"""Two people at one appeal in the same moment, a double click, a page of yesterday: one effect, and a clear no."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest

from appeals.actions import extensions, handling, merging, returns, shelving
from tests import builders as b
from tests.web.table import state

STALE = "这件诉求已有新的办理"

WHY = "情况确需如此，附有说明"


def asked(make, **more):
    """An appeal in the unit's hands on which its head has asked for something."""

    def build(by):
        head = b.staff("head")
        appeal = b.dispatched(by) if make is returns.ask else b.in_hand(by, b.staff("liaison"))
        if make is returns.ask:
            more["unit_id"] = b.unit_id(b.SUPPORT)
        make(appeal.id, by=head, at=b.TAKEN, **more)
        return b.the(appeal.number)

    return build


def to_sign(by):
    """Shelving asked for and signed by the first."""
    case = shelving.Case(reason_code="works", reason=WHY, plan="随工程推进", person="分管负责人", until_on=date(2027, 2, 1),
                         event="管线完工")  # fmt: skip
    appeal = asked(shelving.ask, case=case)(by)
    shelving.endorse(appeal.id, by=b.staff("coordinator"), at=b.TAKEN + timedelta(hours=1))
    return b.the(appeal.number)


def to_merge(by):
    """One appeal proposed to be handled with another."""
    appeal, other = b.accepted(by), b.accepted(by)
    merging.propose(appeal.id, into=other.number, reason=WHY, by=b.staff("coordinator"), at=b.DISPATCHED)
    return b.the(appeal.number)


LATER = b.TAKEN + timedelta(hours=2)
# who, at which moment, the appeal as it is found, and what the two send: form, its fields
OFFICE, UNIT, HEAD, DIRECTOR = "coordinator", "liaison", "head", "director"
CASES = {
    "accepted twice": (
        OFFICE, b.ACCEPTED, lambda _: b.filed(), ("/accept", {"identity": "call"}), ("/accept", {"identity": "call"}),
    ),
    "accepted and declined": (
        OFFICE, b.ACCEPTED, lambda _: b.filed(),
        ("/accept", {"identity": "call"}), ("/decline", {"code": "R01", "reason": "不在本区范围内"}),
    ),
    "dispatched twice": (OFFICE, b.DISPATCHED, b.accepted, ("/dispatch", {}), ("/dispatch", {})),
    "taken up twice": (UNIT, b.TAKEN, b.dispatched, ("/acknowledge", {}), ("/acknowledge", {})),
    "approved and sent back": (
        OFFICE, b.ANSWERED, lambda by: b.replied(by, b.staff("liaison"), b.staff("head")),
        ("/approve", {}), ("/send-back", {"reason": "第二点没有回答"}),
    ),
    "approved twice": (
        OFFICE, b.ANSWERED, lambda by: b.replied(by, b.staff("liaison"), b.staff("head")), ("/approve", {}), ("/approve", {}),
    ),
    "a return upheld and rejected": (
        OFFICE, LATER, asked(returns.ask, reason_code="function", basis="三定方案", reason=WHY),
        ("/return-decision", {"decision": "office", "answer": WHY}), ("/return-decision", {"decision": "reject", "answer": WHY}),
    ),
    "more time granted and refused": (
        OFFICE, LATER, asked(extensions.ask, until_on=date(2026, 12, 11), reason=WHY, done="已经查勘"),
        ("/extension-decision", {"decision": "grant"}), ("/extension-decision", {"decision": "refuse", "answer": WHY}),
    ),
    "shelved and refused": (
        DIRECTOR, LATER, to_sign, ("/shelving-second", {"decision": "grant"}),
        ("/shelving-second", {"decision": "refuse", "answer": WHY}),
    ),
    "merged twice": (
        DIRECTOR, LATER, to_merge, ("/merge-decision", {"decision": "grant"}), ("/merge-decision", {"decision": "grant"}),
    ),
}  # fmt: skip


def make(site, build):
    """An appeal made by this builder for a coordinator who has nothing to do with the two; its number."""
    with site.app_context():
        return build(b.staff("coordinator")).number


def open_it(visitor, number):
    """The page of the appeal at the counter of whoever looks."""
    counter = "unit" if visitor.role in (UNIT, HEAD) else "coordination"
    return visitor.open(f"/{counter}/{number}")


def two(site, browser, role):
    """Two people of the same role, each at a browser."""
    for number in (1, 2):
        with site.app_context():
            b.staff(role, login=f"{role}{number}")
        visitor = browser(f"192.0.2.{number}")
        visitor.sign_in(f"{role}{number}")
        visitor.role = role
        yield visitor


def at_once(*forms):
    """Send each form from its browser in the same moment; the answers' status and text."""
    start, said = Barrier(len(forms)), []

    def send(visitor, form):
        body, kind = form.body()
        start.wait()
        answer = visitor.request("POST", form.action, body, {"Content-Type": kind})
        said.append((answer.status, answer.text))

    threads = [Thread(target=send, args=each) for each in forms]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sorted(said)


@pytest.mark.parametrize("case", CASES)
def test_of_two_at_one_appeal_one_acts_and_the_other_is_told(site, browser, clock, case):
    role, moment, made, *sent = CASES[case]
    number = make(site, made)
    clock.move_to(moment)
    visitors = list(two(site, browser, role))
    with site.app_context():
        before = b.the(number).version
    forms = [open_it(v, number).form(action).fill(**typed) for v, (action, typed) in zip(visitors, sent, strict=True)]
    done, refused = at_once(*zip(visitors, forms, strict=True))
    assert (done[0], refused[0]) == (302, 409)
    assert STALE in refused[1]
    with site.app_context():
        assert b.the(number).version == before + 1


def test_a_double_click_signs_once(site, browser, clock):
    number = make(site, lambda by: b.in_hand(by, b.staff("liaison", login="worker")))
    clock.move_to(b.ANSWERED)
    with site.app_context():
        handling.draft(b.the(number).id, draft=b.words(2), offered=True, by=b.actor("worker"), at=b.ANSWERED)
    (head, _) = two(site, browser, HEAD)
    form = open_it(head, number).form("/sign")
    done, refused = at_once((head, form), (head, form))
    assert (done[0], refused[0]) == (302, 409)
    assert state(site, number) == "replied"


def test_a_page_of_before_changes_nothing_and_keeps_what_was_typed(site, browser, clock):
    number = make(site, lambda by: b.replied(by, b.staff("liaison"), b.staff("head")))
    clock.move_to(b.ANSWERED)
    one, other = two(site, browser, OFFICE)
    old = open_it(other, number).form("/send-back").fill(reason="第二点没有回答")
    one.send(open_it(one, number).form("/approve"))
    page = other.send(old, expect=409)
    assert STALE in page.words
    assert "第二点没有回答" in page.words
    assert state(site, number) == "completed"
