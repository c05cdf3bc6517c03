"""Decoded images in memory, in a file or nowhere: the same bytes, and no file that is stale, torn or too large."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest

from cnnstudio.data.image_folder import scan
from cnnstudio.data.keeping import limits as keeping_limits
from cnnstudio.data.keeping import loading, pixel_file
from cnnstudio.data.keeping.limits import (
    GIGABYTE,
    Keeping,
    Limits,
    amount,
    as_environment,
    limits_from,
    where_to_keep,
)
from cnnstudio.data.keeping.loading import KeptImages, keep_images
from cnnstudio.data.keeping.pixels import DecodedPixels, MappedPixels
from cnnstudio.data.parallel import map_files
from cnnstudio.data.problem import Cancelled, DataError
from cnnstudio.data.settings import Resize
from tests.data.pictures import noise, save, two_classes
from tests.data.test_scan_memory import aged

SHAPE = (8, 12, 3)
SIZE = 6 * 8 * 12 * 3
IN_FILE = Limits(memory=0, file=GIGABYTE)
NOWHERE = Limits(memory=0, file=0)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return aged(two_classes(tmp_path / "data"))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that are decoded for a file of images, or instead of one."""
    seen: list[Path] = []
    real = loading.decode_file

    def watched(path: Path, shape: tuple[int, int, int], resize: Resize) -> np.ndarray:
        seen.append(path)
        return real(path, shape, resize)

    monkeypatch.setattr(loading, "decode_file", watched)
    return seen


def kept(data: Path, wanted: Limits, base: Path, order: tuple[int, ...] = (4, 0, 2, 5, 1, 3)) -> KeptImages:
    return keep_images(scan(data), SHAPE, indices=np.array(order, np.int32), limits=wanted, base=base)


def everything(images: KeptImages) -> np.ndarray:
    pixels = images.pixels
    return pixels if isinstance(pixels, np.ndarray) else pixels.take(np.arange(len(pixels)))


def files(base: Path) -> list[Path]:
    return sorted(base.iterdir()) if base.is_dir() else []


def test_the_three_places_hold_the_same_images(data: Path, base: Path) -> None:
    in_memory, in_file, nowhere = (kept(data, one, base) for one in (Limits(memory=SIZE), IN_FILE, NOWHERE))
    assert isinstance(in_memory.pixels, np.ndarray)
    assert isinstance(in_file.pixels, MappedPixels)
    assert isinstance(nowhere.pixels, DecodedPixels)
    assert [one.keeping.where for one in (in_memory, in_file, nowhere)] == ["memory", "file", "nowhere"]
    for other in (in_file, nowhere):
        assert other.pixels.shape == in_memory.pixels.shape
        assert np.array_equal(everything(other), in_memory.pixels)
        assert np.array_equal(other.labels, in_memory.labels)
        part = other.pixels.part(slice(1, 4))
        assert np.array_equal(part.take(np.array([2, 0])), in_memory.pixels[[3, 1]])
        joined = part.joined([other.pixels.part(slice(0, 1))])
        assert np.array_equal(joined.take(np.arange(4)), in_memory.pixels[[1, 2, 3, 0]])


def test_a_file_is_found_again_by_every_split(data: Path, base: Path, decoded: list[Path]) -> None:
    first = everything(kept(data, IN_FILE, base))
    assert len(decoded) == 6
    again = kept(data, IN_FILE, base, order=(0, 1, 2, 3, 4, 5))
    assert len(decoded) == 6
    assert np.array_equal(everything(again)[[4, 0, 2, 5, 1, 3]], first)
    assert len(files(base)) == 1


