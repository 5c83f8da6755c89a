"""How a deed says no to what was typed: a Chinese sentence for each field, and nothing stored."""


class Refused(Exception):
    """What was entered cannot stand; `errors` maps field names to sentences shown beside them."""

    def __init__(self, **errors: str) -> None:
        super().__init__("；".join(errors.values()))
        self.errors = errors


class Said(str):
    """A sentence that companies read too: it remembers its pattern and values, so that a page can translate it."""

    __slots__ = ("pattern", "values")
    pattern: str
    values: dict[str, object]


def say(pattern: str, **values: object) -> Said:
    """The Chinese sentence `pattern % values`; every pattern stands in the English catalogue."""
    sentence = Said(pattern % values if values else pattern)
    sentence.pattern, sentence.values = pattern, values
    return sentence
