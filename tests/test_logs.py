"""The log is one JSON object per line, and what a database quotes of a row is not in it."""

import json
import logging

import pytest
from flask import Flask, g
from sqlalchemy.exc import IntegrityError

from appeals import logs


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


def test_other_errors_say_what_they_say():
    assert line(KeyError("x"))["error"] == "KeyError: 'x'"


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
