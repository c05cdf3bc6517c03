"""Hostile and broken `.keras` files: every one is refused in a sentence, none is unpacked."""

from __future__ import annotations

import io
import json
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.core import keras_archive
from cnnstudio.core.keras_archive import KerasFileError, read_config

CONFIG = json.dumps({"class_name": "Sequential", "config": {"name": "s", "layers": []}})


def archive(path: Path, entries: dict[str, bytes | str], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.keras"


def test_an_honest_file_is_read(path: Path) -> None:
    archive(path, {"metadata.json": "{}", "config.json": CONFIG, "model.weights.h5": b"\x89HDF" * 100})
    assert read_config(path)["class_name"] == "Sequential"


def test_a_zip_bomb_is_refused_without_unpacking_it(path: Path) -> None:
    archive(path, {"config.json": b" " * (300 << 20)}, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 1 << 20
    tracemalloc.start()
    with pytest.raises(KerasFileError, match="more than 200 times its packed size"):
        read_config(path)
    assert tracemalloc.get_traced_memory()[1] < 20 << 20
    tracemalloc.stop()


def test_a_bomb_that_lies_about_its_size_is_refused(path: Path) -> None:
    archive(path, {"config.json": b" " * (30 << 20)}, zipfile.ZIP_DEFLATED)
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        struct.pack_into("<I", content, content.index(signature) + offset, 1000)
    path.write_bytes(content)
    with pytest.raises(KerasFileError):
        read_config(path)


def test_a_config_of_more_than_ten_megabytes_is_refused(path: Path) -> None:
    archive(path, {"config.json": b" " * (keras_archive.LARGEST_CONFIG + 1)})
    with pytest.raises(KerasFileError, match="more than 10 MiB"):
        read_config(path)


@pytest.mark.parametrize(
    "name",
    ["../evil.py", "/etc/passwd", "a/../../b", "C:/x", "c:x", "\\\\host\\x", "a\\b", "x" * 600, "a\nb"],
)
def test_a_name_that_leaves_the_archive_is_refused(name: str, path: Path) -> None:
    archive(path, {"config.json": CONFIG, name: b"x"})
    with pytest.raises(KerasFileError, match="would leave its folder"):
        read_config(path)
    assert [entry.name for entry in path.parent.iterdir()] == ["model.keras"]


def test_a_link_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        link = zipfile.ZipInfo("config.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
    with pytest.raises(KerasFileError, match="is a link"):
        read_config(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_entry_that_is_there_twice_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("config.json", CONFIG)
        file.writestr("config.json", "{}")
    with pytest.raises(KerasFileError, match="twice"):
        read_config(path)


def test_an_encrypted_entry_is_refused(path: Path) -> None:
    archive(path, {"config.json": CONFIG})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(KerasFileError, match="encrypted"):
        read_config(path)


def test_too_many_entries_are_refused_before_they_are_listed(path: Path) -> None:
    archive(path, {f"{number}": b"" for number in range(keras_archive.MOST_ENTRIES + 1)})
    with pytest.raises(KerasFileError, match="1001 entries"):
        read_config(path)


def test_a_list_of_entries_that_lies_elsewhere_is_refused(path: Path) -> None:
    archive(path, {"config.json": CONFIG})
    content = path.read_bytes()
    end = content.rindex(b"PK\x05\x06")
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, 0, 1)
    path.write_bytes(content[:end] + locator + content[end:])
    with pytest.raises(KerasFileError, match="not where it should be"):
        read_config(path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\x89HDF\r\n\x1a\n" + b"x" * 500, "no zip archive"),
        (b"hello", "no zip archive"),
        (b"PK\x03\x04" + b"x" * 200, "cut off"),
        (b"PK\x05\x06" + bytes(18), "without config.json"),
    ],
)
def test_what_is_no_keras_file_is_told_in_words(content: bytes, told: str, path: Path) -> None:
    path.write_bytes(content)
    with pytest.raises(KerasFileError, match=told):
        read_config(path)


def test_a_missing_file_and_a_folder_are_told_in_words(tmp_path: Path) -> None:
    for path in (tmp_path / "nope.keras", tmp_path):
        with pytest.raises(KerasFileError, match="cannot be read"):
            read_config(path)


@pytest.mark.parametrize(
    "config",
    ["[" * 100_000, "{", "[]", "NaN", '{"a":1,"a":2}', b"\xff\xfe", '{"a": 1e999}', '"' + "9" * 5000],
)
def test_a_config_that_is_no_plain_json_object_is_refused(config: str | bytes, path: Path) -> None:
    archive(path, {"config.json": config})
    with pytest.raises(KerasFileError, match=r"config\.json"):
        read_config(path)


def _honest() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", CONFIG)
        file.writestr("model.weights.h5", b"weights" * 50)
    return content.getvalue()


HONEST = _honest()


@given(
    cut=st.integers(0, len(HONEST)),
    flips=st.lists(st.tuples(st.integers(0, len(HONEST) - 1), st.integers(0, 255)), max_size=4),
)
@settings(max_examples=300, deadline=None)
def test_no_damage_gives_anything_but_the_config_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, cut: int, flips: list[tuple[int, int]]
) -> None:
    content = bytearray(HONEST)
    for place, value in flips:
        content[place] = value
    path = tmp_path_factory.getbasetemp() / "damaged.keras"
    path.write_bytes(content[: cut or len(content)])
    assert _class_or_refusal(path)


def _class_or_refusal(path: Path) -> str:
    try:
        return repr(read_config(path))
    except KerasFileError as error:
        return str(error)
