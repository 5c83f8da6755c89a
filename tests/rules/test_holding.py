"""Who held an appeal, from when to when: nothing is counted twice, and nothing is missing."""

from datetime import timedelta
from itertools import pairwise

import pytest

from appeals.rules import holding, stock, workdays
from appeals.rules.facts import ReplyVersion, Shelved, Spell, Undone
from tests.rules.histories import BASIS, OFFICE, U1, U2, answered, appeal, at, lead
from tests.rules.random_histories import stock_of

UNTIL = at("12-20 12:00")
HOUR = 3600


def held(one, until=UNTIL):
    return [(s.holder, s.seconds / HOUR) for s in holding.stretches(one, until, BASIS)]


def test_the_office_holds_it_until_dispatch_and_while_it_judges():
    one = answered(
        "10-29 18:00", "10-30 12:00", accepted_at=at("10-27 10:00"), lead_={"dispatched_at": at("10-27 17:00")}
    )  # accepted at 10, dispatched at 17: 2 + 4 working hours; two days with the unit and an hour; three to judge
    assert held(one) == [(OFFICE, 6), (U1, 17), (OFFICE, 3)]


def test_a_spell_comes_before_the_tenure_and_shelving_before_both():
    one = appeal(
        accepted_at=at("10-28 09:00"), assignments=(lead(dispatched_at=at("10-28 09:00")),),
        spells=(Spell(holding.COMPANY, at("10-28 10:00"), at("10-28 12:00")),),
        shelved=(Shelved(at("10-29 09:00"), at("10-29 18:00")),),
    )  # fmt: skip
    assert held(one, at("10-29 18:00")) == [(U1, 1), (holding.COMPANY, 2), (U1, 5), (holding.SHELVED, 8)]


def test_a_unit_that_lost_it_holds_it_no_longer():
    first = lead(U2, dispatched_at=at("10-28 09:00"), ended_at=at("10-28 12:00"), final=False)
    second = lead(dispatched_at=at("10-28 14:00"), replies=(ReplyVersion(at("10-28 16:00")),))
    one = appeal(accepted_at=at("10-28 09:00"), assignments=(first, second))
    assert held(one, at("10-28 18:00")) == [(U2, 3), (OFFICE, 1), (U1, 2), (OFFICE, 2)]


def test_between_an_ending_and_what_undid_it_nobody_held_it():
    gone = Undone("legal", at("10-28 12:00"), at("10-28 14:00"))
    one = appeal(accepted_at=at("10-28 09:00"), assignments=(lead(dispatched_at=at("10-28 09:00")),), undone=(gone,))
    assert held(one, at("10-28 18:00")) == [(U1, 3), (holding.NOBODY, 1), (U1, 4)]
    assert holding.booked(one, at("10-28 18:00"), BASIS) == {U1: 7 * HOUR}


@pytest.mark.parametrize("seed", range(60))
def test_dwell_times_add_up_exactly_to_the_elapsed_working_time(seed):
    until = at("2027-06-30 12:00")  # after everything these histories know
    for one in stock_of(seed):
        found = holding.stretches(one, until, BASIS)
        entered = stock.entered_at(one)
        if not found:
            continue
        assert found[0].from_at == entered
        assert all(a.to_at == b.from_at and a.holder != b.holder for a, b in pairwise(found))
        elapsed = workdays.working_seconds(entered, found[-1].to_at, BASIS.calendar, BASIS.hours)
        assert sum(each.seconds for each in found) == elapsed
        last = stock.stock_moves(one, OFFICE)[-1]
        assert found[-1].to_at == (until if stock.place([last], until + timedelta(days=1)) else last.at)
