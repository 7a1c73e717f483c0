"""The rules of the house, read from the source itself: small rooms, nothing put off, exemptions with their reason."""

import ast
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = ("pipeline/", "flows/")
SCRIPTS = ("bench/", "storyboards/", ".ci/")
FILE_LINES, FUNCTION_LINES, MEDIAN_LINES, FILE_BYTES = 300, 50, 12, 300 * 1024

LEARNED = ("torch", "torchvision", "diffusers", "transformers", "accelerate", "safetensors", "spandrel", "realesrgan")
HOSTED = ("openai", "runwayml", "lumaai", "replicate", "fal_client", "google.genai", "anthropic")
STARTERS = ("os.system", "os.popen", "os.fork", "os.execv", "os.execvp", "os.spawnv", "os.posix_spawn")
PUT_OFF = re.compile(
    r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK", "NotImplemented" + "Error"]) + r")\b"
)
SILENCED = re.compile(r"#\s*(noqa|type:\s*ignore|pragma|mypy:|ruff:|pylint|fmt:\s*off)")
WITH_REASON = re.compile(
    r"#\s*noqa: [A-Z]+\d+(, ?[A-Z]+\d+)* - \w.{5}|#\s*type: ignore\[[\w, -]+\]\s+# \w.{5}|#\s*fmt: off - \w.{5}"
)
ONE_MACHINE = re.compile(r"(?<![\w.:/])/(?:tmp|work|root)/\w|(?<![\w.:/])/(?:home|Users)/[a-z]\w*/")

