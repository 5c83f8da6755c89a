"""A bounded load of form posts on 127.0.0.1, and what it cost the server in processor time."""

import asyncio
import os
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

HIDDEN = re.compile(rb'<input[^>]*name="(csrf_token)"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Result:
    """Requests per second, milliseconds, processor milliseconds per request, failures."""

    rate: float
    p50: float
    p95: float
    cpu: float
    bad: int


class Client:
    """One kept-alive connection with its cookies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """One request; a connection the server closed is opened again once."""
        for attempt in (1, 2):
            if self.writer is None:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                return await asyncio.wait_for(self._exchange(method, path, body), 60)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.writer = None
                if attempt == 2:
                    raise
        raise AssertionError

    async def _exchange(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        assert self.reader is not None
        assert self.writer is not None
        cookie = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        head = (f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {cookie}\r\n"
                f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n")  # fmt: skip
        self.writer.write(head.encode() + body)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        length, close = 0, False
        for line in answer[1:]:
            name, _, value = line.partition(":")
            match name.lower():
                case "content-length":
                    length = int(value)
                case "set-cookie":
                    key, _, rest = value.strip().partition("=")
                    self.cookies[key] = rest.split(";", 1)[0]
                case "connection":
                    close = value.strip().lower() == "close"
        text = await self.reader.readexactly(length)
        if close:
            self.writer.close()
            self.writer = None
        return int(answer[0].split()[1]), text


def posts(port: int, fields: Callable[[], dict[str, str]], clients: int, seconds: float, most: int, pid: int) -> Result:
    """Post the form from several clients at once; the token is fetched once by each of them."""
    return asyncio.run(_posts(port, fields, clients, seconds, most, pid))


async def _posts(
    port: int, fields: Callable[[], dict[str, str]], clients: int, seconds: float, most: int, pid: int
) -> Result:
    took: list[float] = []
    bad, left = 0, most
    ready = [await _with_token(port) for _ in range(clients)]
    before, start = cpu_seconds(pid), time.perf_counter()

    async def work(client: Client, token: str) -> None:
        nonlocal bad, left
        while left > 0 and time.perf_counter() - start < seconds:
            left -= 1
            body = urlencode(fields() | {"csrf_token": token}).encode()
            began = time.perf_counter()
            status, _ = await client.ask("POST", "/submit", body)
            took.append((time.perf_counter() - began) * 1000)
            bad += status not in (302, 303)

    await asyncio.gather(*(work(*pair) for pair in ready))
    lasted, cpu = time.perf_counter() - start, cpu_seconds(pid) - before
    took.sort()
    return Result(len(took) / lasted, statistics.median(took), took[int(len(took) * 0.95)], cpu * 1000 / len(took), bad)


async def _with_token(port: int) -> tuple[Client, str]:
    client = Client(port)
    _, page = await client.ask("GET", "/submit")
    found = HIDDEN.search(page)
    if found is None:
        raise SystemExit("the form page carries no csrf_token")
    return client, found[2].decode()


def cpu_seconds(root: int) -> float:
    """Processor seconds used so far by this process and all below it."""
    parents: dict[int, list[int]] = {}
    used: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(stat[1]), []).append(int(entry.name))
            used[int(entry.name)] = int(stat[11]) + int(stat[12])
    total, queue = 0, [root]
    while queue:
        pid = queue.pop()
        total += used.get(pid, 0)
        queue += parents.get(pid, [])
    return total / os.sysconf("SC_CLK_TCK")
