"""What a cycle freezes: proof for appeals/rules/clearance_entries.py and holding.py (policy §7)."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from appeals.rules import holding, rates, workdays
from appeals.rules.clearance_entries import Entry, entries
from appeals.rules.facts import Shelved, Spell
from appeals.rules.stock import entered_at
from appeals.rules.words import Exclusion
from tests.rules.histories import (
    BASIS,
    CALENDAR,
    CYCLE,
    FROZEN,
    OFFICE,
    U1,
    U2,
    answered,
    appeal,
    at,
    lead,
    version,
)  # fmt: skip
from tests.rules.random_histories import stock_of

HOUR = 3600
DAY = 8 * HOUR


def entry(one, period=CYCLE):
    return next(entries([one], period, BASIS), None)


def test_cleared_in_time_late_and_not_at_all():
    assert entry(answered()) == Entry("Q1", U1, at("11-10 18:00"), due=True, cleared=True, kept=True)
    late = entry(answered("11-11 09:00", "11-12 09:00"))
    assert (late.due, late.cleared, late.kept) == (True, True, False)
    missed = entry(appeal())
    assert (missed.due, missed.cleared, missed.line) == (True, False, U1)


def test_completed_in_the_second_of_its_due_is_kept():
    assert entry(answered("11-06 18:00", "11-10 18:00:00")).kept
    assert not entry(answered("11-10 18:00:01", "11-10 18:00:01")).kept


def test_due_in_the_first_second_of_the_cycle_is_no_old_debt():
    first = entry(appeal(due_at=at("11-02 00:00"), completed_at=at("11-03 09:00")))
    assert (first.due, first.cleared, first.old_debt) == (True, True, False)


def test_what_is_not_due_has_no_part_in_the_cycle():
    assert entry(appeal(due_at=at("11-16 18:00"))) is None
    assert (
        entry(appeal(due_at=at("10-30 18:00"))) is None
    )  # an old debt not cleared: its own cycle's list has it


def test_an_old_debt_cleared_stands_apart_from_n():
    old = entry(answered("11-04 18:00", "11-05 18:00", due_at=at("10-30 18:00")))
    assert (old.due, old.old_debt, old.cleared) == (False, True, True)
    before = answered("10-29 18:00", "10-30 09:00", due_at=at("10-30 18:00"))
    assert entry(before) is None
    in_no_base = answered(
        "11-04 18:00",
        "11-05 18:00",
        due_at=at("10-30 18:00"),
        shelved=(Shelved(at("10-29 09:00"), at("11-03 09:00")),),
    )
    assert entry(in_no_base) is None


def test_shelved_at_its_due_is_listed_and_not_in_n():
    waiting = entry(appeal(shelved=(Shelved(at("11-05 09:00")),)))
    assert (waiting.due, waiting.shelved_at_due, waiting.shelved_now) == (False, True, True)
    elsewhere = entry(appeal(due_at=at("11-20 18:00"), shelved=(Shelved(at("11-05 09:00")),)))
    assert (elsewhere.due, elsewhere.shelved_at_due, elsewhere.shelved_now) == (False, False, True)


def test_an_exclusion_is_listed_with_its_rule():
    merged = entry(appeal(exclusion=Exclusion.MERGED, excluded_at=at("11-05 09:00")))
    assert (merged.due, merged.excluded_by) == (False, Exclusion.MERGED)


def test_the_office_is_charged_with_what_it_held():
    late_approval = entry(answered("11-09 18:00", "11-16 18:00"))
    assert (late_approval.line, late_approval.due, late_approval.cleared) == (OFFICE, True, False)


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_n_and_c_are_base_and_numerator_of_the_rate(seed):
    appeals = stock_of(seed)
    counted = rates.rates(appeals, FROZEN, BASIS).units
    listed = list(entries(appeals, FROZEN, BASIS))
    for line, row in counted.items():
        mine = [each for each in listed if each.line == line and each.due]
        assert len(mine) == row["cleared"].den
        assert sum(each.cleared for each in mine) == row["cleared"].num
        assert sum(each.kept for each in mine) == row["promise_kept"].num


# -- booked time -----------------------------------------------------------------------------------------


def booked(one, until="11-16 00:00"):
    return holding.booked(one, at(until), BASIS)


def test_the_office_before_dispatch_then_the_unit():
    # Accepted Wednesday 10-28 09:00, dispatched 14:00 (3 h + 1 h), overdue at the end of Friday 10-30.
    one = appeal(accepted_at=at("10-28 09:00"), assignments=(lead(dispatched_at=at("10-28 14:00")),))
    assert booked(one, "10-30 18:00") == {OFFICE: 4 * HOUR, U1: 4 * HOUR + 2 * DAY}


def test_units_by_tenure_and_the_office_between_them():
    first = lead(U2, dispatched_at=at("10-28 09:00"), ended_at=at("10-29 09:00"), void=True, final=False)
    second = lead(U1, dispatched_at=at("10-29 12:00"))
    one = appeal(accepted_at=at("10-28 09:00"), assignments=(first, second))
    assert booked(one, "10-29 18:00") == {U2: DAY, OFFICE: 3 * HOUR, U1: 5 * HOUR}


def test_the_office_while_it_judges_and_the_unit_again_after_a_send_back():
    versions = (version("11-02 18:00", "11-04 18:00", False), version("11-05 18:00"))
    one = appeal(
        accepted_at=at("11-02 09:00"), assignments=(lead(dispatched_at=at("11-02 09:00"), replies=versions),)
    )
    assert booked(one, "11-06 18:00") == {U1: DAY + DAY, OFFICE: 2 * DAY + DAY}


def test_the_company_while_it_cooperates_and_nobody_while_it_is_shelved():
    one = appeal(
        accepted_at=at("11-02 09:00"), assignments=(lead(dispatched_at=at("11-02 09:00")),),
        spells=(Spell(holding.COMPANY, at("11-03 09:00"), at("11-04 09:00")),),
        shelved=(Shelved(at("11-05 09:00"), at("11-06 09:00")),),
    )  # fmt: skip
    assert booked(one, "11-06 18:00") == {U1: 3 * DAY, holding.COMPANY: DAY, holding.SHELVED: DAY}


def test_nothing_is_booked_after_the_end():
    one = answered("11-02 18:00", "11-03 18:00", accepted_at=at("11-02 09:00"),
                   lead_={"dispatched_at": at("11-02 09:00")})  # fmt: skip
    assert booked(one) == {U1: DAY, OFFICE: DAY}


def test_the_longest_holder_stands_first_in_the_entry():
    one = appeal(accepted_at=at("10-28 09:00"), assignments=(lead(dispatched_at=at("10-28 14:00")),))
    assert entry(one).booked == ((U1, 12 * DAY + 4 * HOUR), (OFFICE, 4 * HOUR))


def test_holders_of_the_same_time_stand_by_name():
    one = appeal(accepted_at=at("11-09 10:00"), assignments=(lead(dispatched_at=at("11-13 14:00")),))
    spells = (
        Spell("乙", at("11-10 09:00"), at("11-11 09:00")),
        Spell("甲", at("11-11 09:00"), at("11-12 09:00")),
    )
    assert entry(replace(one, spells=spells)).booked[1:3] == (("乙", DAY), ("甲", DAY))


def test_a_second_of_shelving_is_a_second():
    one = appeal(
        accepted_at=at("11-02 09:00"), assignments=(lead(dispatched_at=at("11-02 09:00")),),
        shelved=(Shelved(at("11-02 10:00:00"), at("11-02 10:00:01")),),
    )  # fmt: skip
    assert booked(one, "11-02 18:00") == {U1: DAY - 1, holding.SHELVED: 1}


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_the_parts_add_up_to_the_whole(seed):
    for one in stock_of(seed, 8):
        if one.exclusion or one.completed_at or one.declined_at or one.undone or not entered_at(one):
            continue
        until = at("12-20 18:00")
        whole = workdays.working_seconds(entered_at(one), until, CALENDAR, BASIS.hours)
        assert sum(holding.booked(one, until, BASIS).values()) == whole
