"""The log: one JSON object per line on standard error, and no personal data in it."""

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO

from flask import g, has_request_context
from sqlalchemy.exc import StatementError

run: ContextVar[str] = ContextVar("run", default="")  # the name of the job or command being run
# Their words name types, names and files. Any other exception may quote what somebody typed or what lies in a row.
SPEAKING = (OSError, ImportError, AttributeError, TypeError, NameError, MemoryError, RecursionError)
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Lines(logging.Formatter):
    """A record as one line of JSON; what was given as `extra` stands beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        """Time in UTC, level, logger, message, request or run, extras, and where an exception came from."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname, "logger": record.name, "message": record.getMessage(),
        }  # fmt: skip
        if request_id := g.get("request_id") if has_request_context() else None:
            line["request"] = request_id
        if run.get():
            line["run"] = run.get()
        line |= {key: value for key, value in vars(record).items() if key not in STANDARD}
        if record.exc_info and record.exc_info[1]:
            line |= _error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _error(error: BaseException) -> dict[str, object]:
    """What went wrong and where. A database's message quotes the row, so only its kind and statement are kept."""
    said = type(error).__name__
    if isinstance(error, StatementError):
        said = f"{type(error.orig).__name__}: {(error.statement or '')[:500]}"
    elif isinstance(error, SPEAKING):
        said += f": {str(error)[:500]}"
    frames = traceback.extract_tb(error.__traceback__)
    return {"error": said, "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]}


class StandardError(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes to whatever standard error is at the moment, as a command run inside another program needs."""

    @property
    def stream(self) -> TextIO:
        """Standard error as it is now."""
        return sys.stderr

    @stream.setter
    def stream(self, _given: TextIO) -> None:
        """What it was when the handler was made is of no interest."""


def configure() -> None:
    """Send everything from `info` up to standard error as JSON lines; libraries from `warning` up."""
    handler = StandardError()
    handler.setFormatter(Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("appeals").setLevel(logging.INFO)
