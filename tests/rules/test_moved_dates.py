"""What is left of a limit, how much may be added, and how a moved limit explains itself (policy §4)."""

from datetime import date, datetime

from appeals.rules import extensions, pieces, shelving
from appeals.rules.deadlines import Limits
from appeals.rules.facts import DueMove, DueReason
from appeals.rules.pieces import Piece
from appeals.rules.workdays import SHANGHAI, Calendar

DAYS, LIMITS = Calendar.of(()), Limits()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# Monday 2026-11-23 and ten working days from it.
START, DUE = at("2026-11-23 10:00"), at("2026-12-07 18:00")


def move(reason: DueReason, when: str, before: str, after: str) -> DueMove:
    return DueMove(at(when), at(f"{before} 18:00"), at(f"{after} 18:00"), reason)


def test_an_extension_is_asked_a_working_day_before_the_limit():
    assert extensions.latest_ask(at("2026-12-07 18:00"), DAYS, LIMITS) == at("2026-12-04 18:00")


def test_ten_days_each_and_thirty_in_all():
    assert extensions.most_days(START, DUE, [], DAYS, LIMITS) == 10
    once = move(DueReason.EXTENSION, "2026-12-01 10:00", "2026-12-07", "2026-12-21")
    assert extensions.most_days(START, once.after, [once], DAYS, LIMITS) == 10
    twice = move(DueReason.EXTENSION, "2026-12-10 10:00", "2026-12-21", "2026-12-31")
    assert extensions.most_days(START, twice.after, [once, twice], DAYS, LIMITS) == 2
    assert extensions.most_days(START, at("2027-01-04 18:00"), [], DAYS, LIMITS) == 0


def test_days_on_which_the_promise_stood_still_are_not_in_the_ceiling():
    """Shelved over eight weeks: the promise moved by forty working days, of which none was anybody's."""
    back = move(DueReason.SHELVING, "2027-01-25 10:00", "2026-12-07", "2027-02-01")
    assert extensions.promised_days(START, back.after, [back], DAYS) == 10
    assert extensions.most_days(START, back.after, [back], DAYS, LIMITS) == 10


def test_shelving_is_asked_two_working_days_before_the_promise():
    assert shelving.latest_ask(DUE, DAYS, LIMITS) == at("2026-12-03 18:00")


def test_six_months_end_on_the_same_day_or_the_last_of_a_shorter_month():
    assert shelving.months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert shelving.months_after(date(2026, 12, 15), 1) == date(2027, 1, 15)
    assert shelving.longest(at("2026-11-27 15:00"), LIMITS) == at("2027-05-27 18:00")


def test_what_was_left_counts_from_the_return_and_is_at_least_three_days():
    def restored(from_at: str) -> datetime:
        return shelving.restored(DUE, from_at=at(from_at), back_at=at("2027-01-04 10:00"), calendar=DAYS, limits=LIMITS)

    assert restored("2026-11-27 15:00") == at("2027-01-12 18:00")  # six
    assert restored("2026-11-27 18:00:01") == at("2027-01-11 18:00")  # five: it counts on the Monday after
    assert restored("2026-12-04 10:00") == at("2027-01-07 18:00")  # one, so three
    assert restored("2026-12-07 17:00") == at("2027-01-07 18:00")  # none, so three


def test_an_unmoved_limit_is_one_piece():
    assert pieces.of(START, DUE, []) == [Piece(None, START, DUE)]


def test_each_move_is_a_piece_that_says_from_where_it_counts():
    extended = move(DueReason.EXTENSION, "2026-12-01 10:00", "2026-12-07", "2026-12-11")
    back = move(DueReason.SHELVING, "2027-01-04 10:00", "2026-12-11", "2027-01-07")
    assert pieces.of(START, back.after, [back, extended]) == [
        Piece(None, START, DUE),
        Piece(DueReason.EXTENSION, DUE, at("2026-12-11 18:00")),
        Piece(DueReason.SHELVING, at("2027-01-04 10:00"), at("2027-01-07 18:00")),
    ]


def test_what_the_calendar_moved_stays_in_its_piece():
    published = move(DueReason.CALENDAR, "2026-12-01 10:00", "2026-12-07", "2026-12-08")
    extended = move(DueReason.EXTENSION, "2026-12-02 10:00", "2026-12-08", "2026-12-10")
    assert pieces.of(START, extended.after, [published, extended]) == [
        Piece(None, START, at("2026-12-08 18:00")),
        Piece(DueReason.EXTENSION, at("2026-12-08 18:00"), at("2026-12-10 18:00")),
    ]
