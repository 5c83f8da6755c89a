"""A unit asks for a review of a poor rating; two people outside it decide, until then it counts (policy §6)."""

from dataclasses import replace

import pytest
from flask import Flask

from appeals.actions import closing, rating_review, ratings, rectifying, requests
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import lists
from appeals.models.duty import Duty
from appeals.models.outbox import Notice
from appeals.models.rating import Rating
from appeals.rules.lifecycle import NotAllowed, NotYours
from appeals.rules.requests import Asked
from tests import builders as b
from tests.actions.rounds import POOR, VERIFIED, People
from tests.actions.whole import counted
from tests.builders import at

SEEN = at("2026-12-01 10:00:01")  # a second after the company's 24 hours
WISH = {"reason_code": "mistaken", "reason": "企业评价的是另一件供水诉求。", "evidence": "企业来信一份"}


@pytest.fixture
def people(house: Flask) -> People:
    return People()


def asked(people, when=SEEN, **changes):
    appeal = people.poor(**changes)
    rating_review.ask(appeal.id, **WISH, by=people.head, at=when)
    return b.the(appeal.number)


def told(appeal) -> set[tuple[str, str]]:
    return {(n.kind, n.to_role) for n in session().query(Notice).filter_by(appeal_id=appeal.id)}


# -- asking ----------------------------------------------------------------------------------------------------


def test_it_is_asked_once_the_rating_is_settled_and_within_three_working_days(people):
    appeal = people.poor()
    with pytest.raises(NotAllowed):  # the company may still change it
        rating_review.ask(appeal.id, **WISH, by=people.head, at=at("2026-12-01 10:00"))
    late = at("2026-12-04 18:00:01")
    with pytest.raises(NotAllowed):
        rating_review.ask(appeal.id, **WISH, by=people.head, at=late)
    rating_review.ask(appeal.id, **WISH, by=people.head, at=at("2026-12-04 18:00"))
    row = requests.undecided(b.the(appeal.number), Asked.RATING_REVIEW)[0]
    assert (row.waits_for, row.due_at) == ("coordinator", at("2026-12-11 18:00"))
    assert (row.reason_label, row.basis) == ("误评", "企业来信一份")


def test_a_liaison_officer_prepares_and_the_head_asks(people):
    appeal = people.poor()
    rating_review.ask(appeal.id, **WISH, by=people.worker, at=SEEN)
    assert requests.undecided(b.the(appeal.number)) == []
    rating_review.ask(appeal.id, **WISH, by=people.head, at=SEEN)
    row = requests.undecided(b.the(appeal.number))[0]
    assert (row.prepared_by_id, row.asked_by_id) == (people.worker.user_id, people.head.user_id)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"reason_code": "unfair"}, "reason_code"), ({"reason": " "}, "reason"), ({"evidence": "\u200b"}, "evidence")],
)
def test_without_ground_reason_and_evidence_it_is_refused(people, change, field):
    appeal = people.poor()
    with pytest.raises(Refused) as refused:
        rating_review.ask(appeal.id, **(WISH | change), by=people.head, at=SEEN)
    assert set(refused.value.errors) == {field}


def test_a_good_rating_and_another_units_cannot_be_reviewed(people):
    good = b.rated(people.completed(), 4, POOR)
    with pytest.raises(NotAllowed):
        rating_review.ask(good.id, **WISH, by=people.head, at=SEEN)
    poor = people.poor()
    for stranger in (b.staff("head", b.SUPPORT), people.office):
        with pytest.raises((NotAllowed, NotYours)):
            rating_review.ask(poor.id, **WISH, by=stranger, at=SEEN)


# -- deciding -----------------------------------------------------------------------------------------------------


