"""A report is one file that needs nothing else, says everything, and lets no name become markup."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from cnnstudio.core.project import Project
from cnnstudio.core.project_file import save_project
from cnnstudio.runs.metrics.report import classification_report
from cnnstudio.runs.record import RunFolderError, RunRecord
from cnnstudio.runs.reports.document import Heading, Matrix, Picture, Table, Text
from cnnstudio.runs.reports.html import html
from cnnstudio.runs.reports.markdown import markdown
from cnnstudio.runs.reports.writing import write_report
from cnnstudio.runs.run_folder import CONFUSION, HISTORY, PROJECT, RECORD, RunFolder
from cnnstudio.runs.tables import confusion_text, table_text
from cnnstudio.zoo import templates

EVIL = "<script>alert(1)</script>|\"&'`*_[x](y)"


class Page(HTMLParser):
    """Tags and texts of a page; complains of what is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A finished run of LeNet-5 with evil names."""
    path = tmp_path_factory.mktemp("run")
    classes = (EVIL, "b")
    record = RunRecord(
        run_id="a",
        name=EVIL,
        state="finished",
        classes=classes,
        best_epoch=2,
        epochs_done=3,
        metrics={"val_accuracy": 0.9},
        device="CPU · 2 cores",
        versions={"keras": "3.15"},
        data={"path": "/data", "train": 30, "validation": 10},
        input_shape=(28, 28, 1),
        notes=f"Noted: {EVIL}",
    )
    (path / RECORD).write_text(json.dumps(record.to_json()), "utf-8")
    rows = [{"epoch": float(n), "loss": 2.0 / n, "val_loss": 2.1 / n, "accuracy": n / 4} for n in (1, 2, 3)]
    (path / HISTORY).write_text(table_text(rows, ["epoch", "loss", "val_loss", "accuracy"]), "utf-8")
    (path / CONFUSION).write_text(confusion_text([[5, 0], [1, 4]], classes), "utf-8")
    save_project(Project(name="LeNet-5", network=templates()["lenet5"].build()), path / PROJECT)
    return RunFolder.open(path)


@pytest.fixture(scope="module")
def page(run: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "r.html"
    write_report(run, path, network_svg=b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    return path.read_text("utf-8")


def test_a_page_is_whole_and_runs_nothing(page: str) -> None:
    parser = Page()
    parser.feed(page)
    assert not parser.open
    assert "script" not in parser.tags
    assert not re.search(r'(?:src|href)="(?!data:image/)', page)
    assert "default-src 'none'" in page


def test_a_page_says_everything(page: str) -> None:
    parser = Page()
    parser.feed(page)
    text = " ".join(parser.texts)
    for part in (
        EVIL,
        "90.0 %",
        "Noted:",
        "44,426 parameters",
        "learning_rate",
        "CPU · 2 cores",
        "keras 3.15",
    ):
        assert part in text, part
    assert "59.6 % – 98.2 %" in text  # Wilson's interval of 9 of 10
    assert parser.tags.count("img") == 2


def test_markdown_says_the_same_and_its_tables_are_whole(run: RunFolder, tmp_path: Path) -> None:
    write_report(run, tmp_path / "r.md")
    lines = (tmp_path / "r.md").read_text("utf-8").splitlines()
    columns = 0
    for line in lines:
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        if cells and columns:
            assert cells == columns, line
        columns = cells
    assert not any("<script" in line for line in lines)
    assert any(line.startswith("![Loss and accuracy") for line in lines)
    assert any("44,426 parameters" in line for line in lines)


def test_what_was_measured_takes_the_place_of_what_training_left(run: RunFolder, tmp_path: Path) -> None:
    labels, first = np.array([0, 0, 1, 1]), np.array([0.9, 0.8, 0.3, 0.6])
    measured = {
        "part": "test",
        "images": 4,
        "loss": 0.4,
        "classes": ["a", "b"],
        "mistakes": [{"path": "b/7.png", "true": "b", "predicted": "a", "probability": 0.6}],
        **classification_report(labels, np.stack([first, 1 - first], axis=1), ("a", "b")),
    }
    write_report(run, tmp_path / "r.html", measured=measured)
    text = (tmp_path / "r.html").read_text("utf-8")
    assert "Measured on 4 images (test)" in text
    assert "75.00 %" in text
    assert "b/7.png" in text
    assert "area under ROC" in text


def test_a_run_that_never_ended_an_epoch_has_a_report_too(tmp_path: Path) -> None:
    record = RunRecord(run_id="a", state="failed", failure={"message": "No memory.", "hint": "Less."})
    (tmp_path / RECORD).write_text(json.dumps(record.to_json()), "utf-8")
    write_report(RunFolder.open(tmp_path), tmp_path / "r.html")
    assert "No memory. Less." in (tmp_path / "r.html").read_text("utf-8")


def test_an_unknown_ending_is_refused(run: RunFolder, tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="neither") as caught:
        write_report(run, tmp_path / "r.docx")
    assert "html" in str(caught.value.hint)


def test_every_kind_of_part_is_escaped_in_both_formats() -> None:
    parts = [
        Heading(text=EVIL),
        Text(text=EVIL),
        Table(head=(EVIL, "n"), rows=((EVIL, "1"),)),
        Picture(content=b"x", kind="png", alt=EVIL),
        Matrix(classes=(EVIL,), counts=((1,),), corner=EVIL),
    ]
    page = Page()
    page.feed(html(EVIL, parts))
    assert "script" not in page.tags
    assert page.texts.count(EVIL) == 8
    assert "<script" not in markdown(parts)
