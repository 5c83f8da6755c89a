"""Kept files on their way out: always saved, never shown, and only if they are still what came in."""

from pathlib import Path
from urllib.parse import quote

from flask import Response
from werkzeug.exceptions import ServiceUnavailable

from appeals.actions import attachments
from appeals.models.files import Attachment


def answer(file: Attachment, folder: Path) -> Response:
    """The file under its own name (RFC 6266). A missing or altered one is refused."""
    body = attachments.intact(folder, file.stored_name, file.sha256)
    if body is None:
        raise ServiceUnavailable
    known = file.media_type if file.media_type in attachments.ALLOWED else "application/octet-stream"
    sent = Response(body, content_type=known)
    plain = f"file-{file.id}"
    name = quote(file.original_name, safe="")
    sent.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{name}"
    sent.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return sent
