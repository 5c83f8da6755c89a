"""What forms have in common: one way of reading what was typed, and of saying what is wrong with it.

A field takes the first value of its name and leaves the rest; files and JSON never fill a text field. What was
typed is refused if a database could not hold it, else cleaned (rules/text.py), and only then validated.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from wtforms import (
    BooleanField,
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.i18n import get_translations as wtforms_translations
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from appeals.actions.refusals import Said
from appeals.rules import text
from appeals.web import languages

NOT_TICKED = (False, "", "0", "false", "no", "off", "n")
Options = Callable[[], Iterable[tuple[str, str]]]
Values = Callable[[], Iterable[str]]


@cache
def _translations(language: str) -> Any:
    return wtforms_translations([language])


class Form(FlaskForm):  # type: ignore[misc]
    """A form that reads the fields of the request's body and nothing else."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How a form gets its data. Its token is asked for at the door, once for all (web/access.py)."""

        csrf = False

        def wrap_formdata(self, _form: Any, formdata: Any) -> Any:
            """The posted fields; never files or JSON, whose values are no text."""
            if formdata is not _Auto:
                return formdata
            return request.form if request.method in ("POST", "PUT") else None

        def get_translations(self, _form: Any) -> Any:
            """WTForms' own sentences in the page's language; read from disk once, not with every form."""
            return _translations(languages.current())

    def tell(self, errors: Mapping[str, str]) -> None:
        """Put a deed's refusal beside its fields, or on top where the form has no such field."""
        for name, sentence in errors.items():
            if name in self:
                self[name].errors = [*self[name].errors, localized(sentence)]
            else:
                self.form_errors.append(localized(sentence))


def localized(sentence: str) -> str:
    """A deed's sentence in the visitor's language, where it has one."""
    if isinstance(sentence, Said):
        return str(gettext(sentence.pattern, **sentence.values))
    return sentence


class Typed(StringField):  # type: ignore[misc]
    """One line of text."""

    clean = staticmethod(text.clean_line)
    refused: Any = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Clean the first value; remember what no database would take."""
        raw = valuelist[0] if valuelist else ""
        if "\x00" in raw or "\ufffd" in raw or text.has_surrogate(raw):
            self.refused = lazy_gettext("“%(label)s”含有无法识别的字符，请删除后重新输入", label=self.label.text)
            raw = raw.encode("utf-8", "replace").decode().replace("\x00", "")
        self.data = self.clean(raw)

    def pre_validate(self, _form: Any) -> None:
        """Say so before anything else is looked at."""
        if self.refused:
            raise StopValidation(self.refused)


class TypedLines(Typed, TextAreaField):  # type: ignore[misc]
    """Several lines of text."""

    clean = staticmethod(text.clean_text)


class Required:
    """Something must be seen in the field."""

    field_flags = {"required": True}  # noqa: RUF012

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, _form: Any, field: Field) -> None:
        """Stop at a field that is empty, or only looks filled."""
        if not field.data or (isinstance(field.data, str) and text.is_visibly_empty(field.data)):
            raise StopValidation(self.message)


class Length:
    """At most `most`, and if anything is there at least `least` characters after cleaning."""

    def __init__(self, most: int, least: int = 0) -> None:
        self.most, self.least = most, least

    def __call__(self, _form: Any, field: Field) -> None:
        """Say by how much it is too long or too short."""
        length, label = len(field.data or ""), field.label.text
        if length > self.most:
            raise StopValidation(
                gettext("%(label)s：最多 %(most)s 个字，现在有 %(length)s 个", label=label, most=self.most, length=length)
            )
        if 0 < length < self.least:
            raise StopValidation(
                gettext("%(label)s：至少 %(least)s 个字，现在有 %(length)s 个", label=label, least=self.least, length=length)
            )


class _OneOf:
    """A choice out of `options`, a function giving (value, label); what is not offered is refused.

    `values` gives the values alone, where naming them in the visitor's language costs more than looking.
    """

    data: str | None

    def __init__(
        self, label: Any, validators: Iterable[Any] = (), *, options: Options, values: Values | None = None, **rest: Any
    ) -> None:  # fmt: skip
        self.values = values or (lambda: (value for value, _ in options()))
        super().__init__(
            label, list(validators), choices=lambda: [SelectChoice(v, n) for v, n in options()],
            validate_choice=False, **rest,
        )  # type: ignore[call-arg]  # fmt: skip

    def pre_validate(self, _form: Any) -> None:
        """Refuse what the list does not hold; nothing chosen is for Required to judge."""
        if self.data and self.data not in self.values():
            self.data = ""
            raise StopValidation(lazy_gettext("“%(label)s”请从列表中选择", label=self.label.text))  # type: ignore[attr-defined]


class Chosen(_OneOf, SelectField):  # type: ignore[misc]
    """One of a list."""


class Picked(_OneOf, RadioField):  # type: ignore[misc]
    """One of a few, all of them in sight."""


class Several(SelectMultipleField):  # type: ignore[misc]
    """Any of a few, as boxes to tick; what is not offered is left out."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, *, options: Options, **rest: Any) -> None:
        super().__init__(label, choices=lambda: [SelectChoice(v, n) for v, n in options()], **rest)

    def pre_validate(self, _form: Any) -> None:
        """Keep what the list holds."""
        known = {choice.value for choice in self.choices}
        self.data = [value for value in dict.fromkeys(self.data or ()) if value in known]


class Ticked(BooleanField):  # type: ignore[misc]
    """A box; 0, no, off and false leave it empty."""

    def __init__(self, label: Any, validators: Iterable[Any] = (), **rest: Any) -> None:
        super().__init__(label, list(validators), false_values=NOT_TICKED, **rest)
