"""Percentages, tiers and places: proof for appeals/rules/scoring.py, worked out by hand (policy §9, §10)."""

from fractions import Fraction

import pytest

from appeals.rules.rates import Rate
from appeals.rules.scoring import (
    Component,
    Deeds,
    Note,
    Rules,
    Tier,
    meets,
    percent,
    ranking,
    score,
    wilson,
)  # fmt: skip

# -- percentages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("num", "den", "printed"),
    [
        (8, 12, "66.67"),
        (1, 3, "33.33"),
        (198, 199, "99.50"),
        (1, 800, "0.13"),  # 0.125: half up, not to even
        (3, 800, "0.38"),  # 0.375
        (5, 5, "100.00"),
        (0, 7, "0.00"),
        (99999, 100000, "99.99"),  # 99.999 would round to a hundred
        (19999, 20000, "99.99"),  # 99.995 likewise
        (9999, 10000, "99.99"),
        (0, 0, "—"),
        (48, 60, "80.00"),
    ],
)
def test_percentages_are_rounded_half_up_and_a_hundred_is_only_all(num, den, printed):
    assert percent(num, den) == printed


def test_a_target_is_met_only_by_the_exact_fraction():
    target = Fraction(995, 1000)
    assert percent(198, 199) == "99.50"
    assert meets(198, 199, target) is False
    assert meets(199, 200, target) is True
    assert meets(0, 0, target) is None


def test_wilson_by_hand():
    # 8 of 10: centre (0.8 + 0.19207) / 1.38415 = 0.71674, half 1.95996·√(0.016 + 0.0096036)/1.38415 = 0.22658
    low, high = wilson(8, 10)
    assert low == pytest.approx(0.49016, abs=1e-5)
    assert high == pytest.approx(0.94332, abs=1e-5)


def test_wilson_of_all_none_and_nothing():
    assert wilson(10, 10)[1] == 1.0
    assert wilson(10, 10)[0] == pytest.approx(0.72247, abs=1e-5)  # 1 / 1.38415
    assert wilson(0, 10)[0] == 0.0
    assert wilson(0, 0) == (0.0, 1.0)


# -- scores ----------------------------------------------------------------------------------------------

FULL = {
    "on_time": Rate(19, 20), "solved_reasonable": Rate(9, 10), "good": Rate(9, 10), "responded": Rate(10, 10),
    "rectified_on_time": Rate(1, 1), "rated": Rate(10, 12), "extended": Rate(0, 20),
}  # fmt: skip


def quarter(**changed):
    return score({**FULL, **changed}, Deeds())


def test_the_default_weights_by_hand():
    # 40·0.95 + 20·0.9 + 20·0.9 + 10·1 + 10·1 = 38 + 18 + 18 + 20 = 94
    found = quarter()
    assert found.value == 94
    assert found.printed == "94.00"
    assert found.tier is Tier.B


def test_a_missing_component_s_weight_is_spread_in_proportion():
    # Without rectifications 90 points are left: (38 + 18 + 18 + 10) · 100/90 = 93.333…
    found = quarter(rectified_on_time=Rate(0, 0))
    assert found.value == Fraction(8400, 90)
    assert found.printed == "93.33"
    weights = {each.key: each.weight for each in found.components}
    assert weights["on_time"] == Fraction(4000, 90)
    assert weights["rectified_on_time"] == 0
    assert sum(weights.values()) == 100
    assert found.components[-1] == Component("rectified_on_time", Rate(0, 0), Fraction(0), Note.NOTHING_DUE)


def test_no_on_time_no_score():
    found = quarter(on_time=Rate(0, 0))
    assert (found.value, found.tier, found.printed) == (None, None, "—")
    assert found.notes == (Note.NOTHING_DUE,)


def test_a_unit_of_which_nothing_is_known_has_no_score_and_no_weight():
    found = score({}, Deeds())
    assert (found.value, found.deducted, found.notes) == (None, 0, (Note.NOTHING_DUE,))
    assert [(each.rate.den, each.weight, each.note) for each in found.components] == [
        (0, 0, Note.NOTHING_DUE)
    ] * 5


