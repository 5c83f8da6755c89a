"""Statements compiled once, for the one path where composing them costs more than running them."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect

Bind = Callable[[Any], Any]


class Prepared:
    """An INSERT with fixed columns: its text for one dialect, and how each value is bound.

    `run` takes a value for every name in `keys`; other columns get the defaults of their table.
    """

    def __init__(self, statement: Any, keys: list[str], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=keys)
        self.text = str(compiled)
        self.by_place = compiled.positiontup is not None
        self.defaults = {name: value for name, value in compiled.params.items() if name not in keys}
        self.defaults |= {column.key: column.default.arg for column in compiled.insert_prefetch}
        types = {name: bind.type.dialect_impl(dialect) for bind, name in compiled.bind_names.items()}
        self.binds: list[tuple[str, Bind | None]] = [
            (name, types[name].bind_processor(dialect)) for name in compiled.positiontup or types
        ]
        callables = [name for name, default in self.defaults.items() if callable(default)]
        if callables:
            raise ValueError(f"give these columns a value: {callables}")

    def run(self, writer: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Execute with these values."""
        given = {**self.defaults, **values}
        bound = {name: bind(given[name]) if bind else given[name] for name, bind in self.binds}
        return writer.exec_driver_sql(self.text, tuple(bound.values()) if self.by_place else bound)
