"""What the forms of staff have in common: several stand on one page, so each names its fields after itself."""

from typing import Any, ClassVar

from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from appeals.rules import text
from appeals.web.forms import Form, Length, Required, TypedLines

NOTE, REPORT, ANSWER = 2000, 3000, 3000  # characters after cleaning


class StaffForm(Form):
    """A form with a name: its ids begin with it."""

    key = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            if field.type != "CSRFTokenField":
                field.id = f"{self.key}-{field.id}"
                field.label.field_id = field.id

    def typed(self) -> list[tuple[str, str]]:
        """(label, text) of everything that was typed, to be kept where the form no longer fits."""
        return [
            (field.label.text, field.data)
            for field in self
            if isinstance(field, TypedLines) and isinstance(field.data, str) and not text.is_visibly_empty(field.data)
        ]

    @classmethod
    def blank(cls, **values: Any) -> "StaffForm":
        """The form as a page first shows it, whatever was posted to another."""
        return cls(formdata=None, **values)


def lines(label: str, message: str, most: int = NOTE) -> TypedLines:
    """A required text of several lines."""
    return TypedLines(label, [Required(message), Length(most)])


def number(value: str | None) -> int | None:
    """An id from a list of choices."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 19 else None


def offer(field: Any, pairs: list[tuple[str, str]]) -> None:
    """Let a field choose from these (value, label) and nothing else."""
    field.values = lambda: (value for value, _ in pairs)
    field.choices = [SelectChoice(value, label) for value, label in pairs]


class RevealForm(StaffForm):
    """Why somebody looks at a contact."""

    key = "reveal"
    reason = TypedLines("查看联系方式的理由", [Required("请写明理由"), Length(100)])


class CaseForm(StaffForm):
    """A deed that a page offers by itself: which view takes it, and how it reads.

    `endpoint` is the view's name at the page's counter, `values` what its address needs beside the number;
    `style` one of plain, primary, danger; `unfolded`: it stands open, being what the visitor should do next.
    """

    endpoint = ""
    title = ""
    button = ""
    hint = ""
    style = "plain"
    unfolded = False
    values: ClassVar[dict[str, Any]] = {}

    def look_like(self, blank: "CaseForm") -> None:
        """Read as the blank form in whose place this one stands: the page may have worded it for its visitor."""
        self.title, self.button, self.hint, self.style = blank.title, blank.button, blank.hint, blank.style


class SeenForm(StaffForm):
    """A deed that needs no words."""


def stop(sentence: str) -> StopValidation:
    """Refuse a field with this sentence."""
    return StopValidation(sentence)
