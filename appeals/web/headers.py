"""What every answer carries, so that a browser helps to keep it safe."""

from flask import Flask, Response, g, request

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
    "manifest-src 'self'"
)
FIXED = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}


def init_app(app: Flask) -> None:
    """Add the headers to every answer, errors included."""
    secure = app.config["SESSION_COOKIE_SECURE"]

    @app.after_request
    def _add(response: Response) -> Response:
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint != "static" and not getattr(g, "cacheable", False):
            response.headers["Cache-Control"] = "no-store"
        return response
