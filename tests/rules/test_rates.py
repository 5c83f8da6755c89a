"""Every rate together: proof for appeals/rules/rates.py, by the worked example and by random histories."""

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from appeals import data
from appeals.rules import clearance, ledger, rates, stock
from appeals.rules.rates_frame import Why
from appeals.rules.words import Exclusion
from tests.rules import random_histories
from tests.rules.histories import (
    BASIS,
    CYCLE,
    FROZEN,
    OFFICE,
    U1,
    U2,
    U3,
    answered,
    appeal,
    at,
    figures,
    lead,
)
from tests.rules.random_histories import stock_of

DATA = Path(__file__).parent.parent / "data"
KNOWN = ledger.Known(
    frozenset(unit.name for unit in data.units()),
    frozenset(area.number for area in data.areas() if area.kind == "task"),
    frozenset(territory.name for territory in data.territories()),
)


def worked_example():
    lines = (DATA / "worked_example.jsonl").read_text(encoding="utf-8").splitlines()
    return [ledger.parse(json.loads(line), KNOWN) for line in lines]


def test_the_worked_example_gives_exactly_its_integers():
    expected = json.loads((DATA / "worked_example.expected.json").read_text(encoding="utf-8"))["units"]
    keys = {key for row in expected.values() for key in row}
    counted = rates.rates(worked_example(), CYCLE, BASIS).units
    found = {
        line: {key: {"num": row[key].num, "den": row[key].den} for key in keys if row[key].den}
        for line, row in counted.items()
    }
    assert found == expected


def test_the_worked_example_s_other_keys_by_hand():
    found = figures(*worked_example())
    # T7's limit was extended; nothing was sent back; of T3, T4, T5, T11, T16 open at the end T4 is shelved.
    assert found[U1]["extended"] == (1, 12)
    assert found[U1]["sent_back"] == (0, 12)
    assert found[U1]["shelved"] == (1, 5)
    # T1, T2, T7, T12, T14, T15, T17 are struck off inside the cycle; none is reopened.
    assert found[U1]["reopened"] == (0, 7)
    assert found[OFFICE]["misdispatched"] == (0, 1)  # T11's second dispatch


def test_the_pages_behind_the_worked_example_name_each_rule():
    pages = rates.listing(worked_example(), CYCLE, BASIS)
    page = pages[U1, "cleared"]
    assert page.denominator == ["T1", "T2", "T3", "T6", "T7", "T9", "T10", "T13", "T17", "T18"]
    assert page.numerator == ["T1", "T2", "T6", "T7", "T10", "T13", "T17", "T18"]
    assert page.excluded == [("T4", Why.SHELVED), ("T8", Exclusion.MERGED)]
    assert pages[OFFICE, "cleared"].denominator == ["T11", "T16"]
    assert pages[U2, "on_time"].excluded == [("T11", Why.VOID)]
    assert ("T10", Exclusion.UNREASONABLE) in pages[U1, "rated"].excluded
    assert pages[U1, "solved_reasonable"].excluded == [
        ("T10", Exclusion.UNREASONABLE), ("T14", Why.UNRATED), ("T15", Why.EXPLAINED), ("T17", Why.UNRATED),
    ]  # fmt: skip
    assert ("T15", Why.NO_ANSWER) in pages[U1, "responded"].excluded


def test_frozen_at_f_the_worked_example_knows_no_strike_off_of_the_18th():
    frozen = rates.rates(worked_example(), FROZEN, BASIS).units
    assert frozen[U1]["struck_off"] == rates.Rate(6, 10)  # T10 on 11-20 and T18 on 11-18 with them
    first = rates.Period(FROZEN.from_at, FROZEN.to_at, FROZEN.known_at)
    assert rates.rates(worked_example(), first, BASIS).units[U1]["struck_off"] == rates.Rate(4, 10)


def test_an_empty_base_is_nought_over_nought_for_every_key():
    nothing = rates.rates([], CYCLE, BASIS)
    assert nothing.units == {}
    assert set(nothing.total) == set(rates.KEYS)
    assert all(rate == rates.Rate(0, 0) for rate in nothing.total.values())
    assert nothing.total_median is None


