"""Rectification and conduct: proof for appeals/rules/rates_conduct.py, the lower half of policy §9's table."""

from appeals.rules import rates
from appeals.rules.facts import (
    DueMove,
    DueReason,
    Duty,
    DutyFacts,
    RectificationFacts,
    ReturnFacts,
    Shelved,
)  # fmt: skip
from appeals.rules.rates_frame import Why
from appeals.rules.words import Exclusion, Part
from tests.rules.histories import (
    BASIS,
    CYCLE,
    FROZEN,
    OFFICE,
    U1,
    U2,
    answered,
    appeal,
    at,
    figure,
    figures,
    lead,
    version,
)  # fmt: skip

EXTENSION = DueMove(at("11-05 09:00"), at("11-06 18:00"), at("11-09 18:00"), DueReason.EXTENSION)


def rectifying(*reports, due="11-12 18:00"):
    return answered("10-29 18:00", "10-30 18:00", rectifications=(RectificationFacts(1, at(due), reports),))


# -- rectification ---------------------------------------------------------------------------------------


def test_a_rectification_is_in_time_by_the_report_finally_audited():
    in_time = rectifying(version("11-12 18:00:00", "11-13 18:00", True))
    assert figure("rectified", in_time) == (1, 1)
    assert figure("rectified_on_time", in_time) == (1, 1)
    twice = rectifying(
        version("11-11 18:00", "11-12 09:00", False), version("11-12 18:00:01", "11-13 09:00", True)
    )
    assert figure("rectified", twice) == (1, 1)
    assert figure("rectified_on_time", twice) == (0, 1)


def test_audited_at_p1_is_not_rectified_yet_but_the_report_was_in_time():
    waiting = rectifying(version("11-12 17:00", "11-16 00:00", True))
    assert figure("rectified", waiting) == (0, 1)
    assert figure("rectified_on_time", waiting) == (1, 1)


def test_a_rectification_without_report_is_in_both_bases():
    assert figure("rectified", rectifying()) == (0, 1)
    assert figure("rectified_on_time", rectifying()) == (0, 1)
    assert figure("rectified", rectifying(due="11-16 00:00")) == (0, 0)


# -- send-backs and extensions ---------------------------------------------------------------------------


def test_a_lead_sent_back_by_f_is_marked_once_however_often():
    versions = (
        version("11-04 18:00", "11-05 09:00", False), version("11-05 18:00", "11-06 09:00", False),
        version("11-09 10:00", "11-10 10:00", True),
    )  # fmt: skip
    row = figures(appeal(assignments=(lead(replies=versions),)))[U1]
    assert row["sent_back"] == (1, 1)
    assert row["on_time"] == (1, 1)


def test_a_send_back_after_p1_known_at_f_marks_and_one_after_f_does_not():
    for judged, found in (("11-17 18:00:00", (1, 1)), ("11-17 18:00:01", (0, 1))):
        one = appeal(assignments=(lead(replies=(version("11-09 10:00", judged, False),)),))
        assert figure("sent_back", one, period=FROZEN) == found


def test_only_extensions_count_as_extended():
    extended = appeal(assignments=(lead(due_moves=(EXTENSION,), original_due_at=at("11-06 18:00")),))
    assert figure("extended", extended) == (1, 1)
    cooperation = DueMove(EXTENSION.at, EXTENSION.before, EXTENSION.after, DueReason.COOPERATION)
    assert figure("extended", appeal(assignments=(lead(due_moves=(cooperation,)),))) == (0, 1)


def test_an_older_system_s_line_shows_an_extension_by_its_two_limits():
    assert figure("extended", appeal(assignments=(lead(original_due_at=at("11-06 18:00")),))) == (1, 1)
    assert figure("extended", appeal()) == (0, 1)


def test_their_base_is_that_of_on_time():
    gone = appeal(exclusion=Exclusion.MERGED, excluded_at=at("11-09 09:00"))
    assert figure("sent_back", gone) == (0, 0)
    assert figure("extended", gone) == (0, 0)


# -- returns ---------------------------------------------------------------------------------------------


def received(**given):
    return lead(dispatched_at=at("11-03 09:00"), due_at=at("11-17 18:00"), **given)


def test_a_rejected_return_stands_in_the_receiver_s_line():
    rejected = ReturnFacts(U1, at("11-03 15:00"), at("11-04 09:00"), False)
    assert figure("returns_rejected", appeal(assignments=(received(),), returns=(rejected,))) == (1, 1)
    assert figure("returns_rejected", appeal(assignments=(received(),))) == (0, 1)
    undecided = ReturnFacts(U1, at("11-03 15:00"))
    assert figure("returns_rejected", appeal(assignments=(received(),), returns=(undecided,))) == (0, 1)


def test_an_office_fault_return_is_a_misdispatch_of_the_office_and_void_for_the_unit():
    fault = ReturnFacts(U2, at("11-03 15:00"), at("11-04 09:00"), True, office_fault=True)
    wrong = lead(U2, dispatched_at=at("11-03 09:00"), ended_at=at("11-04 09:00"), void=True, final=False)
    right = lead(U1, dispatched_at=at("11-04 10:00"), due_at=at("11-18 18:00"))
    found = figures(appeal(assignments=(wrong, right), returns=(fault,)))
    assert found[OFFICE]["misdispatched"] == (1, 2)
    assert "returns_rejected" not in found.get(U2, {})
    assert found[U1]["returns_rejected"] == (0, 1)


