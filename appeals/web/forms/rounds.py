"""Reviews of ratings, rounds of rectification, second looks: the forms of both counters (policy §3, §6)."""

from appeals.rules.requests import RatingReviewReason
from appeals.web.forms import Length, Picked, Required, Typed, TypedLines
from appeals.web.forms.staff import NOTE, REPORT, CaseForm, lines
from appeals.web.forms.unit import Day

EVIDENCE = BASIS = 300


class AskReviewForm(CaseForm):
    """Why a rating should not count."""

    key, endpoint, title = "ask-rating-review", "ask_rating_review", "申请评价复核"
    reason_code = Picked(
        "事由", [Required("请选择申请复核的事由")], options=lambda: [(r.value, r.label) for r in RatingReviewReason]
    )
    reason = lines("理由", "请写明理由")
    evidence = Typed("证据", [Required("请写明证据；没有证据的不予复核"), Length(EVIDENCE)])


class EndorseReviewForm(CaseForm):
    """The first of two signatures."""

    key, endpoint, title = "endorse-rating-review", "endorse_rating_review", "评价复核：同意，报第二人审签"
    button, style, unfolded = "同意，报第二人审签", "primary", True
    answer = TypedLines("意见", [Length(NOTE)])


class UpholdReviewForm(CaseForm):
    """The second."""

    key, endpoint, title = "uphold-rating-review", "uphold_rating_review", "评价复核：第二人审签"
    button, style, unfolded = "审签，该次评价不计入统计", "primary", True
    hint = "审签后该次评价不再计入统计，诉求按未评价对待；评价和标注仍然可见，并告知企业。正在进行的整改随之终止。"
    answer = TypedLines("意见", [Length(NOTE)])


class RejectReviewForm(CaseForm):
    """Either of the two says no."""

    key, endpoint, title = "reject-rating-review", "reject_rating_review", "评价复核：不同意"
    button, style = "不同意，评价照常计入", "danger"
    reason = lines("理由（单位可见）", "请写明不同意的理由")


class PlanForm(CaseForm):
    """How it is put right."""

    key, endpoint, title, button = "rectify-plan", "plan_rectification", "整改方案", "保存整改方案"
    plan = lines("整改方案（企业可见）", "请写明整改方案")


class ExplainForm(CaseForm):
    """The one conversation that stands for a report where the refusal was lawful."""

    key, endpoint, title, button = "explain", "explain_lawful", "依法不能办理的：报送当面解释", "报送，请核定依据"
    hint = "由负责人与企业谈话一次并如实记录；单位以外核定依据后，诉求以“已依法解释”完结，评价照常计入统计。"
    on = Day("谈话日期", [Required("请填写与企业谈话的日期")])
    explained = lines("向企业解释的内容（企业可见）", "请写明解释的内容", REPORT)
    basis = Typed("依据（文件名称和条款，企业可见）", [Required("请写明依据"), Length(BASIS)])


class ConfirmExplainedForm(CaseForm):
    """The basis was checked."""

    key, endpoint, title = "confirm-explained", "confirm_explained", "核定依法解释的依据"
    button, style, unfolded = "依据成立，以“已依法解释”完结", "primary", True
    answer = TypedLines("核定意见", [Length(NOTE)])


class RefuseExplainedForm(CaseForm):
    """It does not hold."""

    key, endpoint, title = "refuse-explained", "refuse_explained", "不予核定，继续整改"
    button, style = "不予核定", "danger"
    reason = lines("理由（单位可见）", "请写明不予核定的理由")


class AuditThirdForm(CaseForm):
    """A leader passes what was put right."""

    key, endpoint, title = "audit-third", "audit", "第三轮及以后的整改由管委会领导审核"
    button, style, unfolded = "整改审核通过", "primary", True


class RejectThirdForm(CaseForm):
    """A leader is not convinced."""

    key, endpoint, title = "reject-third", "reject_third", "退回继续整改"
    button, style = "退回整改", "danger"
    reason = lines("退回整改的理由（单位可见）", "请写明退回的理由")


class ProposeClosingForm(CaseForm):
    """After three rounds in vain."""

    key, endpoint, title = "propose-closing", "propose_closing", "提请按“已尽责仍不满意”办结"
    button = "提请管委会领导审签"
    hint = "整改已满三轮，企业仍不满意。须两人先后审签；理由向企业公开。"
    reason = lines("公开说明的理由（企业可见）", "请写明公开说明的理由")


class CloseForm(CaseForm):
    """The second signature."""

    key, endpoint, title = "close-rounds", "close_rounds", "审签：按“已尽责仍不满意”办结"
    button, style, unfolded = "审签办结，并向企业公开理由", "primary", True
    answer = TypedLines("意见", [Length(NOTE)])


class RefuseClosingForm(CaseForm):
    """It goes on."""

    key, endpoint, title = "refuse-closing", "refuse_closing", "不同意办结，继续整改"
    button, style = "不同意，责成再报", "danger"
    order = lines("还要整改什么（单位可见）", "请写明还要整改什么")


class RecheckForm(CaseForm):
    """What a second look at an approval found."""

    key, endpoint, title = "recheck", "recheck", "抽查复核这件审核"
    button, unfolded = "记录抽查结果", True
    hint = "按编号抽取十分之一的审核由第二人复核；抽查只作记录，发现问题的另行督办。"
    sound = Picked(
        "抽查结果", [Required("请选择抽查结果")], options=lambda: [("yes", "答复属实、审核恰当"), ("no", "有问题")]
    )
    finding = lines("抽查的情况", "请写明抽查的情况")
