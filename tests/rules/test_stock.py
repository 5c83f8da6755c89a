"""Flows and balances: proof for appeals/rules/stock.py, the identity of policy §7 on random histories too."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from appeals.rules import clearance, facts, stock
from appeals.rules.facts import Duty, DutyFacts, Shelved, Undone
from appeals.rules.stock import Flow, Place, StockMove
from appeals.rules.words import Exclusion, Part
from tests.rules.histories import OFFICE, U1, U2, answered, appeal, at, lead
from tests.rules.random_histories import stock_of

P0, P1 = at("11-02 00:00"), at("11-16 00:00")


def kinds(one):
    return [(move.kind, move.from_line, move.to_line) for move in stock.stock_moves(one, OFFICE)]


def test_an_appeal_comes_in_through_the_office_and_leaves_by_completion():
    one = answered("11-06 18:00", "11-09 18:00")
    assert stock.stock_moves(one, OFFICE) == [
        StockMove(at("10-27 18:00"), Flow.ACCEPTED, None, OFFICE),
        StockMove(at("10-27 18:00"), Flow.DISPATCHED, OFFICE, U1),
        StockMove(at("11-09 18:00"), Flow.COMPLETED, U1, None),
    ]


def test_a_decided_return_goes_back_to_the_office_and_a_conference_straight_on():
    returned = lead(U2, ended_at=at("11-03 09:00"), void=True, final=False)
    again = lead(U1, dispatched_at=at("11-04 09:00"))
    assert kinds(appeal(assignments=(returned, again)))[2:] == [
        (Flow.TRANSFERRED, U2, OFFICE), (Flow.DISPATCHED, OFFICE, U1),
    ]  # fmt: skip
    straight = lead(U1, dispatched_at=at("11-03 09:00"))
    assert kinds(appeal(assignments=(returned, straight)))[2:] == [(Flow.TRANSFERRED, U2, U1)]


def test_a_void_tenure_without_end_lasts_to_the_next_dispatch_or_held_nothing():
    wrong = lead(U2, void=True, final=False)
    assert kinds(appeal(assignments=(wrong, lead(U1, dispatched_at=at("11-06 18:00")))))[1:] == [
        (Flow.DISPATCHED, OFFICE, U2), (Flow.TRANSFERRED, U2, U1),
    ]  # fmt: skip
    assert kinds(appeal(assignments=(wrong,))) == [(Flow.ACCEPTED, None, OFFICE)]


def test_supports_and_a_direct_answer_move_no_stock():
    support = lead(U2, part=Part.SUPPORT, final=False)
    assert kinds(appeal(assignments=(lead(OFFICE), support))) == [(Flow.ACCEPTED, None, OFFICE)]


def test_an_unaccepted_appeal_enters_the_office_s_stock_when_acceptance_was_due():
    late = DutyFacts(Duty.ACCEPT, OFFICE, at("10-28 18:00"), at("10-29 09:00"))
    accepted = appeal(accepted_at=at("10-29 09:00"), assignments=(), duties=(late,))
    assert stock.stock_moves(accepted, OFFICE) == [StockMove(at("10-28 18:00"), Flow.ACCEPTED, None, OFFICE)]
    declined = appeal(accepted_at=None, assignments=(), duties=(late,), declined_at=at("10-29 09:00"))
    assert stock.stock_moves(declined, OFFICE)[1:] == [StockMove(at("10-29 09:00"), Flow.ENDED, OFFICE, None)]


def test_a_decline_in_time_never_enters_stock():
    duty = DutyFacts(Duty.ACCEPT, OFFICE, at("10-28 18:00"), at("10-28 18:00"))
    assert (
        kinds(appeal(accepted_at=None, assignments=(), duties=(duty,), declined_at=at("10-28 18:00"))) == []
    )


def test_an_upheld_review_of_a_decline_enters_as_accepted_on_that_day():
    undone = Undone(facts.DECLINED, at("10-20 09:00"), at("10-27 18:00"))
    assert kinds(appeal(undone=(undone,), assignments=())) == [(Flow.ACCEPTED, None, OFFICE)]


def test_without_a_noted_acceptance_it_enters_at_its_first_dispatch():
    assert kinds(appeal(accepted_at=None)) == [(Flow.ACCEPTED, None, OFFICE), (Flow.DISPATCHED, OFFICE, U1)]


def test_an_unmerged_appeal_is_reopened_where_it_was():
    merged = Undone(Exclusion.MERGED.value, at("11-03 09:00"), at("11-05 09:00"))
    assert kinds(appeal(undone=(merged,)))[2:] == [(Flow.ENDED, U1, None), (Flow.REOPENED, None, U1)]


def test_what_was_undone_before_it_was_booked_moves_no_stock():
    asked = Undone(Exclusion.WITHDRAWN.value, at("11-03 09:00"), at("11-05 09:00"), at("11-05 09:00"))
    assert len(kinds(appeal(undone=(asked,)))) == 2
    excluded = Undone(Exclusion.UNREASONABLE.value, at("11-03 09:00"), at("11-05 09:00"))
    assert len(kinds(appeal(undone=(excluded,)))) == 2


def test_any_exit_of_a_shelved_appeal_is_booked_as_back_then_exit():
    for to_at in (None, at("11-05 09:00")):
        one = appeal(
            shelved=(Shelved(at("11-03 09:00"), to_at),),
            exclusion=Exclusion.LEGAL, excluded_at=at("11-05 09:00"),
        )  # fmt: skip
        assert kinds(one)[2:] == [
            (Flow.SHELVED, U1, None), (Flow.BACK, None, U1), (Flow.ENDED, U1, None),
        ]  # fmt: skip


def test_a_withdrawal_leaves_when_it_is_confirmed_not_when_it_was_asked():
    one = appeal(exclusion=Exclusion.WITHDRAWN, excluded_at=at("11-05 09:00"),
                 excluded_recorded_at=at("11-09 09:00"))  # fmt: skip
    assert stock.stock_moves(one, OFFICE)[-1] == StockMove(at("11-09 09:00"), Flow.ENDED, U1, None)


def test_what_comes_after_completion_moves_no_stock():
    one = answered(
        exclusion=Exclusion.UNREASONABLE, excluded_at=at("11-12 09:00"), struck_off_at=at("11-12 10:00")
    )
    assert kinds(one)[-1] == (Flow.COMPLETED, U1, None)
    changed = Undone(facts.STRUCK_OFF, at("11-10 09:00"), at("11-10 20:00"))
    assert kinds(answered(undone=(changed,)))[-1] == (Flow.COMPLETED, U1, None)
    untrue = answered(exclusion=Exclusion.UNTRUE, excluded_at=at("11-09 18:00"))
    assert kinds(untrue)[-1] == (Flow.COMPLETED, U1, None)


def test_a_self_handled_tenure_is_the_line_of_its_own():
    assert kinds(appeal(filer_unit=U1))[1:] == [(Flow.DISPATCHED, OFFICE, facts.SELF_HANDLED)]


def test_the_place_is_that_before_the_instant():
    moves = stock.stock_moves(appeal(shelved=(Shelved(at("11-03 09:00")),)), OFFICE)
    assert stock.place(moves, at("10-27 18:00")) is None
    assert stock.place(moves, at("11-03 09:00")) == Place(U1, False)
    assert stock.place(moves, at("11-03 09:00:01")) == Place(U1, True)
    done = stock.stock_moves(answered(), OFFICE)
    assert stock.place(done, at("11-09 18:00:00")) == Place(U1, False)
    assert stock.place(done, at("11-09 18:00:01")) is None


def test_a_balance_by_hand():
    opening = appeal(number="Q1")
    done = answered(number="Q2")
    returned = appeal(
        number="Q3", submitted_at=at("11-03 09:00"), accepted_at=at("11-03 10:00"),
        assignments=(lead(U2, dispatched_at=at("11-03 11:00"), ended_at=at("11-05 09:00"), final=False),),
    )  # fmt: skip
    shelved = appeal(number="Q4", shelved=(Shelved(at("11-04 09:00")),))
    found = stock.balances([opening, done, returned, shelved], P0, P1, OFFICE)
    assert found == {
        U1: stock.Balance(opening=3, completed=1, shelved=1, closing=1),
        U2: stock.Balance(dispatched_in=1, transferred_out=1),
        OFFICE: stock.Balance(accepted=1, transferred_in=1, transferred_out=1, closing=1),
    }
    assert all(each.holds for each in found.values())
    whole = sum(found.values(), stock.Balance())
    assert whole.opening == 3
    assert whole.closing == 2
    assert whole.holds


def test_a_move_at_p0_is_of_the_period_and_one_at_p1_of_the_next():
    first = appeal(number="Q1", accepted_at=P0, assignments=())
    next_one = appeal(number="Q2", accepted_at=P1, assignments=())
    both = [first, next_one]
    assert stock.balances(both, P0, P1, OFFICE) == {OFFICE: stock.Balance(accepted=1, closing=1)}
    assert stock.balances(both, P1, at("11-30 00:00"), OFFICE) == {
        OFFICE: stock.Balance(opening=1, accepted=1, closing=2)
    }


def test_an_identity_that_does_not_hold_is_said():
    assert not stock.Balance(opening=1).holds


# -- random histories ------------------------------------------------------------------------------------


def where(one, moment):
    """Independently of the moves: the line an appeal stands in just before `moment`, or None."""
    last = moment - timedelta(seconds=1)
    entries = [one.accepted_at] if one.accepted_at else []
    entries += [duty.due_at for duty in one.duties
                if duty.kind == Duty.ACCEPT and (duty.done_at is None or duty.done_at > duty.due_at)]  # fmt: skip
    exits = [each for each in (one.completed_at, one.declined_at) if each]
    if one.exclusion and one.exclusion is not Exclusion.UNREASONABLE:
        exits.append(one.excluded_recorded_at or one.excluded_at)
    undone = any((each.recorded_at or each.at) <= last < each.undone_at for each in one.undone)
    shelved = any(each.from_at <= last and not (each.to_at and each.to_at <= last) for each in one.shelved)
    if not entries or min(entries) > last or any(each <= last for each in exits) or undone or shelved:
        return None
    leads = [each for each in one.assignments if each.part is Part.LEAD and each.dispatched_at <= last]
    if not leads or (leads[-1].ended_at and leads[-1].ended_at <= last):
        return OFFICE
    return facts.SELF_HANDLED if leads[-1].unit == one.filer_unit else leads[-1].unit


@given(st.integers(0, 10**6))
@settings(max_examples=80, deadline=None)
def test_the_identity_holds_for_every_line_and_cycle_and_closing_is_the_next_opening(seed):
    appeals = stock_of(seed)
    before = {}
    for cycle in range(110, 122):
        p0, p1 = clearance.bounds(cycle)
        found = stock.balances(appeals, p0, p1, OFFICE)
        assert all(each.holds for each in found.values())
        openings = {line: each.opening for line, each in found.items() if each.opening}
        assert openings == {line: count for line, count in before.items() if count}
        before = {line: each.closing for line, each in found.items()}


@given(st.integers(0, 10**6))
@settings(max_examples=80, deadline=None)
def test_closing_is_what_a_count_of_the_facts_finds(seed):
    appeals = stock_of(seed)
    for cycle in range(110, 122):
        p0, p1 = clearance.bounds(cycle)
        found = stock.balances(appeals, p0, p1, OFFICE)
        standing = [line for line in (where(each, p1) for each in appeals) if line]
        assert {line: each.closing for line, each in found.items() if each.closing} == {
            line: standing.count(line) for line in set(standing)
        }
