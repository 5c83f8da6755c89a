"""The working days of a year as people write them down: lines of day, kind, name, status, source (policy §4)."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from appeals.rules import text
from appeals.rules.workdays import HOLIDAY, MAKEUP, WEEKEND, WORKDAY, days_from

COLUMNS = ("day", "kind", "name", "status", "source")
FINAL, PROVISIONAL = "FINAL", "PROVISIONAL"
KINDS = {HOLIDAY: "放假", MAKEUP: "调休上班", WORKDAY: "工作日", WEEKEND: "周末"}
STATUSES = {FINAL: "正式", PROVISIONAL: "暂定"}
NAME_MOST, SOURCE_MOST, LINES_MOST, BYTES_MOST = 40, 80, 400, 100_000
# A published year took 14 to 22 weekdays off since 2008; a file far outside is a mistake, not a calendar.
FEWEST_FREE, MOST_FREE = 5, 45


@dataclass(frozen=True)
class Entry:
    """One day as the calendar is to say it; `name` is the holiday's, `source` the notice's number."""

    day: date
    kind: str
    name: str
    final: bool
    source: str

    @property
    def is_working(self) -> bool:
        """Whether the day is worked."""
        return self.kind in (WORKDAY, MAKEUP)

    def as_dict(self) -> dict[str, str]:
        """Column → cell, as a file has it."""
        status = FINAL if self.final else PROVISIONAL
        return dict(zip(COLUMNS, (self.day.isoformat(), self.kind, self.name, status, self.source), strict=True))


@dataclass
class Line:
    """One line as typed; `problems` maps a column to the sentence shown beside its cell."""

    number: int
    cells: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    entry: Entry | None = None


@dataclass(frozen=True)
class File:
    """What a file says; usable when `problem` is empty and no line has problems."""

    lines: list[Line]
    problem: str = ""

    @property
    def is_good(self) -> bool:
        """Whether nothing stands in the way of proposing it."""
        return not self.problem and bool(self.lines) and not any(line.problems for line in self.lines)

    @property
    def entries(self) -> list[Entry]:
        """The days of the good lines, in the order of the file."""
        return [line.entry for line in self.lines if line.entry is not None]


def decode(raw: bytes) -> str | None:
    """The text of a file from a spreadsheet: UTF-8 with or without mark, or GB 18030; None if neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read(typed: str, year: int | None = None) -> File:
    """Read the lines; `year`: the file stands for that whole year and is judged as one. Never raises."""
    try:
        rows = [row for row in csv.reader(io.StringIO(typed.replace("\0", ""))) if any(map(str.strip, row))]
    except csv.Error:
        return File([], "不是可读的CSV文本")
    if not rows:
        return File([], "文件里没有内容")
    header = [cell.strip().lower() for cell in rows[0]]
    columns: Sequence[str] = COLUMNS
    if "day" in header:
        if missing := [name for name in COLUMNS[:2] if name not in header]:
            return File([], f"表头缺少：{'、'.join(missing)}")
        columns, rows = header, rows[1:]
    if len(rows) > LINES_MOST:
        return File([], f"最多{LINES_MOST}行，文件有{len(rows)}行")
    first = 2 if columns is header else 1
    lines = [line_of(number, dict(zip(columns, row, strict=False)), year) for number, row in enumerate(rows, first)]
    _mark_doubles(lines)
    return File(lines, judge_year([line.entry for line in lines if line.entry], year) if year else "")


def line_of(number: int, cells: Mapping[str, str], year: int | None = None) -> Line:
    """Check one line."""
    line = Line(number, {name: text.clean_line(cells.get(name, "")) for name in COLUMNS})
    day = _day(line, year)
    kind = _word(line, "kind", KINDS)
    status = _word(line, "status", STATUSES)
    for name, most in (("name", NAME_MOST), ("source", SOURCE_MOST)):
        if len(line.cells[name]) > most:
            line.problems[name] = f"最多{most}个字"
    if status == FINAL and not line.cells["source"]:
        line.problems["source"] = "正式安排须写明通知文号"
    if day and kind and (problem := _contradiction(day, kind)):
        line.problems["kind"] = problem
    if day and kind and status and not line.problems:
        line.entry = Entry(day, kind, line.cells["name"], status == FINAL, line.cells["source"])
    return line


def whole_year(year: int, entries: Iterable[Entry]) -> list[Entry]:
    """Every day of the year: those not named are as their weekday says, with the status of the others."""
    named = {entry.day: entry for entry in entries}
    final = bool(named) and all(entry.final for entry in named.values())
    source = next((entry.source for entry in named.values() if entry.source), "")
    return [
        named.get(day) or Entry(day, WORKDAY if day.weekday() < 5 else WEEKEND, "", final, source if final else "")
        for day in days_from(date(year, 1, 1), date(year, 12, 31))
    ]


def judge_year(entries: Sequence[Entry], year: int | None) -> str:
    """What is wrong with these days as a whole year; '' when nothing is."""
    if len({entry.final for entry in entries}) > 1:
        return "同一年的状态应当一致：全部正式或者全部暂定"
    free = sum(1 for entry in entries if not entry.is_working and entry.day.weekday() < 5)
    if not FEWEST_FREE <= free <= MOST_FREE:
        return f"{year}年有{free}个工作日放假，不像一个完整年度的安排（应在{FEWEST_FREE}–{MOST_FREE}天之间）"
    return ""


def _day(line: Line, year: int | None) -> date | None:
    try:
        numbers = [int(part) for part in text.compact(line.cells["day"]).replace("/", "-").split("-")]
        day = date(*numbers)
    except (ValueError, TypeError, OverflowError):
        line.problems["day"] = "日期应写作 2027-02-05"
        return None
    if year is not None and day.year != year:
        line.problems["day"] = f"不在{year}年"
    elif not 2000 <= day.year <= 2100:
        line.problems["day"] = "年份应在2000–2100之间"
    return None if "day" in line.problems else day


def _word(line: Line, column: str, words: Mapping[str, str]) -> str | None:
    cell = line.cells[column]
    for code, label in words.items():
        if cell.lower() == code.lower() or cell == label:
            line.cells[column] = code
            return code
    line.problems[column] = f"应为{'、'.join(f'{code}（{label}）' for code, label in words.items())}之一"
    return None


def _contradiction(day: date, kind: str) -> str:
    weekend = day.weekday() >= 5
    if kind in (MAKEUP, WEEKEND) and not weekend:
        return f"这一天是周{'一二三四五六日'[day.weekday()]}，{KINDS[kind]}只能是周六或周日"
    if kind == WORKDAY and weekend:
        return f"这一天是周{'一二三四五六日'[day.weekday()]}，周末上班请写 {MAKEUP}（{KINDS[MAKEUP]}）"
    return ""


def _mark_doubles(lines: list[Line]) -> None:
    times = Counter(line.entry.day for line in lines if line.entry)
    for line in lines:
        if line.entry and times[line.entry.day] > 1:
            line.problems["day"] = "同一天写了不止一次"
