"""The blueprint, who stands at it, and how a proposal is handed in."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import changes
from appeals.actions.refusals import Refused
from appeals.db import MAX_ID
from appeals.rules.words import Role
from appeals.web.access import actor, only
from appeals.web.forms import Form

counter = Blueprint("admin", __name__, url_prefix="/admin")
admin = only(Role.ADMIN)
both = only(Role.ADMIN, Role.DIRECTOR)


def hand_in(
    form: Form, kind: str, payload: Mapping[str, Any], reason: str, fields: Mapping[str, str] | None = None
) -> Response | None:
    """Propose; to the proposal's page, or None with what was refused beside the fields of the form.

    `fields` renames what the deed refuses to the form's own names.
    """
    try:
        change = changes.propose(kind, payload, reason=reason, by=actor(), at=clock.now())
    except Refused as refused:
        form.tell({(fields or {}).get(name, name): said for name, said in refused.errors.items()})
        return None
    flash("更改已提出，等待营商办主任确认；确认之前一切照旧。", "ok")
    return redirect(url_for("admin.change", change_id=change), 303)


def number(value: str | None) -> int:
    """A row id from the address; 0 for what is none."""
    return int(value) if value and value.isascii() and value.isdigit() and int(value[:20]) < MAX_ID else 0
