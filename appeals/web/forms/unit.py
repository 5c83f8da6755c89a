"""The unit's forms: one for each deed on an appeal."""

import re
from datetime import date
from typing import Any

from wtforms import DateField

from appeals.actions.handling import CHANNELS, HEARD, Draft
from appeals.rules.words import Outcome
from appeals.web.forms import Chosen, Length, Picked, Required, Typed, TypedLines
from appeals.web.forms.staff import ANSWER, NOTE, REPORT, StaffForm, lines, number, offer

BASIS = 300


class Wanted:
    """Marks a field that must be filled before the reply is handed in; the deed judges it, a draft may lack it."""

    field_flags = {"required": True}  # noqa: RUF012

    def __call__(self, _form: Any, _field: Any) -> None:
        """Nothing to say yet."""


class HandlerForm(StaffForm):
    """Who does the work; `people` are (id, name)."""

    key = "handler"
    handler = Chosen("承办人", [Required("请选择承办人")], options=lambda: ())

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.handler, people)

    @property
    def handler_id(self) -> int | None:
        """The id chosen."""
        return number(self.handler.data)


class AcknowledgeForm(HandlerForm):
    """Taking it up names the handler."""

    key = "acknowledge"


class ContactForm(StaffForm):
    """A conversation with the company; where it hides its contact, a message through the platform."""

    key = "contact"
    channel = Picked("联系方式", [Required("请选择联系方式")], options=CHANNELS.items)
    note = lines("联系情况（站内转达的内容企业可见）", "请写明联系的情况")

    def hide(self) -> None:
        """Only the platform is left."""
        offer(self.channel, [(HEARD, CHANNELS[HEARD])])


class PlanForm(StaffForm):
    """How and by when each point is to be settled."""

    key = "plan"
    plan = lines("办理方案（企业可见）", "请写明办理方案")


class Day(DateField):  # type: ignore[misc]
    """A day, or nothing; what was typed is kept where it is no day."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take 2026-11-23 and no other spelling."""
        raw, self.data = (valuelist[0].strip() if valuelist else ""), None
        if not raw:
            return
        try:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
                raise ValueError
            self.data = date.fromisoformat(raw)
        except ValueError:
            raise ValueError("请按 2026-11-23 的格式填写日期") from None


class DraftForm(StaffForm):
    """The reply; the answers to the points are added by `draft_form`."""

    key = "draft"
    outcome = Picked("办理结果", [Wanted()], options=lambda: [(o.value, o.label) for o in Outcome])
    basis = Typed("依据", [Wanted(), Length(BASIS)])
    contacted_on = Day("与企业联系的日期", [Wanted()])
    internal_note = TypedLines("内部说明（企业不可见）", [Length(NOTE)])

    def answers(self) -> list[Any]:
        """The fields of the answers, in the order of the points."""
        count = sum(1 for field in self if field.short_name.startswith("answer_"))
        return [self[f"answer_{n}"] for n in range(1, count + 1)]

    def draft(self) -> Draft:
        """What was written so far."""
        on: date | None = self.contacted_on.data
        return Draft(
            outcome=self.outcome.data or "", answers=[a.data or "" for a in self.answers()],
            basis=self.basis.data or "", contacted_on=on, internal_note=self.internal_note.data or "",
        )  # fmt: skip


def draft_form(points: int) -> type[DraftForm]:
    """The form for an appeal with so many points."""
    fields: dict[str, Any] = {
        f"answer_{n}": TypedLines(f"对第{n}点的答复", [Wanted(), Length(ANSWER)]) for n in range(1, points + 1)
    }
    return type("DraftFormWithAnswers", (DraftForm,), fields)


class SupportForm(StaffForm):
    """What a supporting unit did."""

    key = "support"
    report = lines("协办情况", "请写明协办情况", REPORT)


class RectifyForm(StaffForm):
    """What was put right."""

    key = "rectify"
    report = lines("整改情况（企业可见）", "请写明整改情况", REPORT)
