"""The settings: what is read, what is refused, what is kept."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from config import MB, ROOT, Refused, Settings

GOOD_SECRET = "kJ3v-Qm8ZtL1xWc7_RfYb2NdHs9PgUa4Te6Xo0Iq"
SAFE = {
    "APPEALS_ENV": "production",
    "APPEALS_SECRET_KEY": GOOD_SECRET,
    "APPEALS_DATABASE_URL": "postgresql+psycopg://appeals:pw@db.internal/appeals",
    "APPEALS_BASE_URL": "https://suqiu.example.gov.cn",
    "APPEALS_TRUSTED_HOSTS": "suqiu.example.gov.cn",
}


@pytest.fixture
def safe(tmp_path: Path) -> dict[str, str]:
    """The environment of a production instance that may start."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return {**SAFE, "APPEALS_DATA_DIR": str(folder)}


def wrong(environ: dict[str, str]) -> str:
    return "\n".join(Settings.from_environ(environ).problems())


def test_a_complete_production_environment_may_start(safe: dict[str, str]) -> None:
    assert wrong(safe) == ""


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"APPEALS_SECRET_KEY": ""}, "APPEALS_SECRET_KEY"),
        ({"APPEALS_SECRET_KEY": "dev"}, "APPEALS_SECRET_KEY"),
        ({"APPEALS_SECRET_KEY": GOOD_SECRET[:31]}, "APPEALS_SECRET_KEY"),
        ({"APPEALS_SECRET_KEY": "changeme" + GOOD_SECRET}, "APPEALS_SECRET_KEY"),
        ({"APPEALS_SECRET_KEY": "My-Secret-Key-Kj3vQm8ZtL1xWc7RfYb2"}, "APPEALS_SECRET_KEY"),
        ({"APPEALS_SECRET_KEY": "aabbccdaabbcdaabcdabcdaabbccddaabbccdd"}, "APPEALS_SECRET_KEY"),
        ({"APPEALS_SECRET_KEY": GOOD_SECRET[:12] * 4}, "APPEALS_SECRET_KEY"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"APPEALS_TRUSTED_HOSTS": ""}, "APPEALS_TRUSTED_HOSTS"),
        ({"APPEALS_TRUSTED_HOSTS": " , "}, "APPEALS_TRUSTED_HOSTS"),
        ({"APPEALS_TRUSTED_HOSTS": "*"}, "APPEALS_TRUSTED_HOSTS"),
        ({"APPEALS_TRUSTED_HOSTS": "suqiu.example.gov.cn,*.gov.cn"}, "APPEALS_TRUSTED_HOSTS"),
        ({"APPEALS_TRUSTED_HOSTS": "https://suqiu.example.gov.cn"}, "APPEALS_TRUSTED_HOSTS"),
        ({"APPEALS_TRUSTED_HOSTS": "other.example.gov.cn"}, "APPEALS_BASE_URL"),
        ({"APPEALS_BASE_URL": ""}, "APPEALS_BASE_URL"),
        ({"APPEALS_BASE_URL": "http://suqiu.example.gov.cn"}, "APPEALS_BASE_URL"),
        ({"APPEALS_BASE_URL": "https://suqiu.example.gov.cn/appeals"}, "APPEALS_BASE_URL"),
        ({"APPEALS_BASE_URL": "https://"}, "APPEALS_BASE_URL"),
        ({"APPEALS_DATABASE_URL": "sqlite:////tmp/appeals.db"}, "SQLite"),
        ({"APPEALS_DATABASE_URL": "sqlite:////var/../tmp/appeals.db"}, "SQLite"),
        ({"APPEALS_DATABASE_URL": "sqlite://"}, "SQLite"),
        ({"APPEALS_DATABASE_URL": "mysql://db/appeals"}, "APPEALS_DATABASE_URL"),
        ({"APPEALS_DATABASE_URL": "no url at all"}, "APPEALS_DATABASE_URL"),
        ({"APPEALS_ENV": "prod"}, "APPEALS_ENV"),
        ({"PORT": "80a"}, "PORT"),
        ({"PORT": "65536"}, "PORT"),
        ({"APPEALS_FILINGS_PER_ADDRESS": "many"}, "APPEALS_FILINGS_PER_ADDRESS"),
        ({"APPEALS_FILINGS_PER_ADDRESS": "-1"}, "APPEALS_FILINGS_PER_ADDRESS"),
    ],
)
def test_one_unsafe_setting_is_one_clear_line(safe: dict[str, str], change: dict[str, str], named: str) -> None:
    lines = Settings.from_environ(safe | change).problems()
    assert [line.split()[0] for line in lines] == [named]
    chinese, _, english = lines[0].partition(" / ")
    assert any("一" <= letter <= "鿿" for letter in chinese)
    assert english.isascii()


def test_every_problem_is_told_at_once() -> None:
    assert len(Settings.from_environ({"APPEALS_ENV": "production", "FLASK_DEBUG": "true"}).problems()) >= 4


@pytest.mark.parametrize("mode", [0o755, 0o704, 0o770, 0o701])
def test_production_refuses_a_data_directory_open_to_others(safe: dict[str, str], mode: int) -> None:
    Path(safe["APPEALS_DATA_DIR"]).chmod(mode)
    assert "APPEALS_DATA_DIR" in wrong(safe)


