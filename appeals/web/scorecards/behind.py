"""The list behind a figure: numerator, the rest of the base, and what was left out by which rule."""

from dataclasses import dataclass

from flask import abort, render_template, request, url_for

from appeals.db import MAX_ID
from appeals.models import behind
from appeals.models.behind import EXCLUDED, NUM, OLD_DEBT, REST, Key
from appeals.models.figures import CYCLE, QUARTER, Sheet
from appeals.rules.rate_words import MEANINGS
from appeals.web.access import only
from appeals.web.scorecards import cells, sheets
from appeals.web.scorecards.counter import READERS, appeal_url, counter, scope

PARTS = {NUM: "计入分子", REST: "只计入分母", EXCLUDED: "不计入，及其依据"}
CLEARED_PARTS = {NUM: "已清零", REST: "未清零", EXCLUDED: "不计入，及其依据"}
FIRST = 20  # of each part where all are on one page


@dataclass(frozen=True)
class Part:
    """One part of the list and where it goes on."""

    code: str
    title: str
    rows: list[behind.Row]
    more: str


@counter.get("/cycles/<int:number>/<line>/<key>")
@only(*READERS)
def cycle_behind(number: int, line: str, key: str) -> str:
    """The list behind a figure of a cycle."""
    return _page(CYCLE, number, line, key)


@counter.get("/quarters/<int:number>/<line>/<key>")
@only(*READERS)
def quarter_behind(number: int, line: str, key: str) -> str:
    """The list behind a figure of a quarter."""
    return _page(QUARTER, number, line, key)


def _page(kind: str, number: int, line: str, key: str) -> str:
    mine = scope()
    if key not in (*MEANINGS, OLD_DEBT) or not mine.opens(line):
        abort(404)
    sheet, counted = sheets.find(kind, number, lines=[line], keys=[key], flows=False)
    sheets.check_line(sheet, line)
    one, titles = _asked(key), {OLD_DEBT: "旧账办结"} if key == OLD_DEBT else _titles(key)
    parts = []
    for code in [one] if one else ([NUM] if key == OLD_DEBT else list(titles)):
        page = behind.page(sheet, counted, line, key, code, mine.by, _after() if one else None, behind.PAGE if one else FIRST)
        parts.append(Part(code, titles.get(code, titles.get(key, "")), page.rows, _more(sheet, line, key, code, page.after)))
    return render_template(
        "scorecards/behind.html", sheet=sheet, line=line, key=key, parts_of=parts, one=one,
        meaning=MEANINGS.get(key), cell=cells.cell(sheet, line, key, mine) if key in MEANINGS else None,
        title=sheets.title(kind, number), state=sheets.STATES[sheet.state], entries=key in behind.OF_ENTRIES,
        appeal_url=appeal_url, line_url=cells.line_url(sheet, line), many=sheet.members(line) != [line],
        whole=cells.url(sheet, line, key),
    )  # fmt: skip


def _titles(key: str) -> dict[str, str]:
    return CLEARED_PARTS if key == behind.CLEARED else PARTS


def _asked(key: str) -> str:
    part = request.args.get("part", "")
    return part if part in ((NUM,) if key == OLD_DEBT else PARTS) else ""


def _after() -> Key | None:
    """Where the page begins: `after` is the id of the row before, `from` its line."""
    text = request.args.get("after", "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    line = request.args.get("from", "")
    return Key(line, min(int(text), MAX_ID)) if line.isprintable() else None


def _more(sheet: Sheet, line: str, key: str, part: str, after: Key | None) -> str:
    if after is None:
        return ""
    page = "scorecards.cycle_behind" if sheet.kind == CYCLE else "scorecards.quarter_behind"
    place = {"part": part, "after": after.id, "from": after.line}
    return url_for(page, number=sheet.number, line=line, key=key, **place)  # type: ignore[arg-type]
