"""The life of an appeal: which move leads from which state to which, and who may make it (policy §2, §3)."""

from collections.abc import Iterable
from dataclasses import dataclass

from appeals.rules.actors import Actor, Relation
from appeals.rules.words import OPEN_STATES, Role, State, Word

S, R = State, Role
BEFORE_COMPLETION = frozenset({S.SUBMITTED, S.TO_SUPPLEMENT, S.ACCEPTED, S.DISPATCHED, S.IN_HAND, S.REPLIED})
AT_UNIT = frozenset({S.DISPATCHED, S.IN_HAND, S.REPLIED})


class NotAllowed(Exception):
    """This move does not start from this state."""


class NotYours(Exception):
    """This move is not for this role, or not for this role on this appeal."""


class Move(Word):
    """Everything that can happen to an appeal; label for officials, company wording, English."""

    SUBMIT = "submit", "提交诉求", "您提交了诉求", "You filed the appeal"
    IMPORT = "import", "历史导入", "历史记录导入", "Imported from an older record"
    SUGGEST = "suggest", "系统提出分派建议"
    REVEAL = "reveal", "查看联系方式", "工作人员查看了您的联系方式", "Staff looked at your contact details"
    URGE = "urge", "企业催办", "您催办了一次", "You urged the unit"
    ENTER_STOCK = "enter_stock", "超期未受理，自动计入", "受理超时，已自动开始计时", "The clock started by itself"
    ASK_SUPPLEMENT = "ask_supplement", "要求补正", "请补充材料", "Please add what is missing"
    CALL_SUPPLEMENT = "call_supplement", "电话联系补正", "工作人员致电请您补充", "Called about what is missing"
    SUPPLEMENT = "supplement", "企业补充", "您补充了材料", "You added material"
    ACCEPT = "accept", "受理", "已受理", "Accepted"
    DECLINE = "decline", "不予受理", "未予受理", "Not accepted"
    LAPSE_SUPPLEMENT = "lapse_supplement", "逾期未补正", "未按期补充，未予受理", "Not supplemented in time"
    PASS_ON = "pass_on", "转专门渠道", "已转专门渠道", "Passed to a special channel"
    DISPATCH = "dispatch", "交办", "已交承办单位", "Passed to the responsible unit"
    ACKNOWLEDGE = "acknowledge", "签收", "承办单位已签收", "The unit has taken it up"
    DEEM_ACKNOWLEDGED = (
        "deem_acknowledged", "超期未签收，视同签收", "承办单位已开始计时办理", "The unit's clock has started",
    )  # fmt: skip
    SUPPORT_ACKNOWLEDGE = "support_acknowledge", "协办签收", "协办单位已签收", "A supporting unit has taken it up"
    NAME_HANDLER = "name_handler", "指定承办人"
    CONTACT = "contact", "首次联系企业", "承办单位联系了您", "The unit contacted you"
    PLAN = "plan", "办理方案", "承办单位制定了办理方案", "The unit made a plan"
    DRAFT = "draft", "拟写答复"
    SUPPORT_REPORT = "support_report", "协办反馈", "协办单位已反馈", "A supporting unit reported"
    EXCUSE_SUPPORT = "excuse_support", "免除协办"
    SIGN_REPLY = "sign_reply", "审签答复", "承办单位已答复，正在审核", "The unit has answered; being checked"
    SEND_BACK = "send_back", "退回重办", "答复未通过审核，已退回重办", "The answer was sent back for more work"
    ENDORSE = "endorse", "审核同意终止，报第二人审签"
    END = "end", "审签终止", "经审核，本诉求已终止", "Ended after a second check"
    APPROVE = "approve", "审核办结", "答复已审核通过，请您评价", "The answer was approved; please rate it"
    CALL_BACK = "call_back", "电话回访", "工作人员电话回访", "A call-back was made"
    RATING_LINK = "rating_link", "领取评价链接"
    RATE = "rate", "评价（记录）", "您作了评价", "You rated the answer"
    RATE_GOOD = "rate_good", "好评销号", "您作了评价，事项完结", "You rated the answer; the appeal is closed"
    RATE_POOR = "rate_poor", "差评整改", "您作了评价，进入整改", "You rated the answer; it will be put right"
    UNDO_STRIKE_OFF = (
        "undo_strike_off", "企业改评，撤销销号", "您修改了评价，进入整改", "You changed your rating; it will be put right",
    )  # fmt: skip
    LAPSE = "lapse", "评价期满销号", "评价期满，事项完结", "The rating period ended; the appeal is closed"
    VERIFY = "verify", "核实差评", "已核实您的评价", "Your rating was verified"
    REPORT_RECTIFIED = "report_rectified", "报送整改情况", "整改情况已报送，正在审核", "The correction was reported"
    REJECT_RECTIFIED = "reject_rectified", "整改退回", "整改未通过审核，继续整改", "The correction was sent back"
    AUDIT_RECTIFIED = "audit_rectified", "整改审核通过", "整改已审核通过，请再次评价", "Put right; please rate again"
    ASK_WITHDRAWAL = "ask_withdrawal", "企业申请撤回", "您申请撤回", "You asked to withdraw"
    CONFIRM_WITHDRAWAL = "confirm_withdrawal", "回访确认撤回", "撤回已确认", "Withdrawal confirmed"
    REFUSE_WITHDRAWAL = "refuse_withdrawal", "撤回未获企业确认", "撤回未确认，继续办理", "Not withdrawn; work goes on"
    MOVE_DUE = (
        "move_due", "工作日正式公布，时限顺延", "工作日安排正式公布，答复时限顺延", "Working days were published; the date moved",
    )  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A move: the states it starts from, the state it leads to (None: stays), who may make it.

    `own_only`: unit roles make it only on appeals their unit holds. `decision`: on an appeal that
    concerns the coordination office's own bureau the recusal post decides instead; `second`: it is the
    second signature, there a leader's (policy §2).
    """

    sources: frozenset[State]
    target: State | None
    roles: frozenset[Role]
    own_only: bool = False
    decision: bool = False
    second: bool = False


def _step(
    sources: Iterable[State], target: State | None, *roles: Role, own: bool = False, decision: bool = False,
    second: bool = False,
) -> Step:  # fmt: skip
    return Step(frozenset(sources), target, frozenset(roles), own, decision, second)


STEPS: dict[Move, Step] = {
    Move.SUBMIT: _step((), S.SUBMITTED, R.COMPANY, R.COORDINATOR, R.LIAISON),
    Move.SUGGEST: _step({S.SUBMITTED, S.ACCEPTED}, None, R.SYSTEM, R.COORDINATOR),
    Move.REVEAL: _step(State, None, R.LIAISON, R.HEAD, R.COORDINATOR, R.DIRECTOR, R.RECUSAL, own=True),
    Move.URGE: _step(OPEN_STATES, None, R.COMPANY),
    Move.ENTER_STOCK: _step({S.SUBMITTED}, None, R.SYSTEM),
    Move.ASK_SUPPLEMENT: _step({S.SUBMITTED}, S.TO_SUPPLEMENT, R.COORDINATOR),
    Move.CALL_SUPPLEMENT: _step({S.TO_SUPPLEMENT}, None, R.COORDINATOR),
    Move.SUPPLEMENT: _step({S.TO_SUPPLEMENT}, S.SUBMITTED, R.COMPANY),
    Move.LAPSE_SUPPLEMENT: _step({S.TO_SUPPLEMENT}, S.DECLINED, R.SYSTEM),
    Move.ACCEPT: _step({S.SUBMITTED}, S.ACCEPTED, R.COORDINATOR),
    Move.DECLINE: _step({S.SUBMITTED}, S.DECLINED, R.COORDINATOR),
    Move.PASS_ON: _step({S.SUBMITTED, S.ACCEPTED}, S.STATUTORY, R.COORDINATOR),
    Move.DISPATCH: _step({S.ACCEPTED}, S.DISPATCHED, R.COORDINATOR),
    Move.ACKNOWLEDGE: _step({S.DISPATCHED, S.IN_HAND}, S.IN_HAND, R.LIAISON, R.HEAD, own=True),
    Move.SUPPORT_ACKNOWLEDGE: _step(AT_UNIT, None, R.LIAISON, R.HEAD, own=True),
    Move.DEEM_ACKNOWLEDGED: _step({S.DISPATCHED}, S.IN_HAND, R.SYSTEM),
    Move.NAME_HANDLER: _step(AT_UNIT, None, R.HEAD, own=True),
    Move.CONTACT: _step({S.IN_HAND}, None, R.LIAISON, R.HEAD, own=True),
    Move.PLAN: _step({S.IN_HAND}, None, R.LIAISON, R.HEAD, own=True),
    Move.DRAFT: _step({S.IN_HAND}, None, R.LIAISON, R.HEAD, own=True),
    Move.SUPPORT_REPORT: _step(AT_UNIT, None, R.LIAISON, R.HEAD, own=True),
    Move.EXCUSE_SUPPORT: _step(AT_UNIT, None, R.COORDINATOR, decision=True),
    Move.SIGN_REPLY: _step({S.IN_HAND}, S.REPLIED, R.HEAD, own=True),
    Move.SEND_BACK: _step({S.REPLIED}, S.IN_HAND, R.COORDINATOR, R.DIRECTOR, decision=True),
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
    Move.VERIFY: _step({S.RECTIFYING}, None, R.COORDINATOR, decision=True),
    Move.REPORT_RECTIFIED: _step({S.RECTIFYING}, None, R.HEAD, own=True),
    Move.REJECT_RECTIFIED: _step({S.RECTIFYING}, None, R.COORDINATOR, decision=True),
    Move.AUDIT_RECTIFIED: _step({S.RECTIFYING}, S.COMPLETED, R.COORDINATOR, decision=True),
    Move.ASK_WITHDRAWAL: _step(BEFORE_COMPLETION, None, R.COMPANY),
    Move.CONFIRM_WITHDRAWAL: _step(BEFORE_COMPLETION, S.ENDED, R.COORDINATOR),
    Move.REFUSE_WITHDRAWAL: _step(BEFORE_COMPLETION, None, R.COORDINATOR),
    Move.MOVE_DUE: _step(BEFORE_COMPLETION | {S.SHELVED}, None, R.SYSTEM),
}

UNIT_ROLES = frozenset({R.LIAISON, R.HEAD})
OFFICE_ROLES = frozenset({R.COORDINATOR, R.DIRECTOR})
# Looking, or asking for haste, makes nobody's open page stale.
QUIET = frozenset({Move.REVEAL, Move.URGE, Move.RATING_LINK, Move.SUGGEST})


def target(move: Move, state: State | None, by: Actor, relation: Relation) -> State | None:
    """The state after `move` (None: unchanged).

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
    return step.target


def _may(step: Step, role: Role, relation: Relation) -> bool:
    if relation is Relation.ACCUSED:
        return False
    if role in UNIT_ROLES and step.own_only and relation is not Relation.OWN:
        return False
    if relation in (Relation.OFFICE, Relation.INSTEAD) and step.second:
        return role is R.LEADER
    if step.decision and relation is Relation.OFFICE:
        return role is R.RECUSAL
    if relation is Relation.INSTEAD and step.roles & OFFICE_ROLES:
        return role is R.RECUSAL or role in step.roles - OFFICE_ROLES
    return role in step.roles


def allowed(move: Move, state: State, by: Actor, relation: Relation) -> bool:
    """Whether this actor, so related, may make this move from this state."""
    try:
        target(move, state, by, relation)
    except (NotAllowed, NotYours):
        return False
    return True
