"""Finding the sheet a page is about: frozen rows where there are any, else counted now."""

from collections.abc import Collection

from flask import abort

from appeals import clock
from appeals.models import figures, live
from appeals.models.figures import CYCLE, QUARTER, Sheet
from appeals.models.live import Live
from appeals.rules import clearance
from appeals.rules.facts import SELF_HANDLED
from appeals.rules.words import UnitClass
from appeals.web import access

MOST_CYCLES = 9999
STATES = {figures.FROZEN: ("已冻结", "ok"), figures.DRAFT: ("草稿", "warn"), figures.RUNNING: ("实时·暂定", "info")}


def find(
    kind: str, number: int, *, lines: Collection[str] | None = None, keys: Collection[str] | None = None, flows: bool = True
) -> tuple[Sheet, Live | None]:
    """The sheet of a period that has begun since the program was installed, or 404."""
    if not all(line.isprintable() for line in lines or ()):
        abort(404)
    run = figures.run(kind, number) if number <= 10 * MOST_CYCLES else None
    if run is not None:
        return figures.frozen(run, lines=lines, keys=keys, flows=flows), None
    if number not in (cycles() if kind == CYCLE else quarters()):
        abort(404)
    found = live.figures_of(kind, number, clock.now(), access.actor())
    return found.sheet, found


def check_line(sheet: Sheet, line: str) -> None:
    """404 for what is no line: a unit, a class, 自提自办 and the total are."""
    classes = {each.label for each in UnitClass}
    if line not in {*sheet.lines, *sheet.by_line, *figures.unit_lines(), *classes, figures.TOTAL, SELF_HANDLED}:
        abort(404)


def running() -> Live:
    """The cycle we are in."""
    return live.figures_of(CYCLE, current_cycle(), clock.now(), access.actor())


def current_cycle() -> int:
    """Its number."""
    return clearance.cycle_of(clock.now(), figures.anchor())


def current_quarter() -> int:
    """year × 10 + quarter."""
    year, quarter = clearance.quarter_of(clock.now())
    return year * 10 + quarter


def cycles() -> range:
    """From the cycle of installation to the one we are in."""
    return range(min(figures.first_cycle(), current_cycle()), current_cycle() + 1)


def quarters() -> list[int]:
    """The calendar quarters since installation, oldest first."""
    found = []
    quarter = clearance.quarter_of(clearance.bounds(figures.first_cycle(), figures.anchor())[0])
    while quarter <= clearance.quarter_of(clock.now()):
        found.append(quarter[0] * 10 + quarter[1])
        quarter = clearance.following_quarter(quarter)
    return found or [current_quarter()]


def title(kind: str, number: int) -> str:
    """2026年第23期（11月2日—11月15日）, or 2026年第4季度."""
    if kind == QUARTER:
        return clearance.quarter_title(divmod(number, 10))
    return clearance.title(number, figures.anchor())


def short(number: int) -> str:
    """23期, under a mark of a chart."""
    return f"{clearance.number_in_year(number, figures.anchor())[1]}期"
