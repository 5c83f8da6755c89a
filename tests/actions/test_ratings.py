"""What a rating does: kept, marked, moving the appeal, and counted only where it may be (policy §6, §9)."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from appeals.actions import closing, lawful, ratings, rectifying
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import lists
from appeals.models.appeal import Appeal
from appeals.models.people import User
from appeals.models.rating import Rating
from appeals.rules.actors import COMPANY
from appeals.rules.lifecycle import NotAllowed, NotYours
from appeals.rules.words import RatingSource
from tests import builders as b
from tests.actions.rounds import POOR, VERIFIED, People
from tests.actions.whole import counted
from tests.builders import at

RATES = ("rated", "self_rated", "good_of_all", "solved", "good", "weighted")


@pytest.fixture
def people(house: Flask) -> People:
    return People()


def give(appeal, level, when, solved="yes", source=RatingSource.SELF, by=COMPANY, **more):
    device = more.pop("staff_device", False)
    answer = ratings.Answer(contacted=True, solved=solved, level=level, reasons=more.pop("reasons", ["slow"]), **more)
    ratings.rate(appeal.id, answer=answer, round_=appeal.round, source=source, by=by, at=when, staff_device=device)
    return b.the(appeal.number)


def marks(appeal):
    query = select(Rating).where(Rating.appeal_id == appeal.id).order_by(Rating.id)
    return [(r.level, r.mark, r.counts) for r in session().scalars(query)]


# -- changes within 24 hours --------------------------------------------------------------------------------------


def test_good_then_poor_undoes_the_strike_off_and_leaves_one_event(people):
    appeal = give(people.completed(), 5, POOR)
    assert (appeal.state, appeal.struck_off_at) == ("struck_off", POOR)
    appeal = give(appeal, 2, at("2026-12-01 10:00"), "no")  # the last second of the 24 hours
    assert (appeal.state, appeal.struck_off_at) == ("rectifying", None)
    assert [p.event.kind for p in lists.history(appeal)][-1] == "undo_strike_off"
    assert rectifying.current(appeal).verify_due_at == at("2026-12-02 18:00")
    assert counted(*RATES, "struck_off", until="2026-12-17") == {
        "rated": (1, 1), "self_rated": (1, 1), "good_of_all": (0, 1), "solved": (0, 1), "good": (0, 1), "weighted": (0, 1),
        "struck_off": (0, 1),
    }  # fmt: skip


def test_poor_then_good_strikes_off_and_what_was_to_be_put_right_never_came_due(people):
    appeal = give(people.completed(), 1, POOR, "no")
    appeal = give(appeal, 4, at("2026-11-30 15:00"))
    assert (appeal.state, appeal.struck_off_at) == ("struck_off", at("2026-11-30 15:00"))
    row = rectifying.current(appeal)
    assert (row.ended_why, row.runs) == ("rated", False)
    appeal = give(appeal, 1, at("2026-11-30 16:00"), "no")  # and once more: a new one begins
    assert (appeal.state, rectifying.current(appeal).opened_at) == ("rectifying", at("2026-11-30 16:00"))
    assert rectifying.current(appeal).id != row.id


def test_a_good_change_ends_even_a_verified_one(people):
    appeal = give(people.completed(), 1, POOR, "no")
    rectifying.verify(appeal.id, finding="属实", complex_=False, by=people.other, at=at("2026-11-30 16:00"))
    appeal = give(appeal, 5, at("2026-12-01 09:00"))
    assert (appeal.state, appeal.lead.active, appeal.lead.stage) == ("struck_off", False, "done")
    assert counted("rectified", "good", until="2026-12-14") == {"good": (1, 1)}


def test_after_24_hours_nothing_changes_any_more(people):
    appeal = give(people.completed(), 5, POOR)
    with pytest.raises(NotAllowed, match="24小时"):
        give(appeal, 1, at("2026-12-01 10:00:01"), "no")


def test_the_24_hours_run_from_the_first_submission_not_from_the_last_change(people):
    appeal = give(give(people.completed(), 5, POOR), 4, at("2026-12-01 09:00"))
    with pytest.raises(NotAllowed):
        give(appeal, 1, at("2026-12-01 11:00"), "no")


def test_the_last_word_counts_even_past_the_end_of_the_period(people):
    """Rated on the last evening of a period, changed on the first morning of the next: the first period counts it poor."""
    appeal = give(people.completed(), 5, at("2026-11-30 23:00"))
    give(appeal, 1, at("2026-12-01 08:00"), "no")
    assert counted("rated", "good", until="2026-12-01", known="2026-12-02 18:00") == {"rated": (1, 1), "good": (0, 1)}
    assert counted("rated", "good", until="2026-12-01", known="2026-12-01 07:00") == {"rated": (1, 1), "good": (1, 1)}


def test_in_a_later_round_too_a_change_undoes_and_strikes_off(people):
    appeal = people.round(people.poor(), VERIFIED)
    appeal = give(appeal, 5, at("2026-12-02 10:00"))
    assert (appeal.state, appeal.round) == ("struck_off", 2)
    appeal = give(appeal, 1, at("2026-12-02 20:00"), "no")
    assert (appeal.state, rectifying.current(appeal).round) == ("rectifying", 2)
    appeal = give(appeal, 4, at("2026-12-03 09:00"))
    assert (appeal.state, appeal.struck_off_at) == ("struck_off", at("2026-12-03 09:00"))
    assert counted("rated", "good", until="2026-12-17") == {"rated": (1, 1), "good": (0, 1)}  # round 1 alone counts


def test_what_two_signatures_closed_a_further_poor_word_does_not_undo(people):
    """Explained and confirmed within the 24 hours; the company only changes one poor level for the other."""
    appeal = give(people.completed(draft=b.words(outcome="explained")), 2, POOR, "no")
    rectifying.verify(appeal.id, finding="属实", complex_=False, by=people.other, at=at("2026-11-30 11:00"))
    lawful.explain(appeal.id, on=date(2026, 11, 30), explained="当面说明须先完成环评审批。", basis="供电营业规则第十七条",
                   by=people.head, at=at("2026-11-30 15:00"))  # fmt: skip
    lawful.confirm(appeal.id, answer="", by=people.office, at=at("2026-11-30 16:00"))
    appeal = give(appeal, 1, at("2026-11-30 20:00"), "no")
    assert (appeal.state, appeal.struck_off_at) == ("struck_off", at("2026-11-30 16:00"))
    assert session().query(Appeal).count() == 1


# -- what asks for rectification --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "solved", "go_on", "state"),
    [(2, "yes", False, "rectifying"), (3, "yes", False, "struck_off"), (5, "no", False, "rectifying"),
     (3, "partly", False, "struck_off"), (4, "partly", True, "rectifying"), (5, "yes", True, "struck_off")],
)  # fmt: skip
def test_poor_not_solved_or_partly_with_the_wish_to_go_on(people, level, solved, go_on, state):
    assert give(people.completed(), level, POOR, solved, go_on=go_on).state == state


@pytest.mark.parametrize("reasons", [[], ["nonsense"]])
def test_a_poor_rating_names_a_reason(people, reasons):
    with pytest.raises(Refused) as refused:
        give(people.completed(), 1, POOR, "no", reasons=reasons, comment="\u200b ")
    assert set(refused.value.errors) == {"reasons"}


# -- after the window ---------------------------------------------------------------------------------------------------


def test_the_last_second_of_the_window_is_in_time_though_it_lapses_with_it(people):
    appeal = people.completed()
    closing.call_back(appeal.id, reached=True, note="", by=people.office, at=at("2026-12-01 10:00"))
    appeal = give(appeal, 1, at("2026-12-04 18:00"), "no")
    assert (appeal.state, appeal.struck_off_at) == ("rectifying", None)
    assert marks(appeal) == [(1, None, True)]
    assert counted("rated", "struck_off", until="2026-12-17") == {"rated": (1, 1), "struck_off": (0, 1)}


def test_late_but_before_strike_off_it_moves_the_appeal_and_enters_no_rate(people):
    appeal = give(people.completed(), 1, at("2026-12-04 18:00:01"), "no")  # nobody has called: it waits
    assert appeal.state == "rectifying"
    assert marks(appeal) == [(1, "late", True)]
    assert counted(*RATES, until="2026-12-17") == {"rated": (0, 1), "self_rated": (0, 1), "good_of_all": (0, 1)}


def lapsed(people):
    appeal = people.completed()
    closing.call_back(appeal.id, reached=True, note="", by=people.office, at=at("2026-12-01 10:00"))
    b.tick(at("2026-12-05 09:00"))
    assert b.the(appeal.number).state == "struck_off"
    return b.the(appeal.number)


def test_late_and_poor_after_strike_off_opens_a_linked_appeal_and_only_one(people):
    appeal = give(lapsed(people), 2, at("2026-12-07 10:00"), "no", comment="变压器又坏了")
    linked = session().scalars(select(Appeal).where(Appeal.reopened_from_id == appeal.id)).one()
    assert (linked.state, linked.text, linked.company_id) == ("submitted", "变压器又坏了", appeal.company_id)
    assert (appeal.state, appeal.struck_off_at) == ("struck_off", at("2026-12-04 18:00"))  # the old one stays as it is
    give(appeal, 1, at("2026-12-07 11:00"), "no")
    assert session().query(Appeal).filter_by(reopened_from_id=appeal.id).count() == 1
    assert counted(*RATES, "reopened", until="2026-12-17") == {
        "rated": (0, 1), "self_rated": (0, 1), "good_of_all": (0, 1), "reopened": (1, 1),
    }  # fmt: skip


def test_late_and_good_after_strike_off_is_kept_and_a_change_to_poor_links(people):
    appeal = give(lapsed(people), 5, at("2026-12-07 10:00"))
    assert (appeal.state, appeal.struck_off_at) == ("struck_off", at("2026-12-04 18:00"))
    assert session().query(Appeal).count() == 1
    appeal = give(appeal, 1, at("2026-12-07 12:00"), "no")
    assert appeal.state == "struck_off"
    assert session().query(Appeal).filter_by(reopened_from_id=appeal.id).count() == 1
    assert marks(appeal) == [(5, "late", True), (1, "late", True)]


# -- who may not rate ----------------------------------------------------------------------------------------------------


def test_from_a_device_of_staff_it_is_kept_marked_and_moves_nothing(people):
    appeal = give(people.completed(), 5, POOR, staff_device=True)
    assert (appeal.state, marks(appeal)) == ("completed", [(5, "staff", False)])
    assert counted("rated", until="2026-12-17") == {"rated": (0, 1)}
    appeal = give(appeal, 1, at("2026-12-01 10:30"), "no")  # the company itself, from its own
    assert (appeal.state, marks(appeal)[-1]) == ("rectifying", (1, None, True))
    assert counted("rated", "good", until="2026-12-17") == {"rated": (1, 1), "good": (0, 1)}


@pytest.mark.parametrize("written", ["13800138000", "138 0013 8000", "+86-138-0013-8000"])
def test_with_the_telephone_of_somebody_of_staff_it_is_marked_however_it_is_written(people, written):
    session().get(User, people.worker.user_id).phone = written
    session().commit()
    appeal = give(people.completed(), 5, POOR)
    assert (appeal.state, marks(appeal)) == ("completed", [(5, "contact", False)])
    answer = ratings.Answer(contacted=True, solved="yes", level=5)
    closing.call_back(appeal.id, reached=True, note="", answer=answer, by=people.office, at=at("2026-12-01 10:00"))
    assert marks(b.the(appeal.number))[-1] == (5, "contact", False)
    assert counted("rated", until="2026-12-17") == {"rated": (0, 1)}


def test_another_number_with_the_same_ending_is_nobodys(people):
    session().get(User, people.worker.user_id).phone = "13900138000"
    session().commit()
    assert give(people.completed(), 5, POOR).state == "struck_off"


def test_staff_never_rate_and_a_proxy_is_kept_without_effect(people):
    appeal = people.completed()
    for by in (people.office, people.worker, people.head):
        with pytest.raises(NotYours):
            give(appeal, 5, POOR, by=by)
    appeal = give(appeal, 5, POOR, source=RatingSource.PROXY, by=people.office)
    assert (appeal.state, marks(appeal)) == ("completed", [(5, None, False)])
    assert counted("rated", until="2026-12-17") == {"rated": (0, 1)}


# -- the call-back ---------------------------------------------------------------------------------------------------------


def test_reached_without_an_answer_it_is_unrated_and_lapses_at_the_end_of_the_window(people):
    appeal = lapsed(people)
    assert appeal.struck_off_at == at("2026-12-04 18:00")
    assert counted("rated", "good_of_all", until="2026-12-17") == {"rated": (0, 1), "good_of_all": (0, 1)}


def test_a_marked_rating_spares_no_call(people):
    appeal = give(people.completed(), 5, POOR, staff_device=True)
    b.tick(at("2026-12-05 09:00"))
    assert b.the(appeal.number).state == "completed"
