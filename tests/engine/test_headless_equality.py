"""A project trained from the command line and by the window's engine has the same history and weights, bit for bit."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.kills import assert_same_values, without_seconds
from cnnstudio.core.project_file import project_text, save_project
from cnnstudio.runs.engine_process import EngineProcess
from cnnstudio.runs.protocol import Failure, Reply, Train, Warm
from cnnstudio.runs.run_folder import BATCHES, CHECKPOINT, CONFUSION, HISTORY
from tests.engine.small_data import project, write_images

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


def test_the_command_line_and_the_windows_engine_train_the_same(tmp_path: Path) -> None:
    images = write_images(tmp_path / "images")
    wanted = project(epochs=3, deterministic=True)
    wanted = replace(wanted, name="Same")
    save_project(wanted, tmp_path / "same.cnn")
    ended = subprocess.run(
        [sys.executable, "main.py", "train", str(tmp_path / "same.cnn"), "--data", str(images), "-o", str(tmp_path / "a")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    with EngineProcess() as engine:
        engine.send(Warm(request=engine.next_request()))  # as the window's engine is, before its first run
        number = engine.next_request()
        text, run = project_text(wanted), str(tmp_path / "b")
        engine.send(Train(request=number, run_id="b", project=text, data=str(images), run_dir=run))
        while True:
            report = engine.receive(120)
            assert report is not None, "the engine said nothing for two minutes"
            assert not isinstance(report, Failure), report
            if isinstance(report, Reply) and report.request == number:
                break
    one, other = tmp_path / "a", tmp_path / "b"
    assert without_seconds(one / HISTORY) == without_seconds(other / HISTORY)
    for name in (BATCHES, CONFUSION):
        assert (one / name).read_bytes() == (other / name).read_bytes()
    assert_same_values(one / CHECKPOINT, other / CHECKPOINT)
