"""Every export is read back in its own runtime; what differs or cannot be loaded is not left behind."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.engine.builder import build
from cnnstudio.engine.export import Exported, export_model
from cnnstudio.engine.exporting.format import Arrays, Trained, in_order, largest_difference
from cnnstudio.engine.exporting.formats import FORMATS
from cnnstudio.engine.exporting.onnx_file import OnnxFile
from cnnstudio.engine.failures import CancelledError, EngineError
from cnnstudio.layers import catalogue

RUNTIMES = tuple(name for name in FORMATS if name != "torch")
CLASSES = ("猫", "dog")


def chain(*layers: tuple[str, dict[str, object]], shape: Iterable[int] = (12, 12, 2)) -> Network:
    nodes = [Node(id="image", type="Input", params=Params(shape=tuple(shape)))]
    nodes += [Node(id=f"n{i}", type=kind, params=Params(params)) for i, (kind, params) in enumerate(layers)]
    edges = [Edge(source=a.id, target=b.id) for a, b in pairwise(nodes)]
    return Network.of(nodes, edges)


PLAIN = chain(
    ("Conv2D", {"filters": 4, "kernel_size": 3, "padding": 1, "activation": "relu"}),
    ("BatchNormalization", {}),
    ("MaxPooling2D", {"padding": 1}),
    ("Dropout", {}),
    ("Flatten", {}),
    ("Dense", {"units": 2, "activation": "softmax"}),
)
TRAPS = chain(
    ("Conv2D", {"filters": 8, "kernel_size": 3, "groups": 2, "activation": "gelu"}),
    ("Activation", {"activation": "gelu"}),
    ("LocalResponseNormalization", {}),
    ("AveragePooling2D", {"padding": 1, "count_include_pad": False}),
    ("GlobalAveragePooling2D", {}),
    ("Dense", {"units": 2, "activation": "gelu"}),
)


AUGMENTED = chain(
    ("RandomFlip", {}),
    ("RandomRotation", {"factor": 0.3}),
    ("RandomContrast", {"factor": 0.5}),
    ("Conv2D", {"filters": 2, "activation": "celu"}),
    ("Flatten", {}),
    ("Dense", {"units": 2}),
    shape=(12, 12, 3),
)


def export(network: Network, format_name: str, path: Path, **more: Any) -> Exported:
    keras.utils.set_random_seed(3)
    project = Project(name="Tiny", network=network)
    model = build(network, catalogue(), name="Tiny")
    return export_model(model, format_name, path, project=project, classes=CLASSES, **more)


@pytest.mark.parametrize("network", [PLAIN, TRAPS, AUGMENTED], ids=["plain", "traps", "augmented"])
@pytest.mark.parametrize("format_name", RUNTIMES)
def test_an_exported_file_gives_the_same_results_in_its_own_runtime(
    format_name: str, network: Network, tmp_path: Path
) -> None:
    exported = export(network, format_name, tmp_path / f"out{FORMATS[format_name].suffix}")
    assert exported.path.exists()
    assert exported.largest_difference is not None
    assert exported.largest_difference <= FORMATS[format_name].tolerance
    assert exported.images == 8
    assert exported.size > 1000
    assert not [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")]


def test_keras_own_layers_would_have_made_an_onnx_file_that_cannot_be_loaded(tmp_path: Path) -> None:
    """The trap itself, so that a Keras without it is noticed."""
    image = keras.Input((12, 12, 2))
    model = keras.Model(image, keras.layers.Activation("gelu")(image))
    model.predict_on_batch(np.zeros((1, 12, 12, 2), np.float32))
    model.export(tmp_path / "raw.onnx", format="onnx", verbose=False)
    with pytest.raises(Exception, match=r"(?i)erfc|not a registered|invalid"):
        OnnxFile().outputs(
            Trained(model=model), tmp_path / "raw.onnx", [np.zeros((1, 12, 12, 2), np.float32)]
        )
    exported = export_model(model, "onnx", tmp_path / "cured.onnx")
    assert exported.largest_difference is not None
    assert exported.largest_difference < 1e-5


def test_class_names_and_the_range_of_pixels_travel_along(tmp_path: Path) -> None:
    export(PLAIN, "onnx", tmp_path / "net.onnx", pixels="0..255")
    described = json.loads((tmp_path / "net.onnx.json").read_text("utf-8"))
    assert described["classes"] == list(CLASSES)
    assert described["inputs"][0]["shape"] == [None, 12, 12, 2]
    assert described["inputs"][0]["pixels"] == "0..255"
    export(PLAIN, "saved_model", tmp_path / "folder")
    described = json.loads((tmp_path / "folder" / "assets.extra" / "model.json").read_text("utf-8"))
    assert described["classes"] == list(CLASSES)


def test_the_ending_that_a_runtime_wants_is_added(tmp_path: Path) -> None:
    assert export(PLAIN, "litert", tmp_path / "net").path == tmp_path / "net.tflite"
    assert export(PLAIN, "weights", tmp_path / "net.h5").path == tmp_path / "net.weights.h5"


def test_exporting_again_replaces_the_old_file_and_folder(tmp_path: Path) -> None:
    for name in ("keras", "saved_model"):
        path = tmp_path / f"net{FORMATS[name].suffix}"
        first, second = export(PLAIN, name, path), export(TRAPS, name, path)
        assert first.path == second.path == path
        assert second.largest_difference is not None
        assert second.largest_difference < 1e-6


def test_a_folder_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "holidays").mkdir()
    (tmp_path / "holidays" / "beach.jpg").write_bytes(b"x")
    with pytest.raises(EngineError, match="not an exported model"):
        export(PLAIN, "saved_model", tmp_path / "holidays")
    assert (tmp_path / "holidays" / "beach.jpg").read_bytes() == b"x"


class _Wrong(OnnxFile):
    def outputs(self, trained: Trained, path: Path, inputs: Arrays) -> Arrays | None:
        return [one + 0.01 for one in super().outputs(trained, path, inputs) or []]


class _Unloadable(OnnxFile):
    def write(self, trained: Trained, path: Path) -> None:
        path.write_bytes(b"no model")


@pytest.mark.parametrize(
    ("form", "told"),
    [(_Wrong(), "other results"), (_Unloadable(), "cannot be used")],
    ids=["wrong", "unloadable"],
)
def test_a_file_that_fails_its_check_leaves_the_old_one_as_it_was(
    form: OnnxFile, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(b"old")
    monkeypatch.setattr("cnnstudio.engine.export.FORMATS", {"onnx": form})
    with pytest.raises(EngineError, match=told):
        export(PLAIN, "onnx", path)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["net.onnx"]


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_a_cancelled_export_leaves_nothing_behind(step: int, tmp_path: Path) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked == step

    with pytest.raises(CancelledError):
        export(PLAIN, "weights", tmp_path / "net.weights.h5", cancelled=cancelled)
    assert asked == step
    assert not list(tmp_path.iterdir())


def test_progress_is_told_step_by_step(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    export(
        PLAIN, "weights", tmp_path / "net.weights.h5", progress=lambda done, total: told.append((done, total))
    )
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4)]


def test_a_network_without_a_pytorch_counterpart_is_refused_by_name(tmp_path: Path) -> None:
    network = chain(("Dense", {"units": 3}))
    with pytest.raises(Exception, match=r"no PyTorch counterpart for n0 \(Dense\)"):
        export(network, "torch", tmp_path / "net.py")
    assert not list(tmp_path.iterdir())
    exported = export(PLAIN, "torch", tmp_path / "net.py")
    assert exported.largest_difference is None
    assert "nn.Conv2d(in_channels=2" in (tmp_path / "net.py").read_text("utf-8")


def test_an_unknown_format_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="keras, weights, saved_model"):
        export(PLAIN, "pickle", tmp_path / "net.pickle")


def test_a_missing_folder_is_made_and_one_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    assert export(PLAIN, "weights", tmp_path / "a" / "b" / "net.weights.h5").path.exists()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(EngineError, match="cannot be written"):
        export(PLAIN, "weights", tmp_path / "file" / "net.weights.h5")


def test_two_inputs_and_two_outputs_survive_every_runtime(tmp_path: Path) -> None:
    nodes = [
        Node(id="a", type="Input", params=Params(shape=[4])),
        Node(id="b", type="Input", params=Params(shape=[3])),
        Node(id="left", type="Dense", params=Params(units=2)),
        Node(id="both", type="Concatenate"),
        Node(id="right", type="Dense", params=Params(units=2, activation="tanh")),
    ]
    edges = [
        Edge(source="a", target="left"),
        Edge(source="a", target="both"),
        Edge(source="b", target="both", slot=1),
        Edge(source="both", target="right"),
    ]
    for name in RUNTIMES:
        exported = export(Network.of(nodes, edges), name, tmp_path / f"two{FORMATS[name].suffix}")
        assert exported.largest_difference is not None


def test_difference_is_infinite_for_other_shapes_and_for_nan() -> None:
    one = np.ones((2, 3))
    assert largest_difference([one], [one[:, :2]]) == float("inf")
    assert largest_difference([one], [np.full((2, 3), np.nan)]) == float("inf")
    assert largest_difference([one], []) == float("inf")
    assert largest_difference([one * 100], [one * 101]) == pytest.approx(0.01)
    assert [part.shape for part in in_order([one, one[0]], [one[0], one])] == [(2, 3), (3,)]
