"""CIFAR and NPZ files, unpacked once, read like folders, refused in clear words; and the cache of what is unpacked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cnnstudio.data.image_folder import scan
from cnnstudio.data.problem import Cancelled, DataError
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources import reader_for, readers, signature_of
from cnnstudio.data.table_settings import TableSettings
from cnnstudio.data.unpacking import arrays, cache, files
from cnnstudio.data.unpacking.files import folder_names, png
from tests.data.pictures import two_classes
from tests.data.sources.small_arrays import (
    COLOURS,
    LABELS,
    PICTURES,
    RANDOM,
    assert_refused,
    loose,
    pixels_of,
)

# --- CIFAR ---------------------------------------------------------------------------------------


def write_cifar(folder: Path, *, hundred: bool = False) -> tuple[np.ndarray, Path]:
    images = RANDOM.integers(0, 256, (6, 32, 32, 3), dtype=np.uint8)
    folder.mkdir()
    planes = np.moveaxis(images, 3, 1).reshape(6, -1)
    labels = np.array([[number % 3, 40 - number % 2] for number in range(6)], np.uint8)
    records = np.concatenate([labels if hundred else labels[:, :1], planes], axis=1)
    train = ("train.bin",) if hundred else ("data_batch_1.bin", "data_batch_2.bin")
    for name, rows in zip(
        (*train, "test.bin" if hundred else "test_batch.bin"), np.split(records, 3 - hundred), strict=True
    ):
        (folder / name).write_bytes(rows.tobytes())
    names = [f"fine {number}" for number in range(50)] if hundred else ["airplane", "automobile", "bird"]
    meta = "fine_label_names.txt" if hundred else "batches.meta.txt"
    (folder / meta).write_text("\n".join(name.replace(" ", "_") for name in names) + "\n")
    return images, folder


def test_binary_batches_of_cifar_10_have_parts_names_and_their_pixels(tmp_path: Path) -> None:
    images, folder = write_cifar(tmp_path / "cifar-10-batches-bin")
    report = scan(folder)
    assert report.class_names == ("airplane", "automobile", "bird")[: len(report.class_names)]
    test = sorted(
        (image.path for image in report.images if image.part == "test"), key=lambda path: path.split("/")[-1]
    )
    assert [path.split("/")[1] for path in test] == ["automobile", "bird"]
    for number, path in enumerate(test):
        assert (np.asarray(Image.open(report.root / path)) == images[4 + number]).all()


def test_cifar_100_has_its_fine_classes(tmp_path: Path) -> None:
    _, folder = write_cifar(tmp_path / "cifar", hundred=True)
    report = scan(folder / "train.bin")
    assert report.class_names == ("fine_39", "fine_40")


@pytest.mark.parametrize("names", [("data_batch_1", "test_batch", "batches.meta"), ("train", "test", "meta")])
def test_the_pickled_version_is_refused_with_the_cure(tmp_path: Path, names: tuple[str, ...]) -> None:
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    for name in names:
        (folder / name).write_bytes(b"cos\nsystem\n(S'touch pwned'\ntR.")
    assert "binary version" in assert_refused(folder, "cifar.pickled")


def test_a_cut_off_batch_is_told_of_and_folders_of_images_are_no_batches(tmp_path: Path) -> None:
    _, folder = write_cifar(tmp_path / "cifar")
    (folder / "data_batch_2.bin").write_bytes(b"123")
    assert "data_batch_2.bin" in assert_refused(folder, "cifar.length")
    assert reader_for(two_classes(tmp_path / "train"), DataSettings()).name == "image_folder"


# --- NPZ -----------------------------------------------------------------------------------------


def npz(path: Path, **held: np.ndarray) -> Path:
    np.savez_compressed(path, **held)
    return path


@pytest.mark.parametrize(
    "change",
    [
        lambda images: images,
        lambda images: images[..., None],
        lambda images: images / np.float32(255),
        lambda images: images.astype(np.float64),
        lambda images: images.astype(np.int32),
        lambda images: images.astype(np.uint16) * 257,
        lambda images: images[:, None],
    ],
)
def test_grey_images_of_any_usual_array_keep_their_pixels(
    tmp_path: Path, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    report = scan(npz(tmp_path / "a.npz", images=change(PICTURES), labels=LABELS))
    pixels, names = pixels_of(report)
    assert (pixels[..., 0] == PICTURES).all()
    assert names == [str(label) for label in LABELS]


def test_flat_squares_are_images(tmp_path: Path) -> None:
    squares = RANDOM.integers(0, 256, (12, 8, 8), dtype=np.uint8)
    report = scan(npz(tmp_path / "a.npz", x_train=squares.reshape(12, 64), y_train=LABELS))
    assert report.sizes == ((8, 8, 12),)


@pytest.mark.parametrize("change", [lambda images: images, lambda images: np.moveaxis(images, 3, 1)])
def test_colours_may_come_last_or_first(tmp_path: Path, change: Callable[[np.ndarray], np.ndarray]) -> None:
    report = scan(npz(tmp_path / "a.npz", x=change(COLOURS), y=LABELS[:, None]))
    assert (pixels_of(report, channels=3)[0] == COLOURS).all()


def test_parts_and_class_names_of_an_npz_are_kept(tmp_path: Path) -> None:
    held = {
        "train_images": PICTURES,
        "train_labels": LABELS,
        "val_images": PICTURES[:3],
        "val_labels": LABELS[:3],
    }
    names = np.array(["cat/dog", "..", "Füchse"])
    report = scan(npz(tmp_path / "a.npz", **held, class_names=names, notes=np.array(["x"], object)))
    assert report.layout == "parts"
    assert report.class_names == ("cat_dog", "class 1", "Füchse")
    assert [entry.validation for entry in report.classes] == [1, 1, 1]


@pytest.mark.parametrize(
    ("labels", "task", "names"),
    [
        (np.eye(3)[LABELS], "classification", ("0", "1", "2")),
        (np.array(["b", "a", "c"])[LABELS], "classification", ("a", "b", "c")),
        (LABELS.astype(float), "classification", ("0", "1", "2")),
        (LABELS + 0.5, "regression", ("value",)),
        (np.stack([LABELS > 0, LABELS > 1], axis=1), "multi_label", ("0", "1")),
        (np.stack([LABELS * 2.5, LABELS - 9], axis=1), "regression", ("0", "1")),
    ],
)
def test_what_is_to_be_learned_is_told_by_the_labels(
    tmp_path: Path, labels: np.ndarray, task: str, names: tuple[str, ...]
) -> None:
    report = scan(npz(tmp_path / "a.npz", images=PICTURES, labels=labels))
    assert (report.task, report.told) == (task, names)
    assert len(report.images) == 12
    if task != "classification":
        assert report.targets is not None
        assert report.targets == pytest.approx(labels.astype(np.float32).reshape(12, -1))


def test_whole_numbers_are_learned_as_numbers_when_it_is_said(tmp_path: Path) -> None:
    path = npz(tmp_path / "a.npz", images=PICTURES, labels=LABELS)
    assert scan(path).task == "classification"
    report = scan(path, DataSettings(table=TableSettings(task="regression")))
    assert (report.task, report.images[2].target) == ("regression", (2.0,))


@pytest.mark.parametrize(
    ("held", "code"),
    [
        ({"images": PICTURES.astype(object), "labels": LABELS}, "npz.objects"),
        ({"images": PICTURES, "labels": np.array([{}] * 12)}, "npz.objects"),
        ({"images": PICTURES, "labels": LABELS[:5]}, "arrays.counts"),
        ({"images": PICTURES[:0], "labels": LABELS[:0]}, "arrays.empty"),
        ({"images": PICTURES, "labels": np.array(3)}, "arrays.counts"),
        ({"images": PICTURES[0], "labels": LABELS[:7]}, "arrays.shape"),
        ({"images": PICTURES.astype(np.float32) - 1, "labels": LABELS}, "arrays.pixels"),
        ({"images": np.full((12, 2, 2), np.nan), "labels": LABELS}, "arrays.pixels"),
        ({"images": PICTURES.astype(complex), "labels": LABELS}, "arrays.pixels"),
        ({"images": PICTURES, "labels": LABELS - 3}, "arrays.labels"),
        ({"images": PICTURES, "labels": np.where(LABELS == 2, np.nan, LABELS)}, "npz.labels"),
        ({"images": PICTURES, "labels": LABELS.astype(complex)}, "npz.labels"),
        ({"images": PICTURES, "labels": np.zeros((12, 2, 2))}, "npz.labels"),
        ({"pictures": PICTURES, "what": LABELS}, "npz.names"),
    ],
)
def test_an_npz_that_cannot_be_used_is_refused_in_clear_words(
    tmp_path: Path, held: dict[str, np.ndarray], code: str
) -> None:
    assert_refused(npz(tmp_path / "a.npz", **held), code)


def test_an_array_whose_header_promises_too_much_is_not_read(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        buffer, {"descr": "|u1", "fortran_order": False, "shape": (10**6, 10**4, 10**4)}
    )
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as bundle:
        bundle.writestr("images.npy", buffer.getvalue())
        with bundle.open("labels.npy", "w") as stream:
            np.lib.format.write_array(stream, LABELS)
    assert_refused(tmp_path / "a.npz", "arrays.huge")


@given(cut=st.integers(0, 400), content=st.binary(max_size=40))
@loose
def test_a_torn_npz_never_escapes_as_another_error(tmp_path: Path, cut: int, content: bytes) -> None:
    path = npz(tmp_path / "a.npz", images=PICTURES[:, :2, :2], labels=LABELS)
    whole = path.read_bytes()
    path.write_bytes(whole[: cut * 3] + content + whole[cut * 3 + 7 :])
    try:
        said = str(scan(path).root)
    except DataError as error:
        said = str(error.hint)
    assert said


# --- the cache -----------------------------------------------------------------------------------


def test_the_same_content_is_unpacked_once_whatever_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = npz(tmp_path / "a.npz", images=PICTURES, labels=LABELS)
    first = scan(path)
    other = path.rename(tmp_path / "sub.npz")
    monkeypatch.setattr(
        "cnnstudio.data.sources.array_reader.key_of", lambda *_args, **_options: first.root.name
    )
    monkeypatch.setattr("cnnstudio.data.sources.array_reader.write_arrays", None)
    assert scan(other).root == first.root


def test_what_is_missing_in_the_cache_is_unpacked_again(tmp_path: Path) -> None:
    path = npz(tmp_path / "a.npz", images=PICTURES, labels=LABELS)
    report = scan(path)
    (report.root / report.images[0].path).unlink()
    assert not cache.is_complete(report.root)
    assert len(scan(path).images) == 12


def test_unpacking_tells_how_far_it_is_and_can_be_cancelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = npz(tmp_path / "a.npz", images=PICTURES, labels=LABELS)
    monkeypatch.setattr(files, "_TELL_EVERY", 1)
    calls: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        scan(path, progress=lambda *call: calls.append(call), cancelled=lambda: bool(calls))
    assert not list(cache.cache_folder().glob("*"))
    scan(path, progress=lambda *call: calls.append(call))
    assert calls[-1] == (24, 24)
    assert calls[1:] == sorted(calls[1:])


def test_a_full_disk_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, _content: bytes) -> int:
        raise OSError(28, "No space left on device")

    path = npz(tmp_path / "a.npz", images=PICTURES, labels=LABELS)
    monkeypatch.setattr(Path, "write_bytes", full)
    assert "No space left" in assert_refused(path, "source.cache")


def test_too_little_memory_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "_HALF", 1e-12)
    assert_refused(npz(tmp_path / "a.npz", images=PICTURES, labels=LABELS), "arrays.memory")


def test_the_longest_unused_goes_when_there_is_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tmp_path / "cache"

    def fill(folder: Path) -> None:
        (folder / "x").write_bytes(bytes(100))

    old, new = cache.unpacked("old", fill, base), cache.unpacked("new", fill, base)
    monkeypatch.setattr(cache, "MOST_KEPT", 150)
    cache.unpacked("a", fill, base)
    assert old.exists(), "what was used in the last day stays"
    monkeypatch.setattr(cache, "_DAY", -1.0)
    monkeypatch.setattr(cache, "MOST_KEPT", 250)
    cache.unpacked("b", fill, base)
    assert not old.exists()
    assert new.exists()


def test_the_signature_is_that_of_the_files_themselves(tmp_path: Path) -> None:
    path = npz(tmp_path / "a.npz", images=PICTURES, labels=LABELS)
    before = signature_of(path, DataSettings())
    assert signature_of(path, DataSettings()) == before
    npz(path, images=PICTURES, labels=LABELS[::-1])
    assert signature_of(path, DataSettings()) != before


# --- small things --------------------------------------------------------------------------------


@given(
    shape=st.sampled_from([(1, 1), (5, 3), (2, 7, 3), (4, 2, 4)]),
    seed=st.integers(0, 99),
)
def test_a_written_png_is_read_by_pillow_as_it_was(shape: tuple[int, ...], seed: int) -> None:
    image = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    assert (np.asarray(Image.open(io.BytesIO(png(image)))) == image).all()


@given(names=st.lists(st.text(max_size=8), max_size=8, unique=True))
def test_folder_names_differ_and_stay_in_their_folder(names: list[str]) -> None:
    found = folder_names(names)
    assert len({name.casefold() for name in found}) == len(names)
    assert all(name and "/" not in name and "\\" not in name and not name.startswith(".") for name in found)


def test_every_reader_has_a_name_and_says_what_it_reads() -> None:
    found = readers()
    assert set(found) >= {"image_folder", "table", "idx", "cifar", "npz"}
    assert all(str(reader.what) and name == reader.name for name, reader in found.items())
