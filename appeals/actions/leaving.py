"""How an appeal leaves before it is completed: what every ending has in common (policy §3, §7, §9).

These are parts of deeds: the appeal is already open. The deed itself makes the move.
"""

from datetime import datetime

from appeals.actions import duties, pauses, requests
from appeals.models import tree
from appeals.models.appeal import Appeal
from appeals.rules import facts
from appeals.rules.actors import Actor
from appeals.rules.requests import Asked
from appeals.rules.words import UNCOMPLETED_STATES, Exclusion, Role, State

# What the office owes in each state: a decision of its own that ends the appeal meets it, in time or late.
OWED = {
    State.SUBMITTED: (facts.Duty.ACCEPT, "accept_due_at"), State.ACCEPTED: (facts.Duty.DISPATCH, "dispatch_due_at"),
    State.REPLIED: (facts.Duty.APPROVE, "approve_due_at"),
}  # fmt: skip


def leave(appeal: Appeal, why: Exclusion, *, at: datetime) -> None:
    """The office ends it: its own open limit is met, whatever else was asked for is over, nobody has work left."""
    meet_in(appeal, State(appeal.state), at=at)
    _drop_withdrawal(appeal, at=at)
    appeal.exclusion = why.value
    appeal.excluded_at = appeal.excluded_recorded_at = at
    let_go(appeal, at=at)


def settle(appeal: Appeal, *, at: datetime) -> None:
    """A wish to withdraw needs no call any more once the appeal was answered, refused or ended otherwise."""
    if appeal.state not in UNCOMPLETED_STATES and appeal.exclusion != Exclusion.WITHDRAWN:
        _drop_withdrawal(appeal, at=at)


def _drop_withdrawal(appeal: Appeal, *, at: datetime) -> None:
    if appeal.withdrawal_asked_at is not None:
        answer_withdrawal(appeal, at=at)
        appeal.withdrawal_asked_at = appeal.withdrawal_due_at = None


def meet_in(appeal: Appeal, state: State, *, at: datetime) -> None:
    """The limit the office owed in that state ends now."""
    kind, column = OWED.get(state, (None, ""))
    if kind is not None:
        duties.done(appeal, kind, due_at=getattr(appeal, column), by=duties.owed_by(appeal, kind), at=at)


def let_go(appeal: Appeal, *, at: datetime) -> None:
    """Nobody has anything left to do; what was shelved comes back in the same instant (policy §7)."""
    for assignment in appeal.assignments:
        assignment.active = False
    shelved = pauses.running(appeal)
    if shelved is not None:
        for asked in requests.undecided(appeal, Asked.DISAGREEMENT, Asked.RENEWAL):  # while still shelved: no limit ran
            requests.decide(appeal, asked, granted=None, answer="", by=Actor(Role(asked.waits_for)), at=at)
        shelved.to_at = at


def answer_withdrawal(appeal: Appeal, *, at: datetime) -> None:
    """The company's wish to withdraw was answered: until now the turn was the office's."""
    assert appeal.withdrawal_asked_at is not None
    by = duties.owed_by(appeal, facts.Duty.DECIDE)
    duties.done(appeal, facts.Duty.DECIDE, due_at=appeal.withdrawal_due_at, by=by, at=at)
    units = tree.current()
    spell = {
        "holder": units.nodes[units.office_id or 0].name, "from": appeal.withdrawal_asked_at.isoformat(),
        "to": at.isoformat(),
    }  # fmt: skip
    appeal.spells = [*appeal.spells, spell]
