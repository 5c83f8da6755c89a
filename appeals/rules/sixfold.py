"""六定: the six things that are settled when an appeal is handed to a unit, and which of them are missing (task 11, 六(二))."""

from dataclasses import dataclass
from datetime import datetime

from appeals.rules.words import Word


class Fixed(Word):
    """The six, in their order."""

    KIND = "kind", "定性"
    AMOUNT = "amount", "定量"
    STANDARD = "standard", "定标准"
    TIME = "time", "定时限"
    UNIT = "unit", "定责任单位"
    PERSON = "person", "定责任人"


@dataclass(frozen=True, slots=True)
class Order:
    """What is known of one appeal: `area` is its section or task, `standards` how many points say what solves them."""

    nature: str | None
    area: int | None
    points: int
    standards: int
    due_at: datetime | None
    unit_due_at: datetime | None
    unit: str
    head: str
    handler: str


def missing(order: Order) -> list[Fixed]:
    """What is not settled yet, in order: without a head in charge or without a handler nobody answers for it."""
    found = {
        Fixed.KIND: not order.nature or order.area is None,
        Fixed.AMOUNT: order.points == 0,
        Fixed.STANDARD: order.points == 0 or order.standards < order.points,
        Fixed.TIME: order.due_at is None or order.unit_due_at is None,
        Fixed.UNIT: not order.unit,
        Fixed.PERSON: not (order.head and order.handler),
    }
    return [each for each in Fixed if found[each]]
