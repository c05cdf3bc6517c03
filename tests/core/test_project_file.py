"""The project file: identity, what is refused and where, and writing that survives anything."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core import atomic_file
from cnnstudio.core.json_text import JsonError
from cnnstudio.core.network import Network
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import (
    ProjectFileError,
    load_project,
    parse_project,
    project_text,
    save_project,
)
from tests.core.networks import network_of, networks, params, texts

LENET = """{
  "format": "cnnstudio.project", "version": 1, "name": "LeNet-5",
  "network": {
    "nodes": [
      {"id": "image", "type": "Input", "params": {"shape": [28, 28, 1]}, "position": [0, 0]},
      {"id": "conv1", "type": "Conv2D", "params": {"filters": 6, "kernel_size": [5, 5], "padding": 2}},
      {"id": "out", "type": "Dense", "params": {"units": 10}}
    ],
    "edges": [{"source": "image", "target": "conv1"}, {"source": "conv1", "target": "out"}]
  },
  "data": {"kind": "image_folder", "path": "图像", "validation_split": 0.2, "seed": 1337},
  "training": {"optimizer": "adam", "epochs": 10}
}"""


@given(networks(), params, params, texts, st.dictionaries(st.sampled_from(["later", "x"]), texts).map(Params))
def test_a_project_comes_back_exactly(
    network: Network, data: Params, training: Params, name: str, extra: Params
):
    project = Project(network=network, data=data, training=training, name=name, extra=extra)
    assert parse_project(project_text(project)) == project


def test_the_contract_s_example_is_read():
    project = parse_project(LENET)
    assert project.name == "LeNet-5"
    assert project.network.nodes["conv1"].params["kernel_size"] == (5, 5)
    assert project.network.nodes["image"].position == (0.0, 0.0)
    assert project.data["path"] == "图像"


def test_unknown_types_parameters_and_keys_are_written_back():
    text = LENET.replace('"Conv2D"', '"Hyperconv"').replace(
        '"version": 1,', '"version": 1, "weather": {"rain": [1, null]},'
    )
    text = text.replace('"target": "out"}', '"target": "out", "colour": "red"}').replace(
        '"network": {', '"network": {"zoom": 2,'
    )
    again = json.loads(project_text(parse_project(text)))
    assert again["weather"] == {"rain": [1, None]}
    assert again["network"]["zoom"] == 2
    assert again["network"]["nodes"][1]["type"] == "Hyperconv"
    assert again["network"]["edges"][1]["colour"] == "red"


def test_wires_without_slots_into_one_node_keep_the_order_of_the_file():
    text = project_text(Project(network=network_of("a>m b>m c>m")))
    text = text.replace(', "slot": 1', "").replace(', "slot": 2', "")
    edges = parse_project(text).network.inputs("m")
    assert [(edge.source, edge.slot) for edge in edges] == [("a", 0), ("b", 1), ("c", 2)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t[: t.index("edges")], "line 9, column 5"),
        (
            lambda t: t.replace('"version": 1', '"version": 2'),
            "line 2, column 34: the project has format version 2",
        ),
        (lambda t: t.replace('"version": 1', '"version": true'), "line 2, column 34"),
        (
            lambda t: t.replace("cnnstudio.project", "other"),
            "line 2, column 3: this is not a CNN Studio project",
        ),
        (lambda t: t.replace('"seed": 1337', '"seed": NaN'), "NaN is not a number"),
        (lambda t: t.replace('"seed": 1337', '"seed": 1e999'), "too large"),
        (lambda t: t.replace('"seed": 1337', '"seed": ' + "9" * 30), "too large"),
        (lambda t: t.replace('"seed": 1337', '"seed": ' + "9" * 9000), "too long"),
        (lambda t: t.replace('"seed": 1337', '"seed": ' + "[" * 100 + "]" * 100), "64 levels"),
        (lambda t: t.replace('"seed": 1337', '"seed": ' + "[" * 5_000_000), "64 levels"),
        (lambda t: t.replace('"seed": 1337', '"seed": "\\ud800"'), "half a character"),
        (lambda t: t.replace('"id": "conv1"', '"id": "image"'), 'two nodes have the id "image"'),
        (lambda t: t.replace('"target": "out"', '"target": "gone"'), "no node has that id"),
        (lambda t: t.replace('"id": "conv1", ', ""), 'node 2 has no "id"'),
        (lambda t: t.replace('"type": "Dense"', '"type": 5'), 'has no "type"'),
        (lambda t: t.replace("[0, 0]", "[0]"), '"position" must be two numbers'),
        (lambda t: t.replace('"epochs": 10', '"epochs": 10, "epochs": 11'), '"epochs" stands twice'),
        (
            lambda t: t.replace('{"filters": 6', '["filters", 6').replace('"padding": 2}', '"padding", 2]'),
            "line 6",
        ),
        (lambda t: "[]", "line 1, column 1"),
        (lambda t: "", "line 1, column 1"),
        (lambda t: "null", "not a CNN Studio project"),
    ],
)
def test_what_is_broken_is_refused_with_the_place(tmp_path: Path, change, said: str):
    path = tmp_path / "x.cnn"
    path.write_text(change(LENET), encoding="utf-8")
    with pytest.raises(ProjectFileError) as caught:
        load_project(path)
    assert said in str(caught.value)
    assert "x.cnn" in str(caught.value)


def test_a_circle_in_a_file_is_opened_for_the_editor_to_show():
    project = parse_project(project_text(Project(network=network_of("a>b b>c c>a"))))
    assert len(project.network.edges) == 3


def test_text_that_is_not_utf_8_names_its_line(tmp_path: Path):
    path = tmp_path / "x.cnn"
    path.write_bytes(LENET.encode().replace(b"adam", b"ad\xffm"))
    with pytest.raises(ProjectFileError, match="line 12, column 32: this is not UTF-8"):
        load_project(path)


def test_a_byte_order_mark_is_no_trouble(tmp_path: Path):
    path = tmp_path / "x.cnn"
    path.write_bytes(b"\xef\xbb\xbf" + LENET.encode())
    assert load_project(path).name == "LeNet-5"


def test_a_huge_file_is_refused_unread(tmp_path: Path):
    path = tmp_path / "x.cnn"
    with path.open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    with pytest.raises(ProjectFileError, match="at most 64 MB"):
        load_project(path)


def test_a_missing_file_and_a_folder_are_said_in_words(tmp_path: Path):
    with pytest.raises(ProjectFileError, match="not there"):
        load_project(tmp_path / "none.cnn")
    with pytest.raises(ProjectFileError, match="a folder, not a file"):
        load_project(tmp_path)


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "no permission"), (errno.EROFS, "read-only")],
)
def test_a_save_that_fails_says_why_and_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
):
    path = tmp_path / "x.cnn"
    save_project(parse_project(LENET), path)
    before = path.read_bytes()

    def refuse(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(atomic_file.os, "fsync", refuse)
    with pytest.raises(ProjectFileError, match=said):
        save_project(Project(name="other"), path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.cnn"]


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_a_really_full_disk_is_said_in_words(tmp_path: Path):
    limit = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))"
    script = (
        f"{limit}\nfrom pathlib import Path\nfrom cnnstudio.core.project import Project\n"
        "from cnnstudio.core.project_file import ProjectFileError, save_project\n"
        f"try:\n    save_project(Project(name='y'), Path({str(tmp_path / 'x.cnn')!r}))\n"
        "except ProjectFileError as error:\n    print('said:', error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("said: Could not save x.cnn")
    assert list(tmp_path.iterdir()) == []


def test_saving_follows_a_link_and_keeps_permissions(tmp_path: Path):
    real = tmp_path / "real.cnn"
    save_project(Project(name="one"), real)
    real.chmod(0o640)
    link = tmp_path / "link.cnn"
    link.symlink_to(real)
    save_project(Project(name="two"), link)
    assert link.is_symlink()
    assert load_project(real).name == "two"
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_kill_during_saving_leaves_a_file_that_opens(tmp_path: Path):
    """SIGKILL at moments spread over the writing; the count can be raised with KILLS=500."""
    path = tmp_path / "x.cnn"
    save_project(Project(name="first"), path)
    script = (
        "import sys\nfrom pathlib import Path\nfrom cnnstudio.core.network import Network, Node\n"
        "from cnnstudio.core.params import Params\nfrom cnnstudio.core.project import Project\n"
        "from cnnstudio.core.project_file import save_project\n"
        "nodes = [Node(id=f'n{i}', type='Conv2D', params=Params(filters=i)) for i in range(3000)]\n"
        "print('ready', flush=True)\nnumber = 0\n"
        "while True:\n    number += 1\n"
        f"    save_project(Project(name=str(number), network=Network.of(nodes)), Path({str(path)!r}))\n"
    )
    for number in range(int(os.environ.get("KILLS", "12"))):
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        try:
            process.wait(timeout=0.003 * (number % 40))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert len(load_project(path).network.nodes) in (0, 3000)


def test_parse_errors_are_one_type():
    with pytest.raises(JsonError):
        parse_project("{")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"format": "cnn-st', "line 1, column 12: the text that begins here does not end."),
        ('{"a" 1}', "line 1, column 6: a colon is missing."),
        ('{"a": 1 "b": 2}', "line 1, column 9: a comma is missing."),
        ('{"a":\n}', "line 2, column 1: a value is missing."),
        ("{} x", "line 1, column 4: there is more behind the end."),
        ('["\\q"]', "line 1, column 3: there is a backslash here that means nothing."),
        ('["\\u12"]', "line 1, column 4: there is a backslash here that means nothing."),
    ],
)
def test_a_damaged_text_is_told_in_whole_sentences(text: str, said: str) -> None:
    with pytest.raises(JsonError) as told:
        parse_project(text)
    assert str(told.value.message) == said
