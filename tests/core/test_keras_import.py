"""A configuration from a stranger gives a project or a sentence, whatever is in it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.keras_archive import KerasFileError
from cnnstudio.core.keras_import import network_from_config
from cnnstudio.core.project_file import parse_project, project_text
from cnnstudio.layers import catalogue


def layer(kind: str, name: str, *sources: str, **config: object) -> dict[str, Any]:
    tensors = [
        {"class_name": "__keras_tensor__", "config": {"shape": [None, 8], "keras_history": [source, 0, 0]}}
        for source in sources
    ]
    return {
        "module": "keras.layers",
        "class_name": kind,
        "config": {"name": name, **config},
        "registered_name": None,
        "name": name,
        "inbound_nodes": [{"args": [tensors if len(tensors) > 1 else tensors[0]], "kwargs": {}}]
        if tensors
        else [],
    }


def functional(
    *layers: dict[str, Any], name: str = "net", outputs: tuple[str, ...] = ("out",)
) -> dict[str, Any]:
    return {
        "class_name": "Functional",
        "config": {
            "name": name,
            "layers": list(layers),
            "input_layers": [["image", 0, 0]],
            "output_layers": [[output, 0, 0] for output in outputs],
        },
    }


GOOD = functional(
    layer("InputLayer", "image", batch_shape=[None, 8, 8, 4]),
    layer(
        "Conv2D", "conv", "image", filters=4, kernel_size=[3, 3], strides=[1, 1], padding="same",
        activation="relu", kernel_initializer={"class_name": "HeNormal", "config": {"seed": None}},
        data_format="channels_last", dtype={"class_name": "DTypePolicy", "config": {"name": "float32"}},
    ),
    layer("Add", "sum", "conv", "image"),
    layer("Flatten", "flat", "sum"),
    layer("Dense", "out", "flat", units=3, activation="softmax"),
)  # fmt: skip


def test_only_what_is_not_the_default_is_kept() -> None:
    found = network_from_config(GOOD, catalogue())
    nodes = found.project.network.nodes
    assert found.warnings == ()
    assert nodes["conv"].params.to_json() == {
        "filters": 4,
        "padding": "same",
        "activation": "relu",
        "kernel_initializer": "he_normal",
    }
    assert [edge.slot for edge in found.project.network.inputs("sum")] == [0, 1]
    assert Analyser(catalogue()).analyse(found.project.network).ok


def test_wires_as_keras_2_wrote_them_are_read() -> None:
    old = copy.deepcopy(GOOD)
    old["config"]["layers"][2]["inbound_nodes"] = [[["conv", 0, 0, {}], ["image", 0, 0, {}]]]
    assert (
        network_from_config(old, catalogue()).project.network
        == network_from_config(GOOD, catalogue()).project.network
    )


def test_channels_first_is_told() -> None:
    config = copy.deepcopy(GOOD)
    config["config"]["layers"][1]["config"]["data_format"] = "channels_first"
    assert "channels first" in str(network_from_config(config, catalogue()).warnings[0])


def test_a_class_of_somebody_else_does_not_pass_for_ours() -> None:
    config = copy.deepcopy(GOOD)
    config["config"]["layers"][4]["registered_name"] = "Evil>Dense"
    found = network_from_config(config, catalogue())
    assert found.project.network.nodes["out"].type == "Evil.Dense"
    assert "Evil.Dense" in str(found.warnings[0])


@pytest.mark.parametrize(
    ("kind", "told"),
    [("MyModel", "a Python class of its own"), (None, "Python class"), (["x"], "Python class")],
)
def test_a_model_that_is_no_graph_is_refused(kind: object, told: str) -> None:
    with pytest.raises(KerasFileError, match=told):
        network_from_config({**GOOD, "class_name": kind}, catalogue())


def test_a_circle_and_a_missing_source_are_refused() -> None:
    config = functional(
        layer("InputLayer", "image", batch_shape=[None, 8]),
        layer("ReLU", "a", "out"),
        layer("ReLU", "out", "a"),
    )
    with pytest.raises(KerasFileError, match="in a circle"):
        network_from_config(config, catalogue())
    with pytest.raises(KerasFileError, match="which is not there"):
        network_from_config(functional(layer("ReLU", "out", "nobody")), catalogue())


def test_models_in_models_that_multiply_are_refused() -> None:
    inner = functional(layer("InputLayer", "image", batch_shape=[None, 8]), layer("ReLU", "out", "image"))
    for depth in range(5):
        use = layer("Functional", "out", "image")
        use["config"] = inner["config"]
        again = {"args": use["inbound_nodes"][0]["args"], "kwargs": {}}
        use["inbound_nodes"] = [again] * 10
        inner = functional(layer("InputLayer", "image", batch_shape=[None, 8]), use, name=f"level{depth}")
    with pytest.raises(KerasFileError, match="more than 1000 layers"):
        network_from_config(inner, catalogue(), most_layers=1000)


def test_names_that_a_project_cannot_have_are_made_fit() -> None:
    config = functional(
        layer("InputLayer", "image", batch_shape=[None, 8]),
        layer("ReLU", "a/b\nc" + "x" * 500, "image"),
        outputs=("image",),
    )
    names = list(network_from_config(config, catalogue()).project.network.nodes)
    assert names[1].startswith("a_b_cxx")
    assert len(names[1]) == 80


GARBAGE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5) | st.sampled_from(["image", "conv", "Dense", "Functional", "Sequential", "Lambda"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


def _places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _places(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _places(item, (*path, number))


PLACES = [place for place in _places(GOOD) if place]


@given(st.lists(st.tuples(st.sampled_from(PLACES), GARBAGE), min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_garbage_anywhere_gives_a_project_that_can_be_saved_or_a_sentence(
    changes: list[tuple[tuple[Any, ...], Any]],
) -> None:
    config = copy.deepcopy(GOOD)
    for place, value in changes:
        _put(config, place, value)
    assert _saved_or_refused(json.loads(json.dumps(config)))


def _put(config: Any, place: tuple[Any, ...], value: object) -> None:
    for key in place[:-1]:
        try:
            config = config[key]
        except (KeyError, IndexError, TypeError):
            return
    last = place[-1]
    if isinstance(config, dict) or (
        isinstance(config, list) and isinstance(last, int) and last < len(config)
    ):
        config[last] = value


def _saved_or_refused(config: dict[str, object]) -> str:
    try:
        found = network_from_config(config, catalogue(), name="net")
    except KerasFileError as error:
        return str(error)
    Analyser(catalogue()).analyse(found.project.network)
    text = project_text(found.project)
    assert parse_project(text).network == found.project.network
    return text
