"""Every limit of an appeal, from working days; and why it falls where it falls (policy §4)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, time, timedelta

from appeals.rules.words import Light, Nature
from appeals.rules.workdays import SHANGHAI, Calendar, day_of, days_from

CLOSING = time(18)


@dataclass(frozen=True)
class Limits:
    """Policy defaults, in working days unless the name says otherwise. The settings table holds versions.

    The version in force at acceptance governs an appeal (policy, opening paragraph).
    """

    # §3, §4: intake
    accept: int = 1
    supplement: int = 5
    supplement_calls: int = 2
    supplement_resume_natural_days: int = 30
    statutory: int = 1
    decline_review_ask: int = 5
    decline_review: int = 3
    withdrawal_confirm: int = 2
    urge_every: int = 3
    # §4: the promise and the unit's limit
    promise: int = 10
    consultation: int = 3
    reopened: int = 5
    reopen_within_natural_days: int = 30
    reprisal_hours: int = 2
    reprisal_months: int = 12
    restored_minimum: int = 3
    audit_reserve: int = 1
    unit_minimum: int = 5
    unit_minimum_consultation: int = 2
    support_minimum: int = 1
    support_ahead: int = 1
    # §3–§5: on the way
    acknowledge: int = 1
    contact: int = 1
    plan: int = 3
    return_ask: int = 1
    return_decide: int = 1
    second_level: int = 1
    conference: int = 1
    conference_after: int = 3
    flag_returns: int = 2
    flag_within_natural_days: int = 30
    approve: int = 1
    send_back_minimum: int = 1
    cooperation_max: int = 5
    urgent_contact_hours: int = 2
    urgent_measures_hours: int = 24
    # §4: extension and shelving
    extension_ask_before: int = 1
    extension_decide: int = 1
    extension_max: int = 10
    extension_ceiling: int = 30
    shelve_ask_before: int = 2
    shelve_report: int = 10
    shelve_promise_max: int = 30
    shelve_disagreement: int = 3
    shelve_months: int = 6
    # §3, §6: rating, call-back, rectification
    rating_window: int = 5
    rating_link_natural_days: int = 30
    callback_from: int = 2
    callback_to: int = 5
    callback_attempts: int = 3
    rating_review_ask: int = 3
    rating_review: int = 5
    rectify_verify: int = 1
    rectify_simple: int = 5
    rectify_complex: int = 15
    rectify_audit: int = 1
    # §8: supervision
    paper_first: int = 1
    paper_second: int = 2
    paper_third: int = 3
    report_weekly: int = 5
    overdue_third: int = 5
    talk_after_red: int = 10
    send_backs_second: int = 2
    dispatches_third: int = 3
    reds_a_quarter: int = 2
    attempts_fifth: int = 3

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> "Limits":
        """The defaults with what `settings` says; other keys of the settings (weights …) are passed over.

        Raises ValueError where a limit is not a whole number ≥ 0.
        """
        chosen: dict[str, int] = {}
        for name in (each.name for each in fields(cls)):
            value = settings.get(name)
            if name not in settings:
                continue
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise ValueError(f"{name} must be a whole number of at least 0, not {value!r}")
            chosen[name] = value
        return cls(**chosen)

    def as_dict(self) -> dict[str, int]:
        """Name → number, as the settings table stores it."""
        return asdict(self)


@dataclass(frozen=True)
class Day:
    """One line of an explained deadline; the last line is the day of the limit.

    `kind` is the calendar's; `counted` the number of the working day (0: the day on which the trigger counts,
    None: a day that does not count); `trigger` marks the day on which it happened, `after_hours` that it
    happened on a working day after 18:00:00; `provisional` that the day rests on no published notice (暂定).
    """

    on: date
    kind: str
    counted: int | None
    provisional: bool
    trigger: bool = False
    after_hours: bool = False


# -- arithmetic ------------------------------------------------------------------------------------------


def closing(day: date) -> datetime:
    """18:00:00 Shanghai of `day`, in UTC: the last second that is in time."""
    return datetime.combine(day, CLOSING, SHANGHAI).astimezone(UTC)


def counting_day(at: datetime, calendar: Calendar) -> date:
    """The working day on which a trigger counts: its own at or before 18:00:00, else the next."""
    local = at.astimezone(SHANGHAI)
    # Seconds only: an instant within the second 18:00:00 is in time (policy §4, whole seconds).
    if local.time().replace(microsecond=0) > CLOSING:
        return calendar.next_working(local.date())
    return calendar.add_working(local.date(), 0)


def after(at: datetime, days: int, calendar: Calendar) -> datetime:
    """18:00:00 of the `days`-th working day after the counting day of `at`; UTC."""
    return closing(calendar.add_working(counting_day(at, calendar), days))


def same_day(at: datetime, calendar: Calendar) -> datetime:
    """18:00:00 of the counting day of `at`; UTC."""
    return closing(counting_day(at, calendar))


def before(limit: datetime, days: int, calendar: Calendar) -> datetime:
    """18:00:00 of the working day `days` ≥ 1 before the day of `limit`; UTC. For 0 days, of its own day."""
    day = day_of(limit)
    return closing(calendar.add_working(day, -days) if days else day)


def hours_after(at: datetime, hours: int) -> datetime:
    """`hours` natural hours later, day and night: urgent appeals (policy §4); UTC."""
    return at.astimezone(UTC) + timedelta(hours=hours)


# -- the limits of policy §3 and §4 ----------------------------------------------------------------------


def acceptance(submitted_at: datetime, calendar: Calendar, limits: Limits) -> datetime:
    """When acceptance is due: from submission, anew from the arrival of a supplement."""
    return after(submitted_at, limits.accept, calendar)


def promise(
    nature: Nature | str,
    accepted_at: datetime | None,
    accept_due_at: datetime,
    calendar: Calendar,
    limits: Limits,
    superior_due_at: datetime | None = None,
    reopened: bool = False,
) -> datetime:
    """`Appeal.due_at`, the promise to the company (policy §4).

    It runs from acceptance or from the moment acceptance was due, whichever is earlier; a stricter limit set
    by a superior wins. What was reopened has its own, shorter one (policy §3); a question keeps that of a question.
    """
    trigger = accept_due_at if accepted_at is None else min(accepted_at, accept_due_at)
    days = limits.consultation if nature == Nature.CONSULTATION else limits.promise
    if reopened:
        days = min(days, limits.reopened)
    due_at = after(trigger, days, calendar)
    return due_at if superior_due_at is None else min(due_at, superior_due_at)


def dispatch(accepted_at: datetime, calendar: Calendar) -> datetime:
    """When dispatch is due: the working day of acceptance."""
    return same_day(accepted_at, calendar)


def acknowledgement(dispatched_at: datetime, calendar: Calendar, limits: Limits) -> datetime:
    """When the unit must have acknowledged; from then on it is deemed to have."""
    return after(dispatched_at, limits.acknowledge, calendar)


def contact(from_: datetime, calendar: Calendar, limits: Limits) -> datetime:
    """When first contact is due; `from_` is the acknowledgement or the moment it was due."""
    return after(from_, limits.contact, calendar)


def plan(from_: datetime, calendar: Calendar, limits: Limits) -> datetime:
    """When the plan is due; `from_` is the acknowledgement or the moment it was due."""
    return after(from_, limits.plan, calendar)


def unit_limit(
    nature: Nature | str,
    due_at: datetime,
    received_at: datetime,
    loss_was_units: bool,
    calendar: Calendar,
    limits: Limits,
) -> datetime:
    """`Assignment.due_at` of a lead: one working day before `due_at`; for a consultation `due_at` itself.

    Unless the earlier loss of time was the unit's own (`loss_was_units`), it has at least 5 working days
    (consultation 2) from receipt, which may end later than `due_at`; the office is then charged (policy §7).
    Where the promise was short from the start (reopened, superior) nothing was lost: pass True.
    """
    question = nature == Nature.CONSULTATION
    limit = due_at if question else before(due_at, limits.audit_reserve, calendar)
    if loss_was_units:
        return limit
    minimum = limits.unit_minimum_consultation if question else limits.unit_minimum
    return max(limit, after(received_at, minimum, calendar))


def support_limit(
    received_at: datetime, lead_due_at: datetime, calendar: Calendar, limits: Limits
) -> datetime:
    """`Assignment.due_at` of a support: half the lead's remaining working days, rounded down, at least 1.

    It ends at least one working day before the lead's. Where the lead has one working day or less left both
    cannot hold; the support then has the lead's own limit: an earlier one could not be met, a later one would
    help nobody. Where the lead's limit is over already, the support has its least number of days.
    """
    if lead_due_at <= received_at:
        return after(received_at, limits.support_minimum, calendar)
    remaining = calendar.working_days_between(counting_day(received_at, calendar), day_of(lead_due_at))
    if remaining <= limits.support_ahead:
        return lead_due_at
    half = max(remaining // 2, limits.support_minimum)
    return after(received_at, min(half, remaining - limits.support_ahead), calendar)


def approval(replied_at: datetime, calendar: Calendar, limits: Limits) -> datetime:
    """When the coordination office must have judged a reply."""
    return after(replied_at, limits.approve, calendar)


def rating_window(completed_at: datetime, calendar: Calendar, limits: Limits) -> datetime:
    """The end of the window in which a rating counts (policy §6)."""
    return after(completed_at, limits.rating_window, calendar)


def callback_days(completed_at: datetime, calendar: Calendar, limits: Limits) -> tuple[date, ...]:
    """The working days on which an unrated appeal is called back: the 2nd to the 5th (policy §3)."""
    start = counting_day(completed_at, calendar)
    return tuple(calendar.add_working(start, n) for n in range(limits.callback_from, limits.callback_to + 1))


# -- lights and explanations -----------------------------------------------------------------------------


def light(received_at: datetime, limit: datetime, now: datetime, calendar: Calendar) -> Light:
    """Overdue after the limit; red within one working day of it; yellow at one third of its days left."""
    if now > limit:
        return Light.OVERDUE
    last = day_of(limit)
    left = calendar.working_days_between(counting_day(now, calendar), last)
    if left <= 1:
        return Light.RED
    whole = calendar.working_days_between(counting_day(received_at, calendar), last)
    return Light.YELLOW if left * 3 <= whole else Light.GREEN


def explain(at: datetime, days: int, calendar: Calendar) -> list[Day]:
    """`after(at, days)` day by day, from the day of the trigger to the day of the limit."""
    return explain_between(at, after(at, days, calendar), calendar)


def explain_between(start: datetime, limit: datetime, calendar: Calendar) -> list[Day]:
    """The days from `start` to `limit`, for limits that were moved; empty if the limit's day is earlier."""
    local = start.astimezone(SHANGHAI)
    zero = counting_day(start, calendar)
    counted = 0
    lines = []
    for day in days_from(local.date(), day_of(limit)):
        working = calendar.is_working(day)
        counted += working and day > zero
        lines.append(
            Day(
                on=day,
                kind=calendar.kind(day),
                counted=counted if working and day >= zero else None,
                provisional=not calendar.is_final(day),
                trigger=day == local.date(),
                after_hours=day == local.date() and working and day < zero,
            )
        )
    return lines
