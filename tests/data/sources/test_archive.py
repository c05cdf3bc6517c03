"""Archives: unpacked once into the cache and read like folders; hostile ones are refused and leave nothing behind."""

from __future__ import annotations

import io
import shutil
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnstudio.data.image_folder import scan
from cnnstudio.data.problem import Cancelled, DataError
from cnnstudio.data.report import DataReport
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources import signature_of
from cnnstudio.data.table_settings import TableSettings
from cnnstudio.data.unpacking import archive, cache
from tests.data.pictures import noise, save, two_classes

KINDS = ("zip", "tar", "gztar", "bztar", "xztar")
SUFFIX = {"zip": ".zip", "tar": ".tar", "gztar": ".tar.gz", "bztar": ".tar.bz2", "xztar": ".tar.xz"}


def packed(folder: Path, kind: str = "zip", *, top: str | None = None) -> Path:
    """An archive of a folder's content, below a folder named `top` where that is wanted."""
    place = folder.parent / f"{folder.name}-packed"
    base = {"root_dir": folder.parent, "base_dir": folder.name} if top is not None else {"root_dir": folder}
    return Path(shutil.make_archive(str(place), kind, **base))


def zipped(
    path: Path, entries: dict[str, bytes], change: Callable[[zipfile.ZipInfo], None] | None = None
) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in entries.items():
            entry = zipfile.ZipInfo("x")
            entry.filename = name
            entry.compress_type = zipfile.ZIP_DEFLATED
            if change is not None:
                change(entry)
            bundle.writestr(entry, content)
    return path


