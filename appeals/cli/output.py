"""What the commands share: one JSON document, moments typed by hand, progress where somebody watches."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click

from appeals import clock

as_json = click.option("--json", "as_json", is_flag=True, help="一个 JSON 文档 / one JSON document")
DAY = click.DateTime(["%Y-%m-%d"])


class Moment(click.ParamType):  # type: ignore[type-arg]
    """An instant: ISO 8601; without an offset it is Shanghai time."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The aware instant, or wrong use."""
        if isinstance(value, datetime):
            return value
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"不是 ISO 8601 时间 / not a time: {value}", param, ctx)
        return at if at.tzinfo else at.replace(tzinfo=clock.SHANGHAI)


def print_json(document: object) -> None:
    """One document on standard output; times as ISO 8601 in Shanghai."""
    click.echo(json.dumps(document, ensure_ascii=False, default=_plain))


def local(at: datetime) -> str:
    """An instant as ISO 8601 with the offset of Shanghai."""
    return at.astimezone(clock.SHANGHAI).isoformat()


def _plain(value: object) -> str:
    return local(value) if isinstance(value, datetime) else str(value)


@contextmanager
def progress(label: str, length: int | None = None) -> Iterator[Callable[..., None]]:
    """A bar on standard error where it is a terminal, else nothing; call what it yields once per step."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    with click.progressbar(length=length or 1, label=label, file=sys.stderr, show_pos=True) as bar:

        def step(*_: object) -> None:
            if length is None:
                bar.length = (bar.length or 0) + 1
            bar.update(1)

        yield step
