"""Cutting what became known later: figures of a period that has ended lose nothing (appeals/rules/known.py)."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from appeals.rules import clearance, clearance_entries, facts, known, rates, stock
from appeals.rules.words import Exclusion, Solved
from tests.rules.histories import (
    BASIS,
    CALENDAR,
    FROZEN,
    OFFICE,
    U1,
    answered,
    appeal,
    at,
    lead,
    rating,
)
from tests.rules.random_histories import stock_of

F = FROZEN.known_at
SECONDS = st.integers(0, 70 * 24 * 3600)


def cut(appeals, when):
    return [each for each in (known.known(one, when) for one in appeals) if each is not None]


def counted(appeals, period):
    """Everything a cycle publishes but 销号率, which looks beyond its own F."""
    figures = rates.rates(appeals, period, BASIS, {U1: "甲类"})
    items = [(i.line, i.key, i.appeal.number, i.num, i.excluded_by) for i in rates.items(appeals, period, BASIS)]
    return (
        [item for item in items if item[1] != "struck_off"],
        {line: _without_struck_off(keys) for line, keys in {**figures.units, **figures.groups}.items()},
        figures.medians, figures.total_median,
        list(clearance_entries.entries(appeals, period, BASIS)),
        stock.balances(appeals, period.from_at, period.to_at, OFFICE),
    )  # fmt: skip


def _without_struck_off(keys):
    return {key: (rate.num, rate.den, rate.n) for key, rate in keys.items() if key != "struck_off" and rate.den}


def _nonempty(result):
    """Lines without any base are no figures: a line may be named only because of 销号率."""
    items, lines, *rest = result
    return items, {line: keys for line, keys in lines.items() if keys}, rest


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**9), begin=SECONDS, length=st.integers(1, 20 * 24 * 3600), wait=st.integers(0, 20 * 24 * 3600))
def test_figures_of_any_period_that_has_ended_by_f_are_those_of_the_whole_history(seed, begin, length, wait):
    appeals = stock_of(seed)
    from_at = at("2026-09-25 00:00") + timedelta(seconds=begin)
    to_at = from_at + timedelta(seconds=length)
    period = rates.Period(from_at, to_at, to_at + timedelta(seconds=wait))
    assert _nonempty(counted(cut(appeals, period.known_at), period)) == _nonempty(counted(appeals, period))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9), cycle=st.integers(112, 118))
def test_the_strike_off_rate_needs_only_what_was_known_at_the_next_f(seed, cycle):
    appeals = stock_of(seed)
    period = clearance.period(cycle, CALENDAR)
    whole, then = rates.rates(appeals, period, BASIS), rates.rates(cut(appeals, period.struck_known_at), period, BASIS)
    assert {line: keys["struck_off"] for line, keys in then.units.items() if keys["struck_off"].den} == {
        line: keys["struck_off"] for line, keys in whole.units.items() if keys["struck_off"].den
    }


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9), first=SECONDS, later=st.integers(0, 30 * 24 * 3600))
def test_cutting_late_and_then_early_is_cutting_early(seed, first, later):
    early = at("2026-09-25 00:00") + timedelta(seconds=first)
    appeals = stock_of(seed)
    assert cut(cut(appeals, early + timedelta(seconds=later)), early) == cut(appeals, early)


# -- by hand ---------------------------------------------------------------------------------------------


def test_what_was_not_filed_yet_does_not_exist():
    assert known.known(appeal(submitted_at=F), F) is not None
    assert known.known(appeal(submitted_at=F + timedelta(seconds=1)), F) is None


def test_business_text_is_gone():
    named = appeal(content=facts.Content("某公司", "91610000MA6TEST00X", "标题", "正文"))
    assert known.known(named, F).content == facts.Content()


def test_a_withdrawal_is_unknown_until_it_is_confirmed():
    one = appeal(exclusion=Exclusion.WITHDRAWN, excluded_at=at("11-09 09:00"), excluded_recorded_at=at("11-18 09:00"))
    assert known.known(one, F).exclusion is None
    assert known.known(one, at("11-18 09:00")).exclusion is Exclusion.WITHDRAWN


def test_a_limit_moved_later_is_where_it_was():
    move = facts.DueMove(at("11-18 09:00"), at("11-10 18:00"), at("11-20 18:00"), facts.DueReason.EXTENSION)
    one = appeal(due_at=move.after, due_moves=(move,))
    assert known.known(one, F).due_at == at("11-10 18:00")
    assert known.known(one, at("11-18 09:00")).due_at == at("11-20 18:00")


def test_a_rating_discounted_later_still_counts():
    given = rating("11-12 10:00", counts=False, discounted_at=at("11-18 10:00"))
    one = answered(ratings=(given,))
    assert [each.counts for each in known.known(one, F).ratings] == [True]
    assert [each.counts for each in known.known(one, at("11-18 10:00")).ratings] == [False]


def test_a_strike_off_undone_later_stands():
    past = facts.Undone(facts.STRUCK_OFF, at("11-17 17:00"), at("11-18 10:00"))
    one = answered(undone=(past,), ratings=(rating("11-17 17:00", 5), rating("11-18 10:00", 1, Solved.NO)))
    assert known.known(one, F).struck_off_at == at("11-17 17:00")
    assert known.known(one, at("11-18 10:00")).struck_off_at is None


def test_an_answer_judged_later_is_one_not_judged():
    one = appeal(assignments=(lead(replies=(facts.ReplyVersion(at("11-12 10:00"), at("11-18 10:00"), False),)),))
    assert known.known(one, F).assignments[0].replies == (facts.ReplyVersion(at("11-12 10:00")),)


def test_a_conference_that_came_later_leaves_the_first_lead():
    one = appeal(assignments=(
        lead(ended_at=at("11-18 10:00"), final=False), lead("沣东新城", dispatched_at=at("11-18 10:00"), final=True),
    ))  # fmt: skip
    assert [(each.unit, each.ended_at, each.final) for each in known.known(one, F).assignments] == [(U1, None, True)]


def test_a_withdrawal_taken_back_since_keeps_the_instant_of_its_confirmation():
    past = facts.Undone("withdrawn", at("11-05 10:00"), at("12-01 10:00"), recorded_at=at("11-06 10:00"))
    seen = known.known(appeal(undone=(past,)), F)
    assert (seen.exclusion, seen.excluded_at) == (Exclusion.WITHDRAWN, at("11-05 10:00"))
    assert seen.excluded_recorded_at == at("11-06 10:00")
