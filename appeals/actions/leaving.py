"""How an appeal leaves before it is completed: what every ending has in common (policy §3, §7, §9).

These are parts of deeds: the appeal is already open. The deed itself makes the move.
"""

from datetime import datetime

from appeals.actions import duties, pauses
from appeals.models import tree
from appeals.models.appeal import Appeal
from appeals.rules import facts
from appeals.rules.actors import Actor
from appeals.rules.words import Exclusion, State

# What the office owes in each state: a decision of its own that ends the appeal meets it, in time or late.
OWED = {
    State.SUBMITTED: (facts.Duty.ACCEPT, "accept_due_at"), State.ACCEPTED: (facts.Duty.DISPATCH, "dispatch_due_at"),
    State.REPLIED: (facts.Duty.APPROVE, "approve_due_at"),
}  # fmt: skip


def leave(appeal: Appeal, why: Exclusion, *, by: Actor, at: datetime) -> None:
    """The office ends it: its own open limit is met, whatever else was asked for is over, nobody has work left."""
    meet(appeal, by=by, at=at)
    if appeal.withdrawal_asked_at is not None:
        answer_withdrawal(appeal, by=by, at=at)
        appeal.withdrawal_asked_at = appeal.withdrawal_due_at = None
    appeal.exclusion = why.value
    appeal.excluded_at = appeal.excluded_recorded_at = at
    let_go(appeal, at=at)


def meet(appeal: Appeal, *, by: Actor, at: datetime) -> None:
    """The limit the office owes in this state ends now."""
    meet_in(appeal, State(appeal.state), by=by, at=at)


def meet_in(appeal: Appeal, state: State, *, by: Actor, at: datetime) -> None:
    """The limit the office owed in that state ends now."""
    kind, column = OWED.get(state, (None, ""))
    if kind is not None:
        duties.done(appeal, kind, due_at=getattr(appeal, column), by=by, at=at)


def let_go(appeal: Appeal, *, at: datetime) -> None:
    """Nobody has anything left to do; what was shelved comes back in the same instant (policy §7)."""
    for assignment in appeal.assignments:
        assignment.active = False
    shelved = pauses.running(appeal)
    if shelved is not None:
        shelved.to_at = at


def answer_withdrawal(appeal: Appeal, *, by: Actor, at: datetime) -> None:
    """The company's wish to withdraw was answered: until now the turn was the office's."""
    assert appeal.withdrawal_asked_at is not None
    duties.done(appeal, facts.Duty.DECIDE, due_at=appeal.withdrawal_due_at, by=by, at=at)
    units = tree.current()
    spell = {
        "holder": units.nodes[units.office_id or 0].name, "from": appeal.withdrawal_asked_at.isoformat(),
        "to": at.isoformat(),
    }  # fmt: skip
    appeal.spells = [*appeal.spells, spell]
