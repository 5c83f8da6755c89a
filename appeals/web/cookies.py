"""The visitor's cookie: what it holds, signed, as plain JSON; nothing of it is kept on the server."""

import json
from typing import Any

from flask import Flask, g
from flask.sessions import SecureCookieSessionInterface


class Plain:
    """Texts, numbers, lists and dictionaries by text are all a cookie of ours holds: they need no tags."""

    @staticmethod
    def dumps(held: dict[str, Any]) -> str:
        """One line."""
        return json.dumps(held, separators=(",", ":"))

    loads = staticmethod(json.loads)


class Sessions(SecureCookieSessionInterface):
    """What is kept for ever depends on nobody's cookie and says so; else each sign-in would fetch it anew."""

    serializer = Plain  # type: ignore[assignment]

    def __init__(self, app: Flask) -> None:
        self._signing = super().get_signing_serializer(app)  # the secret stays the same while the program runs

    def get_signing_serializer(self, _app: Flask) -> Any:
        """Made once: it is needed at the beginning and at the end of every request."""
        return self._signing

    def save_session(self, *args: Any, **named: Any) -> None:
        """Write the cookie, and that the answer depends on it, only where it does."""
        if not getattr(g, "cacheable", False):
            super().save_session(*args, **named)


def init_app(app: Flask) -> None:
    """Keep sessions this way."""
    app.session_interface = Sessions(app)
