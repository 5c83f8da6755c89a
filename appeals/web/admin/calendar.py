"""The working days: a year as a table by month, a stretch of days proposed, a file previewed (policy §4)."""

from calendar import Calendar as Months
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from flask import abort, redirect, render_template, request, url_for

from appeals import clock
from appeals.models import calendar as kept
from appeals.models import registers
from appeals.models.calendar import CalendarDay
from appeals.rules import calendar_file, workdays
from appeals.web.admin.desk import admin, both, counter, hand_in
from appeals.web.forms.calendar import CalendarFileForm, DaysForm

WEEKS = Months(firstweekday=0)
NOTHING = calendar_file.File([])


class Cell(NamedTuple):
    """One day of the table."""

    on: date
    kind: str
    name: str
    final: bool
    today: bool


class Month(NamedTuple):
    """One month: rows of seven cells, None where another month's day would be."""

    number: int
    weeks: list[list[Cell | None]]
    worked: int


@counter.get("/calendar")
@both
def calendar() -> Any:
    """To this year."""
    return redirect(url_for("admin.year", year=workdays.day_of(clock.now()).year))


@counter.get("/calendar/<int:year>")
@both
def year(year: int) -> str:
    """One year by months: holidays, make-up days, and what is still provisional."""
    if not 2000 <= year <= 2100:
        abort(404)
    named = registers.days(year)
    months = [_month(year, number, named) for number in range(1, 13)]
    cells = [cell for month in months for week in month.weeks for cell in week if cell]
    return render_template(
        "admin/calendar.html", year=year, months=months, years=registers.years(), version=kept.current().version,
        counts=Counter(cell.kind for cell in cells), worked=sum(month.worked for month in months),
        provisional=sum(not cell.final for cell in cells), special=_stretches(cells),
    )  # fmt: skip


@counter.route("/calendar/change", methods=["GET", "POST"])
@admin
def change_days() -> Any:
    """Propose one stretch of days."""
    asked = request.args.get("day", "")[:10]
    form = DaysForm(data={"first": asked, "kind": workdays.HOLIDAY, "status": calendar_file.FINAL})
    if form.validate_on_submit() and (rows := form.rows()):
        payload = {"year": None, "days": rows}
        if done := hand_in(form, "calendar", payload, form.reason.data, {"days": "first"}):
            return done
    return render_template("admin/days.html", form=form), 422 if form.errors else 200


@counter.route("/calendar/import", methods=["GET", "POST"])
@admin
def import_days() -> Any:
    """Preview a file with every bad cell named; propose it once there is none."""
    form = CalendarFileForm()
    if request.method == "GET":
        return render_template("admin/calendar_file.html", form=form, file=NOTHING, columns=calendar_file.COLUMNS)
    good = form.validate()
    form.take_file()
    year = None if form.year.errors else form.year.data
    file = calendar_file.read(form.rows.data or "", year)
    if file.problem:
        form.tell({"rows": file.problem})
    if good and file.is_good and "propose" in request.form:
        payload = {"year": year, "days": [entry.as_dict() for entry in file.entries]}
        if done := hand_in(form, "calendar", payload, form.reason.data or "", {"days": "rows"}):
            return done
    bad = bool(form.errors) or not file.is_good
    page = render_template("admin/calendar_file.html", form=form, file=file, columns=calendar_file.COLUMNS)
    return page, 422 if bad else 200


def _month(year: int, number: int, named: Mapping[date, CalendarDay]) -> Month:
    days, today = kept.current(), workdays.day_of(clock.now())

    def cell(on: date) -> Cell | None:
        if on.month != number:
            return None
        row = named.get(on)
        return Cell(on, days.kind(on), row.name if row else "", days.is_final(on), on == today)

    weeks = [[cell(on) for on in week] for week in WEEKS.monthdatescalendar(year, number)]
    return Month(number, weeks, sum(days.is_working(c.on) for week in weeks for c in week if c))


def _stretches(cells: list[Cell]) -> list[list[Cell]]:
    """Holidays and make-up days of one name that follow one another."""
    found: list[list[Cell]] = []
    for cell in sorted(cells):
        if cell.kind not in (workdays.HOLIDAY, workdays.MAKEUP):
            continue
        last = found[-1][-1] if found else None
        if last and (cell.on - last.on).days == 1 and (last.kind, last.name) == (cell.kind, cell.name):
            found[-1].append(cell)
        else:
            found.append([cell])
    return found
