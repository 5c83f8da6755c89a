"""Every rate has a name, a numerator and a denominator (policy §9; appeals/rules/rate_words.py)."""

from appeals.rules import rates
from appeals.rules.rate_words import MEANINGS, Group


def test_every_rate_is_explained_and_nothing_else():
    assert set(MEANINGS) == set(rates.KEYS)


def test_no_two_rates_share_a_name():
    assert len({each.label for each in MEANINGS.values()}) == len(MEANINGS)


def test_the_rating_rates_are_marked_as_speaking_of_single_companies():
    marked = {key for key, each in MEANINGS.items() if each.of_ratings}
    assert marked == {key for key, each in MEANINGS.items() if each.group is Group.RATING}
    assert {"good", "solved_reasonable", "responded"} < marked
