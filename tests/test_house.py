"""The law of the house: who may import whom, how large a room is, and what must not be named."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import inbox
from inbox.config import SETTINGS
from inbox.models.permissions import PERMISSIONS

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "inbox"
MAX_LINES = 300
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)

# From the ground up. A part may import from lower floors and from itself.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset(
        "bundles config files db db_problems sqlite migrating db_health privacy clock keys logs "
        "seal i18n batching canceling routing template_cache".split()
    ),
    frozenset({"rules"}),
    frozenset({"models", "providers", "rate_limits"}),
    frozenset({"render", "dom_ids", "paths", "assets"}),
    frozenset({"live"}),
    frozenset({"context", "twilio_setup", "push_sender", "http_errors"}),
    frozenset({"web", "api", "work"}),
    frozenset({"app", "connection_limits", "server", "doctor", "practice"}),
    frozenset({"demo"}),
    frozenset({"cli"}),
)
FLOOR = {part: floor for floor, parts in enumerate(FLOORS) for part in parts}
STRANGERS = (frozenset({"web", "api", "work"}), frozenset({"models", "providers"}))
# A separate house, and the modules that may import it.
SIMULATOR, ITS_VISITORS = "simulator", frozenset({"cli", "demo"})
WHAT_IT_MAY_USE = frozenset({"rules", "render", "config", "files", "assets", "i18n", "routing"})

IO = frozenset(
    "aiohttp aiosqlite asyncio asyncpg hypercorn io jinja2 logging os pathlib quart redis requests "
    "shutil socket socketio sqlite3 subprocess tempfile threading time tortoise twilio "
    "urllib.request".split()
)
SOURCES = sorted(
    path for path in HOUSE.rglob("*.py") if "migrations" not in path.relative_to(HOUSE).parts
)


def _part(path: Path) -> str:
    """The room of a file: `web` for inbox/web/staff.py, `app` for inbox/app.py."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def _imports(path: Path) -> frozenset[str]:
    """Every module that a file imports, anywhere in the file, with relative imports resolved."""
    return frozenset(_each_import(path))


def _each_import(path: Path) -> Iterator[str]:
    package = ["inbox", *path.relative_to(HOUSE).parent.parts]
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _parts_imported(path: Path) -> set[str]:
    modules = [module.split(".") for module in _imports(path)]
    known = FLOOR.keys() | {SIMULATOR}
    return {name[1] for name in modules if name[0] == "inbox" and len(name) > 1} & known


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_room_is_on_a_floor() -> None:
    rooms = {_part(path) for path in SOURCES} - {"__init__"}
    assert rooms - {SIMULATOR} == FLOOR.keys()


def test_the_map_names_every_part() -> None:
    described = set(re.findall(r"[a-z_][a-z0-9_]*", inbox.__doc__ or ""))
    assert not ({*FLOOR, SIMULATOR} - described)


def test_the_map_has_the_floors_of_this_file() -> None:
    rows = re.split(r"^    (\d)  ", inbox.__doc__ or "", flags=re.MULTILINE)
    on_map = {
        int(number): set(re.findall(r"[a-z_][a-z0-9_]*", row.split("\n\n")[0]))
        for number, row in zip(rows[1::2], rows[2::2], strict=True)
    }
    assert on_map.keys() == set(range(len(FLOORS)))
    assert not [part for part, floor in FLOOR.items() if part not in on_map[floor]]


# The rooms of models/, from the ground up. The rows are the files beside them.
MODEL_ROOMS: tuple[frozenset[str], ...] = (
    frozenset({"rows"}),
    frozenset({"conversations", "outbox", "members"}),
    frozenset({"broadcasts"}),
    frozenset({"texts"}),
)