def test_two_people_outside_the_unit_uphold_it_and_until_then_it_counts(people):
    appeal = asked(people)
    with pytest.raises(NotAllowed):  # nobody signs second before the first
        rating_review.uphold(appeal.id, by=people.office, at=SEEN)
    with pytest.raises(NotYours):
        rating_review.endorse(appeal.id, by=people.director, at=SEEN)
    rating_review.endorse(appeal.id, answer="经核对确系误评", by=people.office, at=at("2026-12-02 10:00"))
    assert counted("rated", "good", until="2026-12-07") == {"rated": (1, 1), "good": (0, 1)}
    row = requests.undecided(b.the(appeal.number))[0]
    assert (row.waits_for, row.due_at) == ("director", at("2026-12-08 18:00"))  # five working days in all
    for by in (people.office, people.leader, people.recusal):
        with pytest.raises(NotYours):
            rating_review.uphold(appeal.id, by=by, at=at("2026-12-03 10:00"))
    with pytest.raises(NotAllowed, match="同一人"):
        rating_review.uphold(appeal.id, by=replace(people.director, user_id=people.office.user_id), at=at("2026-12-03 10:00"))
    rating_review.uphold(appeal.id, by=people.director, at=at("2026-12-03 10:00"))
    appeal = b.the(appeal.number)
    rating = session().query(Rating).one()
    assert (rating.counts, rating.discounted_at, rating.level) == (False, at("2026-12-03 10:00"), 1)  # it stays to be seen
    assert (appeal.state, appeal.lead.active) == ("completed", False)  # unrated again, its window still runs
    assert {("uphold_rating_review", "company"), ("uphold_rating_review", "liaison")} <= told(appeal)
    assert counted("rated", "good", "good_of_all", until="2026-12-07") == {"rated": (0, 1), "good_of_all": (0, 1)}
    duty = session().query(Duty).filter_by(appeal_id=appeal.id, kind="decide").one()
    assert (duty.due_at, duty.done_at) == (at("2026-12-08 18:00"), at("2026-12-03 10:00"))


def test_figures_of_before_the_second_signature_stay_what_they_were(people):
    appeal = asked(people)
    rating_review.endorse(appeal.id, by=people.office, at=at("2026-12-02 10:00"))
    rating_review.uphold(appeal.id, by=people.director, at=at("2026-12-08 10:00"))
    assert counted("rated", until="2026-12-07", known="2026-12-07 18:00") == {"rated": (1, 1)}
    assert counted("rated", until="2026-12-07", known="2026-12-08 18:00") == {"rated": (1, 1)}  # a fact after p1
    assert counted("rated", until="2026-12-09", known="2026-12-08 18:00") == {"rated": (0, 1)}


def test_what_the_rating_forced_ends_and_before_its_limit_never_came_due(people):
    appeal = people.verified()
    rating_review.ask(appeal.id, **WISH, by=people.head, at=at("2026-12-02 09:00"))
    rating_review.endorse(appeal.id, by=people.office, at=at("2026-12-02 10:00"))
    rating_review.uphold(appeal.id, by=people.director, at=at("2026-12-07 10:00"))
    appeal = b.the(appeal.number)
    row = rectifying.current(appeal)
    assert (appeal.state, row.ended_at, row.ended_why) == ("completed", at("2026-12-07 10:00"), "reviewed")
    assert counted("rectified", until="2026-12-14") == {}
    assert appeal.calls_done_at is None  # the window is over: as of any unrated one the office calls, then it lapses
    closing.call_back(appeal.id, reached=True, note="", by=people.office, at=at("2026-12-07 15:00"))
    assert (b.the(appeal.number).state, b.the(appeal.number).struck_off_at) == ("struck_off", at("2026-12-07 15:00"))


def test_ended_after_its_limit_it_stays_a_rectification_that_was_not_made(people):
    appeal = people.verified()
    rating_review.ask(appeal.id, **WISH, by=people.head, at=at("2026-12-04 18:00"))
    rating_review.endorse(appeal.id, by=people.office, at=at("2026-12-07 10:00"))
    rating_review.uphold(appeal.id, by=people.director, at=at("2026-12-09 10:00"))
    assert counted("rectified", "rectified_on_time", until="2026-12-14") == {"rectified": (0, 1), "rectified_on_time": (0, 1)}


