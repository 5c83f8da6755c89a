"""Chinese or English: everything a company sees comes in both."""

from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel

from appeals.web import catalogues

LANGUAGES = {"zh": "中文", "en": "English"}
babel = Babel()


def init_app(app: Flask) -> None:
    """Choose the language of each request from a white list."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "zh")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Shanghai")
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", catalogues.compiled(app))
    babel.init_app(app, locale_selector=current)
    app.context_processor(lambda: {"language": current(), "languages": LANGUAGES})


def current() -> str:
    """'zh' or 'en': asked for in the URL, chosen before, or Chinese. Staff pages are Chinese."""
    if not has_request_context() or request.blueprint not in ("company", None):
        return "zh"
    if "language" not in g:
        asked = request.args.get("lang")
        if asked in LANGUAGES and session.get("lang") != asked:
            session["lang"] = asked
        chosen = session.get("lang", "zh")
        g.language = chosen if chosen in LANGUAGES else "zh"
    found: str = g.language
    return found
