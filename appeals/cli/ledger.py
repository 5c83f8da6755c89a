"""The ledger of an older system in, ours out."""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import click

from appeals import clock
from appeals.actions import ledger as ledgers
from appeals.actions import ledger_files
from appeals.cli.output import as_json, print_json, progress
from appeals.rules.actors import SYSTEM

KINDS = (".jsonl", ".xlsx")
T = TypeVar("T")


@click.group()
def ledger() -> None:
    """History in and out: `.jsonl`, or the 台账 `.xlsx`."""


@ledger.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def import_(file: Path, as_json: bool) -> None:
    """Import FILE: all of it, or nothing when a row is bad."""
    _kind(file)
    with progress("导入") as step:
        outcome = ledgers.bring_in(_told(ledger_files.read(file), step), by=SYSTEM, at=clock.now())
    for bad in outcome.bad:
        click.echo(str(bad), err=True)
    if as_json:
        print_json({"new": outcome.new, "unchanged": outcome.unchanged, "bad": [vars(bad) for bad in outcome.bad]})
    elif outcome.bad:
        click.echo(f"{len(outcome.bad)} 处有误，什么也没有导入 / nothing was imported", err=True)
    else:
        click.echo(f"新导入 {outcome.new} 件，未变 {outcome.unchanged} 件")
    sys.exit(1 if outcome.bad else 0)


@ledger.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write every appeal to FILE; an empty `.xlsx` is the template for an import."""
    _kind(file)
    with progress("导出") as step:
        count = ledger_files.write(file, _told(ledgers.send_out(), step))
    click.echo(f"已导出 {count} 件：{file}")


def _kind(file: Path) -> None:
    if file.suffix.lower() not in KINDS:
        raise click.UsageError(f"文件名应以 {' 或 '.join(KINDS)} 结尾")


def _told(lines: Iterable[T], step: Callable[[], None]) -> Iterator[T]:
    for line in lines:
        step()
        yield line


COMMANDS = (ledger,)