@pytest.mark.parametrize("change", ["rewritten", "touched", "resize", "pillow", "rule"])
def test_a_stale_file_is_not_used(
    data: Path, base: Path, decoded: list[Path], change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(data, IN_FILE, base)
    decoded.clear()
    resize: Resize = "stretch"
    if change == "rewritten":
        os.utime(save(data / "cat" / "0.png", noise(seed=77)), ns=(10**18 + 7, 10**18 + 7))
    elif change == "touched":
        os.utime(data / "cat" / "0.png", ns=(10**18 + 1, 10**18 + 1))
    elif change == "resize":
        resize = "crop"
    elif change == "pillow":
        monkeypatch.setattr(loading.PIL, "__version__", "0")
    else:
        monkeypatch.setattr(loading, "_RULE", 99)
    found = keep_images(
        scan(data), SHAPE, resize=resize, indices=np.arange(6, dtype=np.int32), limits=IN_FILE, base=base
    )
    assert len(decoded) == 6
    wanted = keep_images(
        scan(data), SHAPE, resize=resize, indices=np.arange(6, dtype=np.int32), limits=Limits(memory=SIZE)
    )
    assert np.array_equal(everything(found), wanted.pixels)


@pytest.mark.parametrize("damage", ["shorter", "longer", "empty", "note", "other"])
def test_a_torn_file_is_made_anew(data: Path, base: Path, decoded: list[Path], damage: str) -> None:
    first = everything(kept(data, IN_FILE, base))
    (file,) = files(base)
    content = file.read_bytes()
    file.unlink()  # a mapped file is never written to
    torn = {
        "shorter": content[:-1],
        "longer": content + b"\0",
        "empty": b"",
        "note": content[:SIZE] + b"x" + content[SIZE + 1 :],
        "other": content.replace(b'"shape": [6, 8', b'"shape": [6, 9'),
    }[damage]
    assert torn != content
    file.write_bytes(torn)
    decoded.clear()
    assert np.array_equal(everything(kept(data, IN_FILE, base)), first)
    assert len(decoded) == 6
    assert file.read_bytes() == content


def test_files_that_were_just_written_are_kept_for_once(
    tmp_path: Path, base: Path, decoded: list[Path]
) -> None:
    data = two_classes(tmp_path / "data")
    found = kept(data, IN_FILE, base)
    assert found.keeping.where == "file"
    assert np.array_equal(everything(found), kept(data, Limits(memory=SIZE), base).pixels)
    assert not files(base)


def test_what_changes_while_it_is_decoded_is_not_taken_for_what_it_becomes(
    data: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def then_changed(*arguments: object, **named: object) -> list[object]:
        results = map_files(*arguments, **named)  # type: ignore[arg-type]
        save(data / "dog" / "2.png", noise(seed=78))
        aged(data)
        os.utime(data / "dog" / "2.png", ns=(10**18 + 5, 10**18 + 5))
        return results

    monkeypatch.setattr(loading, "map_files", then_changed)
    kept(data, IN_FILE, base)
    assert not files(base)


def test_a_file_that_broke_since_the_scan_is_left_out_and_named_each_time(data: Path, base: Path) -> None:
    report = scan(data)
    broken = data / "cat" / "1.png"
    broken.write_bytes(broken.read_bytes()[:60])
    aged(data)
    for _ in range(2):
        found = keep_images(report, SHAPE, indices=np.arange(6, dtype=np.int32), limits=IN_FILE, base=base)
        assert [problem.path for problem in found.problems] == ["cat/1.png"]
        assert found.indices.tolist() == [0, 2, 3, 4, 5]
        assert len(found.labels) == len(found.pixels) == 5
    (data / "dog" / "0.png").unlink()
    nowhere = keep_images(report, SHAPE, indices=np.arange(6, dtype=np.int32), limits=NOWHERE, base=base)
    assert isinstance(nowhere.pixels, DecodedPixels)
    with pytest.raises(DataError, match=r"dog.0\.png cannot be read any more"):
        nowhere.pixels.take(np.array([3]))
    assert nowhere.pixels.part(slice(0, 1)).failures


def test_the_longest_unused_files_go_for_a_new_one(data: Path, base: Path) -> None:
    room = Limits(memory=0, file=2 * SIZE + 1000)
    for number, rule in enumerate(("stretch", "crop", "pad")):
        keep_images(
            scan(data), SHAPE, resize=rule, indices=np.arange(6, dtype=np.int32), limits=room, base=base
        )  # type: ignore[arg-type]
        for file in files(base):
            status = file.stat()
            os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns - (3 - number) * 10**9))
        assert pixel_file.used(base) <= room.file
    assert len(files(base)) == 2
    one = Limits(memory=0, file=SIZE + 500)
    kept(data, one, base)
    assert len(files(base)) == 1
    pixel_file.clear(base)
    assert pixel_file.used(base) == 0


