"""A table of images from the command line to a measured run: classes, several labels, numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnstudio.cli import main
from cnnstudio.core.project_file import save_project
from cnnstudio.engine import datasets
from cnnstudio.engine.evaluation import evaluate, predict
from cnnstudio.engine.failures import EngineError
from cnnstudio.runs.run_folder import RunFolder
from tests.engine.small_data import network, project, write_images


@pytest.fixture
def images(tmp_path: Path) -> Path:
    datasets.forget_images()
    return write_images(tmp_path / "pictures", each=12)


def listed(images: Path) -> list[tuple[str, float]]:
    """Path beside the table, and brightness from 0 to 1, of each image."""
    files = sorted(images.glob("*/*.png"))
    return [
        (f"pictures/{file.relative_to(images).as_posix()}", float(np.asarray(Image.open(file)).mean() / 255))
        for file in files
    ]


def trained(tmp_path: Path, table: Path, units: int, activation: str | None, *options: str) -> Path:
    file = tmp_path / "net.cnn"
    save_project(project(network(units, activation=activation), epochs=2), file)
    run = tmp_path / "run"
    assert main(["train", str(file), "--data", str(table), *options, "-o", str(run)]) == 0
    return run


def test_numbers_of_a_table_are_learned_and_measured(images: Path, tmp_path: Path) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text(
        "file;light;dark\n" + "".join(f"{path};{x:.3f};{1 - x:.3f}\n" for path, x in listed(images))
    )
    run = trained(tmp_path, table, 2, None)
    record = RunFolder.open(run).record
    assert (record.task, record.classes) == ("regression", ("light", "dark"))
    assert record.data["root"] == str(tmp_path)
    report = evaluate(run, table, part="validation", every_guess=True)
    assert report["images"] == 9
    assert report["root"] == str(tmp_path)
    truth = dict(listed(images))
    guesses = report["guesses"]
    assert isinstance(guesses, list)
    for guess in guesses:
        assert guess["true"] == pytest.approx([truth[guess["path"]], 1 - truth[guess["path"]]], abs=6e-4)
    swapped = tmp_path / "swapped.csv"
    swapped.write_text(
        "file;dark;light\n" + "".join(f"{path};{1 - x:.3f};{x:.3f}\n" for path, x in listed(images))
    )
    again = evaluate(run, swapped)
    whole = evaluate(run, table)
    assert again["mae"] == pytest.approx(whole["mae"])
    with pytest.raises(EngineError, match="The model tells numbers, the data tell classes"):
        evaluate(run, images)


def test_labels_of_a_table_are_learned_and_measured(images: Path, tmp_path: Path) -> None:
    def tags(path: str, light: float) -> str:
        return "|".join(
            name for name, told in (("light", light > 0.3), ("striped", "striped" in path)) if told
        )

    table = tmp_path / "labels.tsv"
    rows = [
        f"{path}\t{tags(path, light)}\t{('train', 'train', 'val')[n % 3]}\n"
        for n, (path, light) in enumerate(listed(images))
    ]
    table.write_text("image\ttags\tpart\n" + "".join(rows))
    run = trained(tmp_path, table, 2, "sigmoid")
    record = RunFolder.open(run).record
    assert (record.task, record.classes) == ("multi_label", ("light", "striped"))
    assert (record.data["train"], record.data["validation"]) == (24, 12)
    fewer = tmp_path / "fewer.csv"
    striped = [path for path, _ in listed(images) if "striped" in path]
    fewer.write_text(
        "image,tags\n" + "".join(f"{path},striped\n" for path in striped[:-1]) + f"{striped[-1]},\n"
    )
    report = evaluate(run, fewer)
    per_label = report["per_label"]
    assert isinstance(per_label, list)
    assert [(row["name"], row["count"]) for row in per_label] == [("light", 0), ("striped", 11)]
    (answer,) = predict(run, paths=[tmp_path / striped[0]])
    assert {one["class"] for one in answer["top"]} == {"light", "striped"}


def test_classes_of_a_table_give_the_same_run_as_class_folders(images: Path, tmp_path: Path) -> None:
    """The same images, classes and split keys: what is learned is equal to the last bit."""
    table = images / "list.csv"
    table.write_text(
        "".join(f"{path.removeprefix('pictures/')},{Path(path).parent.name}\n" for path, _ in listed(images))
    )
    by_table = trained(tmp_path, table, 3, "softmax", "-p", "deterministic=yes")
    table.unlink()
    by_table = by_table.rename(tmp_path / "by-table")
    by_folder = trained(tmp_path, images, 3, "softmax", "-p", "deterministic=yes")
    assert (by_table / "confusion.csv").read_text() == (by_folder / "confusion.csv").read_text()
    losses = [
        [line.split(",")[1] for line in (run / "history.csv").read_text().splitlines()]
        for run in (by_table, by_folder)
    ]
    assert losses[0] == losses[1]


def test_a_table_is_read_as_told_on_the_command_line(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "odd.txt"
    table.write_text(
        "".join(f"{n}:{path}:{light:.2f}:{n % 2}\n" for n, (path, light) in enumerate(listed(images)))
    )
    options = ["-p", "delimiter=:", "-p", "path_column=2", "-p", "label_columns=3"]
    assert main(["data", str(table), "--json", *options]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["path"], told["task"], told["images"]) == (str(table), "regression", 36)
    assert main(["data", str(table), "-p", "colour=3"]) == 2
    assert "no data setting named colour" in capsys.readouterr().err
    run = trained(tmp_path, table, 1, None, *options)
    settings = RunFolder.open(run).record.data["settings"]
    assert isinstance(settings, dict)
    assert settings["table"] == {"path_column": 2, "label_columns": [3], "delimiter": ":"}
    capsys.readouterr()
    assert main(["evaluate", str(run), "--data", str(table), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["images"] == 36