def test_a_recalled_dispatch_is_in_no_base():
    recalled = lead(U2, dispatched_at=at("11-03 09:00"), ended_at=at("11-04 09:00"), void=True, final=False)
    pages = rates.listing([appeal(assignments=(recalled,))], CYCLE, BASIS)
    assert pages[OFFICE, "misdispatched"].excluded == [("Q1", Why.VOID)]
    assert pages[U2, "returns_rejected"].excluded == [("Q1", Why.VOID)]


def test_a_return_belongs_to_the_dispatch_it_was_made_on():
    first = lead(U1, dispatched_at=at("10-27 18:00"), ended_at=at("10-29 09:00"), final=False)
    rejected = ReturnFacts(U1, at("10-28 09:00"), at("10-28 18:00"), False)
    again = appeal(assignments=(first, received()), returns=(rejected,))
    assert figure("returns_rejected", again) == (0, 1)


# -- withdrawn, reopened, shelved ------------------------------------------------------------------------


def test_withdrawn_of_those_accepted_in_the_period_whenever_it_was_recorded_by_f():
    accepted = {
        "submitted_at": at("11-04 09:00"),
        "accepted_at": at("11-04 10:00"),
        "due_at": at("11-18 18:00"),
    }
    asked = {"exclusion": Exclusion.WITHDRAWN, "excluded_at": at("11-16 09:00")}
    mine = (lead(dispatched_at=at("11-04 10:00")),)
    by_f = appeal(**accepted, **asked, excluded_recorded_at=at("11-17 18:00"), assignments=mine)
    after_f = appeal(**accepted, **asked, excluded_recorded_at=at("11-17 18:01"), assignments=mine)
    assert figure("withdrawn", by_f, period=FROZEN) == (1, 1)
    assert figure("withdrawn", after_f, period=FROZEN) == (0, 1)
    assert figure("withdrawn", appeal()) == (0, 0)


def test_a_linked_reopening_known_by_f_marks_the_struck_off_appeal():
    closed = answered("10-29 18:00", "10-30 18:00", struck_off_at=at("11-05 09:00"))
    again = appeal(number="Q2", submitted_at=at("11-17 18:00"), accepted_at=None, due_at=None, assignments=(),
                   reopened_from="Q1")  # fmt: skip
    assert figure("reopened", closed, again, period=FROZEN) == (1, 1)
    later = appeal(number="Q2", submitted_at=at("11-17 18:01"), accepted_at=None, due_at=None, assignments=(),
                   reopened_from="Q1")  # fmt: skip
    assert figure("reopened", closed, later, period=FROZEN) == (0, 1)
    assert figure("reopened", closed) == (0, 1)


def test_shelved_at_p1_of_what_is_open_or_shelved_then():
    waiting = appeal(number="Q2", shelved=(Shelved(at("11-15 23:59:59")),))
    just_after = appeal(number="Q3", shelved=(Shelved(at("11-16 00:00:00")),))
    back = appeal(number="Q4", shelved=(Shelved(at("11-03 09:00"), at("11-15 23:59:59")),))
    done = answered(number="Q5")
    assert figure("shelved", appeal(), waiting, just_after, back, done) == (1, 4)


# -- the office's own line -------------------------------------------------------------------------------


def test_each_duty_of_the_office_has_its_rate():
    for kind, key in (
        (Duty.ACCEPT, "accepted_on_time"), (Duty.DISPATCH, "dispatched_on_time"),
        (Duty.APPROVE, "approved_on_time"), (Duty.DECIDE, "decided_on_time"),
    ):  # fmt: skip
        limit = at("11-04 18:00:00")
        kept = DutyFacts(kind, OFFICE, limit, at("11-04 18:00:00"))
        late = DutyFacts(kind, OFFICE, limit, at("11-04 18:00:01"))
        missed = DutyFacts(kind, OFFICE, limit)
        assert figure(key, appeal(duties=(kept, late, missed)), unit=OFFICE) == (1, 3)


def test_the_recusal_post_and_leaders_have_their_own_line():
    duties = (DutyFacts(Duty.DECIDE, "党政办公室", at("11-04 18:00"), at("11-04 17:00")),)
    assert figure("decided_on_time", appeal(duties=duties), unit="党政办公室") == (1, 1)
    assert figure("decided_on_time", appeal(duties=duties), unit=OFFICE) == (0, 0)


def test_a_declined_appeal_s_delay_shows_in_accepted_on_time():
    late = DutyFacts(Duty.ACCEPT, OFFICE, at("11-04 18:00"), at("11-05 09:00"))
    declined = appeal(accepted_at=None, assignments=(), duties=(late,), declined_at=at("11-05 09:00"))
    found = figures(declined)
    assert found[OFFICE]["accepted_on_time"] == (0, 1)
    assert "cleared" not in found[OFFICE]


def test_a_duty_that_ended_with_the_appeal_before_its_limit_is_in_no_base():
    duty = DutyFacts(Duty.APPROVE, OFFICE, at("11-04 18:00"))
    for asked, found in (("11-04 17:59:59", (0, 0)), ("11-04 18:00:00", (0, 1))):
        one = appeal(duties=(duty,), exclusion=Exclusion.WITHDRAWN, excluded_at=at(asked))
        assert figure("approved_on_time", one, unit=OFFICE) == found


def test_supports_are_dispatches_too_and_second_levels_are_not():
    support = lead(U2, part=Part.SUPPORT, dispatched_at=at("11-03 09:00"), final=False)
    sub = lead(U2, part=Part.SUB, dispatched_at=at("11-03 09:00"), final=False)
    found = figures(appeal(assignments=(received(), support, sub)))
    assert found[OFFICE]["misdispatched"] == (0, 2)
