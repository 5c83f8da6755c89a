"""The back door does what the contract says, with its exit codes, and prints exactly one document where asked."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import config
from appeals import create_app
from appeals.db import db
from tests import databases

DATA = Path(__file__).parent / "data"
ROUTING = '{"id": 7, "title": "停电", "text": "我们厂区频繁停电，变压器容量不够", "territory": "不清楚"}'


class House:
    """An application and its commands."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def run(self, *words: str, text: str | None = None, exit_code: int = 0) -> str:
        """What a command prints on standard output; its status is part of the contract."""
        result = self.app.test_cli_runner().invoke(args=list(words), input=text)
        assert result.exit_code == exit_code, (words, result.output, result.exception)
        self.errors = result.stderr
        return result.stdout

    def json(self, *words: str, **more: Any) -> Any:
        return json.loads(self.run(*words, "--json", **more))


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    app = create_app(config.Settings(data_dir=tmp_path / "data", database_url=database_url))
    with app.app_context():
        yield House(app)
        db.session.remove()
        db.engine.dispose()


def test_the_worked_example_through_the_commands(house: House) -> None:
    assert house.json("ledger", "import", str(DATA / "worked_example.jsonl")) == {"new": 18, "unchanged": 0, "bad": []}
    said = house.json("rates", "--from", "2026-11-02", "--to", "2026-11-15", "--known-at", "2026-12-31T18:00")
    assert (said["from"], said["to"], said["known_at"]) == ("2026-11-02", "2026-11-15", "2026-12-31T18:00:00+08:00")
    assert set(said) == {"from", "to", "known_at", "units", "total", "formula"}
    expected = json.loads((DATA / "worked_example.expected.json").read_text())["units"]
    for unit, keys in expected.items():
        assert {key: said["units"][unit][key] for key in keys} == keys
    assert said["total"]["on_time"] == {"num": 8, "den": 12}


def test_rates_of_one_unit_and_as_known_earlier(house: House) -> None:
    house.run("ledger", "import", str(DATA / "worked_example.jsonl"))
    period = ("rates", "--from", "2026-11-02", "--to", "2026-11-15")
    one = house.json(*period, "--unit", "国网西咸新区供电公司", "--known-at", "2026-12-31")
    assert list(one["units"]) == ["国网西咸新区供电公司"]
    early = house.json(*period, "--known-at", "2026-11-05T00:00:00+08:00")
    assert early["units"]["国网西咸新区供电公司"]["on_time"]["num"] < one["units"]["国网西咸新区供电公司"]["on_time"]["num"]
    assert "国网西咸新区供电公司\ton_time\t8/12" in house.run(*period, "--known-at", "2026-12-31")


@pytest.mark.parametrize("words", [
    ("rates", "--from", "2026-11-15", "--to", "2026-11-02"), ("rates", "--from", "2026-11-02"),
    ("rates", "--from", "yesterday", "--to", "2026-11-02"),
    ("rates", "--from", "2026-11-02", "--to", "2026-11-02", "--unit", "X"),
    ("rates", "--from", "2026-11-02", "--to", "2026-11-02", "--known-at", "soon"),
    ("cycle", "show", "3"), ("cycle", "show", "x"), ("ledger", "import", "/none.jsonl"), ("ledger", "export", "x.csv"),
    ("user", "add", "--role", "king", "--login", "x"), ("user", "add", "--role", "head", "--login", "x"),
    ("user", "disable", "nobody"), ("user", "reset", "nobody"),
])  # fmt: skip
def test_wrong_use_is_exit_two(house: House, words: tuple[str, ...]) -> None:
    assert house.run(*words, exit_code=2) == ""


def test_a_bad_ledger_is_exit_one_and_named_on_standard_error(house: House, tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text('{"external_no": "A1"}\n[]\n')
    assert house.run("ledger", "import", str(file), exit_code=1) == ""
    assert "第1行（A1） source：缺少该字段" in house.errors
    assert "第2行 每行应为一个 JSON 对象" in house.errors
    assert len(house.json("ledger", "import", str(file), exit_code=1)["bad"]) > 10


def test_out_and_in(house: House, tmp_path: Path) -> None:
    house.run("ledger", "import", str(DATA / "worked_example.jsonl"))
    file = tmp_path / "out.jsonl"
    assert "18" in house.run("ledger", "export", str(file))
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["external_no"] for line in lines] == [f"T{n}" for n in range(1, 19)]
    assert {"window_ends_at", "due_moves", "returns", "rectifications", "events", "self_handled"} <= set(lines[0])
    assert house.json("ledger", "import", str(file)) == {"new": 0, "unchanged": 18, "bad": []}


def test_routing_speaks_lines(house: House) -> None:
    said = json.loads(house.run("route", text=ROUTING + "\n\n"))
    assert list(said) == ["id", "in_scope", "ground", "territory", "areas", "leads", "lead", "supports", "confidence",
                          "matters", "row", "version"]  # fmt: skip
    assert (said["id"], said["lead"], said["in_scope"], said["territory"]) == (7, "国网西咸新区供电公司", True, None)
    assert set(said["areas"][0]) == {"section", "task", "score", "why"}
    assert set(said["leads"][0]) == {"unit", "score"}
    out = house.run("route", text=f"nonsense\n{ROUTING}\n[1]\n", exit_code=1)
    assert json.loads(out)["id"] == 7
    assert "第1行" in house.errors
    assert "第3行" in house.errors


