"""The whole program as it runs in production: gunicorn, schedulers and commands as processes, on a clock of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

import config
from tests.program.clock import Clock, forget, moment

# What it runs ends when the pipe is closed: with the test, however the test ends.
KEEPER = '"$@" & cat >/dev/null; kill -TERM $! 2>/dev/null; wait $!'
PATIENCE = 60  # seconds for what takes one on an idle machine


class Process:
    """One long-running part of the site, with a process group and a log of its own."""

    def __init__(self, command: list[str], env: dict[str, str], log: Path, pass_fds: tuple[int, ...] = ()) -> None:
        """Start it."""
        self.log = log
        with log.open("ab") as output:
            self._keeper = subprocess.Popen(
                ["/bin/sh", "-c", KEEPER, "keeper", *command], stdin=subprocess.PIPE, stdout=output, stderr=output,
                cwd=config.ROOT, env=env, start_new_session=True, pass_fds=pass_fds,
            )  # fmt: skip

    def main(self) -> psutil.Process | None:
        """The program itself; None when it has ended."""
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self._keeper.pid).children():
                if child.name() != "cat" and child.status() != psutil.STATUS_ZOMBIE:
                    return child
        return None

    def workers(self) -> list[psutil.Process]:
        """The processes it started in turn."""
        found = self.main()
        with suppress(psutil.NoSuchProcess):
            return found.children() if found else []
        return []

    def kill(self) -> None:
        """SIGKILL for everything of it at once, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self._keeper.pid, signal.SIGKILL)
        self._end()

    def stop(self) -> None:
        """Ask it to end; after a while, insist."""
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        try:
            self._keeper.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
        self._end()

    def _end(self) -> None:
        self._keeper.wait()
        with suppress(BrokenPipeError):
            assert self._keeper.stdin is not None
            self._keeper.stdin.close()
        forget(self._keeper)


class Site:
    """One instance on one database with a fresh data directory; everything of it ends with the test."""

    def __init__(self, url: str, folder: Path, start: str, zone: str = "UTC") -> None:
        """Nothing runs yet; the clock shows `start`, Shanghai time."""
        self.folder = folder
        self.data_dir = folder / "data"
        self.data_dir.mkdir(mode=0o700)
        self.clock = Clock(folder)
        self.clock.set(moment(start))
        self._stack = ExitStack()
        self._door = self._stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.port: int = self._door.getsockname()[1]
        self.environ = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "TZ": zone, "PORT": str(self.port),
            "APPEALS_ENV": "development", "APPEALS_DATABASE_URL": url, "APPEALS_DATA_DIR": str(self.data_dir),
            "PYTHONDONTWRITEBYTECODE": "1",
        } | self.clock.environment()  # fmt: skip

    def at(self, text: str) -> None:
        """Set the clock of all processes to '2026-09-07T09:00', Shanghai time."""
        self.clock.set(moment(text))

    def start_web(self, workers: int = 2) -> Process:
        """gunicorn with the settings of production; returns when it answers."""
        options = ["-c", "deploy/gunicorn.conf.py", "--bind", f"fd://{self._door.fileno()}", "--log-level", "warning"]
        command = [sys.executable, "-m", "gunicorn", *options, "--workers", str(workers), "wsgi:app"]
        web = self._start(command, "web.log", (self._door.fileno(),))
        wait_until(self._answers, "the web server answers", web.log)
        return web

    def start_scheduler(self, name: str = "scheduler") -> Process:
        """The timetable as a process of its own."""
        return self._start([*self._flask(), "scheduler"], f"{name}.log")

    def run(self, *words: str, text: str | None = None) -> str:
        """Run a command of the program; its output, or an error with what it said."""
        done = subprocess.run(
            [*self._flask(), *words], cwd=config.ROOT, env=self.environ, capture_output=True, text=True, input=text
        )
        if done.returncode:
            raise RuntimeError(f"flask {' '.join(words)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def logs(self) -> str:
        """What all processes have said so far."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def close(self) -> None:
        """End whatever still runs."""
        self._stack.close()

    def _flask(self) -> list[str]:
        return [sys.executable, "-m", "flask", "--app", "wsgi"]

    def _start(self, command: list[str], log: str, pass_fds: tuple[int, ...] = ()) -> Process:
        process = Process(command, self.environ, self.folder / log, pass_fds)
        self._stack.callback(process.stop)
        return process

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return line.recv(64).startswith(b"HTTP/1.1 200")
        return False


@contextmanager
def site(url: str, folder: Path, start: str, zone: str = "UTC") -> Iterator[Site]:
    """A site that ends with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    place = Site(url, folder, start, zone)
    try:
        yield place
    finally:
        place.close()


def wait_until(true: Callable[[], Any], what: str, log: Path | None = None) -> Any:
    """Ask again and again until it is so; the answer. Gives up after PATIENCE with the end of the log."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := true()):
        if time.monotonic() > deadline:
            said = log.read_text()[-4000:] if log and log.exists() else ""
            raise TimeoutError(f"gave up waiting until {what}\n{said}")
        time.sleep(0.05)
    return answer
