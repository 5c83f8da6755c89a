"""The counters: one blueprint per kind of visitor; everything a request meets on its way in and out."""

from flask import Flask

from appeals.web import (
    access,
    assets,
    bodies,
    chronicle,
    cookies,
    errors,
    filters,
    headers,
    languages,
    linked,
    navigation,
    standing,
    supervision,
)


def init_app(app: Flask) -> None:
    """Open the counters."""
    from appeals.web import account, admin, company, coordination, health, oversight, scorecards, search, unit

    bodies.init_app(app)
    cookies.init_app(app)
    access.init_app(app)
    standing.init_app(app)
    headers.init_app(app)
    errors.init_app(app)
    languages.init_app(app)
    filters.init_app(app)
    chronicle.init_app(app)
    assets.init_app(app)
    navigation.init_app(app)
    linked.init_app(app)
    supervision.init_app(app)
    for counter in (company, account, unit, coordination, search, scorecards, oversight, admin, health):
        app.register_blueprint(counter.counter)
    access.check_every_view(app)
