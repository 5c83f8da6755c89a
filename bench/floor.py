"""The least a Flask form can do: validated fields, CSRF, one insert, one durable commit."""

import os
import sqlite3
import threading
import time
from datetime import timedelta
from typing import Any

from flask import Flask, redirect, render_template_string, request, session
from wtforms import Form, SelectField, StringField, TextAreaField, validators
from wtforms.csrf.session import SessionCSRF

URL = os.environ["FLOOR_URL"]
TABLE = (
    "create table if not exists floor_appeal(id {id} primary key, company text not null, code text not null, "
    "mobile text not null, territory int not null, title text not null, body text not null, at bigint not null)"
)
INSERT = "insert into floor_appeal(company, code, mobile, territory, title, body, at) values({0},{0},{0},{0},{0},{0},{0})"
PAGE = """<!doctype html><title>floor</title><form method="post">{{ form.csrf_token }}
{% for f in form if f.name != "csrf_token" %}<p>{{ f.label }} {{ f }} {% for e in f.errors %}<em>{{ e }}</em>{% endfor %}</p>
{% endfor %}<button>ok</button></form>"""
app = Flask(__name__)
app.secret_key = "floor"
_local = threading.local()


class AppealForm(Form):
    """Six fields, as many as a short complaint needs."""

    class Meta:
        """CSRF kept in the session."""

        csrf, csrf_class, csrf_secret, csrf_time_limit = True, SessionCSRF, b"floor", timedelta(hours=8)

        @property
        def csrf_context(self) -> Any:
            """Where the token's twin lives."""
            return session

    company = StringField(validators=[validators.DataRequired(), validators.Length(2, 80)])
    code = StringField(validators=[validators.DataRequired(), validators.Regexp(r"^[0-9A-Z]{18}$")])
    mobile = StringField(validators=[validators.DataRequired(), validators.Regexp(r"^1\d{10}$")])
    territory = SelectField(coerce=int, choices=[(i, f"t{i}") for i in range(16)])
    title = StringField(validators=[validators.DataRequired(), validators.Length(2, 120)])
    body = TextAreaField(validators=[validators.DataRequired(), validators.Length(5, 4000)])


def _postgresql() -> Any:
    import psycopg

    return psycopg.connect(URL.replace("+psycopg", ""))


def _sqlite() -> Any:
    connection = sqlite3.connect(URL.removeprefix("sqlite:///"), timeout=30, isolation_level=None)
    for pragma in ("journal_mode=wal", "synchronous=full", "busy_timeout=30000"):
        connection.execute(f"pragma {pragma}")
    return connection


def _insert(row: tuple[Any, ...]) -> int:
    if URL.startswith("postgresql"):
        if not hasattr(_local, "pg"):
            _local.pg = _postgresql()
        found = _local.pg.execute(INSERT.format("%s") + " returning id", row).fetchone()[0]
        _local.pg.commit()
        return int(found)
    if not hasattr(_local, "sq"):
        _local.sq = _sqlite()
    return int(_local.sq.execute(INSERT.format("?"), row).lastrowid)


@app.route("/submit", methods=["GET", "POST"])
def submit() -> Any:
    """The form, and what it does."""
    form = AppealForm(request.form)
    if request.method == "POST" and form.validate():
        f = form
        row = (f.company.data, f.code.data, f.mobile.data, f.territory.data, f.title.data, f.body.data, int(time.time()))
        return redirect(f"/{_insert(row)}", 303)
    return render_template_string(PAGE, form=form), 422 if request.method == "POST" else 200


if __name__ == "__main__":  # once, before anybody serves: two at a time would make the table twice
    with _postgresql() if URL.startswith("postgresql") else _sqlite() as first:
        first.execute(TABLE.format(id="bigserial" if URL.startswith("postgresql") else "integer"))
