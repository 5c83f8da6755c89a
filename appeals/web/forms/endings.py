"""Ending early, looking again, merging: the forms of those who propose and of those who sign (policy §2, §3, §9)."""

from typing import Any, ClassVar

from appeals.rules.requests import EndingReason
from appeals.web.forms import Length, Picked, Required, Typed, TypedLines
from appeals.web.forms.staff import NOTE, CaseForm, lines, stop

GRANT, REFUSE = "grant", "refuse"
YES_NO = (("yes", "已打通"), ("no", "未打通"))
BASIS = 300


class Decision(CaseForm):
    """Yes or no; no has its reason."""

    style, unfolded = "primary", True
    pairs: ClassVar[tuple[tuple[str, str], ...]] = ((GRANT, "同意"), (REFUSE, "不同意"))
    button = "签署意见"
    decision = Picked("意见", [Required("请选择意见")], options=lambda: Decision.pairs)
    reason = TypedLines("理由（不同意时必填）", [Length(NOTE)])

    @property
    def granted(self) -> bool:
        """Whether it was signed."""
        return bool(self.decision.data == GRANT)

    def validate_reason(self, field: Any) -> None:
        """A refusal says why."""
        if self.decision.data == REFUSE and not (field.data or "").strip():
            raise stop("请写明不同意的理由")


class EndingForm(CaseForm):
    """On what ground, why, and where the company can go."""

    key, endpoint, title, button, style = "propose-ending", "propose_ending", "提请终止", "提请终止，报第二人审签", "danger"
    hint = "提出时即告知企业。以企业未配合为由的，须先提请企业配合且期满未配合，并有规定次数的电话告知；提出当日企业仍可回应。"
    ground = Picked("事由", [Required("请选择终止的事由")], options=lambda: [(r.value, r.label) for r in EndingReason])
    reason = lines("理由（企业可见）", "请写明理由（企业可见）")
    route = TypedLines("企业可以走的途径（转法定途径必填，企业可见）", [Length(BASIS)])


class EndingDecision(Decision):
    """The second signature under an early ending."""

    key, endpoint, title = "ending-decision", "decide_ending", "终止办理：第二人审签"
    hint = "同意后即终止办理并告知企业，企业可以申请复核。"


class WarnForm(CaseForm):
    """A call about what the company still has to provide."""

    key, endpoint, title, button = "warn", "warn", "电话告知企业配合事项", "记录通话"
    hint = "告知企业还需提供什么，以及仍不提供可能终止办理；通话记录是以未配合为由终止的前提。"
    reached = Picked("电话结果", [Required("请选择电话结果")], options=lambda: YES_NO)
    note = lines("通话情况", "请写明通话情况", 500)


class UnreasonableForm(CaseForm):
    """Why the demand itself goes beyond law or policy."""

    key, endpoint, title = "unreasonable", "propose_unreasonable", "提请认定诉求不合理"
    button, hint = "提请认定，报第二人审签", "认定后仍计入时效，不计入评价；认定时告知企业，企业可以申请复核。"
    reason = lines("理由（企业可见）", "请写明理由（企业可见）")
    basis = Typed("所依据的法律或政策规定", [Required("请写明所依据的法律或政策规定"), Length(BASIS)])


class UnreasonableDecision(Decision):
    """The second signature under that."""

    key, endpoint, title = "unreasonable-decision", "decide_unreasonable", "认定诉求不合理：第二人审签"


class ReviewDecision(CaseForm):
    """Whether the company was right, and why; both are told."""

    key, endpoint, title, button, style = "review", "decide_review", "复核企业的申请", "作出复核决定", "primary"
    unfolded = True
    hint = "由没有签署原决定的人复核。复核成立的，不予受理件视为当日受理，已终止的回到原来的环节并补足剩余工作日。"
    decision = Picked("复核结果", [Required("请选择复核结果")], options=lambda: ((GRANT, "复核成立"), (REFUSE, "维持原决定")))
    reason = lines("理由（企业可见）", "请写明理由（企业可见）")


class LookForm(CaseForm):
    """Which other appeal may be the same matter."""

    key, endpoint, title, button = "merge-look", "look_merge", "并入同一事项的另一件", "并列对照"
    hint = "先并列对照两件诉求，再提请并单。不知道编号的，不填即列出可能相同的诉求。"
    into = Typed("另一件的编号（可不填）", [Length(40)])


class MergeForm(CaseForm):
    """Why they are the same matter."""

    key, endpoint, title, button, style = "merge", "propose_merge", "提请并单", "提请并单，报第二人审签", "primary"
    unfolded = True
    reason = lines("为什么是同一事项", "请写明为什么是同一事项")


class MergeDecision(Decision):
    """The second signature under a merger."""

    key, endpoint, title = "merge-decision", "decide_merge", "并单：第二人审签"


class UnmergeForm(CaseForm):
    """Why it is handled by itself again."""

    key, endpoint, title, button = "unmerge", "unmerge", "撤销并单", "撤销并单"
    hint = "回到并单前的环节，并补足剩余工作日。"
    reason = lines("理由（企业可见）", "请写明理由（企业可见）")
