"""Every network in Keras: builds, learns a step, comes back from a file, and its exported source runs alone.

Networks are the whole ones, made narrow and shown small pictures, so that all of them together take a few minutes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.code_writer import keras_source
from cnnstudio.core.custom_source import custom_layer_source
from cnnstudio.core.network import Network
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import load_project, save_project
from cnnstudio.engine.builder import build
from cnnstudio.engine.heads import head_of
from cnnstudio.engine.losses import compile_model
from cnnstudio.layers import catalogue
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.zoo import templates

pytestmark = [pytest.mark.engine, pytest.mark.slow]

COLOUR = {"input_shape": [32, 32, 3], "classes": 5}
NARROW = {**COLOUR, "width": 4}


def _thin(*depths: int) -> dict[str, Any]:
    return {**COLOUR, "units": 16, "blocks": [[depth, 4 * 2**n] for n, depth in enumerate(depths)]}


SMALL: dict[str, tuple[str, dict[str, Any]]] = {
    "simple-cnn": ("simple-cnn", {}),
    "two-conv-cnn": ("two-conv-cnn", {"batch_norm": True, "dropout": 0.2}),
    "lenet5": ("lenet5", {"padding": 2}),
    "lenet5-sigmoid": ("lenet5-sigmoid", {}),
    "lenet5-batchnorm": ("lenet5-batchnorm", {}),
    "lenet5-batchnorm, dense as it was": ("lenet5-batchnorm", {"dense_norm": False}),
    "alexnet": ("alexnet", {"input_shape": [67, 67, 3], "units": 16, "classes": 5}),
    "alexnet-gray": ("alexnet-gray", {"input_shape": [67, 67, 1], "units": 16}),
    "vgg": ("vgg", {"input_shape": [32, 32, 1], "units": 16, "batch_norm": True}),
    "vgg11": ("vgg11", _thin(1, 1, 2, 2, 2)),
    "vgg13": ("vgg13", _thin(2, 2, 2, 2, 2)),
    "vgg16": ("vgg16", _thin(2, 2, 3, 3, 3)),
    "vgg19": ("vgg19", _thin(2, 2, 4, 4, 4)),
    "nin": ("nin", {"input_shape": [67, 67, 1]}),
    "googlenet": ("googlenet", {"input_shape": [64, 64, 3], "classes": 5, "width": 8}),
    "googlenet with heads": (
        "googlenet",
        {"input_shape": [80, 80, 3], "classes": 5, "width": 8, "auxiliary_heads": True},
    ),
    "plain18": ("plain18", {**NARROW, "stem": "small"}),
    "plain34": ("plain34", {**NARROW, "stem": "small"}),
    "resnet18": ("resnet18", {**NARROW, "stem": "small"}),
    "resnet34": ("resnet34", {**NARROW, "stem": "small"}),
    "resnet50": ("resnet50", {**NARROW, "stem": "small"}),
    "resnet101": ("resnet101", {**NARROW, "stem": "small"}),
    "resnet152": ("resnet152", {**NARROW, "stem": "small"}),
    "densenet121": ("densenet121", {**COLOUR, "growth": 4}),
    "squeezenet": ("squeezenet", {**NARROW, "width": 32, "input_shape": [64, 64, 3]}),
    "squeezenet v1.0": ("squeezenet", {**NARROW, "width": 32, "input_shape": [64, 64, 3], "version": "v1.0"}),
    "mobilenet-v1": ("mobilenet-v1", NARROW),
    "shufflenet-v1": ("shufflenet-v1", {**COLOUR, "width": 6}),
    "deformable-lenet": ("deformable-lenet", {"modulated": True}),
    "dilated-context": ("dilated-context", NARROW),
    "unet": ("unet", {"input_shape": [32, 32, 1], "width": 4}),
    "unet, valid": ("unet", {"input_shape": [188, 188, 1], "width": 2, "padding": "valid"}),
    "text-cnn": ("text-cnn", {"input_shape": [12], "vocabulary": 50, "embedding": 8, "width": 4}),
    "gcn": ("gcn", {"input_shape": [9, 5], "classes": 3}),
}
DEEP = 100
"""More nodes than this: a step is run without a traced graph, which alone would take half a minute."""
_RUN_ALONE = """
import json, runpy, sys
from pathlib import Path
import numpy as np
folder = Path(sys.argv[1])
for name in json.loads((folder / "names.json").read_text()):
    model = runpy.run_path(str(folder / f"{name}.py"))["build_model"]()
    model.load_weights(folder / f"{name}.weights.h5")
    given = list(np.load(folder / f"{name}.npz").values())
    found = model(given if len(given) > 1 else given[0], training=False)
    np.savez(folder / f"{name}.out.npz", *map(np.asarray, found if isinstance(found, (list, tuple)) else [found]))