def test_accounts_by_hand(house: House) -> None:
    password = house.run("user", "add", "--role", "head", "--unit", "税务局", "--login", "h1").strip()
    assert len(password) >= 12
    assert house.json("user", "list") == [
        {"login": "h1", "name": "", "role": "head", "unit": "税务局", "active": True}
    ]
    assert house.run("user", "reset", "h1").strip() not in ("", password)
    house.run("user", "disable", "h1")
    assert house.json("user", "list")[0]["active"] is False
    assert "已停用" in house.run("user", "list")
    house.run("user", "add", "--role", "admin", "--login", "h1", exit_code=2)


def test_seed_and_tick_may_run_twice(house: House) -> None:
    assert "已在库中" in house.run("seed")
    assert house.json("tick")["failed"] == []
    assert "已处理诉求 0 件" in house.run("tick")


def test_cycles_are_listed_and_shown_as_frozen(house: House) -> None:
    from sqlalchemy import update

    from appeals.actions import clearance
    from appeals.db import transaction
    from appeals.models.versions import Version
    from tests.builders import at

    assert house.json("cycle", "list") == []
    house.run("ledger", "import", str(DATA / "worked_example.jsonl"))
    with transaction() as writer:
        writer.execute(update(Version).where(Version.name == "first_cycle").values(number=113))
    clearance.freeze_due(at("2026-11-18 09:00"))
    assert [each["number"] for each in house.json("cycle", "list")] == [113, 114]
    assert "2026年第23期（11月2日—11月15日）" in house.run("cycle", "list")
    page = house.json("cycle", "show", "114")
    assert page["known_at"] == "2026-11-17T18:00:00+08:00"
    assert page["rates"]["国网西咸新区供电公司"]["cleared"] == {"num": 8, "den": 10, "n": 10, "of": 114}
    flow = page["flows"]["国网西咸新区供电公司"]
    came = flow["opening"] + flow["accepted"] + flow["dispatched_in"] + flow["transferred_in"] + flow["reopened"]
    left = flow["completed"] + flow["transferred_out"] + flow["ended_merged"] + flow["shelved"] + flow["closing"]
    assert came + flow["back_from_shelving"] == left
    assert sum(each["due"] for each in page["entries"]) == 12
    assert "cleared\t8/10\t80.00" in house.run("cycle", "show", "114")


def test_the_doctor_finds_what_is_wrong(house: House) -> None:
    from appeals.actions import leases
    from appeals.clock import now
    from appeals.db import transaction
    from appeals.models.files import Attachment
    from tests import builders

    assert "异常\tscheduler" in house.run("doctor", exit_code=1)
    leases.take("scheduler", "me", at=now())
    assert house.json("doctor")["ok"] is True
    folder = house.app.extensions["appeals.settings"].data_dir / "attachments"
    folder.mkdir()
    stray = folder / "stray"
    stray.write_bytes(b"x")
    assert house.json("doctor")["ok"] is True  # it may be on its way in
    os.utime(stray, (0, 0))
    appeal = builders.filed()
    with transaction() as writer:
        writer.add(Attachment(appeal_id=appeal.id, stored_name="lost", original_name="a.pdf", media_type="application/pdf",
                              size=3, sha256="", added_by="company", added_at=builders.FILED))  # fmt: skip
    house.json("tick")  # nobody has read the new appeal before
    checks = house.json("doctor", exit_code=1)["checks"]
    assert {name for name, check in checks.items() if not check["ok"]} == {"files", "orphans"}
    assert "1 个缺失" in checks["files"]["found"]


def test_every_address_says_who_may_enter(house: House) -> None:
    rows = {row["rule"]: row for row in house.json("routes")}
    assert rows["/submit"]["may_enter"] == ["everyone"]
    assert rows["/readyz"] == {"rule": "/readyz", "methods": ["GET"], "may_enter": ["everyone"]}
    assert all(row["may_enter"] for row in rows.values())


def test_from_the_shell(tmp_path: Path) -> None:
    """As a process: our `routes` before Flask's, by either door; unsafe settings are exit 2."""
    url = databases.fresh_database("sqlite", tmp_path)
    environ = os.environ | {"APPEALS_DATABASE_URL": url, "APPEALS_DATA_DIR": str(tmp_path / "data")}

    def shell(*words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        return subprocess.run(command, cwd=config.ROOT, env=environ | more, capture_output=True, text=True)

    done = shell("routes")
    assert done.returncode == 0, done.stderr
    assert "/readyz\tGET\teveryone" in done.stdout.splitlines()
    asked = shell("routes", "--json")
    assert {"rule": "/readyz", "methods": ["GET"], "may_enter": ["everyone"]} in json.loads(asked.stdout), asked.stderr
    by_script = [str(Path(sys.executable).with_name("flask")), "--app", "wsgi", "routes", "--json"]
    here = environ | {"PYTHONPATH": str(config.ROOT)}  # also where the environment is another checkout's
    done = subprocess.run(by_script, cwd=config.ROOT, env=here, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, asked.stdout), done.stderr
    assert shell("nothing").returncode == 2
    assert shell("tick", APPEALS_ENV="production").returncode == 2


def test_no_demonstration_in_production(tmp_path: Path) -> None:
    data_dir = Path.home() / f".appeals-test-{os.getpid()}"
    settings = {
        "env": "production", "data_dir": data_dir, "database_url": "postgresql+psycopg://nobody@/none",
        "secret_key": "k" * 4 + "v9Q_x7Lw2Tz5Rb8Nc1Md4Pf6Hj3Gs0Ya", "base_url": "https://suqiu.example.gov.cn",
        "trusted_hosts": ("suqiu.example.gov.cn",),
    }  # fmt: skip
    try:
        app = create_app(config.Settings(**settings))
        with app.app_context():
            result = app.test_cli_runner().invoke(args=["demo"])
    finally:
        for path in sorted(data_dir.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        data_dir.rmdir()
    assert result.exit_code == 2
    assert "生产环境不生成演示数据" in result.stderr
