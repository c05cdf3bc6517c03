"""Reading for training in one go: the same images, pixels and complaints as a scan and a decoding after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnstudio.data.decode import decode_file, load_images
from cnnstudio.data.image_folder import scan
from cnnstudio.data.intake import take_in
from cnnstudio.data.keeping.limits import Limits
from cnnstudio.data.problem import Cancelled, DataError
from cnnstudio.data.report import DataReport
from cnnstudio.data.settings import DataSettings
from tests.data.pictures import jpeg_bytes, noise, save, two_classes, with_orientation

SHAPE = (9, 7, 3)


def as_listed(report: DataReport) -> np.ndarray:
    return np.arange(len(report.images), dtype=np.int32)


def backwards(report: DataReport) -> np.ndarray:
    return as_listed(report)[::-1]


def odd_folder(root: Path) -> Path:
    """Two classes with images of many kinds, some broken."""
    two_classes(root, each=4)
    save(root / "cat" / "grey.png", noise(channels=1, seed=1))
    save(root / "cat" / "sixteen.png", Image.fromarray(np.arange(96, dtype=np.uint16).reshape(8, 12) * 600))
    save(root / "dog" / "palette.gif", Image.fromarray(noise()).convert("P"))
    save(root / "dog" / "turned.jpg", Image.fromarray(noise(20, 10)), exif=with_orientation(6))
    (root / "dog" / "cut.jpg").write_bytes(jpeg_bytes()[:-200])
    (root / "dog" / "empty.png").write_bytes(b"")
    (root / "cat" / "text.png").write_text("no picture")
    (root / "cat" / "misnamed.png").write_bytes(jpeg_bytes())
    return root


@pytest.mark.parametrize("arranged", [as_listed, backwards])
@pytest.mark.parametrize("resize", ["stretch", "crop", "pad"])
def test_images_pixels_and_complaints_are_those_of_a_scan_and_a_decoding(
    tmp_path: Path, arranged, resize
) -> None:
    root = odd_folder(tmp_path)
    settings = DataSettings(resize=resize, quarantine=("cat/1.png",))
    report = scan(root, settings)
    taken = take_in(root, settings, SHAPE, arranged=arranged)
    assert taken is not None
    assert [image.path for image in taken.report.images] == [image.path for image in report.images]
    assert taken.report.labels.tolist() == report.labels.tolist()
    assert taken.report.classes == report.classes
    assert taken.report.error is None
    broken = [problem for problem in report.problems if problem.severity == "error"]
    assert len(broken) == 3
    assert [problem for problem in taken.report.problems if problem.severity == "error"] == broken
    assert taken.order.tolist() == arranged(report).tolist()
    decoded = load_images(report, height=9, width=7, channels=3, resize=resize, indices=taken.order)
    assert np.array_equal(taken.pixels, decoded.pixels)
    assert taken.keeping.where == "memory"
    assert taken.keeping.size == decoded.pixels.nbytes


def test_a_shortcut_gives_what_it_can_and_the_rest_is_decoded_after_it(tmp_path: Path) -> None:
    root = odd_folder(tmp_path)
    asked: list[str] = []

    def every_other(home: Path, names, shape, resize) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        asked.extend(names)
        for number, name in enumerate(names):
            if number % 2 == 0 and name.endswith("0.png"):
                yield np.array([number]), np.full((1, *shape), 7, np.uint8)

    taken = take_in(root, DataSettings(), SHAPE, arranged=backwards, shortcut=every_other)
    assert taken is not None
    paths = [taken.report.images[number].path for number in taken.order]
    short = [asked.index(path) % 2 == 0 and path.endswith("0.png") for path in paths]
    assert any(short)
    for path, pixels, was_short in zip(paths, taken.pixels, short, strict=True):
        assert np.array_equal(
            pixels, np.full(SHAPE, 7) if was_short else decode_file(root / path, SHAPE, "stretch")
        )


def test_a_class_that_breaks_away_is_told_and_its_images_left_out(tmp_path: Path) -> None:
    root = two_classes(tmp_path)
    (root / "bird").mkdir()
    (root / "bird" / "a.png").write_bytes(b"broken")
    taken = take_in(root, DataSettings(), SHAPE, arranged=as_listed)
    assert taken is not None
    assert taken.report.class_names == ("cat", "dog")
    assert taken.pixels.shape == (6, *SHAPE)
    assert {problem.code for problem in taken.report.problems} == {"image.not_image", "class.unusable"}


def test_images_that_memory_may_not_keep_are_not_read_in_one_go(tmp_path: Path) -> None:
    root = two_classes(tmp_path)
    size = 6 * int(np.prod(SHAPE))
    assert take_in(root, DataSettings(), SHAPE, arranged=as_listed, limits=Limits(memory=size)) is not None
    assert take_in(root, DataSettings(), SHAPE, arranged=as_listed, limits=Limits(memory=size - 1)) is None


def test_each_file_counts_once_and_reading_can_be_cancelled(tmp_path: Path) -> None:
    root = two_classes(tmp_path, each=40)
    told: list[tuple[int, int]] = []
    take_in(
        root,
        DataSettings(),
        SHAPE,
        arranged=as_listed,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told[-1] == (80, 80)
    assert told == sorted(told)
    with pytest.raises(Cancelled):
        take_in(root, DataSettings(), SHAPE, arranged=as_listed, cancelled=lambda: True)


def test_what_refuses_the_report_ends_the_reading_before_it_is_decoded(tmp_path: Path) -> None:
    root = two_classes(tmp_path)

    def refuse(_report: DataReport) -> np.ndarray:
        raise DataError("no", "no", "no")  # type: ignore[arg-type]

    def shortcut(*_: object) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        yield pytest.fail("decoded")

    with pytest.raises(DataError):
        take_in(root, DataSettings(), SHAPE, arranged=refuse, shortcut=shortcut)
