"""The company's forms: what may be typed, and what is said when it may not (policy §11)."""

import re
from typing import Any
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, MultipleFileField
from wtforms.validators import StopValidation

from appeals.actions.intake import Submission
from appeals.models import choices
from appeals.rules import numbering, text, uscc
from appeals.rules.words import LEVELS, Nature, PoorReason, Solved
from appeals.web import filters
from appeals.web.forms import Chosen, Form, Length, Picked, Required, Several, Ticked, Typed, TypedLines

# Characters after cleaning; docs/limits.md lists them, the columns hold at least as many.
COMPANY_NAME, ADDRESS, CONTACT_NAME, TITLE = 120, 200, 40, 30
TEXT_LEAST, TEXT, WISH, URGENT_REASON = 8, 5000, 1000, 300
OTHER_CHANNEL, OTHER_NUMBER, SUPPLEMENT, COMMENT = 60, 60, 5000, 1000
NUMBER_TYPED, CODE_TYPED = 40, 64
FILE_TYPES = ".pdf,.jpg,.jpeg,.png,.doc,.docx,.xls,.xlsx"
_KEY = re.compile("[0-9A-F]{32}")

USCC_PROBLEMS = {
    "length": _l("统一社会信用代码应为 18 位，请核对"),
    "alphabet": _l("统一社会信用代码只含数字和大写字母，不含 I、O、S、V、Z，请核对"),
    "pattern": _l("统一社会信用代码的格式不对，请对照营业执照核对"),
    "check_digit": _l("统一社会信用代码的最后一位（校验码）对不上，可能有一位输错"),
    "organisation_digit": _l("统一社会信用代码的第 17 位（主体标识校验码）对不上，可能有一位输错"),
}


def _named(options: Any, first: Any = None) -> Any:
    """(value, name in the visitor's language) of the options, after an empty first line."""

    def list_them() -> list[tuple[str, str]]:
        english = filters.english()
        found = [(o.value, o.english if english else o.chinese) for o in options()]
        return found if first is None else [("", str(first)), *found]

    return list_them


def _values(options: Any) -> Any:
    return lambda: (o.value for o in options())


def _words(kind: Any) -> Any:
    return lambda: [(w.value, w.english if filters.english() else w.company or w.label) for w in kind]


