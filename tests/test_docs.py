"""The documents say what is there: every function, test, command, setting, limit and link they name."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
from wtforms.fields.core import UnboundField

from appeals import create_app
from appeals.rules import deadlines, requests
from appeals.web import forms
from appeals.web.forms import Form, Length
from config import ROOT, Settings

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "deploy/README.md", ROOT / "bench/README.md"])
FLASKS_OWN = {"run", "shell"}  # of Flask-Migrate only `db upgrade` is ours to promise
UNITS = {
    "KB": 1024, "MB": 1024**2, "second": timedelta(seconds=1), "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1), "day": timedelta(days=1),
}  # fmt: skip


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def rows(path: Path, *heads: str) -> Iterator[list[str]]:
    """The cells of every row below these heads."""
    inside = False
    for line in text(path).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            inside = False
        elif cells == list(heads):
            inside = True
        elif inside and not re.fullmatch(r"[|\-: ]+", line):
            yield cells


def names(cell: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)


# -- functions and tests ---------------------------------------------------------------------------------

RULES = list(rows(DOCS / "policy.md", "Rule", "Source", "Function", "Test"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path))


def defined(body: list[ast.stmt]) -> dict[str, ast.stmt]:
    """Name → where a module or class binds it."""
    found: dict[str, ast.stmt] = {}
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {name.id: node for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return found


def stands(place: Path, dotted: str) -> bool:
    """Whether a module below `place` binds this name, or a class of it does."""
    parts = dotted.split(".")
    for split in range(len(parts) - 1, 0, -1):
        module = place.joinpath(*parts[:split])
        for path in (module.with_suffix(".py"), module / "__init__.py"):
            if path.is_file():
                body = tree(path).body
                for name in parts[split:]:
                    node = defined(body).get(name)
                    if node is None:
                        return False
                    body = node.body if isinstance(node, ast.ClassDef) else []
                return True
    return False


def test_every_rule_has_a_source_a_function_and_a_test():
    assert len(RULES) > 100
    assert [row for row in RULES if len(row) != 4 or not all(row)] == []
    assert [row[0] for row in RULES if not names(row[2]) or not names(row[3])] == []


def test_every_function_named_is_there():
    assert [name for row in RULES for name in names(row[2]) if not stands(ROOT / "appeals", name)] == []


def test_every_test_named_is_there():
    named = [name for row in RULES for name in names(row[3])]
    assert [name for name in named if not re.search(r"\btest_\w+\.test_\w+$", name)] == []
    assert [name for name in named if not stands(ROOT / "tests", name.replace("/", "."))] == []


def test_a_name_that_is_nowhere_would_be_noticed():
    assert stands(ROOT / "appeals", "rules.deadlines.Limits.accept")
    assert not stands(ROOT / "appeals", "rules.deadlines.Limits.nothing")
    assert not stands(ROOT / "appeals", "rules.nothing.accept")


def test_the_rules_stand_under_the_headings_of_the_policy():
    headings = re.findall(r"^## §(\d+) ", text(DOCS / "policy.md"), re.M)
    assert headings == [str(number) for number in range(1, 12)]


# -- limits ----------------------------------------------------------------------------------------------

LIMITS = [row for head in ("Limit", "Default") for row in rows(DOCS / "limits.md", "What", head, "Where")]


@dataclass(frozen=True)
class Said:
    """A number as a cell says it, with the unit behind it."""

    number: float
    unit: str

    def means(self, value: Any) -> bool:
        """Whether the code's value is this one; where its name holds the unit, the number alone."""
        if value == self.number:
            return True
        one = next((size for word, size in UNITS.items() if self.unit in (word, f"{word}s")), None)
        return one is not None and value == self.number * one


def said(cell: str) -> list[Said]:
    """'8–5000 characters', '60, 120 and 30 characters', '60 seconds and 10 minutes'."""
    found = re.findall(r"(\d+)(?:[–, ]|and)*([A-Za-z]*)", cell)
    units = [unit for _, unit in found]
    for place in range(len(units) - 2, -1, -1):
        units[place] = units[place] if units[place] not in ("", "and") else units[place + 1]
    return [Said(int(number), unit) for (number, _), unit in zip(found, units, strict=True)]


