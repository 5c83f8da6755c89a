"""The house stands as docs/house.md says: corridors, one clock, one door for the state, sizes, guarded views."""

import ast
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import BuildError, Rule

from appeals import create_app, data
from appeals.rules.words import Role
from appeals.web.access import EVERYONE, check_every_view
from config import ROOT, Settings

HOUSE = ROOT / "appeals"
MODULES = sorted(HOUSE.rglob("*.py"))
FLOORS = ("rules", "models", "actions", "web")
# What each floor may import of ours; on the first two floors of theirs too.
OURS = {
    "rules": ("appeals.rules",),
    "models": ("appeals.rules", "appeals.models", "appeals.db"),
    "actions": ("appeals.rules", "appeals.models", "appeals.actions", "appeals.db"),
    "web": ("appeals.rules", "appeals.models", "appeals.actions", "appeals.web", "appeals.db", "appeals.clock", "config"),
}
WEB_LIBRARIES = {"flask", "flask_login", "flask_wtf", "flask_babel", "wtforms", "jinja2"}
NAMED_BY_MOVES = {"actions/demo_stories.py"}  # its methods are the moves of lifecycle, whose words say what they do
READS_DATA = {"actions/seeding.py", "actions/demo_stories.py"}  # the latter: what companies write, for the demonstration
TWINS = {"models/appeal.py", "actions/intake.py", "actions/ledger_rows.py"}  # docs/decisions/0003
CLOCK = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time"),
         ("time", "time_ns"), ("func", "now"), ("func", "current_timestamp")}  # fmt: skip
MOST_LINES, USUAL_LINES = 400, 150
MACHINE = re.compile(r"(?<![\w.$~-])/(?:home|work|root|Users|mnt)/|[A-Z]:\\\\|index-url")
TEXTS = ("*.py", "*.md", "*.html", "*.css", "*.js", "*.sh", "*.toml", "*.txt", "*.ini", "*.mako", "*.csv", "*.po", "*.yml")
SKIPPED = {".git", ".venv", "var", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "node_modules"}


def name(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def floor(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0]


def imported(path: Path) -> Iterator[str]:
    """Every module a file names, wherever in the file: `from appeals import x` is appeals.x."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}:{node.lineno}: a relative import hides which floor it goes to"
            module = node.module or ""
            yield from (f"{module}.{alias.name}" for alias in node.names) if module == "appeals" else (module,)


def on(wanted: str) -> list[Path]:
    return [path for path in MODULES if floor(path) == wanted]


def inside(module: str, places: tuple[str, ...]) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)


# -- corridors -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", FLOORS)
def test_all_stairs_lead_down(wanted):
    wrong = [
        f"{name(path)} imports {module}"
        for path in on(wanted)
        for module in imported(path)
        if module.split(".")[0] in ("appeals", "config", "wsgi", "tests") and not inside(module, OURS[wanted])
        and not (name(path) in READS_DATA and module == "appeals.data")
    ]  # fmt: skip
    assert on(wanted)
    assert wrong == []


def test_the_rules_need_nothing_but_the_standard_library():
    wrong = [
        f"{name(path)} imports {module}"
        for path in on("rules")
        for module in imported(path)
        if not inside(module, ("appeals.rules",)) and module.split(".")[0] not in sys.stdlib_module_names
    ]
    assert wrong == []


def test_models_and_deeds_know_no_web():
    wrong = [
        f"{name(path)} imports {module}"
        for path in (*on("models"), *on("actions"))
        for module in imported(path)
        if module.split(".")[0] in WEB_LIBRARIES
    ]
    assert wrong == []


def test_only_the_scheduler_knows_the_timetable_library():
    assert {name(path) for path in MODULES if any(m.startswith("apscheduler") for m in imported(path))} == {"scheduler.py"}


def test_only_seeding_and_the_demonstration_read_the_data_files():
    readers = {name(path) for path in MODULES if floor(path) != "data" and "appeals.data" in set(imported(path))}
    assert readers == READS_DATA


# -- one clock, one door ---------------------------------------------------------------------------------


def asks_the_time(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    owner = node.func.value
    last = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    return (last, node.func.attr) in CLOCK


def test_only_the_clock_asks_what_time_it_is():
    asking = {name(path) for path in MODULES for node in ast.walk(tree(path)) if asks_the_time(node)}
    assert asking == {"clock.py"}


def sets_the_state(node: ast.AST) -> bool:
    """`x.state = …`, `setattr(x, "state", …)`, `Appeal(state=…)`, `.values(state=…)`, {"state": …} in a dictionary of columns."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        parts = [part for target in targets for part in ast.walk(target)]
        return any(isinstance(part, ast.Attribute) and part.attr == "state" for part in parts)
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        named = any(isinstance(a, ast.Constant) and a.value == "state" for a in node.args)
        return (called == "setattr" and named) or (
            called in ("Appeal", "values", "update", "insert") and any(word.arg == "state" for word in node.keywords)
        )
    if isinstance(node, ast.Dict):
        keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
        return {"state", "state_at"} <= keys
    return False


def test_the_state_changes_through_one_door_and_its_two_twins():
    rooms = (*on("models"), *on("actions"), *on("web"))
    assert {name(path) for path in rooms if any(map(sets_the_state, ast.walk(tree(path))))} == TWINS


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("appeal.state = 'ended'", True), ("a, b.state = 1, 2", True), ("setattr(appeal, 'state', x)", True),
        ("update(Appeal).values(state=x)", True), ("{'state': x, 'state_at': y}", True), ("appeal.state == x", False),
        ("appeal.state_at = x", False), ("page(state=x)", False),
    ],
)  # fmt: skip
def test_the_guard_of_the_door_sees_who_goes_through(code, found):
    assert any(sets_the_state(node) for node in ast.walk(ast.parse(code))) is found


