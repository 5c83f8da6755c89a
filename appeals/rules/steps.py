"""The steps of an appeal's life, one line for each move (policy §2–§8)."""

from collections.abc import Iterable
from dataclasses import dataclass

from appeals.rules.moves import Move
from appeals.rules.words import OPEN_STATES, UNCOMPLETED_STATES, Role, State

S, R = State, Role
UNCOMPLETED = UNCOMPLETED_STATES
AT_UNIT = frozenset({S.DISPATCHED, S.IN_HAND, S.REPLIED})
HELPED = AT_UNIT | {S.ACCEPTED}  # supports go on while the office looks for another lead
ANSWERED = frozenset({S.COMPLETED, S.RECTIFYING, S.STRUCK_OFF})
REVIEWABLE = frozenset({S.DECLINED, S.ENDED}) | ANSWERED  # the latter: a demand found unreasonable


@dataclass(frozen=True)
class Step:
    """A move: the states it starts from, the state it leads to (None: stays), who may make it.

    `own_only`: unit roles make it only on appeals their unit holds. `decision`: on an appeal that
    concerns the coordination office's own bureau the recusal post decides instead of the office; `second`:
    it is the second signature, there a leader's; `either`: one of the two signers makes it, coordinator or director,
    there recusal post or leader (policy §2). `back`: it leads to where the appeal was, one of
    these states; the deed says which. `former`: the unit from which it was taken may make it too, until the next
    lead has acknowledged (policy §5 首接负责).
    """

    sources: frozenset[State]
    target: State | None
    roles: frozenset[Role]
    own_only: bool = False
    decision: bool = False
    second: bool = False
    either: bool = False
    back: frozenset[State] = frozenset()
    former: bool = False


def _step(
    sources: Iterable[State], target: State | None, *roles: Role, own: bool = False, decision: bool = False,
    second: bool = False, either: bool = False, back: Iterable[State] = (), former: bool = False,
) -> Step:  # fmt: skip
    return Step(frozenset(sources), target, frozenset(roles), own, decision, second, either, frozenset(back), former)