def test_totals_pool_sums_over_every_line():
    mine, theirs = answered(), appeal(number="Q2", assignments=(lead(U2),))
    total = rates.rates([mine, theirs], CYCLE, BASIS).total
    assert total["on_time"] == rates.Rate(1, 2)


def test_a_group_pools_its_lines_and_no_other_and_counts_split_appeals_once():
    parts = [answered(), answered(number="Q2", split_from="Q1", lead_={"unit": U2}), answered(number="Q3", lead_={"unit": U3})]
    counted = rates.rates(parts, CYCLE, BASIS, {U1: "甲类", U2: "甲类"})
    assert set(counted.groups) == {"甲类"}
    row = counted.groups["甲类"]["cleared"]
    assert (row.num, row.den, row.n) == (2, 2, 1)
    assert counted.total["cleared"].n == 2


def test_appeals_split_from_one_count_once_in_n_unless_the_company_split_them():
    by_office = [answered(), answered(number="Q2", split_from="Q1"), answered(number="Q3", split_from="Q1")]
    row = rates.rates(by_office, CYCLE, BASIS).units[U1]
    assert (row["cleared"].num, row["cleared"].den, row["cleared"].n) == (3, 3, 1)
    by_company = [answered(), answered(number="Q2", split_from="Q1", split_by_company=True)]
    assert rates.rates(by_company, CYCLE, BASIS).units[U1]["cleared"].n == 2


def test_the_median_is_the_lower_middle_of_working_seconds():
    # Accepted Tuesday 10-27 18:00, a working day is 8 hours: 11-09 is the 9th day after, 11-06 the 8th.
    hour = 3600
    pair = [answered(completed="11-09 18:00"), answered(number="Q2", completed="11-06 18:00")]
    counted = rates.rates(pair, CYCLE, BASIS)
    assert counted.medians == {U1: 8 * 8 * hour}
    three = [*pair, answered(number="Q3", completed="11-09 10:00")]
    assert rates.rates(three, CYCLE, BASIS).total_median == (8 * 8 + 1) * hour


def test_the_median_leaves_out_exclusions_and_other_periods():
    excluded = answered(exclusion=Exclusion.UNREASONABLE, excluded_at=at("11-10 09:00"))
    after = answered(completed="11-16 00:00")
    assert rates.rates([excluded, after], CYCLE, BASIS).medians == {}


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_every_figure_is_the_sum_of_its_page(seed):
    appeals = stock_of(seed)
    counted = rates.rates(appeals, FROZEN, BASIS)
    pages = rates.listing(appeals, FROZEN, BASIS)
    for line, row in counted.units.items():
        for key, rate in row.items():
            page = pages.get((line, key), rates.Listing())
            assert len(page.denominator) == rate.den
            if key != "weighted":
                assert len(page.numerator) == rate.num
            assert set(page.numerator) <= set(page.denominator)
    for key in rates.KEYS:
        assert counted.total[key].den == sum(row[key].den for row in counted.units.values())


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_what_happens_after_p1_and_f_changes_nothing(seed):
    """A recomputation years later with the full history gives the figures of F."""
    for one in stock_of(seed):
        known = random_histories.as_recorded_by(one, FROZEN.known_at)
        frozen = rates.Period(FROZEN.from_at, FROZEN.to_at, FROZEN.known_at)
        assert figures(one, period=frozen) == figures(*([known] if known else []), period=frozen)


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_the_base_of_cleared_in_all_cycles_is_every_appeal_once(seed):
    """An appeal belongs to exactly one cycle: to none only if excluded, declined, shelved or never due."""
    bases: dict[str, int] = {}
    appeals = stock_of(seed, 6)
    for cycle in range(110, 125):
        whole = clearance.bounds(cycle)
        period = rates.Period(*whole, at("2027-12-31 18:00"))
        for (_, key), page in rates.listing(appeals, period, BASIS).items():
            if key == "cleared":
                for number in page.denominator:
                    bases[number] = bases.get(number, 0) + 1
    assert set(bases.values()) <= {1}
    for one in appeals:
        plain = not (one.exclusion or one.undone or one.declined_at or one.shelved)
        if plain and stock.entered_at(one):
            assert bases.get(one.number) == 1
