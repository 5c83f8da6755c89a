"""The log is one JSON object per line, and what a database quotes of a row is not in it."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask, g
from sqlalchemy.exc import IntegrityError

import config
from appeals import logs
from tests import databases


def line(error: Exception | None = None, **extra: object) -> dict[str, object]:
    record = logging.makeLogRecord({"name": "appeals", "levelname": "ERROR", "msg": "第 %s 件\n", "args": (3,), **extra})
    if error:
        try:
            raise error
        except Exception as raised:
            record.exc_info = (type(raised), raised, raised.__traceback__)
    text = logs.Lines().format(record)
    assert "\n" not in text
    found: dict[str, object] = json.loads(text)
    return found


def test_a_record_is_one_line_with_what_was_given_beside_it():
    said = line(appeals=4, when=object)
    assert (said["message"], said["level"], said["logger"], said["appeals"]) == ("第 3 件\n", "ERROR", "appeals", 4)


def test_a_database_error_does_not_quote_the_row():
    quoting = ValueError("Key (name)=(张三公司)")
    said = line(IntegrityError("INSERT INTO company (name) VALUES (?)", {"name": "张三公司"}, quoting))
    assert said["error"] == "ValueError: INSERT INTO company (name) VALUES (?)"
    assert "张三公司" not in json.dumps(said, ensure_ascii=False)
    assert "test_logs.py" in str(said["where"])


def test_only_errors_that_quote_nobody_say_more_than_their_kind():
    assert line(KeyError("张三"))["error"] == "KeyError"
    assert line(ValueError("invalid literal for int() with base 10: '13800138000'"))["error"] == "ValueError"
    assert line(AttributeError("no attribute 'x'"))["error"] == "AttributeError: no attribute 'x'"
    assert line(OSError(28, "No space left on device"))["error"] == "OSError: [Errno 28] No space left on device"


ACCIDENT = """
import logging, wsgi
def view(word):
    raise ValueError("张三 13800138000")
view.may_enter = "everyone"
wsgi.app.add_url_rule("/accident/<word>", view_func=view)
assert wsgi.app.test_client().get("/accident/secret?name=张三", base_url="http://127.0.0.1").status_code == 500
logging.getLogger("appeals").info("still here")
"""


def test_a_web_process_logs_an_accident_as_a_line_without_what_the_visitor_typed(tmp_path: Path):
    environ = os.environ | {"APPEALS_DATABASE_URL": databases.fresh_database("sqlite", tmp_path),
                            "APPEALS_DATA_DIR": str(tmp_path / "data")}  # fmt: skip
    command = [sys.executable, "-c", ACCIDENT]
    done = subprocess.run(command, cwd=config.ROOT, env=environ, capture_output=True, text=True, check=True)
    accident, info = (json.loads(text) for text in done.stderr.splitlines())
    assert (accident["level"], accident["error"]) == ("ERROR", "ValueError")
    assert accident["message"] == f"accident: GET /accident/<word> request={accident['request']}"
    assert any("<string>" in frame for frame in accident["where"])
    assert not any(typed in done.stderr for typed in ("张三", "\\u5f20", "13800138000", "secret"))
    assert (info["level"], info["message"]) == ("INFO", "still here")


def test_a_request_and_a_run_are_named():
    app = Flask("x")
    with app.test_request_context():
        g.request_id = "abcd"
        assert line()["request"] == "abcd"
    token = logs.run.set("night-1")
    assert line()["run"] == "night-1"
    logs.run.reset(token)
    assert "run" not in line()


def test_it_writes_to_standard_error_as_it_is_now(capsys: pytest.CaptureFixture[str]):
    handler = logs.StandardError()
    handler.setFormatter(logs.Lines())
    handler.emit(logging.makeLogRecord({"msg": "hello"}))
    assert json.loads(capsys.readouterr().err)["message"] == "hello"
