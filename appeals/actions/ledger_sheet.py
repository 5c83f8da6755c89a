"""The 台账 as a sheet: the core of a ledger line under Chinese heads, one assignment and one rating per row.

An appeal begins where a row has a 来源编号; the rows below without one belong to it. The full line, with every move
of a limit, is the business of `.jsonl`.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from appeals.actions.ledger import Line
from appeals.rules.ledger import Problem
from appeals.rules.words import LEVELS, Exclusion, Outcome, Part, RatingSource, Solved, Word
from appeals.rules.workdays import SHANGHAI

SHEET = "台账"
MOST_BYTES, MOST_UNPACKED, MOST_PARTS = 20 * 1024 * 1024, 300 * 1024 * 1024, 1000
MOST_ROWS, MOST_COLUMNS, MOST_BLANK = 200_000, 64, 1000
YES, NO = "是", "否"
Cell = Any
Column = tuple[str, str, Callable[[Cell], Any], Callable[[Any], Cell]]  # key, head, in, out


def _text(value: Cell) -> str | None:
    if value is None or isinstance(value, str):
        return (value or "").strip() or None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _moment(value: Cell) -> Any:
    """A cell's date or text as ISO 8601; without an offset it is Shanghai time."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(0))
    if isinstance(value, str) and value.strip():
        try:
            value = datetime.fromisoformat(value.strip().replace("/", "-"))
        except ValueError:
            return value
    if not isinstance(value, datetime):
        return _text(value)
    whole = (value + timedelta(microseconds=500_000)).replace(microsecond=0)  # Excel keeps parts of days
    return (whole if whole.tzinfo else whole.replace(tzinfo=SHANGHAI)).isoformat()


def _whole(value: Cell) -> Any:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else _text(value) if isinstance(value, str) else value


def _flag(value: Cell) -> Any:
    return {YES: True, NO: False, None: None}.get(_text(value) if not isinstance(value, bool) else None, value)


def _word(kind: type[Word]) -> tuple[Callable[[Cell], Any], Callable[[Any], Cell]]:
    """By its label, or by its code; what is neither stays, so that it can be named."""
    codes = {each.label: each.value for each in kind}
    labels = {each.value: each.label for each in kind}
    return (lambda cell: codes.get(_text(cell) or "", _text(cell))), (lambda code: labels.get(code))


_LEVELS = {name: level for level, (name, _) in LEVELS.items()}


def _level(value: Cell) -> Any:
    return _LEVELS.get(value.strip(), _whole(value)) if isinstance(value, str) else _whole(value)


def _shown(value: Any) -> Cell:
    return value


def _shown_moment(value: Any) -> Cell:
    return None if value is None else datetime.fromisoformat(value).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _shown_flag(value: Any) -> Cell:
    return None if value is None else YES if value else NO


TEXT, WHOLE, MOMENT, FLAG = (_text, _shown), (_whole, _shown), (_moment, _shown_moment), (_flag, _shown_flag)
LEVEL = (_level, lambda level: LEVELS[level][0] if level in LEVELS else None)
APPEAL: list[Column] = [
    ("external_no", "来源编号", *TEXT), ("source", "来源", *TEXT), ("name", "企业名称", *TEXT),
    ("uscc", "统一社会信用代码", *TEXT), ("territory", "属地", *TEXT), ("task", "任务编号", *WHOLE),
    ("nature", "诉求类型", *TEXT), ("title", "标题", *TEXT), ("text", "内容", *TEXT),
    ("submitted_at", "提交时间", *MOMENT), ("accepted_at", "受理时间", *MOMENT), ("due_at", "办结期限", *MOMENT),
    ("completed_at", "办结时间", *MOMENT), ("outcome", "办理结果", *_word(Outcome)),
    ("exclusion", "剔除原因", *_word(Exclusion)), ("excluded_at", "剔除时间", *MOMENT),
    ("declined_at", "不予受理时间", *MOMENT), ("struck_off_at", "销号时间", *MOMENT),
]  # fmt: skip
ASSIGNMENT: list[Column] = [
    ("unit", "承办单位", *TEXT), ("part", "主办或协办", *_word(Part)), ("dispatched_at", "交办时间", *MOMENT),
    ("ack_due_at", "签收期限", *MOMENT), ("acknowledged_at", "签收时间", *MOMENT), ("due_at", "单位期限", *MOMENT),
    ("original_due_at", "原期限", *MOMENT), ("replied_at", "答复时间", *MOMENT), ("void", "作废", *FLAG),
    ("final", "最终主办", *FLAG), ("ended_at", "交办终止时间", *MOMENT),
]  # fmt: skip
RATING: list[Column] = [
    ("round", "评价轮次", *WHOLE), ("source", "评价方式", *_word(RatingSource)), ("contacted", "是否联系", *FLAG),
    ("solved", "是否解决", *_word(Solved)), ("level", "满意程度", *LEVEL), ("at", "评价时间", *MOMENT),
]  # fmt: skip
SHELVED: list[Column] = [("from", "挂账开始", *MOMENT), ("to", "挂账结束", *MOMENT)]
PARTS = {"assignments": ASSIGNMENT, "ratings": RATING, "shelved": SHELVED}
HEADS = [column[1] for part in (APPEAL, *PARTS.values()) for column in part]


