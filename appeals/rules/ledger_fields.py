"""Reading one JSON object field by field: a value of the right shape, or a named problem (contract, ledger line)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from appeals.rules import text as texts
from appeals.rules import words

W = TypeVar("W", bound=words.Word)
T = TypeVar("T")
YEARS = range(2000, 2100)  # beyond it a time is a slip of the pen and no calendar reaches it


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row: the field ("assignments[0].due_at"; "" for the row) and the reason in Chinese."""

    field: str
    reason: str

    def __str__(self) -> str:
        """As it is printed beside the row's number."""
        return f"{self.field}：{self.reason}" if self.field else self.reason


@dataclass(slots=True)
class Reader:
    """One object of a row with its path; problems go to a list shared by the whole row.

    Each getter returns its value, or None (False, an empty list) after naming the problem.
    """

    source: Mapping[str, object]
    path: str
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, key: str, reason: str) -> None:
        """Name a problem of a field; only the first of a field, and none inside one that is bad itself."""
        where = f"{self.path}.{key}".strip(".")
        named = (each.field for each in self.problems)
        if not any(where == field or where.startswith(f"{field}.") for field in named):
            self.problems.append(Problem(where, reason))

    def require(self, keys: Iterable[str]) -> None:
        """Name each of `keys` that is missing."""
        for key in keys:
            if key not in self.source:
                self.refuse(key, "缺少该字段")

    def text(self, key: str, *, needed: bool = False) -> str | None:
        """A string; `needed`: not null and not empty."""
        value = self.source.get(key)
        if value is None:
            if needed and key in self.source:
                self.refuse(key, "不能为空")
            return None
        if not isinstance(value, str):
            self.refuse(key, "应为文字")
        elif texts.has_surrogate(value) or "\x00" in value:
            self.refuse(key, "含有无法保存的字符")
        elif needed and texts.is_visibly_empty(value):
            self.refuse(key, "不能为空")
        else:
            return value
        return None

    def named(self, key: str, names: Iterable[str], what: str, *, needed: bool = False) -> str | None:
        """A string that stands in `names`."""
        value = self.text(key, needed=needed)
        if value is not None and value not in names:
            self.refuse(key, f"没有这个{what}：{value}")
            return None
        return value

    def instant(self, key: str, *, needed: bool = False) -> datetime | None:
        """A time ISO 8601 with offset, in whole seconds; returned in UTC."""
        value = self.text(key, needed=needed)
        if value is None:
            return None
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            self.refuse(key, f"不是 ISO 8601 时间：{value}")
            return None
        if at.tzinfo is None:
            self.refuse(key, "时间缺少时区偏移（如 +08:00）")
        elif at.microsecond:
            self.refuse(key, "时间应为整秒")
        elif at.year not in YEARS:
            self.refuse(key, f"年份不在 {YEARS[0]}—{YEARS[-1]} 之内")
        else:
            return at.astimezone(UTC)
        return None

    def whole(self, key: str, allowed: range | frozenset[int], *, needed: bool = False) -> int | None:
        """A whole number among `allowed`."""
        value = self.source.get(key)
        if value is None:
            if needed and key in self.source:
                self.refuse(key, "不能为空")
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(key, "应为整数")
        elif value not in allowed:
            self.refuse(key, f"没有这个数值：{value}")
        else:
            return value
        return None

    def flag(self, key: str, *, default: bool | None = None) -> bool | None:
        """true, false, or the default for null or a missing key."""
        value = self.source.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.refuse(key, "应为 true 或 false")
            return default
        return value

    def word(self, key: str, kind: type[W], *, label: bool = False, needed: bool = False) -> W | None:
        """A word of the business by its code, or by its Chinese label."""
        value = self.text(key, needed=needed)
        if value is None:
            return None
        for each in kind:
            if value == (each.label if label else each.value):
                return each
        self.refuse(key, f"没有这个取值：{value}")
        return None

    def objects(self, key: str, read: Callable[["Reader"], T]) -> tuple[T, ...]:
        """A list of objects, each read by `read`; null or a missing key is an empty list."""
        value = self.source.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.refuse(key, "应为列表")
            return ()
        inner = (self._inner(f"{key}[{index}]", each) for index, each in enumerate(value))
        return tuple(read(each) for each in inner)

    def inner(self, key: str) -> "Reader":
        """An object within; an empty one after naming the problem."""
        return self._inner(key, self.source.get(key, {}))

    def within(self, key: str, source: Mapping[str, object] | None = None) -> "Reader":
        """A reader one step further in, for problems found there later."""
        return Reader(source or {}, f"{self.path}.{key}".strip("."), self.problems)

    def _inner(self, key: str, value: object) -> "Reader":
        if not isinstance(value, dict):
            self.refuse(key, "应为对象")
            value = {}
        return self.within(key, value)
