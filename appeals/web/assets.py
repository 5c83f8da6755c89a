"""Style sheet, scripts and pictures: each under the hash of its content, kept by browsers for ever."""

import hashlib
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, abort, current_app, g, url_for

from appeals.web.access import everyone
from config import ROOT

STATIC = ROOT / "static"
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"
counter = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One file as it is sent, and the hash that names this very content."""

    body: bytes
    kind: str
    digest: str


def init_app(app: Flask) -> None:
    """Read everything once; templates ask for a file by asset('app.css')."""
    styles = b"".join(path.read_bytes() for path in sorted((STATIC / "css").glob("*.css")))
    found = {"app.css": _asset(styles, ".css")}
    for path in sorted([*STATIC.glob("img/*.svg"), *STATIC.glob("js/*.js")]):
        found[path.name] = _asset(path.read_bytes(), path.suffix)
    app.extensions["appeals.assets"] = found
    app.jinja_env.globals["asset"] = address
    app.register_blueprint(counter)


def address(name: str) -> str:
    """The URL of this very content of `name`."""
    found: Asset = current_app.extensions["appeals.assets"][name]
    return url_for("assets.file", digest=found.digest, name=name)


@counter.get("/assets/<digest>/<name>")
@everyone
def file(digest: str, name: str) -> Response:
    """The file; a page from before an update gets the new content, which is then not kept."""
    found: Asset | None = current_app.extensions["appeals.assets"].get(name)
    if found is None:
        abort(404)
    answer = Response(found.body, content_type=found.kind)
    if digest == found.digest:
        g.cacheable = True
        answer.headers["Cache-Control"] = FOR_EVER
    return answer


def _asset(body: bytes, suffix: str) -> Asset:
    return Asset(body, TYPES[suffix], hashlib.sha256(body).hexdigest()[:16])
