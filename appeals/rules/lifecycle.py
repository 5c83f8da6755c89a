"""The life of an appeal: whether a move may be made, and where it leads (policy §2, §3)."""

from appeals.rules.actors import Actor, Relation
from appeals.rules.moves import Move as Move
from appeals.rules.steps import STEPS as STEPS
from appeals.rules.steps import Step
from appeals.rules.words import Role, State

R = Role


class NotAllowed(Exception):
    """This move does not start from this state."""


class NotYours(Exception):
    """This move is not for this role, or not for this role on this appeal."""


UNIT_ROLES = frozenset({R.LIAISON, R.HEAD})
OFFICE_ROLES = frozenset({R.COORDINATOR, R.DIRECTOR})
# Looking, or asking for haste, makes nobody's open page stale.
QUIET = frozenset(
    {
        Move.REVEAL, Move.URGE, Move.MESSAGE, Move.RATING_LINK, Move.SUGGEST, Move.PREPARE_REQUEST, Move.SEND_PAPER,
        Move.ANSWER_PAPER, Move.INSTRUCT, Move.ANSWER_INSTRUCTION, Move.REFER, Move.REPORT_REPRISAL,
    }
)  # fmt: skip
# What can be done with an appeal that staff filed, before the company has confirmed it (policy §2).
UNCONFIRMED = frozenset({Move.SUGGEST, Move.REVEAL, Move.CONFIRM_FILING, Move.REJECT_FILING})


def target(
    move: Move, state: State | None, by: Actor, relation: Relation, to: State | None = None
) -> State | None:
    """The state after `move` (None: unchanged); `to` is where the appeal was, for a move that leads back.

    Raises NotAllowed when the state does not admit the move, NotYours when this actor may not make it.
    """
    step = STEPS[move]
    if not _may(step, by.role, relation):
        raise NotYours(f"{by.role.label}不能办理“{move.label}”")
    if state is None:
        if step.sources:
            raise NotAllowed(f"“{move.label}”不能作为第一步")
    elif state not in step.sources:
        raise NotAllowed(f"当前状态为“{state.label}”，不能办理“{move.label}”")
    if to is not None and to not in step.back:
        raise NotAllowed(f"“{move.label}”不能回到“{to.label}”")
    return to or step.target


def _may(step: Step, role: Role, relation: Relation) -> bool:
    if relation is Relation.ACCUSED:
        return False
    if step.own_only and role in _bound(step) and relation is not Relation.OWN:
        return step.former and relation is Relation.FORMER and role in step.roles
    if step.own_only and R.COORDINATOR not in step.roles:
        return role in step.roles
    instead = relation in (Relation.OFFICE, Relation.INSTEAD)
    if role is R.RECUSAL and not instead:
        return False
    if instead and step.either:
        return role in (R.RECUSAL, R.LEADER)
    if instead and step.second:
        return role is R.LEADER
    if step.decision and relation is Relation.OFFICE:
        return role is R.RECUSAL or role in step.roles - OFFICE_ROLES
    if relation is Relation.INSTEAD and step.roles & OFFICE_ROLES:
        return role is R.RECUSAL or role in step.roles - OFFICE_ROLES
    return role in step.roles


def _bound(step: Step) -> frozenset[Role]:
    """Who makes a unit's own move only on what the unit holds: its people, and the director as head of the office."""
    return UNIT_ROLES if R.COORDINATOR in step.roles else UNIT_ROLES | {R.DIRECTOR}


def allowed(move: Move, state: State, by: Actor, relation: Relation) -> bool:
    """Whether this actor, so related, may make this move from this state."""
    try:
        target(move, state, by, relation)
    except (NotAllowed, NotYours):
        return False
    return True