def test_a_company_reached_before_is_struck_off_when_the_window_is_over(people):
    appeal = people.completed()
    answer = ratings.Answer(contacted=True, solved="no", level=1, reasons=["slow"])
    closing.call_back(appeal.id, reached=True, note="", answer=answer, by=people.office, at=at("2026-12-01 10:00"))
    rating_review.ask(appeal.id, **WISH, by=people.head, at=at("2026-12-02 10:30"))
    rating_review.endorse(appeal.id, by=people.office, at=at("2026-12-03 10:00"))
    rating_review.uphold(appeal.id, by=people.director, at=at("2026-12-07 10:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.struck_off_at) == ("struck_off", at("2026-12-07 10:00"))


def test_a_change_within_the_24_hours_is_taken_out_with_the_rating_it_changed(people):
    appeal = b.rated(people.completed(), 5, POOR)
    appeal = b.rated(appeal, 1, at("2026-11-30 20:00"), "no", reasons=["slow"])
    rating_review.ask(appeal.id, **WISH, by=people.head, at=SEEN)
    rating_review.endorse(appeal.id, by=people.office, at=at("2026-12-02 10:00"))
    rating_review.uphold(appeal.id, by=people.director, at=at("2026-12-03 10:00"))
    appeal = b.the(appeal.number)
    assert ratings.first_rating(appeal) is None
    assert counted("rated", "good_of_all", until="2026-12-07") == {"rated": (0, 1), "good_of_all": (0, 1)}
    b.rated(appeal, 5, at("2026-12-03 11:00"))  # the company may rate again; the appeal stays an unrated one
    assert b.the(appeal.number).state == "struck_off"
    assert counted("rated", "good_of_all", until="2026-12-07") == {"rated": (0, 1), "good_of_all": (0, 1)}


def test_rejected_it_counts_as_before_and_the_unit_is_told(people):
    appeal = asked(people)
    with pytest.raises(Refused):
        rating_review.reject(appeal.id, reason=" ", by=people.office, at=SEEN)
    rating_review.reject(appeal.id, reason="证据不足", by=people.office, at=at("2026-12-02 10:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, ratings.first_rating(appeal).counts) == ("rectifying", True)
    assert ("reject_rating_review", "liaison") in told(appeal)
    assert not any(kind == "reject_rating_review" and to == "company" for kind, to in told(appeal))
    with pytest.raises(NotAllowed):  # of one rating one review
        rating_review.ask(appeal.id, **WISH, by=people.head, at=at("2026-12-02 11:00"))


def test_the_director_too_can_say_no(people):
    appeal = asked(people)
    rating_review.endorse(appeal.id, by=people.office, at=at("2026-12-02 10:00"))
    rating_review.reject(appeal.id, reason="证据不足", by=people.director, at=at("2026-12-03 10:00"))
    assert requests.of_kind(b.the(appeal.number), Asked.RATING_REVIEW)[0].granted is False


def test_where_the_office_is_concerned_the_recusal_post_and_a_leader_sign(house):
    office, recusal, leader = b.staff("coordinator"), b.staff("recusal"), b.staff("leader")
    head = b.staff("head", b.OFFICE)
    appeal = b.replied(office, b.staff("liaison", b.OFFICE), head, lead=b.OFFICE)
    closing.approve(appeal.id, by=recusal, at=b.APPROVED)
    b.rated(b.the(appeal.number), 1, POOR, "no", reasons=["slow"])
    rating_review.ask(appeal.id, **WISH, by=head, at=SEEN)
    with pytest.raises(NotYours):
        rating_review.endorse(appeal.id, by=office, at=SEEN)
    rating_review.endorse(appeal.id, by=recusal, at=SEEN)
    with pytest.raises(NotYours):
        rating_review.uphold(appeal.id, by=b.staff("director"), at=SEEN)
    rating_review.uphold(appeal.id, by=leader, at=SEEN)
    assert b.the(appeal.number).state == "completed"


def test_a_review_of_an_earlier_round_leaves_the_present_one_alone(people):
    appeal = people.verified(when=VERIFIED)
    rating_review.ask(appeal.id, **WISH, by=people.head, at=VERIFIED)
    rectifying.report(appeal.id, text="已经重新检修全部线路。", by=people.head, at=at("2026-12-01 15:00"))
    rectifying.audit(appeal.id, by=people.office, at=at("2026-12-01 16:00"))
    b.rated(b.the(appeal.number), 1, at("2026-12-02 10:00"), "no", reasons=["slow"])
    rating_review.endorse(appeal.id, by=people.office, at=at("2026-12-02 11:00"))
    rating_review.uphold(appeal.id, by=people.director, at=at("2026-12-02 12:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.round, rectifying.current(appeal).runs) == ("rectifying", 2, True)
    assert [r.counts for r in session().query(Rating).order_by(Rating.id)] == [False, True]


def test_every_step_leaves_its_trace(people):
    appeal = asked(people)
    rating_review.endorse(appeal.id, by=people.office, at=at("2026-12-02 10:00"))
    rating_review.uphold(appeal.id, by=people.director, at=at("2026-12-03 10:00"))
    steps = [(p.event.kind, p.event.role, p.event.before, p.event.after) for p in lists.history(b.the(appeal.number))][-3:]
    assert steps == [
        ("ask_rating_review", "head", "rectifying", "rectifying"),
        ("endorse_rating_review", "coordinator", "rectifying", "rectifying"),
        ("uphold_rating_review", "director", "rectifying", "completed"),
    ]
