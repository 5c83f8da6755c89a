"""One unit: where it stands now, how it went over the last cycles, and how sure its quarter's figures are."""

from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, url_for

from appeals import clock
from appeals.models import attention, behind, figures, live, second_level, settings, tree
from appeals.models.figures import CYCLE, QUARTER
from appeals.rules import rates, scoring
from appeals.rules.rate_words import MEANINGS
from appeals.web.access import only
from appeals.web.scorecards import cells, sheets
from appeals.web.scorecards.counter import READERS, Scope, appeal_url, counter, scope
from appeals.web.scorecards.quarters import Card, card

TREND = ("cleared", "on_time", "good", "rated")
CYCLES = 12
REFERENCE = ((99.5, "99.5%"), (100, "100%"))  # task 14; a switch of the settings


@dataclass(frozen=True)
class Trend:
    """One rate over the cycles: points for the chart (label, value, text, url) and cells for the table beside."""

    key: str
    label: str
    points: list[tuple[str, float | None, str, str]]


@counter.get("/units/<int:unit_id>")
@only(*READERS)
def unit(unit_id: int) -> str:
    """The scorecard of one unit."""
    mine, node = scope(), tree.current().nodes.get(unit_id)
    if node is None or not mine.opens(node.name):
        abort(404)
    runs = list(reversed(figures.runs(CYCLE, limit=CYCLES)))
    by_cycle = figures.of_line(runs, node.name, TREND)
    now = sheets.running()
    left = [e for e in now.counted.entries if e.line == node.name and behind.in_part(e, behind.CLEARED, behind.REST)]
    return render_template(
        "scorecards/unit.html", node=node, trends=[_trend(key, runs, by_cycle, node.name) for key in TREND],
        rows=_rows(runs, by_cycle, node.name), keys=TREND, meanings=MEANINGS, running=now.sheet,
        running_title=sheets.title(CYCLE, now.sheet.number), due=now.sheet.rate(node.name, "cleared"),
        links={part: cells.url(now.sheet, node.name, behind.CLEARED, part) for part in (behind.NUM, behind.REST)},
        tasks=attention.tasks([e.number for e in left], mine.by), quarter=_quarter(node.name, mine),
        references=REFERENCE if settings.settings().get("reference_lines") else (), appeal_url=appeal_url,
        whole=cells.url(now.sheet, node.name, behind.CLEARED),
        inside=second_level.tenures(node.id, mine.by, clock.now() - attention.RECENT),
    )  # fmt: skip


def _point(run: Any, rate: rates.Rate | None, key: str, line: str) -> tuple[str, float | None, str, str]:
    label = sheets.short(run.number)
    if rate is None or not rate.den:
        return label, None, scoring.EMPTY, ""
    if key in cells.OF_RATED and rate.den < cells.SMALL:
        return label, None, "样本不足", _link(run.number, line, key)
    value = 100 * rate.num / rate.den
    return label, value, f"{cells.percent(rate, key)}%", _link(run.number, line, key)


def _link(number: int, line: str, key: str) -> str:
    return url_for("scorecards.cycle_behind", number=number, line=line, key=key)


def _trend(key: str, runs: list[Any], by_cycle: dict[int, Any], line: str) -> Trend:
    points = [_point(run, by_cycle.get(run.number, {}).get(key), key, line) for run in runs]
    return Trend(key, MEANINGS[key].label, points)


def _rows(runs: list[Any], by_cycle: dict[int, Any], line: str) -> list[dict[str, Any]]:
    """The same numbers as a table, the latest first."""
    found = []
    for run in reversed(runs):
        mine = by_cycle.get(run.number, {})
        found.append({
            "title": sheets.title(CYCLE, run.number), "url": url_for("scorecards.cycle_line", number=run.number, line=line),
            "cells": [(mine.get(key), _point(run, mine.get(key), key, line)) for key in TREND],
        })  # fmt: skip
    return found


def _quarter(line: str, mine: Scope) -> dict[str, Any]:
    """The last frozen quarter, else the running one, each component with its interval."""
    number = figures.last(QUARTER) or sheets.current_quarter()
    run = figures.run(QUARTER, number)
    sheet = (
        figures.frozen(run, lines=[line], flows=False) if run
        else live.figures_of(QUARTER, number, clock.now(), mine.by).sheet
    )  # fmt: skip
    found: Card = card(sheet, line, mine)
    return {
        "title": sheets.title(QUARTER, number), "state": sheets.STATES[sheet.state], "card": found, "number": number,
        "intervals": [_interval(part.rate) for part, _ in found.parts], "current": sheets.current_quarter(),
    }  # fmt: skip


def _interval(rate: rates.Rate) -> str:
    """Wilson, 95 %."""
    if not rate.den:
        return scoring.EMPTY
    low, high = scoring.wilson(rate.num, rate.den)
    return f"{100 * low:.1f}–{100 * high:.1f}%"