def test_what_is_larger_than_the_limit_is_decoded_again_and_it_is_said_why(data: Path, base: Path) -> None:
    found = kept(data, Limits(memory=1, file=SIZE - 1), base)
    assert found.keeping.where == "nowhere"
    assert "more than memory" in str(found.keeping.message)
    assert not files(base)


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_full_disk_is_told_of_and_leaves_nothing(
    data: Path, base: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if call == "write":
        monkeypatch.setattr(pixel_file, "_writer", lambda *_: full)
    else:
        monkeypatch.setattr(pixel_file.os, "fsync", full)
    found = kept(data, IN_FILE, base)
    assert found.keeping.where == "nowhere"
    assert "No space left on device" in str(found.keeping.message)
    assert not files(base)
    assert np.array_equal(everything(found), kept(data, Limits(memory=SIZE), base).pixels)


def test_a_disk_without_room_is_not_filled(data: Path, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping_limits, "free_disk", lambda _: 1000)
    found = kept(data, IN_FILE, base)
    assert "of the disk are free" in str(found.keeping.message)


def test_a_cache_folder_that_cannot_be_made_is_told_of(data: Path, base: Path) -> None:
    base.write_text("a file")
    found = kept(data, IN_FILE, base)
    assert found.keeping.where == "nowhere"
    assert "cannot be written" in str(found.keeping.message)


def test_cancelling_leaves_nothing(data: Path, base: Path) -> None:
    with pytest.raises(Cancelled):
        keep_images(
            scan(data),
            SHAPE,
            indices=np.arange(6, dtype=np.int32),
            limits=IN_FILE,
            base=base,
            cancelled=lambda: True,
        )
    assert not files(base)


def test_several_at_once_make_one_whole_file(data: Path, base: Path) -> None:
    report = scan(data)
    wanted = kept(data, Limits(memory=SIZE), base, order=(0, 1, 2, 3, 4, 5)).pixels
    start = threading.Barrier(4)
    found: list[KeptImages] = []

    def work() -> None:
        start.wait()
        found.extend(
            keep_images(report, SHAPE, indices=np.arange(6, dtype=np.int32), limits=IN_FILE, base=base)
            for _ in range(3)
        )

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert all(np.array_equal(everything(one), wanted) for one in found)
    assert len(files(base)) == 1


_ANOTHER = """
import sys
from pathlib import Path
import numpy as np
from cnnstudio.data.image_folder import scan
from cnnstudio.data.keeping.limits import Limits
from cnnstudio.data.keeping.loading import keep_images
report = scan(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
found = keep_images(report, (8, 12, 3), indices=np.arange(6, dtype=np.int32), limits=Limits(memory=0), base=Path(sys.argv[2]))
assert found.keeping.where == "file"
sys.stdout.write(found.pixels.take(np.arange(6)).tobytes().hex())
"""


def test_two_programs_at_once_read_the_same_whole_file(data: Path, base: Path) -> None:
    wanted = kept(data, Limits(memory=SIZE), base, order=(0, 1, 2, 3, 4, 5)).pixels
    assert isinstance(wanted, np.ndarray)
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", _ANOTHER, str(data), str(base)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        out, _ = program.communicate()
        assert bytes.fromhex(out) == wanted.tobytes()
    assert len(files(base)) == 1


def test_what_is_in_use_stays_readable_when_its_file_goes(data: Path, base: Path) -> None:
    found = kept(data, IN_FILE, base)
    before = everything(found).copy()
    pixel_file.clear(base)
    assert np.array_equal(everything(found), before)


def test_what_a_killed_program_left_goes_and_what_another_makes_stays(data: Path, base: Path) -> None:
    base.mkdir()
    machine = pixel_file._machine()
    dead = base / f".fresh-{machine}-999999999-abc.images"
    alive = base / f".fresh-{machine}-{os.getppid()}-abc.images"
    foreign = base / ".fresh-elsewhere-1-abc.images"
    old = base / ".fresh-elsewhere-2-abc.images"
    for file in (dead, alive, foreign, old):
        file.write_bytes(b"x")
    os.utime(old, ns=(10**18, 10**18))
    kept(data, IN_FILE, base)
    assert not dead.exists()
    assert not old.exists()
    assert alive.exists()
    assert foreign.exists()
    pixel_file.clear(base)
    assert {file.name for file in files(base)} == {alive.name, foreign.name}


def test_limits_are_read_from_the_environment_and_written_to_it() -> None:
    assert limits_from({}) == Limits()
    assert limits_from({"CNNSTUDIO_IMAGE_MEMORY": "0.5", "CNNSTUDIO_IMAGE_CACHE": "3"}) == Limits(
        memory=GIGABYTE // 2, file=3 * GIGABYTE
    )
    for wanted in (Limits(), Limits(memory=0, file=0), Limits(memory=1234567, file=7 * GIGABYTE)):
        assert limits_from(as_environment(wanted)) == wanted
    for wrong in ("much", "-1", "inf", "nan"):
        with pytest.raises(DataError, match="CNNSTUDIO_IMAGE_CACHE"):
            limits_from({"CNNSTUDIO_IMAGE_CACHE": wrong})


def test_a_share_of_the_free_memory_is_taken_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    class Memory:
        available = 1000

    monkeypatch.setattr(psutil, "virtual_memory", Memory)
    assert where_to_keep(250, Limits()) == Keeping(where="memory", size=250, limit=250)
    assert where_to_keep(251, Limits()).where == "file"
    assert where_to_keep(251, Limits(memory=251)).where == "memory"
    assert where_to_keep(801, Limits(memory=10**9)).where == "file"


def test_sizes_are_told_with_their_unit() -> None:
    told = [amount(size) for size in (0, 5, 999, 3.14e7, 9.99e8, 1.234e9, 3.8e10)]
    assert told == ["0 B", "5 B", "1 KB", "31 MB", "1 GB", "1.2 GB", "38 GB"]
