"""Who acts: the plain values a deed needs to know about a person."""

from dataclasses import dataclass, field

from appeals.rules.words import Role, Word


@dataclass(frozen=True)
class Actor:
    """A person, or the timetable, at the moment of a deed.

    `unit_ids` is the person's own unit with everything below it in the tree; empty for a company. A deputy acts in
    the unit of the head he stands in for (`for_id`); `home_id` is where he himself sits.
    """

    role: Role
    user_id: int | None = None
    unit_id: int | None = None
    unit_ids: frozenset[int] = field(default_factory=frozenset)
    name: str = ""
    for_id: int | None = None
    home_id: int | None = None


SYSTEM = Actor(Role.SYSTEM, name="系统")
COMPANY = Actor(Role.COMPANY, name="企业")


class Relation(Word):
    """How an actor stands to one appeal; policy §2."""

    OWN = "own", "本单位承办"
    FORMER = "former", "原承办、仍答复询问"
    OTHER = "other", "与己无关"
    ACCUSED = "accused", "被反映单位"
    OFFICE = "office", "涉及营商办本局"
    INSTEAD = "instead", "营商办被反映，由回避岗代行"
