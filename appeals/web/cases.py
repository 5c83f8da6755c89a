"""What a page offers on one appeal beyond the main road: each hard case registers its own forms."""

from collections.abc import Callable, Iterable

from appeals.models.appeal import Appeal
from appeals.models.records import Record
from appeals.rules.actors import Actor
from appeals.web.forms.staff import CaseForm

Offer = Callable[[Appeal, Record, Actor], Iterable[CaseForm]]
_OFFERS: dict[str, list[Offer]] = {"unit": [], "coordination": []}


def offered_at(counter: str) -> Callable[[Offer], Offer]:
    """Register a function that says which forms a visitor of this counter may fill in now."""

    def keep(offer: Offer) -> Offer:
        _OFFERS[counter].append(offer)
        return offer

    return keep


def forms(counter: str, appeal: Appeal, record: Record, by: Actor) -> list[CaseForm]:
    """Everything that may be done now, what should be done next first."""
    found = [form for offer in _OFFERS[counter] for form in offer(appeal, record, by)]
    return sorted(found, key=lambda form: not form.unfolded)
