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
OVER_TLS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def init_app(app: Flask) -> None:
    """Add the headers to every answer, errors included."""
    fixed = FIXED | (OVER_TLS if app.config["SESSION_COOKIE_SECURE"] else {})

    @app.after_request
    def _add(response: Response) -> Response:
        said = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 - headers are no dictionary
        response.headers.extend([(name, value) for name, value in fixed.items() if name.lower() not in said])
        if request.endpoint != "static" and not getattr(g, "cacheable", False):
            response.headers["Cache-Control"] = "no-store"
        return response