def test_production_refuses_a_database_file_open_to_others(safe: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "appeals.db"
    file.touch(mode=0o644)
    assert "chmod 600" in wrong(safe | {"APPEALS_DATABASE_URL": f"sqlite:///{file}"})


def test_a_file_in_the_place_of_the_data_directory_is_refused(safe: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "APPEALS_DATA_DIR" in wrong(safe | {"APPEALS_DATA_DIR": str(tmp_path / "file")})


def test_without_any_setting_it_is_a_development_instance_on_this_machine_only() -> None:
    settings = Settings.from_environ({})
    assert settings.problems() == []
    assert (settings.env, settings.port, settings.data_dir) == ("development", 8000, ROOT / "var")
    assert settings.database_url == f"sqlite:///{ROOT}/var/appeals.db"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert set(settings.trusted_hosts) == {"127.0.0.1", "localhost"}


def test_all_state_follows_the_data_directory(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path / "x").database_url == f"sqlite:///{tmp_path}/x/appeals.db"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_always_means_the_driver_that_is_installed(scheme: str) -> None:
    settings = Settings(database_url=f"{scheme}://me:p%40ss@/appeals?host=/run/pg")
    assert settings.database_url == "postgresql+psycopg://me:p%40ss@/appeals?host=%2Frun%2Fpg"


def test_a_relative_sqlite_path_starts_where_the_command_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings(database_url="sqlite:///mine.db").database_url == f"sqlite:///{tmp_path}/mine.db"


def test_the_data_directory_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o755)
    for name in ("new/deep", "empty"):
        Settings(data_dir=tmp_path / name).check()
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o700


def test_a_folder_somebody_else_uses_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used").chmod(0o755)
    (tmp_path / "used/letter").touch()
    Settings(data_dir=tmp_path / "used").check()
    assert (tmp_path / "used").stat().st_mode & 0o777 == 0o755


def test_development_makes_one_secret_and_keeps_it_private(tmp_path: Path) -> None:
    first, again = (Settings(data_dir=tmp_path) for _ in range(2))
    assert first.as_flask()["SECRET_KEY"] == again.as_flask()["SECRET_KEY"]
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert len(first.secret.encode()) >= 32
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
    assert first.secret != Settings(data_dir=tmp_path).data_dir.name


def test_each_purpose_has_a_key_of_its_own() -> None:
    settings = Settings(secret_key=GOOD_SECRET)
    keys = {settings.key(purpose) for purpose in ("flask", "code", "rating")}
    assert {len(key) for key in keys} == {32}
    assert len(keys) == 3
    assert settings.key("code") == Settings(secret_key=GOOD_SECRET, port=9).key("code")
    assert settings.key("code") != Settings(secret_key=GOOD_SECRET[::-1]).key("code")


def test_the_secrets_are_not_printed_with_the_settings() -> None:
    shown = repr(Settings(secret_key=GOOD_SECRET, database_url="postgresql://me:hidden@db/x"))
    assert GOOD_SECRET not in shown
    assert "hidden" not in shown


def test_over_https_the_cookie_is_bound_to_the_host(safe: dict[str, str]) -> None:
    flask = Settings.from_environ(safe).as_flask()
    assert flask["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert flask["SESSION_COOKIE_SECURE"] is True
    assert flask["SESSION_COOKIE_HTTPONLY"] is True
    assert flask["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert flask["PREFERRED_URL_SCHEME"] == "https"
    assert flask["TRUSTED_HOSTS"] == ["suqiu.example.gov.cn"]


def test_a_form_sent_over_https_is_not_asked_for_a_referer(sqlite_url: str, tmp_path: Path) -> None:
    from appeals import create_app

    site = "https://suqiu.example.gov.cn"
    client = create_app(Settings(data_dir=tmp_path, database_url=sqlite_url, base_url=site)).test_client()
    page = client.get("/login", base_url=site).get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert token
    sent = {"csrf_token": token[1], "login": "nobody", "password": "nothing"}
    assert client.post("/login", base_url=site, data={**sent, "csrf_token": "x"}).status_code == 400
    assert client.post("/login", base_url=site, data=sent).status_code not in (400, 500)


def test_over_plain_http_the_cookie_still_works(tmp_path: Path) -> None:
    flask = Settings(data_dir=tmp_path).as_flask()
    assert flask["SESSION_COOKIE_NAME"] == "appeals"
    assert flask["SESSION_COOKIE_SECURE"] is False


def test_a_body_holds_five_attachments_and_the_words_beside_them(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path).as_flask()["MAX_CONTENT_LENGTH"] == 51 * MB


def test_unsafe_settings_never_become_a_flask_configuration(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        Settings(env="production", data_dir=tmp_path).as_flask()
    assert any("APPEALS_SECRET_KEY" in line for line in refused.value.lines)


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("flask --app wsgi routes", 2),
        ("gunicorn --config deploy/gunicorn.conf.py wsgi:app", 2),
        ("gunicorn --no-control-socket --bind 127.0.0.1:0 wsgi:app", 3),  # its own word for "do not try again"
    ],
)
def test_the_program_says_why_it_will_not_start_and_ends(tmp_path: Path, command: str, status: int) -> None:
    environ = {"PATH": os.environ["PATH"], "APPEALS_ENV": "production", "APPEALS_DATA_DIR": str(tmp_path / "data")}
    words = [sys.executable, "-m", *command.split()]
    done = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=60)
    refusals = [line for line in done.stderr.splitlines() if line.startswith("拒绝启动 / refused to start: ")]
    assert done.returncode == status
    assert sum("APPEALS_SECRET_KEY" in line for line in refusals) >= 1
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[.*\])?==([^ ]+)", (ROOT / name).read_text(), re.MULTILINE))


def test_both_requirement_files_pin_the_same_versions_of_all_we_name() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert runtime.items() <= development.items()
    for named, pinned in ((project["project"]["dependencies"], runtime),
                          (project["dependency-groups"]["dev"], development)):  # fmt: skip
        for line in named:
            assert re.split(r"[\[~=<>]", line)[0] in pinned
