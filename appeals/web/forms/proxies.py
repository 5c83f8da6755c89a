"""The company's form as staff fill it in for a company: where it came from, and what the company was told (policy §2, §11)."""

from dataclasses import replace

from appeals.actions.intake import Submission
from appeals.rules.words import Source
from appeals.web.forms import Chosen, Required, Ticked
from appeals.web.forms.company import SubmitForm
from appeals.web.forms.staff import offer


class ProxyForm(SubmitForm):
    """As the company's own, with the channel, and the company's word instead of its tick."""

    source = Chosen("来源", [Required("请选择来源")], options=lambda: ())
    consent = Ticked(
        "已向企业告知《个人信息处理告知》，企业同意由我代为提交；内容不含国家秘密",
        [Required("请先向企业告知，并征得同意")],
    )

    def through(self, sources: tuple[Source, ...]) -> "ProxyForm":
        """Offer these channels."""
        offer(self.source, [("", "请选择"), *((source.value, source.label) for source in sources)])
        return self

    def submission(self, language: str) -> Submission:
        """The valid form as the deed takes it."""
        return replace(super().submission(language), source=Source(self.source.data))
