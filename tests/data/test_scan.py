"""The report on a data folder: classes, links, parts, duplicates, the verdict, and both ways to print it."""

from __future__ import annotations

import json
import os
import tempfile
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from cnnstudio.data import scan_memory
from cnnstudio.data.image_folder import scan
from cnnstudio.data.problem import Cancelled, DataError
from cnnstudio.data.report_text import render_text
from tests.data.findings import found, only, paths
from tests.data.pictures import noise, save, two_classes


@contextmanager
def without_root_rights() -> Iterator[None]:
    """Nobody's rights for a while: permissions do not bind root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_good_folder_has_classes_counts_and_no_problems(tmp_path: Path) -> None:
    report = scan(two_classes(tmp_path))
    assert report.trainable
    assert report.problems == ()
    assert [(entry.name, entry.count) for entry in report.classes] == [("cat", 3), ("dog", 3)]
    assert report.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert report.sizes == ((12, 8, 6),)
    assert report.modes == {"RGB": 6}
    assert report.formats == {"PNG": 6}
    assert report.suggested_channels == 3
    assert report.duplicates == ()


@pytest.mark.parametrize(
    "suffix", [".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".PNG", ".JPG", ".Tiff"]
)
def test_every_listed_ending_is_read_in_any_case(tmp_path: Path, suffix: str) -> None:
    save(two_classes(tmp_path) / "cat" / f"extra{suffix}")
    report = scan(tmp_path)
    assert f"cat/extra{suffix}" in paths(report)
    assert not found(report, "image.misnamed")


def test_order_is_natural_and_folders_inside_a_class_belong_to_it(tmp_path: Path) -> None:
    for name in ("img10.png", "img2.png", "Img1.png", "inner/deep/a.png"):
        save(tmp_path / "class10" / name)
    save(tmp_path / "class9" / "x.png")
    report = scan(tmp_path)
    assert report.class_names == ("class9", "class10")
    assert paths(report)[1:] == [
        "class10/Img1.png",
        "class10/img2.png",
        "class10/img10.png",
        "class10/inner/deep/a.png",
    ]


def test_hidden_and_system_folders_and_files_are_skipped(tmp_path: Path) -> None:
    two_classes(tmp_path)
    for name in (
        ".git/a.png",
        "__MACOSX/cat/a.png",
        "cat/._0.png",
        "cat/.ipynb_checkpoints/a.png",
        "cat/@eaDir/a.png",
    ):
        save(tmp_path / name)
    report = scan(tmp_path)
    assert len(report.images) == 6
    assert report.class_names == ("cat", "dog")
    assert report.problems == ()


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_unreadable_files_and_class_folders_are_told_with_the_reason() -> None:
    with tempfile.TemporaryDirectory(prefix="cnnstudio-") as name:
        root = Path(name)
        root.chmod(0o755)
        two_classes(root)
        save(root / "fox" / "0.png")
        (root / "cat" / "0.png").chmod(0)
        (root / "fox").chmod(0)
        try:
            with without_root_rights():
                report = scan(root)
        finally:
            (root / "fox").chmod(0o755)
    assert "Permission denied" in str(only(report, "file.unreadable").message)
    assert only(report, "file.unreadable").path == "cat/0.png"
    assert only(report, "folder.unreadable").path == "fox"
    assert report.class_names == ("cat", "dog")
    assert not found(report, "class.empty")


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_an_unreadable_data_folder_is_an_error() -> None:
    with tempfile.TemporaryDirectory(prefix="cnnstudio-") as name:
        root = two_classes(Path(name))
        root.chmod(0)
        try:
            with (
                without_root_rights(),
                pytest.raises(DataError, match="cannot be read: Permission denied") as caught,
            ):
                scan(root)
        finally:
            root.chmod(0o755)
    assert caught.value.code == "folder.unreadable"


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_broken_and_circular_links_are_problems_and_end(tmp_path: Path) -> None:
    two_classes(tmp_path)
    (tmp_path / "cat" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    (tmp_path / "cat" / "self.png").symlink_to(tmp_path / "cat" / "self.png")
    (tmp_path / "cat" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "dog" / "cats").symlink_to(tmp_path / "cat", target_is_directory=True)
    report = scan(tmp_path)
    assert sorted(problem.path for problem in found(report, "file.unreadable")) == [
        "cat/gone.png",
        "cat/self.png",
    ]
    assert {problem.path for problem in found(report, "folder.link")} == {"cat/up", "dog/cats"}
    assert len(report.images) == 6


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_a_class_may_be_a_link_to_a_folder_elsewhere(tmp_path: Path) -> None:
    two_classes(tmp_path / "elsewhere")
    (tmp_path / "data").mkdir()
    for name in ("cat", "dog"):
        (tmp_path / "data" / name).symlink_to(tmp_path / "elsewhere" / name, target_is_directory=True)
    assert len(scan(tmp_path / "data").images) == 6


def test_an_empty_class_folder_is_told_and_is_no_class(tmp_path: Path) -> None:
    (two_classes(tmp_path) / "bird").mkdir()
    report = scan(tmp_path)
    assert only(report, "class.empty").path == "bird"
    assert report.class_names == ("cat", "dog")


def test_a_class_of_broken_images_is_told_and_is_no_class(tmp_path: Path) -> None:
    two_classes(tmp_path)
    (tmp_path / "bird").mkdir()
    (tmp_path / "bird" / "a.png").write_bytes(b"")
    report = scan(tmp_path)
    assert only(report, "class.unusable").path == "bird"
    assert report.class_names == ("cat", "dog")


def test_images_beside_the_class_folders_are_told(tmp_path: Path) -> None:
    save(two_classes(tmp_path) / "stray.png")
    report = scan(tmp_path)
    assert "1" in str(only(report, "folder.loose").message)
    assert len(report.images) == 6


def test_chinese_names_are_kept(tmp_path: Path) -> None:
    for name in ("猫", "狗"):
        for number in range(2):
            save(tmp_path / "图片" / name / f"照片{number}.png", noise(seed=ord(name) + number))
    report = scan(tmp_path / "图片")
    assert set(report.class_names) == {"猫", "狗"}
    assert "狗/照片0.png" in paths(report)
    assert "猫" in render_text(report)


def test_composed_and_decomposed_names_are_one_class(tmp_path: Path) -> None:
    for part, form in (("train", "NFC"), ("val", "NFD")):
        for name in ("é", "b"):
            save(tmp_path / part / unicodedata.normalize(form, name) / f"{part}{name}.png")
    report = scan(tmp_path)
    assert report.class_names == ("b", "é")
    assert all((entry.train, entry.validation) == (1, 1) for entry in report.classes)


def test_one_class_is_not_trainable_and_says_why(tmp_path: Path) -> None:
    save(tmp_path / "cat" / "a.png")
    report = scan(tmp_path)
    assert not report.trainable
    assert report.error is not None
    assert report.error.code == "data.one_class"
    assert "cat" in str(report.error.message)


def test_a_folder_chosen_one_level_too_high_is_recognised(tmp_path: Path) -> None:
    two_classes(tmp_path / "animals")
    report = scan(tmp_path)
    assert report.error is not None
    assert "Choose the folder animals itself" in str(report.error.hint)
    assert "cat, dog" in str(report.error.hint)


def test_images_without_class_folders_are_not_trainable(tmp_path: Path) -> None:
    save(tmp_path / "a.png")
    report = scan(tmp_path)
    assert report.error is not None
    assert report.error.code == "data.no_classes"


@pytest.mark.parametrize("names", [(), ("cat", "dog")])
def test_no_images_at_all_is_not_trainable(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / name).mkdir()
    report = scan(tmp_path)
    assert report.error is not None
    assert report.error.code == "data.no_images"
    assert len(found(report, "class.empty")) == len(names)
    assert report.suggested_channels == 3


def test_a_missing_folder_is_an_error_with_a_cure(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist") as caught:
        scan(tmp_path / "nowhere")
    assert caught.value.code == "folder.missing"
    assert "Choose a folder" in str(caught.value)


def test_a_single_picture_is_no_data(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"x\.png is no image data.*\.csv") as caught:
        scan(save(tmp_path / "x.png"))
    assert caught.value.code == "source.unknown"


def test_a_path_with_a_null_character_is_an_error() -> None:
    with pytest.raises(DataError, match="cannot be read"):
        scan(Path("a\0b"))


def test_other_files_and_picture_kinds_are_counted(tmp_path: Path) -> None:
    cat = two_classes(tmp_path) / "cat"
    (cat / "labels.csv").touch()
    (cat / "photo.heic").touch()
    (tmp_path / "README.md").touch()
    report = scan(tmp_path)
    assert ".csv" in str(only(report, "file.other").message)
    assert ".heic" in str(only(report, "file.other_format").message)


def test_exact_duplicates_are_grouped_and_told_by_what_they_spoil(tmp_path: Path) -> None:
    two_classes(tmp_path)
    save(tmp_path / "dog" / "copy.png", noise(seed=0))
    save(tmp_path / "dog" / "again.png", noise(seed=100))
    report = scan(tmp_path)
    assert set(report.duplicates) == {("cat/0.png", "dog/copy.png"), ("dog/0.png", "dog/again.png")}
    assert only(report, "duplicate.classes").severity == "warning"
    assert only(report, "duplicate.same_class").severity == "hint"


def test_small_and_unbalanced_classes_are_told(tmp_path: Path) -> None:
    two_classes(tmp_path, each=20)
    save(tmp_path / "fox" / "only.png")
    report = scan(tmp_path)
    assert "fox" in str(only(report, "class.small").message)
    assert "fox" in str(only(report, "class.unbalanced").message)


def test_fixed_parts_are_recognised(tmp_path: Path) -> None:
    for part in ("train", "valid", "Test"):
        two_classes(tmp_path / part, each=2)
    report = scan(tmp_path)
    assert report.layout == "parts"
    assert report.trainable
    assert [(c.name, c.count, c.train, c.validation, c.test) for c in report.classes] == [
        ("cat", 6, 2, 2, 2),
        ("dog", 6, 2, 2, 2),
    ]
    assert found(report, "duplicate.parts")


@pytest.mark.parametrize("others", [("car", "bus"), ("test",), ()])
def test_a_class_called_train_is_a_class(tmp_path: Path, others: tuple[str, ...]) -> None:
    for name in ("train", *others):
        save(tmp_path / name / "a.png")
    report = scan(tmp_path)
    assert report.layout == "classes"
    assert "train" in report.class_names


def test_a_class_that_is_not_in_train_is_left_out_and_told(tmp_path: Path) -> None:
    two_classes(tmp_path / "train")
    save(tmp_path / "test" / "fox" / "a.png")
    save(tmp_path / "test" / "cat" / "b.png")
    save(tmp_path / "notes" / "c.png")
    report = scan(tmp_path)
    assert report.class_names == ("cat", "dog")
    assert only(report, "class.not_in_train").path == "test/fox"
    assert only(report, "folder.beside_parts").path == "notes"


def test_progress_counts_to_the_end_in_the_callers_thread(tmp_path: Path) -> None:
    calls: list[tuple[int, int, int]] = []
    scan(
        two_classes(tmp_path, each=100),
        progress=lambda done, total: calls.append((done, total, threading.get_ident())),
    )
    assert calls[-1][:2] == (200, 200)
    assert calls == sorted(calls)
    assert {thread for _, _, thread in calls} == {threading.get_ident()}


def test_a_scan_stops_when_cancelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two_classes(tmp_path, each=200)
    done: list[int] = []
    examined: list[object] = []
    examine = scan_memory.examine
    monkeypatch.setattr(scan_memory, "examine", lambda *call: (examined.append(call), examine(*call))[1])
    with pytest.raises(Cancelled):
        scan(tmp_path, progress=lambda count, _: done.append(count), cancelled=lambda: bool(done), workers=1)
    assert len(done) == 1
    assert len(examined) < 400


def test_the_json_report_holds_plain_values(tmp_path: Path) -> None:
    (two_classes(tmp_path) / "cat" / "empty.png").touch()
    values = scan(tmp_path).to_json()
    assert json.loads(json.dumps(values)) == values
    assert values["images"] == 6
    assert values["trainable"] is True
    assert values["classes"] == [{"name": "cat", "count": 3}, {"name": "dog", "count": 3}]
    assert values["problems"] == [
        {
            "severity": "error",
            "code": "file.empty",
            "path": "cat/empty.png",
            "message": "The file is empty (0 bytes).",
            "hint": "Copy or download it again, or delete it.",
            "pictures": [["cat/empty.png"]],
            "remedies": ["quarantine"],
            "surplus": ["cat/empty.png"],
        }
    ]


def test_the_text_report_names_classes_problems_and_the_verdict(tmp_path: Path) -> None:
    (two_classes(tmp_path) / "cat" / "empty.png").touch()
    text = render_text(scan(tmp_path))
    for words in (
        "6 images in 2 classes",
        "cat",
        "12×8 (6)",
        "cat/empty.png: The file is empty",
        "Ready to train on.",
    ):
        assert words in text
    (tmp_path / "none").mkdir()
    assert "Cannot be trained on. There are no images" in render_text(scan(tmp_path / "none"))


def test_what_is_told_of_all_images_is_found_once_for_reports_that_differ_in_problems(tmp_path: Path) -> None:
    report = scan(two_classes(tmp_path))
    report.look_over()
    other = replace(report, problems=())
    assert other.labels is report.labels
    assert other.sizes is report.sizes
    fewer = replace(report, images=report.images[1:])
    assert len(fewer.labels) == len(report.labels) - 1
    assert sum(count for _, _, count in fewer.sizes) == len(fewer.images)
    with pytest.raises(ValueError, match="read-only"):
        report.labels[0] = 7
