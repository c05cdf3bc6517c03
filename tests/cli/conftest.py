"""Runs the command line in this process and keeps what it said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cnnstudio.cli import main


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left: its exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON document and nothing else."""
        return json.loads(self.out)


Cnnstudio = Callable[..., Said]


@pytest.fixture
def cnnstudio(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Cnnstudio:
    """`cnnstudio("check", path)`: run it in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CNNSTUDIO_DEBUG", raising=False)

    def run(*arguments: object) -> Said:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run
