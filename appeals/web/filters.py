"""How values look on a page: times in Shanghai, words by their codes, contacts masked."""

from datetime import date, datetime, time, timedelta

from flask import Flask
from flask_babel import get_locale

from appeals import clock
from appeals.models import calendar
from appeals.rules import deadlines, text, words
from appeals.rules.lifecycle import Move

WORDS: dict[str, type[words.Word]] = {
    "state": words.State, "role": words.Role, "part": words.Part, "nature": words.Nature,
    "source": words.Source, "outcome": words.Outcome, "exclusion": words.Exclusion, "solved": words.Solved,
    "decline": words.DeclineCode, "unit_class": words.UnitClass, "light": words.Light, "move": Move,
    "rating_source": words.RatingSource, "poor_reason": words.PoorReason,
    "rating_mark": words.RatingMark, "urgent": words.UrgentKind,
}  # fmt: skip


def init_app(app: Flask) -> None:
    """Give the filters and the words to every template."""
    app.jinja_env.filters |= {
        "moment": moment, "until": until, "day": day, "label": label, "company_label": company_label,
        "mask_mobile": text.mask_mobile, "says_when_required": says_when_required, "mask_name": text.mask_name, "level": level,
    }  # fmt: skip
    app.jinja_env.globals |= {"words": words, "Move": Move, "light": light, "now": clock.now}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def moment(at: datetime | None) -> str:
    """2026-11-23 18:00 in Shanghai; a dash for nothing."""
    return "—" if at is None else f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"


def until(at: datetime | None) -> str:
    """A limit: midnight is the end of the day before, 2026-11-23 24:00."""
    if at is None or at.astimezone(clock.SHANGHAI).time() != time():
        return moment(at)
    return f"{at.astimezone(clock.SHANGHAI) - timedelta(days=1):%Y-%m-%d} 24:00"


def day(value: date | datetime | None) -> str:
    """11月23日（周一）, or 23 Nov (Mon) on an English page."""
    if value is None:
        return "—"
    on = value.astimezone(clock.SHANGHAI).date() if isinstance(value, datetime) else value
    if english():
        return f"{on.day} {on:%b} ({on:%a})"
    return f"{on.month}月{on.day}日（周{'一二三四五六日'[on.weekday()]}）"


def english() -> bool:
    """Whether this page is in English."""
    locale = get_locale()
    return locale is not None and locale.language == "en"


def label(code: str | None, kind: str) -> str:
    """What officials call this code."""
    return WORDS[kind](code).label if code else "—"


def company_label(code: str | None, kind: str) -> str:
    """What the company reads for this code, in its language."""
    if not code:
        return "—"
    word = WORDS[kind](code)
    return word.english if english() else (word.company or word.label)


def says_when_required(name: object) -> bool:
    """Whether a field's name itself says when it must be filled in: "optional" beside it would contradict that."""
    return "必填" in str(name)


def level(value: int) -> str:
    """The words of a satisfaction level."""
    return words.LEVELS[value][1 if english() else 0]


def light(received_at: datetime, limit: datetime) -> words.Light:
    """How close this limit is now."""
    return deadlines.light(received_at, limit, clock.now(), calendar.current())