def values(where: str, configured: Mapping[str, Any]) -> list[Any]:
    """What the code says there: one value, or several of one name in their order."""
    parts = where.split(".")
    if where.startswith("config: "):
        return [configured[where.removeprefix("config: ")]]
    for split in range(len(parts) - 1, 0, -1):
        try:
            value: Any = importlib.import_module(".".join(["appeals", *parts[:split]]))
        except ModuleNotFoundError:
            continue
        for name in parts[split:]:
            value = getattr(value, name)
        return spread(value)
    raise AssertionError(f"nothing is called {where}")


def spread(value: Any) -> list[Any]:
    if isinstance(value, UnboundField):
        length = bounds(value)
        assert length is not None
        return [length.least, length.most] if length.least else [length.most]
    return list(value.values()) if hasattr(value, "values") else [value]


def bounds(field: UnboundField) -> Length | None:
    """The length a form field takes."""
    given = [*field.args[1:2], field.kwargs.get("validators", ())]
    return next((each for some in given for each in some if isinstance(each, Length)), None)


@pytest.mark.parametrize("row", LIMITS, ids=lambda row: row[0])
def test_a_limit_has_the_value_the_code_has(row: list[str], tmp_path: Path):
    wanted, places, configured = said(row[1]), names(row[2]), Settings(data_dir=tmp_path / "data").as_flask()
    assert wanted
    assert places
    if quoted := re.fullmatch(r"(deploy/\S+): (.+)", places[0]):
        assert quoted[2] in text(ROOT / quoted[1])
        assert re.search(rf"\D{wanted[0].number}\w?$", quoted[2])
        return
    found = [value for place in places for value in values(place, configured)]
    if len(wanted) == 1:
        wanted *= len(found)
    assert len(wanted) == len(found)
    assert [(each, value) for each, value in zip(wanted, found, strict=True) if not each.means(value)] == []


def test_another_value_would_be_noticed():
    assert said("8–5000 characters") == [Said(8, "characters"), Said(5000, "characters")]
    assert said("60 seconds and 10 minutes") == [Said(60, "seconds"), Said(10, "minutes")]
    assert said("60, 120 and 30 characters")[0] == Said(60, "characters")
    assert Said(10, "MB").means(10 * 1024 * 1024)
    assert Said(30, "minutes").means(timedelta(minutes=30))
    assert not Said(10, "MB").means(10_000_000)
    assert not Said(30, "minutes").means(timedelta(hours=30))


def form_fields() -> Iterator[str]:
    """Every form field with a length, by its dotted name."""
    for found in pkgutil.iter_modules(forms.__path__):
        module = importlib.import_module(f"{forms.__name__}.{found.name}")
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, Form) and kind.__module__ == module.__name__:
                for name, field in vars(kind).items():
                    if isinstance(field, UnboundField) and bounds(field):
                        yield f"web.forms.{found.name}.{kind.__name__}.{name}"


def test_every_length_of_a_form_field_is_listed():
    listed = {place for row in LIMITS for place in names(row[2])}
    assert sorted(set(form_fields()) - listed) == []


# On the settings page already, and read by nothing but the steps they belong to, which are being built.
COMING = {"statutory", "send_back_minimum", "urgent_contact_hours", "urgent_measures_hours"}


def limits_read() -> set[str]:
    """The limits of the settings that the program reads anywhere."""
    code = "".join(text(path) for path in (ROOT / "appeals").rglob("*.py") if path.name != "settings.py")
    read = {each.name for each in fields(deadlines.Limits) if re.search(rf"(?:limits|numbers|\))\.{each.name}\b", code)}
    return read | {procedure.days for procedure in requests.PROCEDURES.values()}


def test_every_limit_of_the_policy_that_is_used_is_listed():
    listed = {place.rpartition(".")[2] for row in LIMITS for place in names(row[2]) if ".Limits." in place}
    assert sorted(limits_read() - listed) == []
    assert len(limits_read()) > 20