def read(path: Path) -> Iterator[Line]:
    """The appeals of a sheet as ledger lines, each with the number of its first row."""
    if problem := _unsafe(path):
        yield 1, Problem("", problem)
        return
    try:
        yield from _read(path)
    except Exception as error:  # whatever a broken or hostile workbook makes the reader raise
        yield 1, Problem("", f"工作簿无法读取（{type(error).__name__}）")


def _read(path: Path) -> Iterator[Line]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
        sheet.reset_dimensions()  # what it says of its own size is anybody's claim
        rows = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS)
        places = {_text(head): place for place, head in enumerate(next(rows, ()))}
        if missing := [column[1] for column in APPEAL[:2] + ASSIGNMENT[:2] if column[1] not in places]:
            yield 1, Problem("", f"缺少列：{'、'.join(missing)}")
        else:
            yield from _groups({h: r[p] for h, p in places.items() if h in HEADS} for r in rows)
    finally:
        book.close()


def _unsafe(path: Path) -> str | None:
    """Why this file is not even opened: no workbook, or one that unpacks to more than anybody needs."""
    if path.stat().st_size > MOST_BYTES:
        return "文件超过 20 MB，请改用 .jsonl"
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
    except zipfile.BadZipFile:
        return "不是 .xlsx 文件"
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        return "文件展开后过大，请改用 .jsonl"
    return None if "xl/workbook.xml" in names else "不是 .xlsx 文件"


def _groups(rows: Iterable[Mapping[str | None, Cell]]) -> Iterator[Line]:
    line: dict[str, Any] | None = None
    first = blank = 0
    for number, row in enumerate(rows, start=2):
        blank = 0 if any(cell is not None for cell in row.values()) else blank + 1
        if number > MOST_ROWS:
            yield number, Problem("", f"超过 {MOST_ROWS} 行，请改用 .jsonl")
            return
        if blank > MOST_BLANK:
            break
        if blank:
            continue
        if _text(row.get("来源编号")):
            if line is not None:
                yield first, line
            line, first = _appeal(row), number
        elif line is None:
            yield number, Problem("external_no", "缺少来源编号")
            continue
        for key, columns in PARTS.items():
            if any(row.get(column[1]) is not None for column in columns):
                assert line is not None
                line[key].append(_values(row, columns))
    if line is not None:
        yield first, line


def _values(row: Mapping[str | None, Cell], columns: list[Column]) -> dict[str, Any]:
    return {key: take(row.get(head)) for key, head, take, _ in columns}


def _appeal(row: Mapping[str | None, Cell]) -> dict[str, Any]:
    line = _values(row, APPEAL)
    company = {"name": line.pop("name"), "uscc": line.pop("uscc")}
    return line | {"company": company} | {key: [] for key in PARTS}


def write(path: Path, lines: Iterable[Mapping[str, Any]]) -> int:
    """Write lines as a sheet that `read` takes back; without lines it is the template. Text stays text."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    with xlsxwriter.Workbook(path, options) as book:
        sheet, bold = book.add_worksheet(SHEET), book.add_format({"bold": True})
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(HEADS) - 1, 18)
        sheet.write_row(0, 0, HEADS, bold)
        number = 0
        for line in lines:
            count += 1
            for row in _rows(line):
                number += 1
                for place, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(number, place, cell)
                    elif cell is not None:
                        sheet.write_number(number, place, cell)
    return count


def _rows(line: Mapping[str, Any]) -> Iterator[list[Cell]]:
    own = dict(line) | dict(line["company"])
    for n, parts in enumerate(zip_longest([own], *(line[key] for key in PARTS))):
        cells: list[Cell] = []
        for columns, part in zip((APPEAL, *PARTS.values()), parts, strict=True):
            shown = part if part is not None and (n == 0 or columns is not APPEAL) else {}
            cells += [show(shown.get(key)) for key, _, _, show in columns]
        yield cells