assert not any(module.partition(".")[0] == "cnnstudio" for module in sys.modules)
"""


def inputs_for(model: keras.Model, network: Network) -> list[NDArray[Any]]:
    """Two samples of what the network looks at: pixels, word numbers, or a graph's edges."""
    random = np.random.default_rng(11)
    given: list[NDArray[Any]] = []
    for tensor in model.inputs:
        shape = (2, *tensor.shape[1:])
        if any(node.type == "Embedding" for node in network.nodes.values()):
            given.append(random.integers(0, 50, shape).astype(np.float32))
        elif tensor.name.startswith("edges"):
            edges = (random.uniform(size=shape) < 0.4).astype(np.float32)
            given.append(np.maximum(edges, edges.transpose(0, 2, 1)))
        else:
            given.append(random.uniform(0, 1, shape).astype(np.float32))
    return given


def outputs_of(model: keras.Model, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    """What comes out, without a traced graph: for one batch, tracing a deep network costs more than it saves."""
    found = model(given if len(given) > 1 else given[0], training=False)
    return [np.asarray(one) for one in (found if isinstance(found, (list, tuple)) else [found])]


def learn_a_step(model: keras.Model, given: list[NDArray[Any]], *, deep: bool) -> float:
    """One step of training: as the engine does it for a classifier, else with a class for every place."""
    ends = model.outputs
    labels = [
        np.zeros((2, *end.shape[1:-1]), np.int32) + np.arange(2).reshape(-1, *[1] * (len(end.shape) - 2))
        for end in ends
    ]
    if len(ends) == len(given) == 1 and len(ends[0].shape) == 2:
        compile_model(model, head_of(model, int(ends[0].shape[-1])), TrainingPlan(optimizer="sgd"))
    else:
        model.compile(optimizer="sgd", loss=["sparse_categorical_crossentropy"] * len(ends))
    model.run_eagerly = deep
    fed, wanted = (given if len(given) > 1 else given[0]), (labels if len(labels) > 1 else labels[0])
    loss = model.train_on_batch(fed, wanted)
    return float(np.asarray(loss).reshape(-1)[0])


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exported sources' outputs, from one process that knows nothing of this program."""
    folder = tmp_path_factory.mktemp("alone")
    names = []
    for number, (name, params) in enumerate(SMALL.values()):
        network = templates()[name].build(**params)
        keras.utils.set_random_seed(7)
        model = build(network, catalogue())
        stem = f"network{number}"
        names.append(stem)
        source = keras_source(network, catalogue(), name=name, custom_source=custom_layer_source)
        (folder / f"{stem}.py").write_text(source, "utf-8")
        model.save_weights(folder / f"{stem}.weights.h5")
        given = inputs_for(model, network)
        np.savez(folder / f"{stem}.npz", *given)
        np.savez(folder / f"{stem}.ours.npz", *outputs_of(model, given))
    (folder / "names.json").write_text(json.dumps(names), "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-c", _RUN_ALONE, str(folder)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return folder


def test_every_template_is_tried() -> None:
    assert {name for name, _ in SMALL.values()} == set(templates())


@pytest.mark.parametrize("label", SMALL)
def test_a_network_builds_learns_a_step_and_comes_back_from_its_file(label: str, tmp_path: Path) -> None:
    name, params = SMALL[label]
    made = templates()[name].build(**params)
    save_project(Project(name=name, network=made), tmp_path / "network.cnn")
    network = load_project(tmp_path / "network.cnn").network
    assert network == made
    analysis = Analyser(catalogue()).analyse(network)
    keras.utils.set_random_seed(7)
    model = build(network, catalogue())
    assert model.count_params() == analysis.total_params
    ends = [node_id for node_id in network.nodes if not network.outputs(node_id)]
    assert [tuple(end.shape[1:]) for end in model.outputs] == [
        analysis.nodes[end].output_shape for end in ends
    ]
    given = inputs_for(model, network)
    before = model.get_weights()
    assert np.isfinite(learn_a_step(model, given, deep=len(network.nodes) > DEEP))
    after = model.get_weights()
    assert all(np.isfinite(weight).all() for weight in after)
    assert any(not np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    path = tmp_path / "model.keras"
    model.save(path)
    again = outputs_of(keras.saving.load_model(path), given)
    for ours, theirs in zip(outputs_of(model, given), again, strict=True):
        np.testing.assert_allclose(theirs, ours, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(ours.sum(axis=-1), 1, atol=1e-4)
    keras.backend.clear_session()


@pytest.mark.parametrize("label", SMALL)
def test_the_exported_source_of_a_network_runs_alone_and_gives_the_same(label: str, alone: Path) -> None:
    stem = f"network{list(SMALL).index(label)}"
    ours, theirs = np.load(alone / f"{stem}.ours.npz"), np.load(alone / f"{stem}.out.npz")
    assert list(ours) == list(theirs)
    for key in ours:
        np.testing.assert_allclose(theirs[key], ours[key], rtol=1e-5, atol=1e-6)