def test_nobody_sets_a_limit_that_the_program_does_not_read():
    """A number on the settings page that changes nothing is a false promise (docs/decisions/0009)."""
    every = {each.name for each in fields(deadlines.Limits)}
    assert sorted(every - limits_read() - COMING) == []
    assert sorted(COMING - every) == []


# -- commands and settings -------------------------------------------------------------------------------


def commands(tmp_path: Path) -> dict[str, click.Command]:
    """Every command of ours by its whole name."""
    app = create_app(Settings(data_dir=tmp_path / "data"))
    found: dict[str, click.Command] = {"db upgrade": app.cli.commands["db"].commands["upgrade"]}
    for name, command in app.cli.commands.items():
        if isinstance(command, click.Group):
            if name != "db":
                found |= {f"{name} {below}": each for below, each in command.commands.items()}
        elif name not in FLASKS_OWN:
            found[name] = command
    return found


def test_every_command_is_described_and_no_other(tmp_path: Path):
    known = commands(tmp_path)
    described = {names(cells[0])[0]: cells for cells in rows(DOCS / "operations.md", "Command", "", "Does")}
    plain = {re.match(r"[a-z]+(?: [a-z]+)?", line)[0]: cells for line, cells in described.items()}  # type: ignore[index]
    assert set(plain) == set(known)
    for name, cells in plain.items():
        options = {option for each in known[name].params if isinstance(each, click.Option) for option in each.opts}
        assert set(re.findall(r"--[a-z-]+", " ".join(cells))) - {"--json"} <= options, name
        assert (cells[1] == "J") == ("--json" in options), name


def test_every_setting_is_described_and_no_other():
    described = {names(cells[0])[0] for cells in rows(DOCS / "operations.md", "Variable", "Meaning", "Without it")}
    read = set(re.findall(r'environ\.get\("([A-Z_]+)"', text(ROOT / "config.py") + text(ROOT / "deploy/gunicorn.conf.py")))
    assert described == read - {"RUNTIME_DIRECTORY"}  # systemd sets that one


def test_every_field_of_readyz_and_every_line_of_doctor_is_described(tmp_path: Path):
    from appeals.cli import doctor

    app = create_app(Settings(data_dir=tmp_path / "data"))
    checks = app.test_client().get("/readyz").get_json()["checks"]
    ready = rows(DOCS / "operations.md", "Field", "`ok` means", "When it is false")
    assert {names(cells[0])[0] for cells in ready} == set(checks)
    lines = {names(cells[0])[0] for cells in rows(DOCS / "operations.md", "Line", "Fails when")}
    assert lines == set(re.findall(r'(?:yield|return) "([a-z_]+)", ', text(Path(doctor.__file__))))


# -- links and the two readmes ---------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_between_the_documents_leads_somewhere(page: Path):
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text(page)) if "://" not in link and not link.startswith("#")]
    assert [link for link in links if not (page.parent / link.partition("#")[0]).exists()] == []


def test_both_readmes_show_the_same_commands_pictures_and_links():
    english, chinese = text(ROOT / "README.md"), text(ROOT / "README.zh-CN.md")
    assert shown(english) == shown(chinese) == ["./run.sh", "./test.sh"]
    assert linked(english) == linked(chinese)


def shown(page: str) -> list[str]:
    return re.findall(r"^    (\S+)", page, re.M)


def linked(page: str) -> list[str]:
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", page) if not link.startswith("README")]


def test_the_figures_of_the_readmes_are_those_of_the_reference_data():
    from appeals import data

    assert f"{len(data.units())} units" in text(ROOT / "README.md")
    assert f"{len(data.units())} 个承办单位" in text(ROOT / "README.zh-CN.md")


def test_the_picture_is_there_and_small():
    picture = (DOCS / "screenshot.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 300_000


def test_the_changelog_names_every_command(tmp_path: Path):
    known = text(ROOT / "CHANGELOG.md")
    assert [name for name in commands(tmp_path) if f"`{name}`" not in known] == []
