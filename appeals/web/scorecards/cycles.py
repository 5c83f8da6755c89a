"""The fortnights: the list of cycles, one cycle with its units by class, one line with all its rates."""

from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request, url_for

from appeals.models import behind, figures, tree
from appeals.models.figures import CYCLE, QUARTER, TOTAL, Sheet
from appeals.models.live import Live
from appeals.rules import stock
from appeals.rules.facts import SELF_HANDLED
from appeals.rules.rate_words import MEANINGS, Group
from appeals.rules.words import UnitClass
from appeals.web import keys
from appeals.web.access import only
from appeals.web.scorecards import cells, sheets
from appeals.web.scorecards.counter import READERS, Scope, appeal_url, counter, scope

# What stands in the table of units; the rest is on the page of each line. 评价率 and 全口径满意率 always beside 满意率.
MAIN = ("cleared", "on_time", "acknowledged_on_time", "rated", "good", "good_of_all", "solved")
OFFICE_KEYS = tuple(key for key, meaning in MEANINGS.items() if meaning.group is Group.OFFICE)
THREE = ("应清零", "已清零", "还剩")
COLUMNS = ["单位", *((name, "num") for name in THREE), *((MEANINGS[key].label, "num") for key in MAIN)]
OFFICE_COLUMNS = [*THREE, *(MEANINGS[key].label for key in OFFICE_KEYS)]
LISTS = (
    (behind.CLEARED, behind.REST, "未清零"), (behind.OLD_DEBT, behind.NUM, "旧账办结"),
    ("shelved", behind.NUM, "期末挂账"),
)  # fmt: skip
ON_A_PAGE = 26
SHOWN = 20


@dataclass(frozen=True)
class Line:
    """One line of a table: its name, what is to be cleared, its main rates."""

    name: str
    url: str
    due: int
    cleared: int
    left_url: str
    cells: list[cells.Cell]

    @property
    def left(self) -> int:
        """还剩 M."""
        return self.due - self.cleared


@counter.get("/cycles")
@only(*READERS)
def overview() -> str:
    """Every cycle, the latest first."""
    mine, before = scope(), keys.number(request.args.get("before"))
    before = min(before, sheets.MOST_CYCLES) if before is not None else None
    found = figures.runs(CYCLE, before, ON_A_PAGE + 1)
    line = TOTAL if mine.everything else tree.current().nodes[mine.by.unit_id or 0].name
    rates = figures.of_line(found, line, ["cleared"])
    rows = [_row(run.number, figures.FROZEN, rates.get(run.number, {}).get("cleared")) for run in found[:ON_A_PAGE]]
    if before is None:
        frozen = figures.last(CYCLE) or sheets.cycles()[0] - 1
        for number in range(frozen + 1, sheets.current_cycle() + 1):
            sheet, _ = sheets.find(CYCLE, number)
            rows.insert(0, _row(number, sheet.state, sheet.rate(line, "cleared")))
    more = url_for("scorecards.overview", before=found[ON_A_PAGE - 1].number) if len(found) > ON_A_PAGE else ""
    return render_template("scorecards/cycles.html", rows=rows, line=line, more=more, quarters=_quarters())


def _row(number: int, state: str, rate: Any) -> dict[str, Any]:
    num, den = (rate.num, rate.den) if rate else (0, 0)
    return {
        "number": number, "title": sheets.title(CYCLE, number), "state": sheets.STATES[state], "due": den,
        "cleared": num, "percent": cells.percent(rate, "cleared") if rate else "—",
    }  # fmt: skip


def _quarters() -> list[tuple[int, str]]:
    return [(number, sheets.title(QUARTER, number)) for number in reversed(sheets.quarters()[-6:])]


@counter.get("/cycles/<int:number>")
@only(*READERS)
def cycle(number: int) -> str:
    """Units by class, the office's own line, 自提自办, classes and total; flows; the lists."""
    mine = scope()
    sheet, counted = sheets.find(CYCLE, number, keys=[*MAIN, *OFFICE_KEYS, "struck_off", "shelved"])
    office = figures.basis().office
    return render_template(
        "scorecards/cycle.html", sheet=sheet, title=sheets.title(CYCLE, number), state=sheets.STATES[sheet.state],
        tables=_tables(sheet, mine), main=MAIN, columns=COLUMNS, office_columns=OFFICE_COLUMNS,
        meanings=MEANINGS, total=_line(sheet, TOTAL, mine),
        self_handled=_line(sheet, SELF_HANDLED, mine) if mine.everything else None,
        office=_line(sheet, office, mine) if mine.everything or office in mine.own else None,
        office_cells=[cells.cell(sheet, office, key, mine) for key in OFFICE_KEYS],
        struck_off=cells.cell(sheet, TOTAL, "struck_off", mine), before=_before(sheet),
        shelved=cells.cell(sheet, TOTAL, "shelved", mine), flows=_flows(sheet, mine), lists=_lists(sheet, counted, mine),
        appeal_url=appeal_url, neighbours=_neighbours(number),
    )  # fmt: skip