def test_rooms_of_models_import_downward_only() -> None:
    """Including annotations: TYPE_CHECKING hides nothing."""
    level = {room: n for n, rooms in enumerate(MODEL_ROOMS) for room in rooms}
    folders = {
        path.name for path in (HOUSE / "models").iterdir() if (path / "__init__.py").is_file()
    }
    assert folders | {"rows"} == level.keys()
    upward = []
    for path in SOURCES:
        if _part(path) != "models":
            continue
        assert "TYPE_CHECKING" not in path.read_text(), _name(path)
        here = path.relative_to(HOUSE / "models").parts
        room = here[0] if len(here) > 1 else "rows"
        for module in _imports(path):
            if not module.startswith("inbox.models.") or path.name == "__init__.py":
                continue
            names = module.split(".")[2:]
            other = names[0] if names[0] in folders else "rows"
            if other != room and level[other] >= level[room]:
                upward.append(f"{_name(path)} -> {module}")
    assert not upward


def test_there_are_no_import_cycles() -> None:
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in SOURCES}
    imports = {
        name: {other for other in _imports(path) if other in modules and other != name}
        for name, path in modules.items()
    }
    while leaves := {name for name, others in imports.items() if not others & imports.keys()}:
        imports = {name: others for name, others in imports.items() if name not in leaves}
    assert not sorted(imports)


def test_imports_run_downward_only() -> None:
    upward = []
    for path in SOURCES:
        part = _part(path)
        if part in (SIMULATOR, "__init__"):
            continue
        others = _parts_imported(path) - {part, SIMULATOR}
        strange = [one for group in STRANGERS if part in group for one in others & group]
        above = [one for one in others if FLOOR[one] > FLOOR[part]]
        upward += [f"{_name(path)} imports {one}" for one in above + strange]
    assert not upward


def test_the_simulator_is_a_house_of_its_own() -> None:
    trespassing = []
    for path in SOURCES:
        part, others = _part(path), _parts_imported(path)
        if part == SIMULATOR:
            trespassing += [f"{_name(path)}: {one}" for one in others - {part} - WHAT_IT_MAY_USE]
        elif SIMULATOR in others and part not in ITS_VISITORS:
            trespassing.append(_name(path))
    assert not trespassing


def test_rules_await_nothing_and_import_nothing_above() -> None:
    waiting = (ast.Await, ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith)
    rules = [path for path in SOURCES if _part(path) == "rules"]
    assert len(rules) > 10, "the premise: they were found"
    for path in rules:
        assert not any(isinstance(node, waiting) for node in ast.walk(_tree(path))), _name(path)
        roots = _imports(path) | {module.split(".")[0] for module in _imports(path)}
        assert not roots & IO, _name(path)


# What conversations contain. Outside models/, code may query only what a viewer may see, or what
# belongs to a conversation that was found for that viewer.
IN_CONVERSATIONS = {
    "Conversation": {"visible_to", "within", "between"},
    "Message": set[str](),
    "Draft": {"keep", "texts", "begun", "whole", "give_back"},
    "Media": {"due"},
}
# Rows for everyone who may enter a room, and bubbles of any conversation.
DRAWING, UNASKED = "inbox.models.conversations.drawing", "inbox.models.conversations.thread.bubbles"
# They create their own conversations and look at no others.
MAKERS = frozenset({"models", "practice", "simulator"})


def test_conversations_are_reached_through_their_viewer() -> None:
    reached = [
        f"{_name(path)}: {what}"
        for path in SOURCES
        if _part(path) not in MAKERS
        for what in _reached_past_the_viewer(path)
    ]
    assert not reached, "find it with models/finders.py, or Conversation.visible_to"


def _reached_past_the_viewer(path: Path) -> Iterator[str]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            allowed = IN_CONVERSATIONS.get(node.value.id)
            if allowed is not None and node.attr not in allowed:
                yield f"{node.value.id}.{node.attr}"
    if DRAWING in _imports(path) and _part(path) != "live":
        yield DRAWING
    if UNASKED in _imports(path):
        yield UNASKED
    if "db.rows(" in path.read_text() and _part(path) not in {"db", "sqlite", "db_health"}:
        yield "db.rows"


