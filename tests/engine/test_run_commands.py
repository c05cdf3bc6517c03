"""train, resume, evaluate, predict, export, demo on the command line, with Keras; and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cnnstudio.cli import main
from cnnstudio.runs.run_folder import RunFolder

Cnnstudio = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two classes that even a tiny network tells apart: dark and bright noise."""
    folder = tmp_path_factory.mktemp("images")
    random = np.random.default_rng(1)
    for name, low in (("dark", 0), ("亮", 150)):
        (folder / name).mkdir()
        for number in range(20):
            pixels = random.integers(low, low + 100, (12, 12), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{number}.png")
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("project") / "net.cnn"
    assert main(["new", "simple-cnn", "-p", "input_shape=12,12,1", "-p", "classes=2", "-o", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def run_dir(project: Path, images: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two epochs."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    settings = [
        "-p",
        "epochs=2",
        "-p",
        "batch_size=8",
        "-p",
        "learning_rate=0.01",
        "-p",
        "validation_split=0.25",
    ]
    assert main(["train", str(project), "--data", str(images), *settings, "-o", str(folder)]) == 0
    return folder


@pytest.fixture
def cnnstudio(capsys: pytest.CaptureFixture[str]) -> Cnnstudio:
    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_training_leaves_a_whole_run_folder(run_dir: Path) -> None:
    run = RunFolder.open(run_dir)
    assert run.state == "finished"
    assert run.record.plan.epochs == 2
    assert run.record.data["validation"] == 10
    assert [row["epoch"] for row in run.history()] == [1, 2]
    assert all(
        (run_dir / name).is_file() for name in ("model.keras", "curves.png", "project.cnn", "history.csv")
    )


def test_resume_goes_on_to_the_epochs_asked_for(run_dir: Path, cnnstudio: Cnnstudio, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(run_dir, copy)
    code, out, err = cnnstudio("resume", copy, "--epochs", "3")
    assert code == 0
    assert "Finished after epoch 3" in out
    assert "epoch 3/3" in err
    assert len(RunFolder.open(copy).history()) == 3


def test_evaluate_prints_a_table_or_json(run_dir: Path, images: Path, cnnstudio: Cnnstudio) -> None:
    code, out, _ = cnnstudio("evaluate", run_dir, "--data", images, "--json")
    report = json.loads(out)
    assert code == 0
    assert (report["images"], report["classes"]) == (40, ["dark", "亮"])
    assert report["images"] == sum(report["parts"].values())
    low, high = report["accuracy_interval"]
    assert low <= report["accuracy"] <= high
    assert set(report["per_class"][0]) == {"name", "count", "precision", "recall", "f1"}
    assert 0 <= report["roc_auc"] <= 1
    assert sum(one["count"] for one in report["calibration"]["bins"]) == report["images"]
    _, out, _ = cnnstudio("evaluate", run_dir, "--data", images, "--part", "validation", "--json")
    assert json.loads(out)["images"] == report["parts"]["validation"] == 10
    code, out, _ = cnnstudio("evaluate", run_dir, "--data", images)
    assert code == 0
    assert f"accuracy {report['accuracy']:.4f}" in out


def test_predict_names_the_likeliest_class_and_the_file_that_cannot_be_read(
    run_dir: Path, images: Path, cnnstudio: Cnnstudio, tmp_path: Path
) -> None:
    good = images / "dark" / "0.png"
    code, out, _ = cnnstudio("predict", run_dir, good, "--json", "--top", "1")
    (answer,) = json.loads(out)["predictions"]
    assert code == 0
    assert (answer["path"], len(answer["top"])) == (str(good), 1)
    (tmp_path / "bad.png").write_bytes(b"no picture")
    code, out, err = cnnstudio("predict", run_dir, good, tmp_path / "bad.png")
    assert code == 2
    assert out.startswith(f"{good}: ")
    assert "bad.png" in err


@pytest.mark.parametrize(
    ("name", "file"), [("keras", "net.keras"), ("onnx", "net.onnx"), ("torch", "net.py")]
)
def test_export_writes_a_checked_file(
    name: str, file: str, run_dir: Path, cnnstudio: Cnnstudio, tmp_path: Path
) -> None:
    code, out, _ = cnnstudio("export", run_dir, "--format", name, "-o", tmp_path / file)
    assert code == 0
    assert (tmp_path / file).stat().st_size > 100
    assert name == "torch" or "on 16 images" in out


@pytest.mark.parametrize(
    ("arguments", "told", "expected"),
    [
        (["evaluate", "{tmp}", "--data", "{images}"], "not a run folder", 2),
        (["resume", "{tmp}/nope"], "not a run folder", 2),
        (["predict", "{tmp}", "x.png"], "not a run folder", 2),
        (["export", "{tmp}", "--format", "onnx", "-o", "x.onnx"], "not a run folder", 2),
        (["train", "{project}", "--data", "{tmp}/nope", "-o", "{tmp}/run"], "is not there", 2),
        (["train", "{project}", "-o", "{tmp}/run"], "does not say where the images are", 2),
        (["train", "{project}", "--data", "{images}", "-p", "epochs=0", "-o", "{tmp}/run"], "epochs is 0", 2),
        (
            ["train", "{project}", "--data", "{images}", "-p", "colour=1", "-o", "{tmp}/run"],
            "no training setting",
            2,
        ),
        (
            ["train", "{project}", "--data", "{images}", "--device", "tpu", "-o", "{tmp}/run"],
            "device is 'tpu'",
            2,
        ),
        (["train", "{project}", "--data", "{images}", "-o", "{run}"], "", 2),
        (["evaluate", "{run}", "--data", "{tmp}/nope"], "does not exist", 2),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    arguments: list[str],
    told: str,
    expected: int,
    cnnstudio: Cnnstudio,
    images: Path,
    project: Path,
    run_dir: Path,
    tmp_path: Path,
) -> None:
    places = {"tmp": tmp_path, "images": images, "project": project, "run": run_dir}
    code, out, err = cnnstudio(*(argument.format_map(places) for argument in arguments))
    assert (code, out) == (expected, "")
    assert told in err
    assert err.startswith("error: ")
    assert "Traceback" not in err


def test_a_network_with_errors_is_not_trained(
    cnnstudio: Cnnstudio, images: Path, project: Path, tmp_path: Path
) -> None:
    document: dict[str, Any] = json.loads(project.read_text("utf-8"))
    document["network"]["nodes"][1]["params"]["kernel_size"] = 99
    (tmp_path / "broken.cnn").write_text(json.dumps(document), "utf-8")
    code, _, err = cnnstudio("train", tmp_path / "broken.cnn", "--data", images, "-o", tmp_path / "run")
    assert code == 1
    assert "99×99 window" in err
    assert not (tmp_path / "run").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to whole consoles only")
def test_ctrl_c_stops_softly_and_keeps_what_is_done(
    project: Path, images: Path, tmp_path: Path, checkout: Path
) -> None:
    run = tmp_path / "run"
    process = subprocess.Popen(
        [
            *(sys.executable, str(checkout / "main.py"), "train", str(project), "--data", str(images)),
            *("-p", "epochs=100000", "-o", str(run)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 120
        while not (run / "model.keras").is_file() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130, err
    assert "Stopped after epoch" in out
    assert "Traceback" not in err
    folder = RunFolder.open(run)
    assert folder.state == "stopped"
    assert len(folder.history()) >= 1
    assert folder.has_model


@pytest.mark.slow
def test_the_demo_trains_and_exports_and_says_where(cnnstudio: Cnnstudio, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "mine.txt").write_text("keep")
    code, out, _ = cnnstudio("demo", "-o", tmp_path / "demo", "--epochs", "1")
    assert code == 0
    where = tmp_path / "demo-2"
    assert str(where) in out
    assert (where / "curves.png").is_file()
    for name in ("lenet.keras", "lenet.onnx", "lenet.tflite", "lenet_saved_model", "lenet.py"):
        assert (where / "exports" / name).exists()
        assert name in out
    assert out.count(" on 16 images") == 5


def test_report_writes_one_page_with_the_network_drawn_and_the_model_measured(
    run_dir: Path, images: Path, cnnstudio: Cnnstudio, tmp_path: Path
) -> None:
    code, _, err = cnnstudio(
        "report", run_dir, "-o", tmp_path / "r.html", "--data", images, "--part", "validation"
    )
    assert code == 0, err
    text = (tmp_path / "r.html").read_text("utf-8")
    assert "Measured on 10 images (validation)" in text
    assert text.count("data:image/svg+xml") == 2
    code, _, err = cnnstudio("report", run_dir, "-o", tmp_path / "r.pdf")
    assert code == 2
    assert ".md" in err


def test_find_rate_suggests_a_rate_that_train_takes(
    project: Path, images: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["find-rate", str(project), "--data", str(images), "-p", "optimizer=adam", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert code == (0 if told["ok"] else 1)
    assert told["ok"] == (told["suggestion"] is not None)
    assert len(told["rates"]) == len(told["losses"]) > 10
    assert told["rates"] == sorted(told["rates"])


def test_a_whole_plan_can_be_set_on_the_command_line(
    project: Path, images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = json.dumps({"dark": 2.0})
    settings = (
        "epochs=2", "schedule=cosine", "warmup_epochs=1", "clipnorm=1", "use_ema=yes", "label_smoothing=0.1",
        f"class_weights={weights}", "stopping_patience=5", "best_metric=val_loss", "beta_1=0.8", "clipvalue=none",
    )  # fmt: skip
    words = [word for setting in settings for word in ("-p", setting)]
    assert main(["train", str(project), "--data", str(images), *words, "-o", str(tmp_path / "run")]) == 0
    plan = RunFolder.open(tmp_path / "run").record.plan
    assert (plan.schedule, plan.clipnorm, plan.beta_1, plan.use_ema) == ("cosine", 1.0, 0.8, True)
    assert plan.to_json()["class_weights"] == {"dark": 2.0}
    assert "Traceback" not in capsys.readouterr().err