def _before(sheet: Sheet) -> str:
    """The cycle the printed 销号率 speaks of (policy §7); it is not printed before this one has ended."""
    first, running = sheets.cycles()[0], sheet.state == figures.RUNNING
    return sheets.title(CYCLE, sheet.number - 1) if sheet.number > first and not running else ""


def _neighbours(number: int) -> tuple[int | None, int | None]:
    known = sheets.cycles()
    return (number - 1 if number - 1 in known else None), (number + 1 if number + 1 in known else None)


def _tables(sheet: Sheet, mine: Scope) -> list[tuple[str, list[Line], Line]]:
    """(class, its units, the class's own line) for every class with anything to show."""
    labels, found = figures.class_labels(sheet.lines), []
    for each in UnitClass:
        units = [_line(sheet, name, mine) for name in mine.lines(sheet) if labels[name] == each.label]
        if units or (mine.shows(sheet, each.label) and each.label in sheet.by_line):
            found.append((each.label, units, _line(sheet, each.label, mine)))
    return found


def _line(sheet: Sheet, name: str, mine: Scope) -> Line:
    rate = sheet.rate(name, "cleared")
    return Line(
        name, cells.line_url(sheet, name), rate.den, rate.num,
        cells.url(sheet, name, "cleared", behind.REST) if mine.opens(name) and rate.den > rate.num else "",
        [cells.cell(sheet, name, key, mine) for key in MAIN],
    )  # fmt: skip


def _flows(sheet: Sheet, mine: Scope) -> list[tuple[str, stock.Balance]]:
    """Line by line what came and went, and their sum."""
    shown = [line for line in (*mine.lines(sheet), SELF_HANDLED) if line in sheet.flows]
    rows = [(line, sheet.flows[line]) for line in shown if mine.opens(line)]
    if mine.everything:
        rows.append((TOTAL, sum((flow for _, flow in rows), stock.Balance())))
    return rows


def _lists(sheet: Sheet, counted: Live | None, mine: Scope) -> list[dict[str, Any]]:
    """What remains, the old debts cleared, what is shelved: the first of each, and where the rest is."""
    lines = [TOTAL] if mine.everything else sorted(mine.own & {*sheet.lines})
    found = []
    for line in lines:
        prefix = "" if line == TOTAL else f"{line}："
        for key, part, title in LISTS:
            page = behind.page(sheet, counted, line, key, part, mine.by, None, SHOWN)
            more = cells.url(sheet, line, key, part) if page.after else ""
            found.append({"key": key, "title": prefix + title, "rows": page.rows, "more": more})
    return found


# -- one line --------------------------------------------------------------------------------------------


@counter.get("/cycles/<int:number>/<line>")
@only(*READERS)
def cycle_line(number: int, line: str) -> str:
    """All rates of one line of a cycle."""
    return line_page(CYCLE, number, line)


def line_page(kind: str, number: int, line: str) -> str:
    """All rates of one line with what each divides by what."""
    mine = scope()
    sheet, _ = sheets.find(kind, number, lines=None if not mine.opens(line) else [line])
    sheets.check_line(sheet, line)
    if not mine.shows(sheet, line):
        abort(404)
    node = tree.current().by_name(line)
    return render_template(
        "scorecards/line.html", sheet=sheet, line=line, title=sheets.title(kind, number),
        state=sheets.STATES[sheet.state], meanings=MEANINGS, unit_id=node.id if node and mine.opens(line) else None,
        groups=[(group, [(key, cells.cell(sheet, line, key, mine)) for key, m in MEANINGS.items() if m.group is group])
                for group in Group],
        flow=sheet.flows.get(line) if mine.opens(line) else None, median=sheet.medians.get(line),
        before=_before(sheet) if kind == CYCLE else "",
        back=url_for("scorecards.cycle" if kind == CYCLE else "scorecards.quarter", number=number),
    )  # fmt: skip
