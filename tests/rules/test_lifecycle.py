"""Which move leads from which state to which, and who may make it (policy §2, §3)."""

import pytest

from appeals.rules import lifecycle
from appeals.rules.actors import Actor, Relation
from appeals.rules.lifecycle import STEPS, Move, NotAllowed, NotYours
from appeals.rules.words import OPEN_STATES, Role, State

LATER = {Move.IMPORT}  # an imported row begins in whatever state its times say


def after(move, state, role, relation=Relation.OTHER):
    return lifecycle.target(move, state, Actor(role), relation)


def test_every_move_has_a_step():
    assert set(Move) - LATER == set(STEPS)


def test_the_main_road():
    road = [
        (Move.SUBMIT, None, Role.COMPANY, State.SUBMITTED), (Move.ACCEPT, State.SUBMITTED, Role.COORDINATOR, State.ACCEPTED),
        (Move.DISPATCH, State.ACCEPTED, Role.COORDINATOR, State.DISPATCHED),
        (Move.ACKNOWLEDGE, State.DISPATCHED, Role.LIAISON, State.IN_HAND),
        (Move.SIGN_REPLY, State.IN_HAND, Role.HEAD, State.REPLIED),
        (Move.APPROVE, State.REPLIED, Role.COORDINATOR, State.COMPLETED),
        (Move.RATE_GOOD, State.COMPLETED, Role.COMPANY, State.STRUCK_OFF),
    ]  # fmt: skip
    for move, state, role, reached in road:
        assert after(move, state, role, Relation.OWN) is reached


def test_an_open_appeal_never_comes_to_a_dead_end():
    ways = {s: {step.target for step in STEPS.values() if s in step.sources} - {None, s} for s in OPEN_STATES}
    assert all(ways.values())
    ends, seen, todo = set(State) - OPEN_STATES, set(), [State.SUBMITTED]
    while todo:
        state = todo.pop()
        seen.add(state)
        todo += [t for t in ways.get(state, ()) if t not in seen]
    assert seen >= OPEN_STATES
    assert seen & ends == ends


def test_what_leads_out_of_an_end_is_the_companys_or_a_review():
    out = {
        (move, s) for move, step in STEPS.items() for s in step.sources - OPEN_STATES
        if step.target not in (None, s) or step.back - {s}
    }  # fmt: skip
    assert out == {
        (Move.UNDO_STRIKE_OFF, State.STRUCK_OFF), (Move.RESUME_SUPPLEMENT, State.DECLINED), (Move.UNMERGE, State.MERGED),
        (Move.UPHOLD_REVIEW, State.DECLINED), (Move.UPHOLD_REVIEW, State.ENDED),
        (Move.UPHOLD_RATING_REVIEW, State.STRUCK_OFF), (Move.UPHOLD_REVIEW, State.STRUCK_OFF),
    }  # fmt: skip


@pytest.mark.parametrize("state", State)
def test_a_move_starts_only_where_it_starts(state):
    for move, step in STEPS.items():
        role = next(iter(step.roles - {Role.RECUSAL}))  # who only stands in for the others
        relation = Relation.OWN if step.own_only else Relation.OTHER
        if state in step.sources:
            assert after(move, state, role, relation) is step.target
        else:
            with pytest.raises(NotAllowed):
                after(move, state, role, relation)


def test_no_move_is_the_administrators_or_an_auditors():
    for role in (Role.ADMIN, Role.AUDIT, Role.DISCIPLINE):
        assert not [move for move, step in STEPS.items() if role in step.roles]


def test_units_move_only_what_they_hold():
    for move, step in STEPS.items():
        for role in lifecycle.UNIT_ROLES & step.roles:
            if step.sources:
                assert step.own_only, move
                with pytest.raises(NotYours):
                    after(move, next(iter(step.sources)), role, Relation.OTHER)


def test_the_accused_move_nothing():
    for move, step in STEPS.items():
        for role in step.roles:
            with pytest.raises(NotYours):
                after(move, next(iter(step.sources), None), role, Relation.ACCUSED)


def test_decisions_on_the_offices_own_bureau_are_the_recusal_posts():
    for move, step in STEPS.items():
        if step.decision:
            state = next(iter(step.sources))
            assert after(move, state, Role.RECUSAL, Relation.OFFICE) is step.target
            for role in (Role.COORDINATOR, Role.DIRECTOR):
                with pytest.raises(NotYours):
                    after(move, state, role, Relation.OFFICE)
    assert after(Move.ACCEPT, State.SUBMITTED, Role.COORDINATOR, Relation.OFFICE) is State.ACCEPTED


def test_where_the_office_is_accused_the_recusal_post_stands_in_for_it_altogether():
    for move, step in STEPS.items():
        if Role.COORDINATOR in step.roles and step.sources:
            state = next(iter(step.sources))
            assert after(move, state, Role.RECUSAL, Relation.INSTEAD) is step.target
            with pytest.raises(NotYours):
                after(move, state, Role.COORDINATOR, Relation.INSTEAD)


def test_the_second_signature_is_the_directors_or_a_leaders():
    assert after(Move.END, State.REPLIED, Role.DIRECTOR) is State.ENDED
    for relation in (Relation.OFFICE, Relation.INSTEAD):
        assert after(Move.END, State.REPLIED, Role.LEADER, relation) is State.ENDED
        with pytest.raises(NotYours):
            after(Move.END, State.REPLIED, Role.DIRECTOR, relation)
    for role in (Role.COORDINATOR, Role.RECUSAL, Role.HEAD, Role.LEADER):
        with pytest.raises(NotYours):
            after(Move.END, State.REPLIED, role)


def test_a_company_reads_a_wording_for_whatever_it_may_see():
    shown = {Move.SUBMIT, Move.ACCEPT, Move.DECLINE, Move.DISPATCH, Move.ACKNOWLEDGE, Move.SIGN_REPLY, Move.APPROVE,
             Move.LAPSE, Move.END, Move.REVEAL}  # fmt: skip
    for move in shown:
        assert move.company
        assert move.english
        assert not any(word in move.company for word in ("销号", "挂账", "并单", "退单"))
    assert Move.SUGGEST.company is None
