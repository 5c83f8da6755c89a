"""Attachments: allowed by what they contain, kept outside the web root under random names, all or none."""

import hashlib
import os
import secrets
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import filetype

from appeals.actions.refusals import Refused, say
from appeals.rules import text
from appeals.rules.words import Role

MOST_FILES, MOST_BYTES, NAME_LENGTH = 5, 10 * 1024 * 1024, 200
ALLOWED = {
    "application/pdf": "PDF", "image/jpeg": "JPG", "image/png": "PNG",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/msword": "DOC", "application/vnd.ms-excel": "XLS",
}  # fmt: skip
MACROS = ("vbaProject.bin", "vbaData.xml")
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Offered:
    """A file as it arrives: the visitor's name for it, and its bytes."""

    name: str
    stream: IO[bytes]


@dataclass(frozen=True)
class Stored:
    """A file as it lies in the store."""

    stored_name: str
    original_name: str
    media_type: str
    size: int
    sha256: str

    def row(self, appeal_id: int, role: Role, at: datetime) -> dict[str, Any]:
        """The columns of its row."""
        return {
            "appeal_id": appeal_id, "stored_name": self.stored_name, "original_name": self.original_name,
            "media_type": self.media_type, "size": self.size, "sha256": self.sha256,
            "added_by": role.value, "added_at": at,
        }  # fmt: skip


@contextmanager
def kept(offered: Sequence[Offered], folder: Path) -> Iterator[list[Stored]]:
    """Keep all files durably, or none: what follows inside fails → they go again.

    Raises Refused (field `attachments`) naming the file and the rule.
    """
    if len(offered) > MOST_FILES:
        raise Refused(attachments=say("最多上传 %(most)s 个附件", most=MOST_FILES))
    done: list[Stored] = []
    try:
        for file in offered:
            done.append(_keep(file, folder))
        if done:
            _sync(folder)
        yield done
    except BaseException:
        drop(done, folder)
        raise


def drop(stored: Sequence[Stored], folder: Path) -> None:
    """Take kept files away again: the request repeated one whose files are already there."""
    for file in stored:
        (folder / file.stored_name).unlink(missing_ok=True)


def intact(folder: Path, stored_name: str, sha256: str) -> bytes | None:
    """The bytes of a kept file, or None when it is missing or no longer what was kept."""
    try:
        handle = os.open(folder / stored_name, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        body = file.read(MOST_BYTES + 1)
    return body if hashlib.sha256(body).hexdigest() == sha256 else None


def _keep(file: Offered, folder: Path) -> Stored:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = text.clean_line(file.name.replace("\\", "/").rsplit("/", 1)[-1])[-NAME_LENGTH:] or "附件"
    stored_name, digest, size = secrets.token_hex(24), hashlib.sha256(), 0
    path = folder / stored_name
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            while chunk := file.stream.read(CHUNK):
                size += len(chunk)
                if size > MOST_BYTES:
                    raise Refused(attachments=say("“%(name)s”超过 10 MB", name=name))
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        return Stored(stored_name, name, _media_type(path, name, size), size, digest.hexdigest())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _media_type(path: Path, name: str, size: int) -> str:
    """The type by content; the name decides nothing. Raises Refused."""
    if size == 0:
        raise Refused(attachments=say("“%(name)s”是空文件", name=name))
    found = filetype.guess_mime(str(path))
    if found not in ALLOWED or (found.startswith("application/vnd.openxml") and _has_macros(path)):
        raise Refused(
            attachments=say("“%(name)s”的内容不是允许的类型（PDF、JPG、PNG、Word、Excel，不含宏）", name=name)
        )
    return str(found)


def _has_macros(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(entry.endswith(MACROS) for entry in archive.namelist())
    except zipfile.BadZipFile:
        return True


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
