"""Frozen cycles: which there are, and what each says."""

from typing import Any

import click
from sqlalchemy import select

from appeals.cli.output import as_json, local, print_json
from appeals.db import session
from appeals.models import figures
from appeals.models.appeal import Appeal
from appeals.models.clearance import ClearanceEntry, ClearanceFlow, ClearanceRate, ClearanceRun
from appeals.rules import clearance, stock
from appeals.rules.scoring import percent

LISTS = ("due", "cleared", "kept", "old_debt", "shelved_at_due", "shelved_now")


@click.group()
def cycle() -> None:
    """Clearance cycles / 双周清零周期."""


@cycle.command("list")
@as_json
def list_(as_json: bool) -> None:
    """Show the frozen cycles, the latest last."""
    runs = session().scalars(
        select(ClearanceRun).where(ClearanceRun.kind == figures.CYCLE).order_by(ClearanceRun.number)
    ).all()
    rows = [_head(run) for run in runs]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['number']}\t{row['title']}\t冻结 {row['frozen_at']}\t{row['figures_sha256'][:16]}")


@cycle.command()
@click.argument("number", type=int)
@as_json
def show(number: int, as_json: bool) -> None:
    """Show figures, flows and lists of cycle NUMBER as they were frozen."""
    run = session().scalars(
        select(ClearanceRun).where(ClearanceRun.kind == figures.CYCLE, ClearanceRun.number == number)
    ).first()
    if run is None:
        raise click.UsageError(f"第 {number} 个周期尚未冻结 / cycle {number} is not frozen")
    page = _head(run) | {"rates": _rates(run), "flows": _flows(run), "entries": _entries(run)}
    if as_json:
        print_json(page)
        return
    click.echo(f"{page['title']}  以 {page['known_at']} 已登记的事实为准")
    for line, keys in page["rates"].items():
        for key, rate in keys.items():
            base = rate["den"] * (10 if key == "weighted" else 1)  # its numerator counts tenths
            click.echo(f"{line}\t{key}\t{rate['num']}/{rate['den']}\t{percent(rate['num'], base)}")


def _head(run: ClearanceRun) -> dict[str, Any]:
    return {
        "number": run.number, "title": clearance.title(run.number, figures.anchor()), "from": local(run.from_at),
        "to": local(run.to_at), "known_at": local(run.known_at), "frozen_at": local(run.frozen_at),
        "formula": run.formula, "historical": run.historical, "facts_sha256": run.facts_sha256,
        "figures_sha256": run.figures_sha256,
    }  # fmt: skip


def _rates(run: ClearanceRun) -> dict[str, dict[str, dict[str, int]]]:
    """Line → key → numerator, base, n; 销号率 speaks of the cycle `of`."""
    query = select(ClearanceRate).where(ClearanceRate.run_id == run.id).order_by(ClearanceRate.line, ClearanceRate.key)
    lines: dict[str, dict[str, dict[str, int]]] = {}
    for each in session().scalars(query):
        rate = {"num": each.num, "den": each.den, "n": each.n, "of": each.of_number}
        lines.setdefault(each.line, {})[each.key] = rate
    return lines


def _flows(run: ClearanceRun) -> dict[str, dict[str, int]]:
    query = select(ClearanceFlow).where(ClearanceFlow.run_id == run.id).order_by(ClearanceFlow.line)
    names = stock.Balance.__slots__
    return {flow.line: {name: getattr(flow, name) for name in names} for flow in session().scalars(query)}


def _entries(run: ClearanceRun) -> list[dict[str, Any]]:
    query = select(ClearanceEntry, Appeal.number).join(Appeal, Appeal.id == ClearanceEntry.appeal_id)
    rows = session().execute(query.where(ClearanceEntry.run_id == run.id).order_by(Appeal.number))
    return [
        {"number": number, "line": each.line, "due_at": local(each.due_at) if each.due_at else None,
         "excluded_by": each.excluded_by, "booked": each.booked} | {name: getattr(each, name) for name in LISTS}
        for each, number in rows
    ]  # fmt: skip


COMMANDS = (cycle,)
