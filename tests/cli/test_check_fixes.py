"""`check` offers what cures a problem."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cnnstudio.cli import main


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
