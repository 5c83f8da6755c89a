"""The rates of any period, counted now from the facts; frozen cycles show theirs with `cycle show`."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import click

from appeals import clock
from appeals.cli.output import DAY, Moment, as_json, local, print_json
from appeals.db import snapshot
from appeals.models import facts, tree
from appeals.models.figures import TOTAL, basis
from appeals.rules import rates as counting
from appeals.rules.facts import SELF_HANDLED


@click.command()
@click.option("--from", "first", required=True, type=DAY, help="第一天 / first day")
@click.option("--to", "last", required=True, type=DAY, help="最后一天（含）/ last day, inclusive")
@click.option("--unit", help="只看一个单位 / one unit's line only")
@click.option("--known-at", type=Moment(), help="以此刻已登记的事实为准（缺省为现在）/ stands for F")
@as_json
def rates(first: datetime, last: datetime, unit: str | None, known_at: datetime | None, as_json: bool) -> None:
    """Count every rate of policy §9 for a period."""
    if last < first:
        raise click.UsageError("--to 早于 --from / --to is before --from")
    if unit is not None and unit != SELF_HANDLED and tree.current().by_name(unit) is None:
        raise click.UsageError(f"没有这个单位 / no such unit: {unit}")
    from_at = first.replace(tzinfo=clock.SHANGHAI).astimezone(UTC)
    to_at = (last + timedelta(days=1)).replace(tzinfo=clock.SHANGHAI).astimezone(UTC)
    figures, known_at = count(from_at, to_at, known_at or clock.now())
    units = {line: _integers(keys) for line, keys in figures.units.items() if unit in (None, line)}
    total = _integers(figures.total)
    if as_json:
        print_json({"from": f"{first:%Y-%m-%d}", "to": f"{last:%Y-%m-%d}", "known_at": local(known_at),
                    "units": units, "total": total, "formula": figures.formula})  # fmt: skip
        return
    for line, keys in (*units.items(), *([] if unit else [(TOTAL, total)])):
        for key, rate in keys.items():
            if rate["den"]:
                click.echo(f"{line}\t{key}\t{rate['num']}/{rate['den']}")


def count(from_at: datetime, to_at: datetime, known_at: datetime) -> tuple[counting.Figures, datetime]:
    """The figures of [from_at, to_at) as known at `known_at`."""
    with snapshot():
        appeals = facts.load(facts.touching(from_at, to_at))
        return counting.rates(appeals, counting.Period(from_at, to_at, known_at), basis()), known_at


def _integers(keys: Mapping[str, counting.Rate]) -> dict[str, dict[str, int]]:
    return {key: {"num": rate.num, "den": rate.den} for key, rate in keys.items()}


COMMANDS = (rates,)
