"""The outbox as the administrator may see it: how much waits and since when, no name and no number."""

from flask import render_template

from appeals.models import registers
from appeals.rules.lifecycle import Move
from appeals.web.admin.desk import admin, counter


@counter.get("/notices")
@admin
def notices() -> str:
    """Notices waiting to be sent, by kind and addressee; of a flood the oldest thousand."""
    waiting = registers.notices_waiting()
    total = sum(each.number for each in waiting)
    return render_template(
        "admin/notices.html", waiting=waiting, total=total, most=registers.COUNT_MOST, known_moves=list(Move)
    )
