"""What the system would propose for a text, line by line."""

import json
import sys
from typing import IO, Any

import click

from appeals import clock
from appeals.models import knowledge, tree
from appeals.rules import suggesting

UNKNOWN = (None, "", "不清楚")


@click.command()
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
def route(file: IO[str]) -> None:
    """Read lines {id, title, text, territory} from FILE or standard input; print one proposal per line."""
    bad = 0
    for number, text in enumerate(file, start=1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
            answer = {"id": line["id"]} | propose(str(line.get("title") or ""), str(line["text"]), line.get("territory"))
        except (ValueError, KeyError, TypeError, AttributeError):
            click.echo(f"第{number}行 应为含 id、title、text、territory 的 JSON 对象", err=True)
            bad += 1
            continue
        click.echo(json.dumps(answer, ensure_ascii=False))
    sys.exit(1 if bad else 0)


def propose(title: str, text: str, territory: str | None) -> dict[str, Any]:
    """The proposal for one text, as the contract prints it."""
    chosen = None if territory in UNKNOWN else territory
    said = suggesting.suggest(title, text, chosen, knowledge.knowledge())
    found = suggesting.propose(
        said, knowledge.index(), said.territory, clock.today(), tree.current().territorial()
    )
    return suggesting.answer(said, found)


COMMANDS = (route,)
