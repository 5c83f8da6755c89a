"""Translations: compiled into the data directory when the program starts, never committed."""

import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask

from config import ROOT

SOURCE = ROOT / "translations"


def compiled(app: Flask) -> str:
    """The directory with the compiled catalogues, made anew where a source is younger."""
    target = Path(app.extensions["appeals.settings"].data_dir) / "translations"
    for source in SOURCE.glob("*/LC_MESSAGES/*.po"):
        made = target / source.relative_to(SOURCE).with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
            _compile(source, made)
    return str(target)


def _compile(source: Path, made: Path) -> None:
    """Written aside and renamed, so that several processes may start at once."""
    made.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parts[-3])
    handle, name = tempfile.mkstemp(dir=made.parent)
    with os.fdopen(handle, "wb") as file:
        write_mo(file, catalogue)
    Path(name).replace(made)
