"""kill -9 of all web workers under load: every number that was shown exists once, with its files (Must show 5)."""

import hashlib
import http.client
import os
import random
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import databases
from tests.program import companies
from tests.program.frozen import Database
from tests.program.site import PATIENCE, Process, Site, site
from tests.program.visitor import File, Form, Page, Visitor

KILLS = int(os.environ.get("KILLS", "50"))
CLIENTS = 4
START = "2026-09-07T09:00"


@dataclass
class Shown:
    """What one company was shown, and what it had sent."""

    number: str
    code: str
    hashes: list[str]
    attempts: int


@dataclass
class Load:
    """Companies that file one appeal after another until told to stop."""

    place: Site
    stop: threading.Event = field(default_factory=threading.Event)
    shown: list[Shown] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    repeated: int = 0

    def work(self, client: int) -> None:
        """One company after another, from one browser."""
        chance, serial = random.Random(client), 0
        try:
            while not self.stop.is_set():
                serial += 1
                self.shown.append(self.file(client * 100_000 + serial, chance))
        except BaseException as error:
            self.errors.append(error)
            self.stop.set()

    def file(self, number: int, chance: random.Random) -> Shown:
        """File one appeal with up to three pictures; whoever gets no answer sends the very same again."""
        visitor = Visitor(self.place.port, timeout=20)
        form = _patiently(lambda: visitor.open("/submit").form("/submit"))
        contents = [companies.picture(number * 10 + n, chance.choice((300, 20_000, 200_000))) for n in range(chance.randrange(4))]
        files: list[File] = [("attachments", f"证明{n}.png", content) for n, content in enumerate(contents)]
        form.fill(**companies.values(number, submission_key=str(uuid.UUID(int=chance.getrandbits(128), version=4))))
        attempts = 0
        while True:
            attempts += 1
            try:
                page = visitor.send(form, files)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            if attempts > 1 or chance.random() < 0.1:
                self._same_again(visitor, form, files, page)
            hashes = sorted(hashlib.sha256(content).hexdigest() for content in contents)
            return Shown(*_receipt(page), hashes, attempts)

    def _same_again(self, visitor: Visitor, form: Form, files: list[File], page: Page) -> None:
        """The same key once more gives the same receipt."""
        again = _patiently(lambda: visitor.send(form, files))
        assert _receipt(again) == _receipt(page)
        self.repeated += 1


def _receipt(page: Page) -> tuple[str, str]:
    """Number and code, as the receipt shows them."""
    number, code = page.soup.select_one("[data-appeal-no]"), page.soup.select_one("[data-appeal-code]")
    assert number, page.said()
    assert code, page.said()
    return str(number["data-appeal-no"]), str(code["data-appeal-code"])


def _patiently(ask):  # type: ignore[no-untyped-def]
    """Ask until a worker answers."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return ask()
        except (OSError, http.client.HTTPException):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@pytest.mark.parametrize("kills", [3, pytest.param(KILLS, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", databases.KINDS)
def test_killed_under_load(kind: databases.Kind, kills: int, tmp_path: Path) -> None:
    """Everything shown is there once, whole; nothing else is there half."""
    url = databases.fresh_database(kind, tmp_path)
    with site(url, tmp_path / "site", START) as place:
        web = place.start_web()
        load = Load(place)
        threads = [threading.Thread(target=load.work, args=(client,), daemon=True) for client in range(CLIENTS)]
        for thread in threads:
            thread.start()
        chance = random.Random(kills)
        for _ in range(kills):
            _kill_workers(web, load, chance)
        load.stop.set()
        for thread in threads:
            thread.join(PATIENCE)
        assert not load.errors, f"{load.errors[0]!r}\n{place.logs()[-3000:]}"
        _check(place, Database(url), load)
        print(f"\n{kind}: {kills} kills, {len(load.shown)} receipts, {load.repeated} repeated, "
              f"{sum(each.attempts > 1 for each in load.shown)} answers lost")  # fmt: skip
    databases.drop_database(url)


def _kill_workers(web: Process, load: Load, chance: random.Random) -> None:
    """Let some receipts be shown, then kill every worker at an arbitrary moment."""
    before, deadline = len(load.shown), time.monotonic() + PATIENCE
    while len(load.shown) < before + 5 and not load.stop.is_set():
        assert time.monotonic() < deadline, "nobody gets an answer any more"
        time.sleep(0.01)
    time.sleep(chance.random() * 0.3)
    for worker in web.workers():
        worker.kill()


def _check(place: Site, database: Database, load: Load) -> None:
    rows = database.rows("select a.number, f.stored_name, f.sha256 from appeal a left join attachment f on f.appeal_id = a.id")
    files: dict[str, list[str]] = {}
    for number, stored_name, sha256 in rows:
        files.setdefault(number, [])
        if stored_name:
            content = (place.data_dir / "attachments" / stored_name).read_bytes()
            assert hashlib.sha256(content).hexdigest() == sha256, f"{number}: a stored file is not what was sent"
            files[number].append(sha256)
    times = Counter(shown.number for shown in load.shown)
    assert not [number for number, count in times.items() if count > 1], "a number was shown to two companies"
    for shown in load.shown:
        assert sorted(files[shown.number]) == shown.hashes, f"{shown.number} has other files than were sent"
    _check_whole(place, database, load)


def _check_whole(place: Site, database: Database, load: Load) -> None:
    """No half appeal: each has its company, its first event, its notice; each code opens its appeal."""
    total = database.value("select count(*) from appeal")
    assert total == database.value("select count(distinct submission_key) from appeal")
    for table in ("event", "notice"):
        with_first = f"select count(distinct appeal_id) from {table} where kind = 'submit'"
        assert database.value(with_first) == total, f"appeals without their first {table}"
    if database.url.startswith("sqlite"):
        assert database.value("pragma integrity_check") == "ok"
    for shown in random.Random(1).sample(load.shown, min(5, len(load.shown))):
        visitor = Visitor(place.port)
        page = visitor.send(visitor.open("/track").form("/track"), number=shown.number, code=shown.code)
        assert shown.number in page.words