def tarred(path: Path, *entries: tarfile.TarInfo | tuple[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as bundle:  # type: ignore[call-overload]
        for entry in entries:
            if isinstance(entry, tarfile.TarInfo):
                bundle.addfile(entry)
            else:
                info = tarfile.TarInfo(entry[0])
                info.size = len(entry[1])
                bundle.addfile(info, io.BytesIO(entry[1]))
    return path


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info


def picture(seed: int = 0) -> bytes:
    buffer = io.BytesIO()
    from PIL import Image

    Image.fromarray(noise(seed=seed)).save(buffer, "PNG")
    return buffer.getvalue()


def assert_refused(path: Path, code: str) -> None:
    before = sorted(path.parent.rglob("*"))
    with pytest.raises(DataError) as caught:
        scan(path)
    assert caught.value.code == code, str(caught.value)
    assert str(caught.value.hint)
    assert not list(cache.cache_folder().glob("*")), "nothing is left in the cache"
    assert sorted(path.parent.rglob("*")) == before, "nothing was written beside it"


def same(report: DataReport, folder: Path) -> bool:
    """Whether a report tells of the same classes and files as a folder does."""
    direct = scan(folder)
    told = [
        [(image.digest, one.class_names[image.class_index], image.part) for image in one.images]
        for one in (report, direct)
    ]
    return told[0] == told[1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("top", [None, "pets"])
def test_class_folders_in_any_archive_are_read_as_the_folder_is(
    tmp_path: Path, kind: str, top: str | None
) -> None:
    folder = two_classes(tmp_path / "pets")
    path = packed(folder, kind, top=top)
    assert path.name.endswith(SUFFIX[kind])
    report = scan(path)
    assert same(report, folder)
    assert report.source == path
    assert report.trainable


def test_parts_a_table_and_arrays_are_found_in_archives(tmp_path: Path) -> None:
    parts = tmp_path / "parts"
    for part in ("train", "val"):
        two_classes(parts / part)
    assert scan(packed(parts)).layout == "parts"
    assert scan(packed(parts, "tar", top="parts")).layout == "parts"
    table = tmp_path / "table"
    for number in range(6):
        save(table / "images" / f"{number}.png", noise(seed=number))
    (table / "labels.csv").write_text("file,size\n" + "".join(f"{n}.png,{n}.5\n" for n in range(6)))
    report = scan(packed(table, "gztar", top="table"))
    assert (report.task, report.target_names, len(report.images)) == ("regression", ("size",), 6)
    arrays = tmp_path / "arrays"
    arrays.mkdir()
    np.savez(
        arrays / "set.npz",
        images=np.zeros((6, 4, 4), np.uint8) + np.arange(6, dtype=np.uint8)[:, None, None],
        labels=np.arange(6) % 2,
    )
    assert scan(packed(arrays)).class_names == ("0", "1")


@pytest.mark.parametrize("top", ["test", "val", "pets"])
def test_the_only_folder_of_an_archive_is_gone_into_whatever_its_name(tmp_path: Path, top: str) -> None:
    """Nobody can choose a folder inside an archive."""
    entries = {f"{top}/{name}/{n}.png": picture(n + 10 * k) for k, name in enumerate("ab") for n in range(2)}
    report = scan(zipped(tmp_path / "x.zip", entries))
    assert report.error is None
    assert report.class_names == ("a", "b")


def test_a_folder_with_one_table_is_read_by_the_table(tmp_path: Path) -> None:
    for number in range(4):
        save(tmp_path / "images" / f"{number}.png", noise(seed=number))
    table = tmp_path / "labels.csv"
    table.write_text("file,label\n" + "".join(f"{n}.png,{'ab'[n % 2]}\n" for n in range(4)))
    assert scan(tmp_path).class_names == ("a", "b")
    assert signature_of(tmp_path, DataSettings()) != signature_of(tmp_path / "images", DataSettings())
    table.write_text("price,colour\n1,red\n")
    report = scan(tmp_path)
    assert report.error is not None
    assert report.error.code == "data.one_class"


def test_what_other_systems_add_is_left_out(tmp_path: Path) -> None:
    entries = {f"set/{name}/{n}.png": picture(n + 10 * k) for k, name in enumerate("ab") for n in range(2)}
    extra = {
        "__MACOSX/set/._1.png": b"x",
        "set/.DS_Store": b"x",
        "set/a/Thumbs.db": b"x",
        "set/a/.hidden/1.png": b"x",
    }
    report = scan(zipped(tmp_path / "x.zip", entries | extra))
    assert len(report.images) == 4
    assert not report.problems


def test_settings_reach_the_table_in_an_archive(tmp_path: Path) -> None:
    entries = {f"images/{n}.png": picture(n) for n in range(4)}
    entries["list.csv"] = b"a,b,c\n" + b"".join(b"%d.png,%d,%d\n" % (n, n, n % 2) for n in range(4))
    options = TableSettings(path_column="a", label_columns=("c",), task="classification")
    assert scan(zipped(tmp_path / "x.zip", entries), DataSettings(table=options)).class_names == ("0", "1")


# --- hostile archives ------------------------------------------------------------------------------

ESCAPES = (
    "../evil.png",
    "a/../../evil.png",
    "..\\evil.png",
    "/etc/evil.png",
    "C:\\evil.png",
    "c:evil.png",
    "\\\\host\\evil.png",
    "a/..",
)


@pytest.mark.parametrize("name", ESCAPES)
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    assert_refused(zipped(tmp_path / "in" / "x.zip", {"a/1.png": picture(), name: b"evil"}), "archive.escape")
    assert_refused(
        tarred(tmp_path / "in" / "x.tar", ("a/1.png", picture()), (name, b"evil")), "archive.escape"
    )


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (tarfile.SYMTYPE, "archive.link"),
        (tarfile.LNKTYPE, "archive.link"),
        (tarfile.CHRTYPE, "archive.device"),
        (tarfile.BLKTYPE, "archive.device"),
        (tarfile.FIFOTYPE, "archive.device"),
    ],
)
def test_links_and_devices_of_a_tar_are_refused(tmp_path: Path, kind: bytes, code: str) -> None:
    assert_refused(
        tarred(tmp_path / "x.tar", ("a/1.png", picture()), special("a/2.png", kind, "/etc/passwd")), code
    )


@pytest.mark.parametrize(("kind", "code"), [(stat.S_IFLNK, "archive.link"), (stat.S_IFIFO, "archive.device")])
def test_links_and_devices_of_a_zip_are_refused(tmp_path: Path, kind: int, code: str) -> None:
    def change(entry: zipfile.ZipInfo) -> None:
        entry.create_system = 3
        entry.external_attr = (kind | 0o777) << 16

    assert_refused(zipped(tmp_path / "x.zip", {"a/1.png": b"/etc/passwd"}, change), code)


@pytest.mark.parametrize("kind", ["zip", "gztar", "bztar", "xztar"])
def test_what_unpacks_to_far_more_is_refused(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "SMALL", 1 << 20)
    monkeypatch.setattr(archive, "MOST_RATIO", 50)
    folder = tmp_path / "bomb"
    folder.mkdir()
    (folder / "1.png").write_bytes(bytes(4 << 20))
    assert_refused(packed(folder, kind), "archive.bomb")


def test_a_header_that_lies_about_a_size_is_not_believed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a/1.png": bytes(100_000)})
    content = path.read_bytes().replace(struct.pack("<I", 100_000), struct.pack("<I", 10))
    path.write_bytes(content)
    assert_refused(path, "archive.damaged")


def test_a_giant_header_of_a_tar_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_LONGEST_READ", 1 << 20)
    info = special("./PaxHeaders/x", tarfile.XHDTYPE)
    info.size = 2 << 20
    with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as bundle:
        bundle.addfile(info, io.BytesIO(bytes(2 << 20)))
    assert_refused(tmp_path / "x.tar.gz", "archive.damaged")


def test_limits_of_files_bytes_and_room_are_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {f"a/{n}.png": picture(n) for n in range(5)}
    paths = zipped(tmp_path / "x.zip", entries), tarred(tmp_path / "x.tar", *entries.items())
    for path in paths:
        with monkeypatch.context() as patch:
            patch.setattr(archive, "MOST_FILES", 4)
            assert_refused(path, "archive.files")
        with monkeypatch.context() as patch:
            patch.setattr(archive, "MOST_BYTES", 300)
            assert_refused(path, "archive.bomb")
        with monkeypatch.context() as patch:
            patch.setattr(archive.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 10))  # type: ignore[attr-defined]
            assert_refused(path, "archive.room")


