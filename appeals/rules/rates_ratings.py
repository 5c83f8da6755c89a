"""The rating rates: cohort by settlement time; no rating is never satisfied (policy §6, §9)."""

from collections.abc import Iterator

from appeals.rules import asof, facts, words
from appeals.rules.rates_frame import Frame, Item, Why
from appeals.rules.words import Outcome, RatingSource, Solved

GOOD = 3  # the lowest of the levels that are not poor
TENTHS = {5: 10, 4: 10, 3: 9}

KEYS = (
    "rated", "self_rated", "good_of_all", "responded", "solved", "solved_reasonable", "good", "weighted",
)  # fmt: skip


def items(appeal: facts.AppealFacts, frame: Frame) -> Iterator[Item]:
    """What one appeal contributes to the rating rates, in its final lead's line."""
    if not frame.cut.sees(appeal.completed_at):
        return
    ends_at = asof.window_end(appeal, frame.basis.calendar, frame.basis.limits)
    if ends_at is None:
        return
    first = asof.first_rating(appeal, ends_at, frame.cut)
    if not frame.period.holds(first.at if first else ends_at):
        return
    excluded = asof.exclusion(appeal, frame.cut)
    why = excluded[0] if excluded else None
    rating = asof.counted_rating(appeal, first, frame.cut) if first else None
    line = frame.lead_line(appeal, asof.final_lead(appeal, frame.cut))
    for key, num, left_out in _values(appeal, rating):
        of_cohort = key in ("rated", "self_rated", "good_of_all")
        yield Item(line, key, appeal, num, why or (None if of_cohort else left_out))


def _values(
    appeal: facts.AppealFacts, rating: facts.RatingFacts | None
) -> Iterator[tuple[str, int, words.Word | None]]:
    """(key, numerator, why it is not among the rated of this key) for every key."""
    if rating is None:
        yield from ((key, 0, Why.UNRATED) for key in KEYS)
        return
    good, yes = int(rating.level >= GOOD), int(rating.solved == Solved.YES)
    yield "rated", 1, None
    yield "self_rated", int(rating.source == RatingSource.SELF), None
    yield "good_of_all", good, None
    yield "responded", int(rating.contacted is True), Why.NO_ANSWER if rating.contacted is None else None
    yield "solved", yes, None
    yield "solved_reasonable", yes, Why.EXPLAINED if appeal.outcome == Outcome.EXPLAINED else None
    yield "good", good, None
    yield "weighted", TENTHS.get(rating.level, 0), None
