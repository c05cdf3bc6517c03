"""The command line with JAX and with PyTorch, in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cnnstudio.core.project_file import project_text
from cnnstudio.runs.run_folder import RunFolder
from tests.engine.backends.installed import OTHERS
from tests.engine.small_data import project, write_images

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # many cold starts, on a busy machine


@pytest.mark.parametrize("backend", OTHERS)
def test_train_resume_evaluate_predict_and_export(backend: str, checkout: Path, tmp_path: Path) -> None:
    images, run = write_images(tmp_path / "images"), tmp_path / "run"
    (tmp_path / "net.cnn").write_text(project_text(project()), "utf-8")

    def cnnstudio(*arguments: object, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, str(checkout / "main.py"), *map(str, arguments)],
            env={**os.environ, **environment},
            check=False,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout

    plan = (
        "-p",
        "use_ema=true",
        "-p",
        "schedule=plateau",
        "-p",
        "warmup_epochs=1",
        "-p",
        "class_weights=balanced",
    )
    told = cnnstudio("train", tmp_path / "net.cnn", "--data", images, "-o", run, *plan, KERAS_BACKEND=backend)
    assert "Finished after epoch 2" in told
    assert RunFolder.open(run).record.plan.backend == backend
    told = cnnstudio("resume", run, "--epochs", "3")
    assert "Finished after epoch 3" in told
    assert RunFolder.open(run).record.plan.backend == backend
    measured = json.loads(cnnstudio("evaluate", run, "--data", images, "--json"))
    assert measured["images"] == 72
    guessed = json.loads(cnnstudio("predict", run, images / "dark" / "00.png", "--json"))
    assert guessed["predictions"][0]["class"] in measured["classes"]
    assert "on 16 images" in cnnstudio("export", run, "--format", "litert", "-o", tmp_path / "net.tflite")
    assert (tmp_path / "net.tflite").stat().st_size > 1000