# -- words in the code -----------------------------------------------------------------------------------


def test_no_unit_is_named_in_the_code():
    """Differences between units are rows. Only the words and the demonstration may say a unit's name."""
    units = {unit.name for unit in data.units()}
    spoken = {"rules/words.py", "actions/demo.py", "actions/demo_stories.py"}
    wrong = [
        f"{name(path)}:{node.lineno} {node.value}"
        for path in MODULES
        if name(path) not in spoken
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in units
    ]
    assert wrong == []


def is_text(node: ast.AST) -> bool:
    """A written word, or a list of them; '' only asks whether there is one."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(is_text(each) for each in node.elts)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value != ""


def test_nothing_is_decided_by_a_units_name():
    """`if unit == "…"`, `unit.name in (…)`: never, in the words neither."""
    wrong = []
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Compare):
                sides = [node.left, *node.comparators]
                units = any(re.search(r"\bunit(?:\.name)?$|\blead$", ast.unparse(side)) for side in sides)
                if units and any(is_text(side) for side in sides):
                    wrong.append(f"{name(path)}:{node.lineno} {ast.unparse(node)}")
    assert wrong == []


def files(*patterns: str) -> Iterator[Path]:
    for pattern in patterns:
        yield from (path for path in ROOT.rglob(pattern) if not SKIPPED & set(path.relative_to(ROOT).parts))


def test_no_file_knows_the_machine_it_was_written_on():
    wrong = []
    for path in files(*TEXTS):
        if path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if MACHINE.search(line):
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert wrong == []


# -- sizes and docstrings --------------------------------------------------------------------------------


def test_no_file_is_over_four_hundred_lines():
    sizes = {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
             for path in files("*.py", "*.html", "*.css", "*.js")
             if "migrations/versions" not in path.as_posix()}  # fmt: skip
    assert {path: size for path, size in sizes.items() if size > MOST_LINES} == {}


def test_most_modules_are_under_a_hundred_and_fifty_lines():
    sizes = [len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES]
    assert sum(size < USUAL_LINES for size in sizes) > 0.7 * len(sizes)


def test_every_module_says_in_one_line_what_it_is():
    wrong = []
    for path in (*MODULES, *files("tests/**/*.py", "bench/**/*.py"), ROOT / "config.py", ROOT / "wsgi.py"):
        first = (ast.get_docstring(tree(path)) or "").split("\n")[0]
        if not 10 <= len(first) <= 130:
            wrong.append(path.relative_to(ROOT).as_posix())
    assert wrong == []


def undocumented(path: Path) -> Iterator[str]:
    """Public classes and functions without a word on what they do; those inside a function are nobody's business."""

    def look(body: list[ast.stmt], owner: str) -> Iterator[str]:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                if not ast.get_docstring(node):
                    yield f"{name(path)}:{node.lineno} {owner}{node.name}"
                if isinstance(node, ast.ClassDef) and name(path) not in NAMED_BY_MOVES:
                    yield from look(node.body, f"{node.name}.")

    yield from look(tree(path).body, "")


def test_every_public_name_says_what_it_does():
    assert [said for path in MODULES for said in undocumented(path)] == []


# -- who may enter ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(Settings(data_dir=tmp_path_factory.mktemp("house") / "data"))


def test_every_view_says_who_may_enter(app):
    for endpoint, view in app.view_functions.items():
        may_enter = getattr(view, "may_enter", None)
        assert may_enter == EVERYONE or (may_enter and set(may_enter) <= set(Role)), endpoint
        assert may_enter == EVERYONE or not {Role.COMPANY, Role.SYSTEM} & set(may_enter), endpoint


def test_a_view_that_says_nothing_keeps_the_house_from_opening(tmp_path):
    app = create_app(Settings(data_dir=tmp_path / "data"))
    app.add_url_rule("/back-door", "back_door", lambda: "in")
    with pytest.raises(RuntimeError, match="back_door"):
        check_every_view(app)


def address(app: Flask, rule: Rule) -> str:
    """Some address of this rule: 1 for whatever it wants to know, else x."""
    for blank in (1, "x"):
        with suppress(BuildError):
            blanks = dict.fromkeys(rule.arguments, blank)
            return app.url_map.bind("localhost").build(rule.endpoint, blanks, method=min(rule.methods))
    raise AssertionError(rule)


def test_a_stranger_gets_no_further_than_the_door(app):
    """Every address of staff, asked by nobody in particular: the sign-in page, or for a form without its token 400."""
    client, asked = app.test_client(), 0
    for rule in app.url_map.iter_rules():
        if app.view_functions[rule.endpoint].may_enter == EVERYONE:
            continue
        path = address(app, rule)
        for method in rule.methods - {"OPTIONS", "HEAD"}:
            answer = client.open(path, method=method)
            asked += 1
            if method == "GET":
                assert (answer.status_code, answer.location.split("?")[0]) == (302, "/login"), path
            else:
                assert answer.status_code == 400, path
    assert asked > 20