Check = Callable[[ast.Module, str], Iterator[tuple[int, str]]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def listed() -> tuple[str, ...]:
    """Every file that is, or is about to be, in the repository."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    names = [name for name in answer.stdout.split("\0") if (ROOT / name).is_file()]
    if not names:
        pytest.skip("not a git checkout: which files belong to the project is not known")
    return tuple(sorted(names))


@cache
def source(name: str) -> tuple[str, ast.Module]:
    text = (ROOT / name).read_text("utf-8")
    return text, ast.parse(text, name)


def python(*folders: str) -> list[str]:
    return [name for name in listed() if name.endswith(".py") and name.startswith(folders)]


def faults(check: Check, names: list[str]) -> str:
    """Give one line a fault, or nothing."""
    found = []
    for name in names:
        text, tree = source(name)
        found += [f"{name}:{line}: {what}" for line, what in check(tree, text)]
    return "\n".join(found)


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def outside_functions(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk what runs on import; `if TYPE_CHECKING:` does not."""
    for node in ast.iter_child_nodes(tree):
        typing_only = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if not isinstance(node, Function | ast.Lambda) and not typing_only:
            yield node
            yield from outside_functions(node)


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{one.name}" for one in node.names]
    return []


def comments(text: str) -> Iterator[tuple[int, str]]:
    lines = iter(text.splitlines(keepends=True))
    tokens = tokenize.generate_tokens(lambda: next(lines, ""))
    return ((one.start[0], one.string) for one in tokens if one.type == tokenize.COMMENT)


# ---------------------------------------------------------------------------------------------- the checks


def long_file(_: ast.Module, text: str) -> Iterator[tuple[int, str]]:
    lines = text.count("\n") + (not text.endswith("\n"))
    if lines > FILE_LINES:
        yield lines, f"{lines} lines; a room has at most {FILE_LINES}"


def long_function(tree: ast.Module, _: str) -> Iterator[tuple[int, str]]:
    for node in functions(tree):
        if length(node) > FUNCTION_LINES:
            yield node.lineno, f"{node.name} has {length(node)} lines; a function has at most {FUNCTION_LINES}"


def put_off(_: ast.Module, text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if found := PUT_OFF.search(line):
            yield number, f"{found[0]}: do it now or file it"


def silenced(_: ast.Module, text: str) -> Iterator[tuple[int, str]]:
    for number, comment in comments(text):
        if SILENCED.search(comment) and not WITH_REASON.search(comment):
            yield number, f"`{comment}` needs the rule and its reason: `noqa: X123 - why`, `type: ignore[x]  # why`"


def relative_import(tree: ast.Module, _: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node.lineno, "a relative import; write `from pipeline...`"


def catches_all(tree: ast.Module, text: str) -> Iterator[tuple[int, str]]:
    reasons = {line for line, comment in comments(text) if re.search(r"noqa:[^-]*BLE001[^-]* - \w", comment)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and node.lineno not in reasons and not passes_on(node):
            names = (
                {ast.unparse(one) for one in ast.walk(node.type) if isinstance(one, ast.Name)} if node.type else {""}
            )
            if names & {"", "Exception", "BaseException"}:
                yield node.lineno, "catches everything: name the failures, or give `noqa: BLE001 - why`"


def passes_on(node: ast.ExceptHandler) -> bool:
    """Say whether a handler ends by raising: the same failure again, or one of ours that names it as its cause."""
    last = node.body[-1]
    return isinstance(last, ast.Raise) and (last.exc is None or last.cause is not None)


def collected_by_pytest(tree: ast.Module, _: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield node.lineno, f"class {node.name} would be collected as a test"


def undocumented(tree: ast.Module, _: str) -> Iterator[tuple[int, str]]:
    if not ast.get_docstring(tree):
        yield 1, "no docstring says what this room is for"


def printing(tree: ast.Module, _: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "print":
            yield node.lineno, "only pipeline/cli talks to people; return a value or raise"


def loads_on_import(tree: ast.Module, _: str) -> Iterator[tuple[int, str]]:
    for node in outside_functions(tree):
        for name in imported(node):
            if f"{name}.".startswith(tuple(f"{one}." for one in LEARNED + HOSTED)):
                yield node.lineno, f"{name} is imported when this file is; import it in the function that needs it"  # type: ignore[attr-defined]  # imports have a line


def starts_processes(tree: ast.Module, _: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node).startswith(STARTERS):
            yield node.lineno, f"{ast.unparse(node)}: processes are started by pipeline/media alone, with a deadline"


EVERYWHERE: tuple[Check, ...] = (long_file, long_function, put_off, silenced, relative_import)
IN_THE_PRODUCT: tuple[Check, ...] = (catches_all, collected_by_pytest, undocumented, loads_on_import, starts_processes)

FAULTY = {
    long_file: "x = 1\n" * 301,
    long_function: "def f():\n" + "    x = 1\n" * 50,
    put_off: "# TO" + "DO later\n",
    silenced: "x = 1  # no" + "qa: E501\n",
    relative_import: "from . import x\n",
    catches_all: "try:\n    pass\nexcept (ValueError, Exception):\n    pass\n",
    collected_by_pytest: "class TestCard:\n    pass\n",
    undocumented: "x = 1\n",
    printing: "print('x')\n",
    loads_on_import: "try:\n    from torch import nn\nexcept ImportError:\n    nn = None\n",
    starts_processes: "import os\nos.system('x')\n",
}


@pytest.mark.parametrize("check", FAULTY, ids=lambda check: check.__name__)
def test_every_check_finds_its_fault(check):
    text = FAULTY[check]
    assert list(check(ast.parse(text), text)), f"{check.__name__} does not see its own fault"


def test_exemptions_with_a_reason_pass():
    text = "x = 1  # no" + "qa: E501, S603 - a formula\ny = 2  # type: ig" + "nore[attr-defined]  # a loose stub\n"
    assert not list(silenced(ast.parse(text), text))
    allowed = '"""Room."""\ndef f():\n    import torch\n'
    assert not list(loads_on_import(ast.parse(allowed), allowed))


@pytest.mark.parametrize("check", EVERYWHERE, ids=lambda check: check.__name__)
def test_every_file_keeps(check):
    found = faults(check, python(*PRODUCT, *SCRIPTS, "tests/"))
    assert not found, found


@pytest.mark.parametrize("check", IN_THE_PRODUCT, ids=lambda check: check.__name__)
def test_the_product_keeps(check):
    found = faults(check, python(*PRODUCT))
    assert not found, found


def test_only_the_command_line_prints():
    found = faults(printing, [name for name in python(*PRODUCT) if not name.startswith("pipeline/cli/")])
    assert not found, found


def test_functions_are_small():
    sizes = [length(node) for name in python(*PRODUCT) for node in functions(source(name)[1])]
    assert median(sizes) <= MEDIAN_LINES, f"median function: {median(sizes)} lines of {len(sizes)} functions"


def test_no_module_shadows_the_standard_library():
    shadows = [name for name in python(*PRODUCT) if Path(name).stem in {"select", "types", "signal", "queue", "io"}]
    assert not shadows


def test_every_room_has_a_floor():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    floors = " ".join(settings["tool"]["importlinter"]["contracts"][0]["layers"])
    known = set(re.findall(r"[\w.]+", floors)) | {"pipeline.__init__"}
    rooms = {".".join(Path(name).with_suffix("").parts[:2]) for name in python("pipeline/")}
    homeless = rooms - known
    assert not homeless, f"{homeless}: give each a floor in pyproject.toml and in docs/architecture.md"


def test_no_file_names_one_machine():
    found = []
    for name in listed():
        if name.endswith((".jpg", ".png", ".mp4", ".wav", ".gif")):
            continue
        for number, line in enumerate((ROOT / name).read_text("utf-8", errors="replace").splitlines(), 1):
            if ONE_MACHINE.search(line):
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)


def test_no_file_is_heavy():
    heavy = {name: size for name in listed() if (size := (ROOT / name).stat().st_size) > FILE_BYTES}
    assert not heavy


def loaded_by(code: str) -> set[str]:
    """Give the heavy libraries that a Python of its own has loaded once it ran `code`."""
    answer = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return {"cv2", "av", "numpy", "prefect", "torch", "skimage"} & set(answer.stdout.splitlines()[-1].split())


def test_the_command_line_starts_light():
    code = (
        "import importlib, pipeline.cli as room\n"
        "for name in room.COMMANDS: importlib.import_module(f'pipeline.cli.{name}')"
    )
    assert not loaded_by(code), "a command module imports something heavy at its top"


def test_checking_a_storyboard_loads_no_more_than_it_needs():
    code = "from pathlib import Path; from pipeline.cli.check import check; check([Path('storyboards/first.yaml')])"
    assert loaded_by(code) <= {"av", "numpy"}, "docs/adr/0001 says so, and a check is to be quick"