STEPS: dict[Move, Step] = {
    Move.SUBMIT: _step((), S.SUBMITTED, R.COMPANY, R.COORDINATOR, R.LIAISON),
    Move.SUGGEST: _step({S.SUBMITTED, S.ACCEPTED}, None, R.SYSTEM, R.COORDINATOR),
    Move.REVEAL: _step(State, None, R.LIAISON, R.HEAD, R.COORDINATOR, R.DIRECTOR, R.RECUSAL, own=True, former=True),
    Move.URGE: _step(OPEN_STATES, None, R.COMPANY),
    Move.ENTER_STOCK: _step({S.SUBMITTED}, None, R.SYSTEM),
    Move.ASK_SUPPLEMENT: _step({S.SUBMITTED}, S.TO_SUPPLEMENT, R.COORDINATOR),
    Move.CALL_SUPPLEMENT: _step({S.TO_SUPPLEMENT}, None, R.COORDINATOR),
    Move.SUPPLEMENT: _step({S.TO_SUPPLEMENT}, S.SUBMITTED, R.COMPANY),
    Move.LAPSE_SUPPLEMENT: _step({S.TO_SUPPLEMENT}, S.DECLINED, R.SYSTEM),
    Move.ACCEPT: _step({S.SUBMITTED}, S.ACCEPTED, R.COORDINATOR),
    Move.DECLINE: _step({S.SUBMITTED}, S.DECLINED, R.COORDINATOR),
    Move.PASS_ON: _step({S.SUBMITTED, S.ACCEPTED}, S.STATUTORY, R.COORDINATOR),
    Move.FOLLOW_STATUTORY: _step({S.STATUTORY}, None, R.COORDINATOR),
    Move.CLOSE_STATUTORY: _step({S.STATUTORY}, None, R.COORDINATOR),
    Move.CORRECT_ACCUSED: _step(OPEN_STATES, None, R.COORDINATOR, decision=True),
    Move.DISPATCH: _step({S.ACCEPTED}, S.DISPATCHED, R.COORDINATOR),
    Move.ACKNOWLEDGE: _step({S.DISPATCHED, S.IN_HAND}, S.IN_HAND, R.LIAISON, R.HEAD, own=True),
    Move.SUPPORT_ACKNOWLEDGE: _step(HELPED, None, R.LIAISON, R.HEAD, own=True),
    Move.DEEM_ACKNOWLEDGED: _step({S.DISPATCHED}, S.IN_HAND, R.SYSTEM),
    Move.NAME_HANDLER: _step(AT_UNIT, None, R.HEAD, own=True),
    Move.MESSAGE: _step(OPEN_STATES, None, R.COMPANY),
    Move.CONTACT: _step({S.IN_HAND}, None, R.LIAISON, R.HEAD, own=True),
    Move.PLAN: _step({S.IN_HAND}, None, R.LIAISON, R.HEAD, own=True),
    Move.DRAFT: _step({S.IN_HAND}, None, R.LIAISON, R.HEAD, own=True),
    Move.SUPPORT_REPORT: _step(HELPED, None, R.LIAISON, R.HEAD, own=True),
    Move.EXCUSE_SUPPORT: _step(AT_UNIT, None, R.COORDINATOR, decision=True),
    Move.SIGN_REPLY: _step({S.IN_HAND}, S.REPLIED, R.HEAD, own=True),
    Move.SEND_BACK: _step({S.REPLIED}, S.IN_HAND, R.COORDINATOR, R.DIRECTOR, either=True),
    Move.ENDORSE: _step({S.REPLIED}, None, R.COORDINATOR, decision=True),
    Move.END: _step({S.REPLIED}, S.ENDED, R.DIRECTOR, second=True),
    Move.APPROVE: _step({S.REPLIED}, S.COMPLETED, R.COORDINATOR, decision=True),
    Move.CALL_BACK: _step({S.COMPLETED}, None, R.COORDINATOR),
    Move.RATING_LINK: _step({S.COMPLETED, S.STRUCK_OFF, S.RECTIFYING}, None, R.COMPANY),
    Move.RATE: _step({S.COMPLETED, S.STRUCK_OFF, S.RECTIFYING}, None, R.COMPANY, R.COORDINATOR),
    Move.RATE_GOOD: _step({S.COMPLETED, S.RECTIFYING}, S.STRUCK_OFF, R.COMPANY, R.COORDINATOR),
    Move.RATE_POOR: _step({S.COMPLETED}, S.RECTIFYING, R.COMPANY, R.COORDINATOR),
    Move.UNDO_STRIKE_OFF: _step({S.STRUCK_OFF}, S.RECTIFYING, R.COMPANY),
    Move.LAPSE: _step({S.COMPLETED}, S.STRUCK_OFF, R.SYSTEM),
    # Somebody without a part in it: where the recusal post decided before, that leaves only a leader.
    Move.VERIFY: _step({S.RECTIFYING}, None, R.COORDINATOR, R.DIRECTOR, R.LEADER, decision=True),
    Move.REPORT_RECTIFIED: _step({S.RECTIFYING}, None, R.HEAD, own=True),
    Move.REJECT_RECTIFIED: _step({S.RECTIFYING}, None, R.COORDINATOR, decision=True),
    Move.AUDIT_RECTIFIED: _step({S.RECTIFYING}, S.COMPLETED, R.COORDINATOR, decision=True),
    Move.ASK_WITHDRAWAL: _step(UNCOMPLETED, None, R.COMPANY),
    Move.CONFIRM_WITHDRAWAL: _step(UNCOMPLETED, S.ENDED, R.COORDINATOR, decision=True),
    Move.REFUSE_WITHDRAWAL: _step(UNCOMPLETED, None, R.COORDINATOR, decision=True),
    Move.MOVE_DUE: _step(UNCOMPLETED, None, R.SYSTEM),
    # Returns, conferences, supports and the second level (policy §5)
    Move.PREPARE_REQUEST: _step(AT_UNIT | ANSWERED | {S.SHELVED}, None, R.LIAISON, own=True),
    Move.ASK_RETURN: _step({S.DISPATCHED}, None, R.HEAD, own=True),
    Move.UPHOLD_RETURN: _step({S.DISPATCHED}, S.ACCEPTED, R.COORDINATOR, decision=True),
    Move.REJECT_RETURN: _step({S.DISPATCHED}, S.IN_HAND, R.COORDINATOR, decision=True),
    Move.RECALL: _step({S.DISPATCHED}, S.ACCEPTED, R.COORDINATOR, decision=True),
    Move.CALL_CONFERENCE: _step({S.ACCEPTED, S.DISPATCHED, S.IN_HAND}, None, R.SYSTEM, R.COORDINATOR, decision=True),
    Move.CONFERENCE: _step(
        {S.ACCEPTED, S.DISPATCHED, S.IN_HAND}, S.DISPATCHED, R.DIRECTOR, decision=True, back={S.IN_HAND}
    ),
    Move.ANSWER_QUESTION: _step({S.ACCEPTED, S.DISPATCHED}, None, R.LIAISON, R.HEAD, own=True, former=True),
    Move.ASK_SUPPORT: _step({S.IN_HAND}, None, R.HEAD, own=True),
    Move.ADD_SUPPORT: _step({S.DISPATCHED, S.IN_HAND}, None, R.COORDINATOR, decision=True),
    Move.REFUSE_SUPPORT: _step({S.DISPATCHED, S.IN_HAND}, None, R.COORDINATOR, decision=True),
    Move.ASK_EXCUSE: _step(AT_UNIT, None, R.HEAD, own=True),
    Move.REFUSE_EXCUSE: _step(AT_UNIT, None, R.COORDINATOR, decision=True),
    Move.HAND_ON: _step({S.IN_HAND}, None, R.HEAD, own=True),
    Move.TAKE_BACK: _step(AT_UNIT, None, R.HEAD, own=True),
    Move.SUB_ACKNOWLEDGE: _step(AT_UNIT, None, R.LIAISON, R.HEAD, own=True),
    Move.SUB_REPORT: _step(AT_UNIT, None, R.LIAISON, R.HEAD, own=True),
    # What moves a date (policy §4)
    Move.ASK_EXTENSION: _step({S.IN_HAND}, None, R.HEAD, own=True),
    Move.GRANT_EXTENSION: _step({S.IN_HAND}, None, R.COORDINATOR, decision=True),
    Move.REFUSE_EXTENSION: _step({S.IN_HAND}, None, R.COORDINATOR, decision=True),
    Move.GRANT_SECOND_EXTENSION: _step({S.IN_HAND}, None, R.LEADER),
    Move.REFUSE_SECOND_EXTENSION: _step({S.IN_HAND}, None, R.LEADER),
    Move.ASK_SHELVING: _step({S.IN_HAND}, None, R.HEAD, own=True),
    Move.CONSENT: _step({S.IN_HAND}, None, R.COMPANY),
    Move.DISAGREE: _step({S.IN_HAND, S.SHELVED}, None, R.COMPANY),
    Move.ENDORSE_SHELVING: _step({S.IN_HAND}, None, R.COORDINATOR, decision=True),
    Move.SHELVE: _step({S.IN_HAND}, S.SHELVED, R.DIRECTOR, second=True),
    Move.REFUSE_SHELVING: _step({S.IN_HAND}, None, R.COORDINATOR, R.DIRECTOR, either=True),
    Move.UPHOLD_DISAGREEMENT: _step({S.IN_HAND, S.SHELVED}, S.IN_HAND, R.LEADER),
    Move.REJECT_DISAGREEMENT: _step({S.IN_HAND, S.SHELVED}, None, R.LEADER),
    Move.REPORT_SHELVED: _step({S.SHELVED}, None, R.LIAISON, R.HEAD, own=True),
    Move.ASK_RENEWAL: _step({S.SHELVED}, None, R.HEAD, own=True),
    Move.RENEW_SHELVING: _step({S.SHELVED}, None, R.LEADER),
    Move.REFUSE_RENEWAL: _step({S.SHELVED}, None, R.LEADER),
    Move.RESUME: _step({S.SHELVED}, S.IN_HAND, R.SYSTEM, R.COORDINATOR, R.LEADER, decision=True),
    Move.ASK_COOPERATION: _step({S.IN_HAND}, None, R.HEAD, own=True),
    Move.GRANT_COOPERATION: _step({S.IN_HAND}, None, R.COORDINATOR, decision=True),
    Move.REFUSE_COOPERATION: _step({S.IN_HAND}, None, R.COORDINATOR, decision=True),
    Move.COOPERATE: _step({S.IN_HAND}, None, R.COMPANY),
    Move.LAPSE_COOPERATION: _step({S.IN_HAND}, None, R.SYSTEM),
    # What ends an appeal early, and what undoes that (policy §2, §3)
    Move.PROPOSE_ENDING: _step(UNCOMPLETED, None, R.COORDINATOR, decision=True),
    Move.CONFIRM_ENDING: _step(UNCOMPLETED, S.ENDED, R.DIRECTOR, second=True),
    Move.REFUSE_ENDING: _step(UNCOMPLETED, None, R.DIRECTOR, second=True),
    Move.CALL_WARN: _step({S.IN_HAND, S.SHELVED}, None, R.COORDINATOR),
    Move.ANSWER_ENDING: _step(UNCOMPLETED, None, R.COMPANY),
    Move.PROPOSE_MERGE: _step(UNCOMPLETED, None, R.COORDINATOR, decision=True),
    Move.MERGE: _step(UNCOMPLETED, S.MERGED, R.DIRECTOR, second=True),
    Move.REFUSE_MERGE: _step(UNCOMPLETED, None, R.DIRECTOR, second=True),
    Move.UNMERGE: _step({S.MERGED}, None, R.COORDINATOR, R.COMPANY, R.SYSTEM, decision=True, back=UNCOMPLETED),
    Move.MERGED_ANSWERED: _step({S.MERGED}, None, R.SYSTEM),
    Move.ACCEPT_MERGED: _step({S.MERGED}, None, R.COMPANY),
    Move.PROPOSE_UNREASONABLE: _step(ANSWERED, None, R.COORDINATOR, decision=True),
    Move.CONFIRM_UNREASONABLE: _step(ANSWERED, None, R.DIRECTOR, second=True),
    Move.REFUSE_UNREASONABLE: _step(ANSWERED, None, R.DIRECTOR, second=True),
    Move.ASK_REVIEW: _step(REVIEWABLE, None, R.COMPANY),
    Move.UPHOLD_REVIEW: _step(
        REVIEWABLE, None, R.COORDINATOR, R.DIRECTOR, either=True, back=UNCOMPLETED - {S.REPLIED}
    ),
    Move.REJECT_REVIEW: _step(REVIEWABLE, None, R.COORDINATOR, R.DIRECTOR, either=True),
    Move.RESUME_SUPPLEMENT: _step({S.DECLINED}, S.SUBMITTED, R.COMPANY),
    Move.REOPEN: _step({S.STRUCK_OFF}, None, R.COMPANY, R.COORDINATOR),
    Move.REPORT_REPRISAL: _step(State, None, R.COMPANY),
    Move.CONFIRM_FILING: _step({S.SUBMITTED}, None, R.COMPANY),
    Move.REJECT_FILING: _step({S.SUBMITTED}, S.ENDED, R.COMPANY),
    # Ratings and rectification (policy §6)
    Move.ASK_RATING_REVIEW: _step(ANSWERED, None, R.HEAD, own=True),
    Move.ENDORSE_RATING_REVIEW: _step(ANSWERED, None, R.COORDINATOR, decision=True),
    Move.UPHOLD_RATING_REVIEW: _step(ANSWERED, None, R.DIRECTOR, second=True, back=ANSWERED),
    Move.REJECT_RATING_REVIEW: _step(ANSWERED, None, R.COORDINATOR, R.DIRECTOR, either=True),
    Move.PLAN_RECTIFICATION: _step({S.RECTIFYING}, None, R.LIAISON, R.HEAD, own=True),
    Move.AUDIT_THIRD: _step({S.RECTIFYING}, S.COMPLETED, R.LEADER),
    Move.REJECT_THIRD: _step({S.RECTIFYING}, None, R.LEADER),
    Move.RECHECK: _step(ANSWERED, None, R.DIRECTOR, second=True),
    Move.PROPOSE_CLOSING: _step({S.RECTIFYING}, None, R.DIRECTOR, decision=True),
    Move.CLOSE: _step({S.RECTIFYING}, S.STRUCK_OFF, R.LEADER),
    Move.REFUSE_CLOSING: _step({S.RECTIFYING}, None, R.LEADER),
    Move.EXPLAIN_LAWFUL: _step({S.RECTIFYING}, None, R.HEAD, own=True),
    Move.CONFIRM_EXPLAINED: _step({S.RECTIFYING}, S.STRUCK_OFF, R.COORDINATOR, decision=True),
    Move.REFUSE_EXPLAINED: _step({S.RECTIFYING}, None, R.COORDINATOR, decision=True),
    # Supervision (policy §8): papers and instructions change no state
    Move.SEND_PAPER: _step(OPEN_STATES, None, R.COORDINATOR, R.DIRECTOR, R.LEADER, decision=True),
    Move.ANSWER_PAPER: _step(OPEN_STATES, None, R.HEAD, R.DIRECTOR, own=True),  # the director for the office itself
    Move.INSTRUCT: _step(State, None, R.LEADER),
    Move.ANSWER_INSTRUCTION: _step(State, None, R.HEAD, own=True),
    Move.REFER: _step(State, None, R.LEADER),
}
