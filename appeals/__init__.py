"""企业诉求 Appeals — the front door: create_app() wires, and decides nothing."""

from flask import Flask

from appeals.db import db, migrate, prepare
from config import ROOT, Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application for these settings (default: from the environment)."""
    from appeals import cli, models, web

    settings = settings or Settings.from_environ()
    app = Flask(__name__, template_folder=ROOT / "templates", static_folder=ROOT / "static")
    app.config.from_mapping(settings.as_flask())
    app.extensions["appeals.settings"] = settings
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    migrate.init_app(app, db, render_as_batch=True, compare_type=True)
    web.init_app(app)
    cli.init_app(app)
    assert models.__all__
    return app