class SubmitForm(Form):
    """The appeal itself; field names are the contract's."""

    nature = Picked(_l("诉求类型"), [Required(_l("请选择诉求类型"))], options=_words(Nature), values=lambda: tuple(Nature))
    title = Typed(_l("标题"), [Required(_l("请填写标题")), Length(TITLE)])
    text = TypedLines(_l("具体情况"), [Required(_l("请写明具体情况")), Length(TEXT, TEXT_LEAST)])
    wish = TypedLines(_l("希望怎样解决"), [Length(WISH)])
    territory = Chosen(
        _l("事项所在区域"), [Required(_l("请选择事项所在区域；拿不准就选“不清楚”"))],
        options=_named(choices.territories, _l("请选择")), values=_values(choices.territories),
    )  # fmt: skip
    address = Typed(_l("事项所在地址"), [Length(ADDRESS)])
    attachments = MultipleFileField(_l("附件"))
    company_name = Typed(_l("企业名称"), [Required(_l("请填写企业名称")), Length(COMPANY_NAME)])
    uscc = Typed(_l("统一社会信用代码"), [Required(_l("请填写统一社会信用代码"))])
    industry = Chosen(
        _l("所属行业"), options=_named(choices.industries, _l("请选择")), values=_values(choices.industries)
    )
    contact_name = Typed(_l("联系人"), [Required(_l("请填写联系人")), Length(CONTACT_NAME)])
    mobile = Typed(_l("联系手机"), [Required(_l("请填写联系手机"))])
    hide_contact = Ticked(_l("对承办单位隐藏我的联系方式，由营商办转达"))
    urgent = Ticked(_l("情况紧急（停工停产、断水断电断气、安全隐患）"))
    urgent_reason = TypedLines(_l("紧急的原因"), [Length(URGENT_REASON)])
    about_unit = Chosen(
        _l("所反映的单位"), options=_named(choices.units, _l("不涉及具体单位")), values=_values(choices.units)
    )
    conduct = Ticked(_l("我反映的是该单位工作人员的作风问题（吃拿卡要、违规检查、报复、泄密）"))
    other_channel = Typed(_l("还向哪里反映过"), [Length(OTHER_CHANNEL)])
    other_number = Typed(_l("在那里的受理编号"), [Length(OTHER_NUMBER)])
    consent = Ticked(
        _l("我已阅读并同意《个人信息处理告知》，所填内容不含国家秘密"),
        [Required(_l("请阅读《个人信息处理告知》并勾选"))],
    )
    submission_key = HiddenField()

    def validate_uscc(self, field: Any) -> None:
        """Both check digits; full-width and lower case are made right first."""
        field.data = uscc.normalise(field.data)
        if problem := uscc.problem(field.data):
            raise StopValidation(USCC_PROBLEMS[problem])

    def validate_mobile(self, field: Any) -> None:
        """A mainland mobile, with or without +86, spaces and dashes."""
        number = text.mobile(field.data)
        if number is None:
            raise StopValidation(_l("请填写 11 位手机号码"))
        field.data = number

    def validate_urgent_reason(self, field: Any) -> None:
        """Urgency has a reason."""
        if self.urgent.data and text.is_visibly_empty(field.data):
            raise StopValidation(_l("请写明为什么紧急"))

    def validate_about_unit(self, field: Any) -> None:
        """A complaint about conduct names the unit."""
        if self.conduct.data and not field.data:
            raise StopValidation(_l("请选择所反映的单位"))

    def validate_submission_key(self, field: Any) -> None:
        """Any UUID, however it is written; the stored form is the usual one."""
        bare = text.without_dashes(text.compact(field.data or "")).removeprefix("URN:UUID:").strip("{}")
        if not _KEY.fullmatch(bare):
            field.data = str(uuid4())
            raise StopValidation(_l("页面的提交标识无效，已为您更新，请再提交一次"))
        field.data = str(UUID(hex=bare))

    def validate_attachments(self, field: Any) -> None:
        """Files come as files; a name without its content is no attachment."""
        if any(field.data or ()):
            raise StopValidation(_l("附件没有收到，请重新选择文件"))

    def submission(self, language: str) -> Submission:
        """The valid form as the deed takes it."""
        unit = self.about_unit.data
        plain = ("company_name", "uscc", "territory", "address", "contact_name", "mobile", "nature", "title", "text",
                 "wish", "urgent", "urgent_reason", "other_channel", "other_number", "conduct", "hide_contact")  # fmt: skip
        return Submission(
            **{name: self[name].data for name in plain}, industry=self.industry.data or None,
            about_unit_id=int(unit) if unit else None, language=language,
        )  # fmt: skip


class TrackForm(Form):
    """Number and code."""

    number = Typed(_l("诉求编号"), [Required(_l("请填写诉求编号"))])
    code = Typed(_l("查询码"), [Required(_l("请填写查询码"))])

    def key(self) -> tuple[str, str]:
        """Number and code in their stored forms; far too long ones are cut, and match nothing."""
        number, code = self.number.data[:NUMBER_TYPED], self.code.data[:CODE_TYPED]
        return numbering.normalise(number), numbering.normalise_code(code)


class SupplementForm(Form):
    """What was asked for."""

    addition = TypedLines(_l("补充的内容"), [Length(SUPPLEMENT)])
    attachments = MultipleFileField(_l("附件"))


class ObjectionForm(Form):
    """Why the company does not agree that it should wait."""

    objection = TypedLines(_l("不同意的理由"), [Required(_l("请写明您不同意的理由")), Length(COMMENT)])


class MessageForm(Form):
    """A word to the unit, through the platform."""

    message = TypedLines(_l("给承办单位留言"), [Required(_l("请写下要说的话")), Length(COMMENT)])


class RateForm(Form):
    """Three questions, and why."""

    contacted = Picked(
        _l("承办单位联系过您吗？"), [Required(_l("请选择承办单位是否联系过您"))],
        options=lambda: [("yes", _l("联系过")), ("no", _l("没有"))],
    )  # fmt: skip
    solved = Picked(_l("问题解决了吗？"), [Required(_l("请选择问题是否解决"))], options=_words(Solved))
    level = Picked(
        _l("您对办理结果满意吗？"), [Required(_l("请选择满意程度"))],
        options=lambda: [(str(n), filters.level(n)) for n in sorted(LEVELS, reverse=True)],
    )  # fmt: skip
    go_on = Ticked(_l("只解决了一部分，希望继续办理"))
    reasons = Several(_l("不满意的原因"), options=_words(PoorReason))
    comment = TypedLines(_l("还想说的话"), [Length(COMMENT)])