def test_a_rate_that_is_missing_caps_nothing():
    only = score({"on_time": Rate(1, 1)}, Deeds())
    assert (only.value, only.tier, only.notes) == (100, Tier.A, ())


def test_rating_components_need_five_rated():
    few = {"solved_reasonable": Rate(4, 4), "good": Rate(4, 4), "responded": Rate(4, 4), "rated": Rate(4, 8)}
    found = quarter(**few)
    assert [each.note for each in found.components] == [None, *[Note.SMALL_SAMPLE] * 3, None]
    assert found.value == Fraction(100 * (38 + 10), 50)  # on_time 40 and rectified_on_time 10 are left
    five = quarter(good=Rate(5, 5), solved_reasonable=Rate(2, 2), responded=Rate(1, 1))
    assert [each.note for each in five.components] == [None] * 5


def test_appeals_split_from_one_do_not_make_five_rated():
    found = quarter(good=Rate(6, 6, n=4))
    assert found.components[2].note is Note.SMALL_SAMPLE


@pytest.mark.parametrize(
    ("good", "tier"), [(Fraction(95), Tier.A), (Fraction(90), Tier.B), (Fraction(80), Tier.C)]
)
def test_a_tier_begins_at_its_exact_bound(good, tier):
    at_bound = score({"on_time": Rate(int(good), 100)}, Deeds())
    below = score({"on_time": Rate(int(good) * 1000 - 1, 100000)}, Deeds())
    assert at_bound.tier is tier
    assert below.tier > tier
    assert below.printed == at_bound.printed  # 94.999 prints 95.00 and is B all the same


def test_deductions_by_hand():
    # Five rejected returns: 2.5; eight would be 4 but at most 3. Two red papers: 4.
    assert score(FULL, Deeds(rejected_returns=5)).value == Fraction(94) - Fraction(5, 2)
    assert score(FULL, Deeds(rejected_returns=8)).value == 91
    assert score(FULL, Deeds(red_papers=2)).value == 90
    assert score(FULL, Deeds(red_papers=2)).deducted == 4


def test_proven_misconduct_costs_ten_and_is_at_most_d():
    found = score({"on_time": Rate(1, 1)}, Deeds(misconduct=1))
    assert (found.value, found.tier) == (90, Tier.D)


def test_a_score_is_never_below_nought():
    assert score({"on_time": Rate(0, 5)}, Deeds(misconduct=1)).value == 0


def test_few_ratings_cap_at_b():
    best = {"on_time": Rate(20, 20), "good": Rate(29, 29), "rated": Rate(29, 97)}
    assert score(best, Deeds()).tier is Tier.B
    assert score(best, Deeds()).notes == (Note.FEW_RATED,)
    assert score({**best, "rated": Rate(30, 100)}, Deeds()).tier is Tier.A


def test_more_than_fifteen_in_a_hundred_extended_is_not_a():
    assert score({"on_time": Rate(20, 20), "extended": Rate(3, 20)}, Deeds()).tier is Tier.A
    assert score({"on_time": Rate(19, 19), "extended": Rate(3, 19)}, Deeds()).tier is Tier.B


def test_external_units_get_neither_score_nor_tier_nor_deduction():
    found = score(FULL, Deeds(red_papers=1), external=True)
    assert (found.value, found.tier, found.deducted, found.notes) == (None, None, 0, (Note.EXTERNAL,))


def test_weights_are_settings():
    found = score(FULL, Deeds(), rules=Rules(weights={"on_time": 1, "good": 1}))
    assert found.value == Fraction(100 * (Fraction(95, 100) + Fraction(9, 10)), 2)


# -- places ----------------------------------------------------------------------------------------------


def test_ranking_is_by_the_lower_bound_and_ties_share_a_place():
    units = {"甲": Rate(2, 2), "乙": Rate(38, 40), "丙": Rate(10, 10), "丁": Rate(10, 10), "戊": Rate(0, 0)}
    # Lower bounds: 乙 0.835, 丙 = 丁 0.722, 甲 0.342; 戊 has nothing due.
    assert ranking(units) == [(1, "乙"), (2, "丁"), (2, "丙"), (4, "甲")]
