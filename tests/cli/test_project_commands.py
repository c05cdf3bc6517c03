"""templates, new, check, code, import: results, exit codes, and errors in a sentence."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cnnstudio.core.project_file import load_project
from cnnstudio.zoo import templates

Cnnstudio = Callable[..., Any]


def write_project(path: Path, nodes: list[dict[str, object]], edges: list[dict[str, object]]) -> Path:
    document = {"format": "cnnstudio.project", "version": 1, "network": {"nodes": nodes, "edges": edges}}
    path.write_text(json.dumps(document), "utf-8")
    return path


@pytest.fixture
def lenet(cnnstudio: Cnnstudio, tmp_path: Path) -> Path:
    assert cnnstudio("new", "lenet5", "-o", "lenet.cnn").code == 0
    return tmp_path / "lenet.cnn"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    nodes: list[dict[str, object]] = [
        {"id": "image", "type": "Input", "params": {"shape": [8, 8, 1]}},
        {"id": "conv1", "type": "Conv2D", "params": {"filters": 4, "kernel_size": 99}},
        {"id": "flatten", "type": "Flatten"},
    ]
    edges: list[dict[str, object]] = [
        {"source": "image", "target": "conv1"},
        {"source": "conv1", "target": "flatten"},
    ]
    return write_project(tmp_path / "broken.cnn", nodes, edges)


def test_templates_are_listed_with_their_parameters(cnnstudio: Cnnstudio) -> None:
    said = cnnstudio("templates")
    assert said.code == 0
    assert all(name in said.out for name in templates())
    listed = cnnstudio("templates", "--json").json["templates"]
    assert [one["name"] for one in listed] == list(templates())
    assert {"name": "classes", "default": 10}.items() <= listed[0]["parameters"][1].items()


def test_new_writes_a_project_with_the_parameters_given(cnnstudio: Cnnstudio, tmp_path: Path) -> None:
    for given in ("input_shape=32,32,3", "input_shape=[32,32,3]", "input_shape=32x32x3"):
        said = cnnstudio("new", "lenet5", "-p", given, "-p", "classes=4", "-o", "net.cnn")
        assert (said.code, said.out, said.err) == (0, "", "")
        nodes = load_project(tmp_path / "net.cnn").network.nodes
        assert nodes["image"].params["shape"] == (32, 32, 3)
        assert nodes["classes"].params["units"] == 4


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nothing-like-it"], "There is no template named nothing-like-it"),
        (["lenet5", "-p", "size=3"], "no parameter size"),
        (["lenet5", "-p", "classes"], "Write it as key=value"),
        (["lenet5", "-p", "classes=many"], "classes is 'many'"),
        (["lenet5", "-p", "input_shape=3,3,1"], "5×5 window is larger"),
    ],
)
def test_new_refuses_with_the_cure_and_writes_nothing(
    arguments: list[str], told: str, cnnstudio: Cnnstudio, tmp_path: Path
) -> None:
    said = cnnstudio("new", *arguments, "-o", "net.cnn")
    assert said.code == 2
    assert told in said.err
    assert said.err.count("\n") <= 3
    assert not list(tmp_path.iterdir())


def test_new_into_a_folder_that_is_not_there_is_refused(cnnstudio: Cnnstudio) -> None:
    said = cnnstudio("new", "lenet5", "-o", "no/such/net.cnn")
    assert (said.code, said.out) == (2, "")
    assert "not there" in said.err


def test_check_prints_shapes_sums_and_totals(cnnstudio: Cnnstudio, lenet: Path) -> None:
    said = cnnstudio("check", lenet)
    assert said.code == 0
    assert "floor((28 - 5 + 2*0) / 1) + 1 = 24" in said.out
    assert "4×4×16" in said.out
    assert "44,426 parameters" in said.out


def test_check_json_is_what_the_contract_says(cnnstudio: Cnnstudio) -> None:
    cnnstudio("new", "lenet5-sigmoid", "-o", "net.cnn")
    said = cnnstudio("check", "net.cnn", "--json")
    report = said.json
    assert said.code == 0
    assert list(report) == ["ok", "total_params", "trainable_params", "macs", "nodes", "diagnostics"]
    assert (report["ok"], report["total_params"], report["diagnostics"]) == (True, 61706, [])
    assert report["macs"] == sum(node["macs"] for node in report["nodes"])
    assert report["nodes"][1] == {
        "id": "conv1",
        "type": "Conv2D",
        "input_shapes": [[None, 28, 28, 1]],
        "output_shape": [None, 28, 28, 6],
        "params": 156,
        "macs": 117600,
        "formula": ["floor((28 - 5 + 2*2) / 1) + 1 = 28"] * 2,
        "receptive_field": [5, 5],
    }


def test_check_of_a_broken_network_ends_with_1_and_names_the_problem(
    cnnstudio: Cnnstudio, broken: Path
) -> None:
    said = cnnstudio("check", broken)
    assert said.code == 1
    assert "error: conv1: The 99×99 window is larger than the 8×8 input." in said.out
    report = cnnstudio("check", broken, "--json").json
    assert report["ok"] is False
    assert [node["output_shape"] for node in report["nodes"]] == [[None, 8, 8, 1], None, None]
    (problem,) = report["diagnostics"]
    assert (problem["node"], problem["severity"], problem["code"]) == ("conv1", "error", "shape.window")
    assert problem["hint"]


def test_check_survives_an_unknown_layer_and_a_circle(cnnstudio: Cnnstudio, tmp_path: Path) -> None:
    nodes: list[dict[str, object]] = [
        {"id": name, "type": kind} for name, kind in (("a", "Wibble"), ("b", "ReLU"), ("c", "ReLU"))
    ]
    edges: list[dict[str, object]] = [{"source": "b", "target": "c"}, {"source": "c", "target": "b"}]
    report = cnnstudio("check", write_project(tmp_path / "odd.cnn", nodes, edges), "--json").json
    assert {problem["code"] for problem in report["diagnostics"]} >= {"layer.unknown", "network.cycle"}
    assert len(report["nodes"]) == 3


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff", b'{"format": "cnnstudio.project", "version": 99}']
)
@pytest.mark.parametrize("command", ["check", "code"])
def test_a_file_that_is_no_project_ends_with_2(
    content: bytes, command: str, cnnstudio: Cnnstudio, tmp_path: Path
) -> None:
    (tmp_path / "odd.cnn").write_bytes(content)
    said = cnnstudio(command, "odd.cnn")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error: odd.cnn: line 1, column ")
    assert "Traceback" not in said.err


def test_with_json_even_an_error_is_one_document(cnnstudio: Cnnstudio) -> None:
    said = cnnstudio("check", "nope.cnn", "--json")
    assert said.code == 2
    assert said.json["ok"] is False
    assert "nope.cnn" in said.json["error"]["message"]


def test_debug_shows_the_traceback(cnnstudio: Cnnstudio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNSTUDIO_DEBUG", "")
    assert "Traceback" in cnnstudio("check", "nope.cnn", "--debug").err


def test_code_prints_source_or_writes_it(cnnstudio: Cnnstudio, lenet: Path, tmp_path: Path) -> None:
    printed = cnnstudio("code", lenet)
    assert printed.code == 0
    assert "def build_model() -> keras.Model:" in printed.out
    assert cnnstudio("code", lenet, "-o", "net.py").out == ""
    assert (tmp_path / "net.py").read_text("utf-8") == printed.out
    assert "class LeNet5(nn.Module):" in cnnstudio("code", lenet, "--framework", "torch").out


def test_code_of_a_broken_network_ends_with_1_and_prints_nothing(cnnstudio: Cnnstudio, broken: Path) -> None:
    said = cnnstudio("code", broken, "-o", "net.py")
    assert (said.code, said.out) == (1, "")
    assert "conv1" in said.err
    assert not Path("net.py").exists()


def test_control_characters_of_a_project_do_not_reach_the_terminal(
    cnnstudio: Cnnstudio, tmp_path: Path
) -> None:
    nodes: list[dict[str, object]] = [{"id": "\x1b[31mred", "type": "Input", "params": {"shape": [4]}}]
    path = write_project(tmp_path / "odd.cnn", nodes, [])
    assert "\x1b" not in cnnstudio("check", path).out


def test_import_takes_the_architecture_and_warns_of_losses(cnnstudio: Cnnstudio, tmp_path: Path) -> None:
    def layer(kind: str, **config: object) -> dict[str, object]:
        return {"module": "keras.layers", "class_name": kind, "config": config, "registered_name": None}

    layers = [
        layer("InputLayer", batch_shape=[None, 8, 8, 1], name="image"),
        layer("Flatten", name="flatten"),
        layer("Lambda", name="odd", function={"class_name": "__lambda__", "config": {"code": "aGk="}}),
        layer("Dense", name="out", units=3, activation="linear"),
    ]
    config = {"class_name": "Sequential", "config": {"name": "net", "layers": layers}}
    with zipfile.ZipFile(tmp_path / "net.keras", "w") as file:
        file.writestr("config.json", json.dumps(config))
    said = cnnstudio("import", "net.keras", "-o", "net.cnn")
    assert said.code == 0
    assert "never run" in said.err
    assert "1 errors" in said.err or "2 errors" in said.err
    assert list(load_project(tmp_path / "net.cnn").network.nodes) == ["image", "flatten", "odd", "out"]


def test_import_of_something_else_ends_with_2_and_writes_nothing(
    cnnstudio: Cnnstudio, tmp_path: Path
) -> None:
    (tmp_path / "net.keras").write_bytes(b"PK\x03\x04 but no")
    said = cnnstudio("import", "net.keras", "-o", "net.cnn")
    assert said.code == 2
    assert "cut off" in said.err
    assert not (tmp_path / "net.cnn").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["check"],
        ["new", "lenet5"],
        ["export", "run", "--format", "gif", "-o", "x"],
        ["demo", "--epochs", "0"],
        ["check", "a", "b"],
        ["--wrong"],
    ],
)
def test_bad_usage_ends_with_2_in_two_lines(arguments: list[str], cnnstudio: Cnnstudio) -> None:
    said = cnnstudio(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error: ")
    assert "--help" in said.err
    assert said.err.count("\n") == 2


def test_help_and_version_end_with_0(cnnstudio: Cnnstudio) -> None:
    assert "train" in cnnstudio("--help").out
    assert cnnstudio("--version").out.startswith("cnnstudio ")
    assert cnnstudio("train", "--help").code == 0


def test_every_command_of_the_contract_is_there(cnnstudio: Cnnstudio) -> None:
    shown = cnnstudio("--help").out
    for name in (
        "open", "templates", "new", "check", "code", "data", "train", "resume", "evaluate", "predict", "export",
        "import", "demo", "find-rate",
    ):  # fmt: skip
        assert f"    {name}" in shown
        assert cnnstudio(name, "--help").code == 0
