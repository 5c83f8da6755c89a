"""What a company may say beyond the main road: review, reopening, reprisal, its own view of a merged matter (policy §3, §6)."""

from uuid import uuid4

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from appeals.models import choices
from appeals.rules.words import ReopenReason
from appeals.web import filters
from appeals.web.forms import Chosen, Form, Length, Picked, Required, TypedLines
from appeals.web.forms.company import TEXT


class ReviewForm(Form):
    """Why the decision should be looked at again."""

    reason = TypedLines(_l("申请复核的理由"), [Required(_l("请写明申请复核的理由")), Length(TEXT)])


class AnswerForm(Form):
    """What the company says before its appeal is ended."""

    words = TypedLines(_l("您的说明"), [Required(_l("请写明您的说明")), Length(TEXT)])


class UnsolvedForm(Form):
    """What of its own matter is not solved."""

    reason = TypedLines(_l("哪些问题没有解决"), [Required(_l("请写明哪些问题没有解决")), Length(TEXT)])


class KeyedForm(Form):
    """A form that makes an appeal: sent twice it makes one."""

    submission_key = HiddenField()

    def key(self) -> str:
        """The key as it came, or a new one."""
        return (self.submission_key.data or "")[:36] or str(uuid4())


class ReopenForm(KeyedForm):
    """Why the company comes back, and with what."""

    reason = Picked(
        _l("为什么要继续反映"), [Required(_l("请选择为什么要继续反映"))],
        options=lambda: [(w.value, w.english if filters.english() else w.company or w.label) for w in ReopenReason],
    )  # fmt: skip
    words = TypedLines(_l("有什么新情况"), [Required(_l("请写明有什么新情况")), Length(TEXT)])


def _units() -> list[tuple[str, str]]:
    english = filters.english()
    found = [(o.value, o.english if english else o.chinese) for o in choices.units()]
    return [("", str(_l("承办这件诉求的单位"))), *found]


class ReprisalForm(KeyedForm):
    """Who made trouble, and how."""

    unit = Chosen(_l("刁难您的单位"), options=_units)
    words = TypedLines(_l("发生了什么"), [Required(_l("请写明发生了什么")), Length(TEXT)])
