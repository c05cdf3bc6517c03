"""Tables of images: what is found out of their text, their columns and their cells, and what is told of bad rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnstudio.data.image_folder import scan
from cnnstudio.data.problem import Cancelled, DataError
from cnnstudio.data.report import DataReport
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources import reader_for, signature_of
from cnnstudio.data.split import split_report
from cnnstudio.data.table_settings import TableSettings
from cnnstudio.data.tables.table import delimiter_of, read_table
from tests.data.findings import found, only, paths
from tests.data.pictures import noise, save

NAMES = tuple(f"{number}.png" for number in range(12))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, name in enumerate(NAMES):
        save(tmp_path / "images" / name, noise(8, 6, channels=1, seed=number))
    return tmp_path


def table(folder: Path, *lines: str, name: str = "labels.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding)
    return path


def rows(cells: Sequence[object], delimiter: str = ",") -> list[str]:
    return [f"{name}{delimiter}{cell}" for name, cell in zip(NAMES, cells, strict=False)]


def read(path: Path, **options: object) -> DataReport:
    return scan(path, DataSettings(table=TableSettings.from_json(options)))


def classes_of(report: DataReport) -> dict[str, str]:
    return {image.path.split("/")[-1]: report.class_names[image.class_index] for image in report.images}


# --- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delimiter", "suffix"), [(",", "csv"), (";", "csv"), ("\t", "tsv"), ("|", "txt"), (" ", "txt")]
)
@pytest.mark.parametrize("header", [True, False])
def test_classes_are_read_with_any_delimiter_and_with_or_without_a_header(
    folder: Path, delimiter: str, suffix: str, header: bool
) -> None:
    lines = [f"file{delimiter}label"] * header + rows(["cat", "dog"] * 6, delimiter)
    report = read(table(folder, *lines, name=f"labels.{suffix}"))
    assert report.task == "classification"
    assert classes_of(report) == {name: ("cat", "dog")[number % 2] for number, name in enumerate(NAMES)}
    assert paths(report)[0] == "images/0.png"
    assert report.root == folder
    assert report.source == folder / f"labels.{suffix}"
    assert report.trainable


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_names_survive_every_usual_encoding(folder: Path, encoding: str) -> None:
    report = read(
        table(folder, "Datei;Klasse", *rows(["Bär", "Füchse"] * 6, ";"), encoding=encoding),
        label_columns="Klasse",
    )
    assert set(report.class_names) == {"Bär", "Füchse"}


text_cell = st.text(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=12
)


@given(
    cells=st.lists(st.tuples(text_cell, text_cell, text_cell), min_size=1, max_size=8),
    mark=st.sampled_from(",;\t|"),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_are_those_of_pythons_csv_module(
    tmp_path: Path, cells: list[tuple[str, str, str]], mark: str
) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=mark).writerows(cells)
    path = tmp_path / "any.csv"
    path.write_bytes(buffer.getvalue().encode())
    expected = [
        [cell.strip() for cell in row]
        for row in csv.reader(io.StringIO(buffer.getvalue(), newline=""), delimiter=mark)
    ]
    expected = [row for row in expected if any(row)]
    if not expected:
        with pytest.raises(DataError):
            read_table(path, TableSettings(delimiter=mark, header=False))
        return
    told = read_table(path, TableSettings(delimiter=mark, header=False))
    assert [list(row) for row in told.rows] == expected


@given(content=st.binary(max_size=300))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_bytes_a_table_holds_there_is_a_report_or_a_clear_error(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    try:
        said = str(scan(path).root)
    except DataError as error:
        said = str(error.hint)
    assert said


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a.png,x|y\nb.png,z\n", ","),
        ("a.png;1,5\nb.png;2,25\n", ";"),
        ('a.png,"x, y"\nb.png,z\n', ","),
        ("a b.png\tx y\nc d.png\tz\n", "\t"),
        ("file,labels\na.png,x;y\nb.png,z;y\n", ","),
        ("one\ntwo\n", ","),
        ("", ","),
    ],
)
def test_the_delimiter_is_what_cuts_all_rows_alike(text: str, delimiter: str) -> None:
    assert delimiter_of(text) == delimiter


# --- what is to be learned -----------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["|", ";"])
def test_several_labels_in_a_cell_make_targets_of_zeros_and_ones(folder: Path, mark: str) -> None:
    cells = ["sun", f"sun{mark}sea", "", f"sea {mark} sun", "10", "9"]
    report = read(table(folder, "file,tags", *rows(cells)))
    assert report.task == "multi_label"
    assert report.target_names == ("9", "10", "sea", "sun")
    assert [image.target for image in report.images][:4] == [
        (0, 0, 0, 1),
        (0, 0, 1, 1),
        (0, 0, 0, 0),
        (0, 0, 1, 1),
    ]
    assert report.told == report.target_names
    assert report.error is None


def test_columns_of_zeros_and_ones_are_labels(folder: Path) -> None:
    report = read(
        table(
            folder, "id,image,old,torn", *(f"{n},{name},{n % 2},{int(n > 7)}" for n, name in enumerate(NAMES))
        )
    )
    assert (report.task, report.target_names) == ("multi_label", ("old", "torn"))
    assert report.images[9].target == (1.0, 1.0)
    values = report.to_json()
    assert values["targets"] == [{"name": "old", "count": 6}, {"name": "torn", "count": 4}]


def test_columns_of_zeros_and_ones_are_classes_when_it_is_said(folder: Path) -> None:
    lines = ["image,cat,dog", *(f"{name},{n % 2},{1 - n % 2}" for n, name in enumerate(NAMES))]
    lines[-1] = f"{NAMES[-1]},1,1"
    report = read(table(folder, *lines), task="classification")
    assert report.class_names == ("cat", "dog")
    assert len(report.images) == 11
    assert "2 classes" in str(only(report, "row.label").message)
    assert not found(report, "target.single")
    report = read(table(folder, *lines[:-1]))
    assert report.task == "multi_label"
    assert "classification" in str(only(report, "target.single").hint)


@pytest.mark.parametrize(
    ("header", "cells", "task"),
    [
        ("file,age", ["1.5", "2", "3"], "regression"),
        ("file,age", [str(n) for n in range(12)], "regression"),
        ("file,age", ["1", "2"] * 6, "classification"),
        ("file,label", [str(n) for n in range(12)], "classification"),
        ("file,label", ["0.25", "1.5", "2"], "regression"),
        ("file,price", ["1e3", "-2.5", "7"], "regression"),
        ("file,kind", ["red", "blue"], "classification"),
    ],
)
def test_numbers_are_told_from_classes(folder: Path, header: str, cells: list[str], task: str) -> None:
    assert read(table(folder, header, *rows(cells))).task == task


def test_several_numbers_are_learned_together_and_bad_ones_left_out(folder: Path) -> None:
    lines = ["image;x;y", *(f"{name};{n},5;{-n}" for n, name in enumerate(NAMES))]
    lines[3] = "2.png;nan;4"
    lines[4] = "3.png;1e999;4"
    report = read(table(folder, *lines))
    assert (report.task, report.target_names) == ("regression", ("x", "y"))
    assert report.images[1].target == (1.5, -1.0)
    assert {problem.path for problem in found(report, "row.label")} == {"2.png", "3.png"}
    assert len(report.images) == 10
    assert report.targets is not None
    assert np.isfinite(report.targets).all()


def test_a_number_for_every_class_may_be_asked_for(folder: Path) -> None:
    report = read(table(folder, "file,label", *rows([1, 2, 3] * 4)), task="regression")
    assert report.task == "regression"
    assert report.images[2].target == (3.0,)


def test_whole_numbers_with_a_decimal_point_are_classes_too(folder: Path) -> None:
    assert read(table(folder, "file,label", *rows(["1.0", "2.0"] * 6))).class_names == ("1", "2")


# --- parts ---------------------------------------------------------------------------------------


def test_a_column_of_parts_fixes_the_split(folder: Path) -> None:
    words = ["train", "Train", "VAL", "test"] * 3
    lines = [
        "split,file,label",
        *(f"{word},{row}" for word, row in zip(words, rows(["a", "b"] * 6), strict=True)),
    ]
    lines[1] = "nowhere,0.png,a"
    report = read(table(folder, *lines))
    assert report.layout == "parts"
    parts = split_report(report, DataSettings())
    told = {
        part: sorted(report.images[index].path for index in getattr(parts, part))
        for part in ("train", "validation", "test")
    }
    assert told == {
        "train": [f"images/{n}.png" for n in (1, 4, 5, 8, 9)],
        "validation": ["images/10.png", "images/2.png", "images/6.png"],
        "test": ["images/11.png", "images/3.png", "images/7.png"],
    }
    assert "nowhere" in str(only(report, "row.part").message)


def test_a_table_of_one_part_is_split_as_a_whole(folder: Path) -> None:
    report = read(table(folder, "file,label,split", *(f"{row},test" for row in rows(["a", "b"] * 6))))
    assert report.layout == "classes"
    assert {image.part for image in report.images} == {""}


def test_sets_of_labels_are_split_alike_and_numbers_at_random(folder: Path) -> None:
    for number in range(12, 40):
        save(folder / "images" / f"{number}.png", noise(8, 6, seed=number))
    names = [f"{number}.png" for number in range(40)]
    report = read(
        table(folder, "file,tags", *(f"{name},{'a|b' if n % 2 else 'b'}" for n, name in enumerate(names)))
    )
    parts = split_report(report, DataSettings(validation_split=0.2))
    with_a = [report.images[index].target[0] for index in parts.validation]
    assert (len(with_a), sum(with_a)) == (8, 4)
    report = read(table(folder, "file,size", *(f"{name},{n}.5" for n, name in enumerate(names))))
    parts = split_report(report, DataSettings(validation_split=0.2))
    assert len(parts.validation) == 8


# --- what is given instead of found ---------------------------------------------------------------


def test_columns_delimiter_and_folder_can_be_given(folder: Path) -> None:
    path = table(
        folder, "when~what~who~kind", *(f"mon~x{n}.gif~{name}~{n % 3}.5" for n, name in enumerate(NAMES))
    )
    options = {
        "path_column": "WHO",
        "label_columns": [4],
        "delimiter": "~",
        "images": "images",
        "task": "regression",
    }
    report = read(path, **options)
    assert (len(report.images), report.target_names) == (12, ("kind",))
    assert report.images[4].target == (1.5,)


def test_names_without_endings_are_found_in_a_folder_beside_the_table(folder: Path) -> None:
    save(folder / "images" / "0.png").rename(folder / "images" / "zero.jpg")
    lines = ["image_id,label", "zero,a", *(f"{n},{'ab'[n % 2]}" for n in range(1, 12))]
    report = read(table(folder, *lines))
    assert "images/zero.jpg" in paths(report)
    assert len(report.images) == 12


def test_paths_may_lead_out_of_the_tables_folder_or_be_absolute(folder: Path, tmp_path: Path) -> None:
    (folder / "tables").mkdir()
    lines = ["path,label", *(f"../images/{name},a" for name in NAMES[:6])]
    lines += [f"{(folder / 'images' / name).as_posix()},b" for name in NAMES[6:]]
    report = scan(table(folder / "tables", *lines))
    assert len(report.images) == 12
    assert all((report.root / image.path).is_file() for image in report.images)


def test_backslashes_of_other_systems_are_understood(folder: Path) -> None:
    report = read(table(folder, "path,label", *(f"images\\{row}" for row in rows(["a", "b"] * 6))))
    assert paths(report)[0] == "images/0.png"


# --- what is wrong -------------------------------------------------------------------------------


def test_every_bad_row_has_its_line_and_the_good_ones_are_kept(folder: Path) -> None:
    (folder / "images" / "5.png").write_bytes(b"broken")
    lines = ["file,label", *rows(["a", "b"] * 6)]
    lines += ["gone.png,a", "0.png,a", "1.png,a", "2.png,NaN", ",b", "3.png", "4.png,a,b,c"]
    report = read(table(folder, *lines))
    assert len(report.images) == 11
    lines_of = {
        code: [str(p.message).split(":")[0] for p in found(report, code)]
        for code in ("row.no_image", "row.again", "row.contradicts", "row.label")
    }
    assert lines_of == {
        "row.no_image": ["Line 14", "Line 18"],
        "row.again": ["Line 15"],
        "row.contradicts": ["Line 16"],
        "row.label": ["Line 17"],
    }
    assert len(found(report, "row.cells")) == 2
    assert only(report, "image.not_image").path == "images/5.png"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((), "table.empty"),
        (("file,label",), "table.empty"),
        (("0.png", "1.png"), "table.columns"),
        (("colour,shape", "red,round", "blue,square"), "table.no_paths"),
        (("file,label", "gone.png,a", "away.png,b"), "table.no_images"),
        (("file,colour,shape", "0.png,red,round", "1.png,blue,square"), "table.unclear"),
        (("split,file", "train,0.png", "test,1.png"), "table.no_labels"),
    ],
)
def test_a_table_that_cannot_be_used_says_why_and_what_to_do(
    folder: Path, lines: tuple[str, ...], code: str
) -> None:
    with pytest.raises(DataError) as caught:
        read(table(folder, *lines))
    assert caught.value.code == code
    assert str(caught.value.hint)


@pytest.mark.parametrize(
    ("cells", "code"),
    [(["a"] * 12, "data.one_class"), (["2.5"] * 12, "data.one_target"), (["a|b"] * 12, "data.one_target")],
)
def test_data_that_teach_nothing_are_not_trainable(folder: Path, cells: list[str], code: str) -> None:
    report = read(table(folder, "file,what", *rows(cells)))
    assert report.error is not None
    assert report.error.code == code


def test_a_label_on_every_image_is_told_of(folder: Path) -> None:
    report = read(table(folder, "file,tags", *rows(["a|b", "a"] * 6)))
    assert "label a is on every image" in str(only(report, "target.constant").message)


def test_equal_images_with_other_labels_are_told_of(folder: Path) -> None:
    (folder / "images" / "1.png").write_bytes((folder / "images" / "0.png").read_bytes())
    report = read(table(folder, "file,what", *rows([f"{n}.5" for n in range(12)])))
    assert "different things" in str(only(report, "duplicate.classes").message)


def test_too_many_labels_are_refused(folder: Path) -> None:
    with pytest.raises(DataError, match="1200 labels"):
        read(
            table(
                folder,
                "file,tags",
                *rows(["|".join(f"t{n}" for n in range(m * 100, m * 100 + 100)) for m in range(12)]),
            )
        )


def test_no_table_and_binary_files_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist"):
        scan(tmp_path / "gone.csv")
    (tmp_path / "x.csv").write_bytes(b"\x00\x01\x02")
    with pytest.raises(DataError, match="no text"):
        scan(tmp_path / "x.csv")


def test_the_reading_of_a_table_can_be_cancelled(folder: Path) -> None:
    with pytest.raises(Cancelled):
        scan(table(folder, "file,label", *rows(["a", "b"] * 6)), cancelled=lambda: True)


# --- settings and signature ------------------------------------------------------------------------


def test_settings_of_a_table_survive_the_project_file() -> None:
    section = {
        "kind": "image_folder",
        "path": "x.csv",
        "validation_split": 0.2,
        "seed": 1337,
        "reader": "table",
        "table": {
            "images": "in",
            "path_column": 1,
            "label_columns": ["x", 3],
            "delimiter": ";",
            "header": False,
            "task": "regression",
            "later": [1],
        },
        "newer": True,
    }
    assert DataSettings.from_json(section).to_json() == section
    assert "table" not in DataSettings(path="x").to_json()
    assert "reader" not in DataSettings(path="x").to_json()


@pytest.mark.parametrize(
    "wrong",
    [
        {"task": "guess"},
        {"header": 1},
        {"delimiter": ",,"},
        {"delimiter": 3},
        {"path_column": 0},
        {"label_columns": [True]},
        {"images": 2},
    ],
)
def test_wrong_settings_of_a_table_are_named(wrong: dict[str, object]) -> None:
    with pytest.raises(DataError, match=next(iter(wrong))):
        DataSettings.from_json({"table": wrong})


def test_an_unknown_reader_and_column_are_named(folder: Path) -> None:
    path = table(folder, "file,label", *rows(["a", "b"] * 6))
    with pytest.raises(DataError, match="named parquet"):
        reader_for(path, DataSettings(reader="parquet"))
    with pytest.raises(DataError, match="no column Sorte"):
        read(path, label_columns=["Sorte"])


def test_the_signature_changes_with_the_table_and_with_a_listed_image(folder: Path) -> None:
    path = table(folder, "file,label", *rows(["a", "b"] * 6))
    before = signature_of(path, DataSettings())
    assert signature_of(path, DataSettings()) == before
    save(folder / "elsewhere.png")
    assert signature_of(path, DataSettings()) == before
    save(folder / "images" / "3.png", noise(30, 30))
    changed = signature_of(path, DataSettings())
    assert changed != before
    table(folder, "file,label", *rows(["b", "a", "ab"] * 4))
    assert signature_of(path, DataSettings()) != changed