@pytest.mark.parametrize("names", [("a/1.png", "a/1.png"), ("a", "a/1.png"), ("a/1.png", "a/1.png/2.png")])
def test_names_that_occur_twice_are_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    assert_refused(tarred(tmp_path / "x.tar", *((name, b"x") for name in names)), "archive.twice")


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a/1.png": picture()})
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    path.write_bytes(content)
    assert_refused(path, "archive.encrypted")


@pytest.mark.parametrize("kind", KINDS)
def test_torn_archives_are_told_of(tmp_path: Path, kind: str) -> None:
    path = packed(two_classes(tmp_path / "pets"), kind)
    whole = path.read_bytes()
    folder = tmp_path / "torn"
    folder.mkdir()
    torn = folder / path.name
    for content in (b"", b"no archive at all" * 50, whole[: len(whole) // 2]):
        torn.write_bytes(content)
        assert_refused(torn, "archive.damaged")


def test_a_tar_whose_middle_is_damaged_does_not_end_silently(tmp_path: Path) -> None:
    path = tarred(
        tmp_path / "x.tar", ("a/1.png", bytes(512)), ("a/2.png", bytes(512)), ("b/1.png", bytes(512))
    )
    content = bytearray(path.read_bytes())
    content[1024:1200] = b"z" * 176
    path.write_bytes(content)
    assert_refused(path, "archive.damaged")


@given(
    place=st.integers(0, 3000),
    content=st.binary(min_size=1, max_size=30),
    kind=st.sampled_from(("zip", "gztar", "tar")),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_damaged_there_is_a_report_or_a_clear_error(
    tmp_path: Path, place: int, content: bytes, kind: str
) -> None:
    source = tmp_path / "set"
    if not source.exists():
        two_classes(source, each=2)
    path = packed(source, kind)
    whole = path.read_bytes()
    place %= len(whole)
    path.write_bytes(whole[:place] + content + whole[place + len(content) :])
    try:
        said = str(scan(path).root)
    except DataError as error:
        said = str(error.hint)
    assert said


# --- once -----------------------------------------------------------------------------------------


def test_an_archive_is_unpacked_once_and_anew_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = two_classes(tmp_path / "pets")
    path = packed(folder)
    first = scan(path)
    with monkeypatch.context() as patch:
        patch.setattr("cnnstudio.data.sources.archive.unpack_archive", None)
        assert scan(path).root == first.root
    before = signature_of(path, DataSettings())
    save(folder / "dog" / "another.png")
    path = packed(folder)
    assert signature_of(path, DataSettings()) != before
    assert len(scan(path).images) == 7


@pytest.mark.parametrize("kind", ["zip", "gztar"])
def test_unpacking_an_archive_tells_how_far_it_is_and_can_be_cancelled(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_TELL_EVERY", 1)
    path = packed(two_classes(tmp_path / "pets", each=10), kind)
    calls: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        scan(path, progress=lambda *call: calls.append(call), cancelled=lambda: bool(calls))
    assert not list(cache.cache_folder().glob("*"))
    assert scan(path, progress=lambda *call: calls.append(call)).trainable
    assert calls[-1] == (40, 40)
    shutil.rmtree(cache.cache_folder())
    unpacked, looked_at = list[tuple[int, int]](), list[tuple[int, int]]()
    scan(
        path,
        progress=lambda *call: looked_at.append(call),
        unpacking=lambda *call: unpacked.append(call),
    )
    assert unpacked[-1][0] == looked_at[-1][0] == looked_at[-1][1] == 20
    assert all(done <= total for done, total in unpacked)
    assert all(0 < done <= total for done, total in calls[1:])
