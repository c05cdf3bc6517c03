"""House rules as small checks: what the style guide asks for and no linter knows."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

MOST_LINES = 500
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common"}

# Written apart so that this file does not match itself.
MACHINE_TRACES = re.compile(
    "|".join(
        (
            r"\bpypi" + r"\.org",
            r"files\.pythonhosted" + r"\.org",
            r"--(?:extra-)?index" + r"-url",
            r"\btrusted" + r"-host\b",
            r"/ro" + r"ot/",
            r"/wo" + r"rk/",
            r"/ho" + r"me/(?!user\b|name\b|me\b|ada\b)\w+",
            r"/Us" + r"ers/(?!name\b|me\b|ada\b)\w+",
            r"[A-Z]:\\\\?Us" + r"ers\\\\?(?!name\b|me\b|ada\b)\w+",
        )
    )
)


def _relative(path: Path, checkout: Path) -> str:
    return path.relative_to(checkout).as_posix()


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_python_file_is_longer_than_500_lines(python_files: tuple[Path, ...], checkout: Path) -> None:
    long = {
        _relative(path, checkout): lines
        for path in python_files
        if (lines := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert not long, f"Ask what second thing these do, and move it out: {long}"


def test_no_module_has_a_name_that_says_nothing(python_files: tuple[Path, ...], checkout: Path) -> None:
    vague = [
        _relative(path, checkout)
        for path in python_files
        if FORBIDDEN_NAMES & set(path.relative_to(checkout).with_suffix("").parts)
        or path.stem.rpartition("_")[2] in FORBIDDEN_NAMES
    ]
    assert not vague


def test_every_module_says_its_job_first(python_files: tuple[Path, ...], checkout: Path) -> None:
    silent = [
        _relative(path, checkout)
        for path in python_files
        if (source := path.read_text("utf-8").strip()) and not ast.get_docstring(ast.parse(source))
    ]
    assert not silent


@pytest.mark.parametrize(
    "trace",
    [
        "-i https://pypi" + ".org/simple",
        "pip --index" + "-url x",
        "see /wo" + "rk/main/x",
        "/ho" + "me/alice/project",
    ],
)
def test_traces_of_a_machine_are_recognised(trace: str) -> None:
    assert MACHINE_TRACES.search(trace)


def test_no_file_names_a_registry_or_a_path_of_one_machine(
    tracked_files: tuple[Path, ...], checkout: Path
) -> None:
    found = []
    for path in tracked_files:
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{_relative(path, checkout)}:{number}: {match[0]}"
            for number, line in enumerate(text.splitlines(), 1)
            if (match := MACHINE_TRACES.search(line))
        ]
    assert not found


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("floor", ["core", "layers", "zoo"])
def test_the_lower_floors_use_the_standard_library_alone(floor: str, checkout: Path) -> None:
    files = list((checkout / "cnnstudio" / floor).rglob("*.py"))
    foreign = {
        f"{_relative(path, checkout)}: {name}"
        for path in files
        for name in _imports(path)
        if name.partition(".")[0] not in sys.stdlib_module_names | {"cnnstudio"}
    }
    assert files, f"There is no floor {floor}."
    assert not foreign


# --- tests assert something ----------------------------------------------------------------------

_CHECKING_CALL = re.compile(
    r"(^|\.)_?(assert|check|expect|verify|must|compare|require)\w*$"
    r"|(^|\.)(raises|warns|fail|waitSignals?|waitUntil|wait_until|waitCallback|assertNotEmitted)$"
)


def _checks_something(function: ast.AST) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call) and _CHECKING_CALL.search(ast.unparse(node.func)):
            return True
    return False


def _is_always_true(condition: ast.expr) -> bool:
    return isinstance(condition, ast.Constant | ast.Tuple | ast.JoinedStr | ast.Lambda) and not (
        isinstance(condition, ast.Constant) and not condition.value
    )


@pytest.mark.parametrize(
    ("source", "checks"),
    [
        ("def test_a():\n    assert 1 + 1 == 2", True),
        ("def test_a():\n    with pytest.raises(ValueError):\n        f()", True),
        ("def test_a(qtbot):\n    qtbot.waitUntil(done)", True),
        ("def test_a():\n    assert_same(a, b)", True),
        ("def test_a():\n    f()", False),
        ("def test_a():\n    print('fine')", False),
    ],
)
def test_a_test_that_checks_is_told_from_one_that_does_not(source: str, checks: bool) -> None:
    assert _checks_something(ast.parse(source)) is checks


def test_every_test_asserts_something(python_files: tuple[Path, ...], checkout: Path) -> None:
    idle = []
    for path in python_files:
        if not path.name.startswith("test_"):
            continue
        idle += [
            f"{_relative(path, checkout)}:{function.lineno} {function.name}"
            for function in _functions(ast.parse(path.read_text("utf-8")))
            if function.name.startswith("test") and not _checks_something(function)
        ]
    assert not idle


def test_no_assertion_is_true_by_construction(python_files: tuple[Path, ...], checkout: Path) -> None:
    empty = [
        f"{_relative(path, checkout)}:{node.lineno}"
        for path in python_files
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Assert) and _is_always_true(node.test)
    ]
    assert not empty


# --- names in ui -----------------------------------------------------------------------------------


def _qt_names() -> set[str]:
    from PySide6 import QtCore, QtGui, QtSvg, QtWidgets

    names: set[str] = set()
    for module in (QtCore, QtGui, QtSvg, QtWidgets):
        for name in dir(module):  # classes are made when they are asked for; vars() would miss most
            if isinstance(thing := getattr(module, name), type):
                names |= set(dir(thing))
    return names


def test_only_overrides_of_qt_are_camel_case(python_files: tuple[Path, ...], checkout: Path) -> None:
    allowed = _qt_names() | {"tickStrings", "tickValues", "tickSpacing", "dataBounds", "viewRangeChanged"}
    folder = checkout / "cnnstudio"
    strange = [
        f"{_relative(path, checkout)}:{function.lineno} {function.name}"
        for path in python_files
        if path.is_relative_to(folder)
        for function in _functions(ast.parse(path.read_text("utf-8")))
        if function.name != function.name.lower() and function.name not in allowed
    ]
    assert "paintEvent" in allowed
    assert not strange


def test_a_workaround_names_its_end(python_files: tuple[Path, ...], checkout: Path) -> None:
    endless = []
    for path in python_files:
        lines = path.read_text("utf-8").splitlines()
        for number, line in enumerate(lines):
            if re.search(r"#\s*WORK" + r"AROUND\b", line):
                comment = " ".join(lines[number : number + 4]).lower()
                if not re.search(r"\b(drop|remove|until|when|once|gone)\b", comment):
                    endless.append(f"{_relative(path, checkout)}:{number + 1}")
    assert not endless
