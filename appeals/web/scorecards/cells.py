"""How a rate is printed: percentage, numerator and base, and where the list behind it is."""

from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from appeals.models.figures import TOTAL, Sheet
from appeals.rules import rates, scoring
from appeals.rules.rate_words import MEANINGS
from appeals.web.scorecards.counter import Scope, counter

SMALL = 5  # fewer ratings than this speak of single companies (policy §10)
OF_RATED = frozenset({"good", "good_of_all", "solved", "solved_reasonable", "responded", "weighted"})
TENTHS = "weighted"


@dataclass(frozen=True)
class Cell:
    """One printed rate. `num` and `den` are texts; `note` says why there is no percentage; `url`: its list."""

    percent: str
    num: str = ""
    den: str = ""
    n: int = 0
    note: str = ""
    url: str = ""

    @property
    def fraction(self) -> str:
        """15/16, with n where split appeals count once."""
        if not self.den:
            return ""
        return f"{self.num}/{self.den}" + (f"（n={self.n}）" if str(self.n) != self.den else "")


def percent(rate: rates.Rate, key: str) -> str:
    """A percentage without its sign; — on an empty base. The weighted satisfaction counts in tenths."""
    return scoring.percent(rate.num, rate.den * (10 if key == TENTHS else 1))


def cell(sheet: Sheet, line: str, key: str, scope: Scope) -> Cell:
    """One rate of one line as this visitor may see it."""
    rate = sheet.rate(line, key)
    if not rate.den:
        return Cell(scoring.EMPTY)
    if not scope.opens(line) and _tells_of_others(sheet, line, key, scope):
        return Cell("", note="样本不足")
    small = key in OF_RATED and rate.den < SMALL
    return Cell(
        "" if small else percent(rate, key), f"{rate.num / 10:g}" if key == TENTHS else str(rate.num), str(rate.den),
        rate.n, "样本不足" if small else "", url(sheet, line, key) if scope.opens(line) else "",
    )  # fmt: skip


def _tells_of_others(sheet: Sheet, line: str, key: str, scope: Scope) -> bool:
    """Whether a unit, taking its own from what is pooled, would learn what one of fewer than five companies said."""
    if not MEANINGS[key].of_ratings:
        return False
    inside = sheet.members(line)
    mine = sum(sheet.rate(own, key).den for own in scope.own if line == TOTAL or own in (inside or []))
    return 0 < sheet.rate(line, key).den - mine < SMALL


def url(sheet: Sheet, line: str, key: str, part: str = "") -> str:
    """Where the list behind a figure is. A page has hundreds of these: they are written, not asked of the router."""
    return f"{line_url(sheet, line)}/{key}" + (f"?part={part}" if part else "")


def line_url(sheet: Sheet, line: str) -> str:
    """Where all rates of one line are."""
    return f"{counter.url_prefix}/{sheet.kind}s/{sheet.number}/{_quoted(line)}"


@cache
def _quoted(line: str) -> str:
    return quote(line, safe="")
