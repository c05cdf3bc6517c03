"""The command line as a process: what it imports, pipes that close, encodings that lack characters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("keras", "tensorflow", "numpy", "PySide6", "PIL", "rich", "matplotlib", "psutil")


def run(
    checkout: Path, *arguments: object, folder: Path, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, str(checkout / "main.py"), *map(str, arguments)],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [["templates"], ["new", "resnet152", "-o", "b.cnn"], ["check", "a.cnn", "--json"], ["code", "a.cnn"]],
    ids=lambda arguments: arguments[0],
)
def test_light_commands_import_nothing_heavy(arguments: list[str], checkout: Path, tmp_path: Path) -> None:
    assert run(checkout, "new", "lenet5", "-o", "a.cnn", folder=tmp_path).returncode == 0
    script = (
        "import sys; from cnnstudio.cli import main; code = main(sys.argv[1:]);"
        f"print([n for n in {HEAVY!r} if n in sys.modules], file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == b"[]"


def test_a_console_without_these_characters_gets_escapes_not_an_error(checkout: Path, tmp_path: Path) -> None:
    run(checkout, "new", "lenet5", "-o", "图.cnn", folder=tmp_path)
    for encoding in ("ascii", "cp1252"):
        done = run(checkout, "check", "图.cnn", folder=tmp_path, PYTHONIOENCODING=encoding)
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"44,426 parameters" in done.stdout
        document = run(checkout, "check", "图.cnn", "--json", folder=tmp_path, PYTHONIOENCODING=encoding)
        assert json.loads(document.stdout)["ok"] is True


def test_a_reader_that_goes_away_is_no_error(checkout: Path, tmp_path: Path) -> None:
    run(checkout, "new", "resnet152", "-o", "a.cnn", folder=tmp_path)
    process = subprocess.Popen(
        [sys.executable, str(checkout / "main.py"), "check", "a.cnn", "--json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()  # long before the first write
    told = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 1
    assert told == b""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there can a display be missing")
def test_without_a_display_the_window_is_refused_in_a_sentence(checkout: Path, tmp_path: Path) -> None:
    done = run(checkout, folder=tmp_path, DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: There is no display")
    assert done.stdout == b""
