"""What a project says of its own images, and of which others it says nothing."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from cnnstudio.commands.training import what_to_train
from cnnstudio.core.params import Params
from cnnstudio.core.project_file import save_project
from cnnstudio.engine.evaluation import evaluate
from cnnstudio.engine.run_data import settings_for
from cnnstudio.engine.training import train
from tests.engine.small_data import project, write_images


def test_what_is_left_out_of_a_runs_own_data_is_left_out_of_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = write_images(tmp_path / "here" / "data", each=6), tmp_path / "there" / "data"
    shutil.copytree(here, there)
    gone = "dark/00.png"
    made = project(epochs=1)
    made = replace(made, data=Params({**made.data.to_json(), "quarantine": [gone]}))
    monkeypatch.chdir(here.parent)
    record = train(made, Path("data"), tmp_path / "run", emit=lambda _: None)
    assert sum(cast("int", record.data[part]) for part in ("train", "validation", "test")) == 17
    for own in (Path("data"), here, here / ".." / "data"):
        assert settings_for(own, record).quarantine == (gone,)
        assert evaluate(tmp_path / "run", own)["images"] == 17
    assert evaluate(tmp_path / "run", there)["images"] == 18
    monkeypatch.chdir(there.parent)  # where the same words mean other images
    assert evaluate(tmp_path / "run", Path("data"))["images"] == 18
    assert evaluate(tmp_path / "run", here)["images"] == 17


def test_a_project_trained_on_other_data_leaves_none_of_them_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own, other = write_images(tmp_path / "own", each=6), tmp_path / "other"
    shutil.copytree(own, other)
    made = project(epochs=1)
    made = replace(made, data=Params({**made.data.to_json(), "path": "own", "quarantine": ["dark/00.png"]}))
    save_project(made, tmp_path / "net.cnn")
    assert what_to_train(tmp_path / "net.cnn", None, {})[0].data["quarantine"] == ("dark/00.png",)
    assert "quarantine" in what_to_train(tmp_path / "net.cnn", own, {})[0].data
    assert capsys.readouterr().err == ""
    assert "quarantine" not in what_to_train(tmp_path / "net.cnn", other, {})[0].data
    assert "other images" in capsys.readouterr().err
    asked = what_to_train(tmp_path / "net.cnn", other, {"quarantine": ["dark/01.png"]})[0]
    assert asked.data["quarantine"] == ("dark/01.png",)
    own.rename(tmp_path / "moved")
    assert "quarantine" in what_to_train(tmp_path / "net.cnn", tmp_path / "moved", {})[0].data
