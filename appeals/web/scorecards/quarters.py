"""Calendar quarters: tiers per unit, class by class (policy §10)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from appeals.models import deductions, figures, settings
from appeals.models.figures import QUARTER, Sheet
from appeals.rules import scoring
from appeals.rules.rate_words import MEANINGS
from appeals.rules.words import UnitClass
from appeals.web.access import only
from appeals.web.scorecards import cells, sheets
from appeals.web.scorecards.counter import READERS, Scope, counter, scope
from appeals.web.scorecards.cycles import line_page

BESIDE = ("rated", "extended")  # what caps a tier stands beside it


@dataclass(frozen=True)
class Card:
    """One unit's quarter: score, tier, components with their cells, and its place where places are published."""

    name: str
    url: str
    score: scoring.Score
    parts: list[tuple[scoring.Component, cells.Cell]]
    beside: list[cells.Cell]
    place: int | None = None


def rules_of(sheet: Sheet) -> scoring.Rules:
    """The weights in force at the quarter's F."""
    weights = settings.settings(sheet.settings_version).get("weights", scoring.WEIGHTS)
    return scoring.Rules(weights={key: Fraction(weight) for key, weight in weights.items()})


def card(sheet: Sheet, name: str, mine: Scope, place: int | None = None) -> Card:
    """The quarter of one unit; an external one has neither score nor tier."""
    mark = sheet.by_line.get(name, {})
    deeds = deductions.deeds(sheet.lines.get(name, {}), sheet.rate(name, "returns_rejected").num)
    external = bool(sheet.lines.get(name, {}).get("external"))
    score = scoring.score(mark, deeds, external=external, rules=rules_of(sheet))
    return Card(
        name, cells.line_url(sheet, name), score,
        [(part, cells.cell(sheet, name, part.key, mine)) for part in score.components],
        [cells.cell(sheet, name, key, mine) for key in BESIDE], place,
    )  # fmt: skip


@counter.get("/quarters")
@only(*READERS)
def this_quarter() -> Response:
    """The quarter we are in."""
    return redirect(url_for("scorecards.quarter", number=sheets.current_quarter()))


@counter.get("/quarters/<int:number>")
@only(*READERS)
def quarter(number: int) -> str:
    """Tiers per unit by class; the running quarter's are provisional."""
    mine = scope()
    sheet, _ = sheets.find(QUARTER, number, flows=False)
    places = _places(sheet) if settings.settings().get("ranking") else {}
    known = sheets.quarters()
    return render_template(
        "scorecards/quarter.html", sheet=sheet, title=sheets.title(QUARTER, number), state=sheets.STATES[sheet.state],
        tables=_tables(sheet, mine, places), columns=_columns(sheet, bool(places)), ranked=bool(places),
        neighbours=[(each, sheets.title(QUARTER, each)) for each in reversed(known[-8:])],
    )  # fmt: skip


def _columns(sheet: Sheet, ranked: bool) -> list[str | tuple[str, str]]:
    """The heads of the table: each component with its weight."""
    components = [(f"{MEANINGS[key].label} {weight}", "num") for key, weight in rules_of(sheet).weights.items()]
    beside = [(MEANINGS[key].label, "num") for key in BESIDE]
    return [*(["名次"] if ranked else []), "单位", "档次", ("得分", "num"), *components, *beside]


def _tables(sheet: Sheet, mine: Scope, places: dict[str, int]) -> list[tuple[str, list[Card]]]:
    labels = figures.class_labels(sheet.lines)
    found = []
    for each in UnitClass:
        cards = [card(sheet, name, mine, places.get(name)) for name in mine.lines(sheet) if labels[name] == each.label]
        if cards:
            found.append((each.label, cards))
    return found


def _places(sheet: Sheet) -> dict[str, int]:
    """Unit → its place by the lower bound of on_time, within its class; external units have none."""
    found: dict[str, int] = {}
    for each in UnitClass:
        inside: dict[str, Any] = {
            name: sheet.rate(name, "on_time") for name, line in sheet.lines.items()
            if line["class"] == each.value and not line["external"]
        }  # fmt: skip
        found |= {name: place for place, name in scoring.ranking(inside)}
    return found


@counter.get("/quarters/<int:number>/<line>")
@only(*READERS)
def quarter_line(number: int, line: str) -> str:
    """All rates of one line of a quarter."""
    return line_page(QUARTER, number, line)