# Classes that a module may instantiate: constants, or objects that keep nothing between calls. A
# Batcher forgets a burst with its last answer, and the password threads remember no work.
KEEPS_NOTHING = frozenset(
    "Answer Batcher Blueprint Column IPv6Network Limit N_ ParamSpec PasswordHasher Q RawSQL "
    "ThreadPoolExecutor TypeVar UUID".split()
)
CHANGES = frozenset(
    "add append appendleft clear discard extend insert move_to_end pop popitem popleft remove "
    "setdefault sort update".split()
)
CACHES = frozenset({"cache", "lru_cache", "functools.cache", "functools.lru_cache"})


def _kept_by(tree: ast.Module) -> Iterator[str]:
    """What the module keeps while the process runs, other than constants and pure caches."""
    names = set()
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {one.id for one in targets if isinstance(one, ast.Name)}
            if isinstance(node.value, ast.Call):
                made = ast.unparse(node.value.func).split(".")[-1]
                if made.lstrip("_")[:1].isupper() and made not in KEEPS_NOTHING:
                    yield f"an object: {ast.unparse(node)}"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("inbox"):
            # Without classes, whose methods may have these names.
            imported = {one.asname or one.name for one in node.names}
            names |= {one for one in imported if one.isupper() or one.islower()}
    for each in _inside_functions(tree):
        if isinstance(each, ast.Global):
            yield f"a global: {ast.unparse(each)}"
        elif isinstance(each, ast.AsyncFunctionDef):
            if CACHES & {ast.unparse(one).split("(")[0] for one in each.decorator_list}:
                yield f"a cache of what was awaited: {each.name}"
        elif _changed_by(each) & names:
            yield f"a change: {ast.unparse(each)}"


def _inside_functions(tree: ast.Module) -> Iterator[ast.AST]:
    """What runs after the import."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    for node in ast.walk(tree):
        if isinstance(node, functions):
            yield from ast.walk(node)


def _changed_by(node: ast.AST) -> set[str]:
    """The names that this statement or call changes in place."""
    changed: list[ast.expr] = []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in CHANGES:
            changed = [node.func.value]
    elif isinstance(node, ast.Assign | ast.Delete):
        parts = (ast.Subscript, ast.Attribute)
        changed = [one.value for one in node.targets if isinstance(one, parts)]
    elif isinstance(node, ast.AugAssign):
        target = node.target
        changed = [target.value if isinstance(target, ast.Subscript | ast.Attribute) else target]
    return {one.id for one in changed if isinstance(one, ast.Name)}


def test_no_module_keeps_state_while_the_process_runs() -> None:
    """It would outlive its app and be shared by every church and every test."""
    kept = [f"{_name(path)}: {what}" for path in SOURCES for what in _kept_by(_tree(path))]
    assert not kept, "put it on the Context, or on an object of the Context"


@pytest.mark.parametrize(
    "kept",
    [
        "seen = {}\ndef note(id): seen[id] = True",
        "seen: set[int] = set()\ndef note(id): seen.add(id)",
        "counts = [0]\ndef note(): counts[0] += 1",
        "wire = None\ndef connect(to):\n    global wire\n    wire = to",
        "soon = Debouncer(0.25)",
        "lock = asyncio.Lock()",
        "from inbox.live.emit_queue import SEEN\ndef forget(): SEEN.clear()",
        "@cache\nasync def language_of(church_id): ...",
    ],
)
def test_all_state_of_a_module_is_found(kept: str) -> None:
    assert list(_kept_by(ast.parse(kept)))


MOVES = HOUSE / "models" / "outbox" / "moves.py"


def _writes_a_status(tree: ast.AST) -> bool:
    """Whether it may update a message's status: in SQL, with `.update(status=…)`, or on a row."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "update" and "status" in {one.arg for one in node.keywords}:
                return True
        if isinstance(node, ast.Assign) and {"message.status", "text.status"} & {
            ast.unparse(one) for one in node.targets
        }:
            return True
        written = _text(node).partition("update message set ")[2].partition(" where ")[0]
        if re.search(r"(^|, )(status = |<)", written):
            return True
    return False


