"""How a deed says no to what was typed: a Chinese sentence for each field, and nothing stored."""


class Refused(Exception):
    """What was entered cannot stand; `errors` maps field names to sentences shown beside them."""

    def __init__(self, **errors: str) -> None:
        super().__init__("；".join(errors.values()))
        self.errors = errors
