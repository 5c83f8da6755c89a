"""Ledger files: lines of JSON, read one by one and written aside and renamed."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from appeals.actions import ledger_sheet
from appeals.actions.ledger import Line
from appeals.rules.ledger import Problem

LONGEST = 1024 * 1024  # bytes of one line


def read(path: Path) -> Iterator[Line]:
    """The lines of a `.jsonl` or a 台账 `.xlsx`, each with its place; what is no line is a Problem."""
    if path.suffix.lower() == ".xlsx":
        yield from ledger_sheet.read(path)
        return
    with path.open("rb") as file:
        yield from _json_lines(file)


def _json_lines(file: IO[bytes]) -> Iterator[Line]:
    number = 0
    while line := file.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            yield number, Problem("", "一行超过 1 MB，后面不再读取")
            return
        text = line.removeprefix(b"\xef\xbb\xbf").strip()
        if text:
            yield number, _object(text)


def _object(text: bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return Problem("", "不是一个 JSON 对象（UTF-8）")


def write(path: Path, lines: Iterable[dict[str, object]]) -> int:
    """Write all lines to a file that appears only when it is whole; how many."""
    fresh = path.with_name(f".{path.name}.part")
    try:
        if path.suffix.lower() == ".xlsx":
            count = ledger_sheet.write(fresh, lines)
        else:
            count = 0
            with fresh.open("w", encoding="utf-8") as file:
                for line in lines:
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
                    count += 1
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return count
