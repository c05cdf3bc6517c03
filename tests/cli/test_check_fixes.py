"""`check` offers what cures a problem."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cnnstudio.cli import main

Cnnstudio = Callable[..., Any]


def test_check_names_fixes_for_a_window_that_is_too_large(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    project = tmp_path / "big.cnn"
    assert main(["new", "lenet5", "-o", str(project)]) == 0
    text = project.read_text("utf-8").replace('"kernel_size": [5, 5]', '"kernel_size": [50, 5]', 1)
    project.write_text(text, "utf-8")
    capsys.readouterr()
    assert main(["check", str(project), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is False
    assert report["diagnostics"][0]["code"] == "shape.window"
    assert "Set padding of conv1 to same" in report["diagnostics"][0]["fixes"]


def test_check_prints_hints_behind_the_errors_and_leaves_them_out_when_told(cnnstudio: Cnnstudio) -> None:
    cnnstudio("new", "nin", "-o", "net.cnn")
    said = cnnstudio("check", "net.cnn")
    assert said.code == 0
    assert "hint: pool1 leaves out 1 of 54 rows at the bottom and 1 of 54 columns" in said.out
    assert "fix: Set ceil_mode of pool1 to True" in said.out
    report = cnnstudio("check", "net.cnn", "--json").json
    assert report["ok"] is True
    assert {problem["severity"] for problem in report["diagnostics"]} == {"hint"}
    assert cnnstudio("check", "net.cnn", "--json", "--no-hints").json["diagnostics"] == []
