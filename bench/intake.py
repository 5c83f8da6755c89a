"""Filing an appeal beside the least any Flask form can do, in one interleaved run: ratios."""

import argparse
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import load

ROOT = Path(__file__).resolve().parent.parent
APPEAL = {
    "company_name": "西咸新区速度测量有限公司", "uscc": "91611102MA7J3AMY9W", "territory": "沣东新城",
    "contact_name": "测量", "mobile": "13800000000", "nature": "help", "title": "变压器增容办理进度",
    "text": "1. 变压器没有人来装。2. 增容申请已经交了三周，没有回音。" * 3, "consent": "y",
}  # fmt: skip
LEAST = {
    "company": APPEAL["company_name"], "code": APPEAL["uscc"], "mobile": APPEAL["mobile"], "territory": "3",
    "title": APPEAL["title"], "body": APPEAL["text"],
}  # fmt: skip


@contextmanager
def served(target: str, environ: dict[str, str], folder: Path) -> Iterator[tuple[int, int]]:
    """The program under gunicorn as in production, but for address and patience: its port and process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "deploy/gunicorn.conf.py"), "--keep-alive", "30",
               "-b", f"127.0.0.1:{port}", "--chdir", str(folder), target]  # fmt: skip
    paths = os.pathsep.join(map(str, (folder, ROOT)))
    server = subprocess.Popen(command, env=os.environ | environ | {"PYTHONPATH": paths}, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    """Alternate the two programs at each concurrency; print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", help="URL of an empty database: postgresql+psycopg://…")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = asked.postgresql or f"sqlite:///{folder}/appeals.db"
        ours = {"APPEALS_DATA_DIR": folder, "APPEALS_DATABASE_URL": url, "APPEALS_SECRET_KEY": secrets.token_hex(32)}
        for step in (["db", "upgrade"], ["seed"]):
            subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", *step], cwd=ROOT, env=os.environ | ours,
                           check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        least = {"FLOOR_URL": asked.postgresql or f"sqlite:///{folder}/floor.db"}
        subprocess.run([sys.executable, "floor.py"], cwd=ROOT / "bench", env=os.environ | least, check=True)
        with (
            served("wsgi:app", ours, ROOT) as appeals,
            served("floor:app", ours | least, ROOT / "bench") as floor,
        ):
            for clients in asked.clients:
                compare(appeals, floor, clients, asked.times, asked.seconds)


def compare(appeals: tuple[int, int], floor: tuple[int, int], clients: int, times: int, seconds: float) -> None:
    """One line for one concurrency."""
    runs: dict[str, list[load.Result]] = {"appeals": [], "floor": []}
    for turn in range(times + 1):
        ours = load.posts(appeals[0], lambda: APPEAL | {"submission_key": str(uuid.uuid4())}, clients, seconds, 9000,
                          appeals[1])  # fmt: skip
        theirs = load.posts(floor[0], lambda: LEAST, clients, seconds, 9000, floor[1])
        if turn:  # the first is a warm-up
            runs["appeals"].append(ours)
            runs["floor"].append(theirs)
    middle = {name: [statistics.median(getattr(r, key) for r in results) for key in ("rate", "p50", "p95", "cpu")]
              for name, results in runs.items()}  # fmt: skip
    for name, (rate, p50, p95, cpu) in middle.items():
        bad = sum(r.bad for r in runs[name])
        print(f"{clients:3} clients  {name:8} {rate:7.0f}/s  p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  cpu {cpu:5.2f} ms  bad {bad}")
    print(f"{clients:3} clients  ratio    throughput {middle['appeals'][0] / middle['floor'][0]:.2f}x of the floor, "
          f"cpu {middle['appeals'][3] / middle['floor'][3]:.2f}x\n", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