def _text(node: ast.AST) -> str:
    """A string as written, with <…> for interpolated values."""
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "<…>" for part in node.values
        )
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_only_one_place_changes_a_message_status() -> None:
    sources = [path for path in SOURCES if _part(path) != SIMULATOR]
    assert [one for one in sources if _writes_a_status(_tree(one))] == [MOVES]


def test_a_room_is_small_enough_to_read_at_once() -> None:
    lines = {_name(path): _lines_of_code(path) for path in SOURCES}
    assert not {name: count for name, count in lines.items() if count > MAX_LINES}


def _lines_of_code(path: Path) -> int:
    """Without blank lines, comments, and docstrings: explanations are welcome."""
    silent: set[int] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
            silent.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    lines = enumerate(map(str.strip, path.read_text().splitlines()), start=1)
    return sum(bool(line) and line[0] != "#" and n not in silent for n, line in lines)


FOUND_BY_ID = re.compile(r"\.get(_or_none)?\(\s*id=")


def test_rows_are_found_by_the_shared_finders() -> None:
    sources = [path for path in SOURCES if _part(path) in {"web", "api"}]
    finding = [_name(path) for path in sources if FOUND_BY_ID.search(path.read_text())]
    assert not finding, "find it with models/finders.py"


def test_only_the_table_asks_for_roles() -> None:
    decides = re.compile(r"is_owner|is_volunteer|\brole\b *(==|!=|in|not in) *\(?[\"'\[{]")
    others = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static" / "js").rglob("*.js")]
    found = [
        _name(path)
        for path in [*SOURCES, *others]
        if path.name != "permissions.py" and decides.search(path.read_text())
    ]
    assert not found, "ask models/permissions.py what they may do"


def test_everything_fragments_need_is_in_the_table_and_the_style_sheet() -> None:
    asked = set()
    for path in (ROOT / "templates").rglob("*.html"):
        asked |= set(re.findall(r'data-(needs|unless)="(\w+)"', path.read_text()))
        known = set(re.findall(r'\bmay\("(\w+)"\)', path.read_text()))
        assert known <= PERMISSIONS.keys(), _name(path)
    styles = (ROOT / "static" / "css" / "states.css").read_text()
    hidden = set(re.findall(r'\[data-(needs|unless)="(\w+)"\]', styles))
    assert len(asked) > 3 and asked == hidden
    assert {action for _, action in asked} <= PERMISSIONS.keys()


def test_templates_are_named_after_the_nouns_of_the_web_floor() -> None:
    nouns = {path.stem for path in (HOUSE / "web").iterdir()} | {SIMULATOR}
    folders = {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()}
    assert folders <= nouns


def test_every_named_template_exists() -> None:
    named = set()
    for path in [*SOURCES, *(ROOT / "templates").rglob("*.html")]:
        named |= set(re.findall(r'"([a-z_]+(?:/[a-z_]+)?\.html)"', path.read_text()))
    assert len(named) > 20
    assert not [name for name in sorted(named) if not (ROOT / "templates" / name).exists()]


def test_the_readme_describes_every_setting_correctly() -> None:
    readme = (ROOT / "README.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|$", readme, re.MULTILINE)
    told = {name: (default.strip("`"), meaning) for name, default, meaning in rows}
    settings = {one.name: (one.default, one.meaning) for one in SETTINGS}
    assert told == settings


# Joined here, so that this file does not contain the names themselves.
UNSPEAKABLE = {
    "a path of some machine": r"(?<![\w.-])/(?:wo" + r"rk|home|Users|ro" + r"ot)/[a-z]",
    "a registry's host": "files.python" + "hosted|py" + "pi.org|registry.npm" + "js",
    "a place outside the project": r"\.\./sha" + "red",
}


def test_no_file_names_a_machine_or_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    files = [ROOT / name for name in listed.decode().split("\0") if name]
    assert len(files) > 50
    for file in files:
        if not file.is_file() or file.suffix in (".png", ".ico"):
            continue
        text = file.read_text()
        for what, pattern in UNSPEAKABLE.items():
            found = re.search(pattern, text)
            assert not found, f"{_name(file)} names {what}: {found and found[0]}"
