"""What is tied to an appeal, as far as a member of staff may know of it: merged, reopened, complained of, filed for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, url_for

from appeals.db import session
from appeals.models import lists, merging
from appeals.models.appeal import Appeal
from appeals.rules.lifecycle import UNIT_ROLES
from appeals.web import access


@dataclass(frozen=True)
class Tie:
    """One other appeal; `url` is empty where the visitor may not open it."""

    label: str
    number: str
    url: str


@dataclass(frozen=True)
class Linked:
    """The others, and what the companies of merged appeals wrote."""

    ties: Sequence[Tie]
    children: Sequence[Appeal]


def init_app(app: Flask) -> None:
    """Give every template linked(appeal)."""
    app.jinja_env.globals["linked"] = of


def of(appeal: Appeal) -> Linked:
    """Everything tied to it. A complaint of reprisal leads to the older appeal, never back from there."""
    ties = [
        ("并入", session().get(Appeal, appeal.merged_into_id) if appeal.merged_into_id else None),
        ("重开自", session().get(Appeal, appeal.reopened_from_id) if appeal.reopened_from_id else None),
        ("反映受到刁难，原诉求", session().get(Appeal, appeal.reprisal_of_id) if appeal.reprisal_of_id else None),
        *(("已重开为", each) for each in (merging.reopened(appeal) if appeal.struck_off_at else ())),
    ]
    by = access.actor()
    found = [(label, other) for label, other in ties if other is not None and not other.hidden_from(by)]
    children = [child for child in merging.children(appeal) if not child.hidden_from(by)]
    return Linked([Tie(label, other.number, _url(other)) for label, other in found], children)


def _url(other: Appeal) -> str:
    by = access.actor()
    if lists.find(other.number, by) is None:
        return ""
    return url_for("unit.appeal" if by.role in UNIT_ROLES else "coordination.appeal", number=other.number)
