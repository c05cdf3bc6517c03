"""Readable source: what is printed, in which form, and what is refused. (That it builds the same is tested in engine.)"""

from __future__ import annotations

import ast
from itertools import pairwise

import pytest

from cnnstudio.core.code_writer import CodeError, keras_source
from cnnstudio.core.custom_source import custom_layer_source, torch_layer_source
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.source_text import WIDTH, Names, call, literal, text
from cnnstudio.core.torch_writer import torch_source
from cnnstudio.layers import catalogue
from cnnstudio.zoo import templates

LENET = '''"""LeNet-5, built with Keras 3."""

import keras
from keras import layers


def build_model() -> keras.Model:
    """The network with fresh weights."""
    image = keras.Input(shape=(28, 28, 1), name="image")
    conv1 = layers.Conv2D(
        filters=6, kernel_size=5, activation="relu", name="conv1"
    )(image)
    pool1 = layers.AveragePooling2D(pool_size=2, name="pool1")(conv1)
    conv2 = layers.Conv2D(
        filters=16, kernel_size=5, activation="relu", name="conv2"
    )(pool1)
    pool2 = layers.AveragePooling2D(pool_size=2, name="pool2")(conv2)
    flatten = layers.Flatten(name="flatten")(pool2)
    dense1 = layers.Dense(units=120, activation="relu", name="dense1")(flatten)
    dense2 = layers.Dense(units=84, activation="relu", name="dense2")(dense1)
    classes = layers.Dense(units=10, activation="softmax", name="classes")(dense2)
    return keras.Model(inputs=image, outputs=classes, name="LeNet-5")


if __name__ == "__main__":
    build_model().summary()
'''


def _broken() -> Network:
    return Network.of(
        [
            Node(id="image", type="Input", params=Params(shape=[8, 8, 1])),
            Node(id="conv1", type="Conv2D", params=Params(filters=2)),
            Node(id="conv2", type="Conv2D", params=Params(kernel_size=99)),
            Node(id="flatten", type="Flatten"),
        ],
        [
            Edge(source="image", target="conv1"),
            Edge(source="conv1", target="conv2"),
            Edge(source="conv2", target="flatten"),
        ],
    )


def test_lenet_reads_as_a_person_would_write_it() -> None:
    assert keras_source(templates()["lenet5"].build(), catalogue(), name="LeNet-5") == LENET


def test_no_line_of_a_template_is_too_long_and_all_of_it_parses() -> None:
    for name, template in templates().items():
        source = keras_source(
            template.build(), catalogue(), name=template.title, custom_source=custom_layer_source
        )
        ast.parse(source)
        body = source.partition("def build_model")[2]
        assert max(map(len, body.splitlines())) <= WIDTH, name


def test_a_network_with_errors_is_refused_naming_the_layer() -> None:
    with pytest.raises(CodeError, match=r"conv2: The 99×99 window is larger"):
        keras_source(_broken(), catalogue())
    with pytest.raises(CodeError, match="conv2"):
        torch_source(_broken(), catalogue())


@pytest.mark.parametrize("write", [keras_source, torch_source])
def test_the_live_view_shows_the_valid_part_and_says_what_is_missing(write: object) -> None:
    source = write(_broken(), catalogue(), partial=True)  # type: ignore[operator]
    ast.parse(source)
    assert "# This network has errors." in source
    assert "# conv2: The 99×99 window" in source
    assert "conv1 = " in source
    assert "conv2 = " not in source
    assert "flatten = " not in source


@pytest.mark.parametrize("write", [keras_source, torch_source])
def test_an_empty_network_gives_source_that_says_so_when_run(write: object) -> None:
    source = write(Network(), catalogue(), partial=True)  # type: ignore[operator]
    ast.parse(source)
    assert "raise ValueError" in source


@pytest.mark.parametrize("name", ['"""\nimport os', "\\", "a\nb", "#", "'", "图", "", "\u202e", "class"])
def test_no_name_of_a_project_or_a_layer_can_break_out_of_the_source(name: str) -> None:
    network = Network.of(
        [
            Node(id="in", type="Input", name=name, params=Params(shape=[4])),
            Node(id="b", type="Dense", name=f"{name}2"),
        ],
        [Edge(source="in", target="b")],
    )
    for write in (keras_source, torch_source):
        tree = ast.parse(write(network, catalogue(), name=name))
        kinds = [type(statement) for statement in tree.body]
        assert kinds.count(ast.Import) <= 1
        assert kinds[-1] is ast.If


def test_a_layer_without_pytorch_counterpart_is_named() -> None:
    network = Network.of(
        [Node(id="in", type="Input"), Node(id="odd", type="Dense")], [Edge(source="in", target="odd")]
    )
    with pytest.raises(CodeError, match=r"no PyTorch counterpart for odd \(Dense\)"):
        torch_source(network, catalogue())


def chain(*layers: tuple[str, str, dict[str, object]]) -> Network:
    """Layers one behind the other: id, type, parameters."""
    nodes = [Node(id=name, type=kind, params=Params(params)) for name, kind, params in layers]
    return Network.of(nodes, [Edge(source=a.id, target=b.id) for a, b in pairwise(nodes)])


IMAGE = ("in", "Input", {"shape": [4, 6, 3]})
FLAT = ("flat", "Flatten", {})
BACK = ("back", "Reshape", {"target_shape": [4, 6, 3]})


def test_a_row_that_pytorch_lays_out_in_its_own_order_is_not_spread_out_again() -> None:
    dense = ("dense", "Dense", {"units": 72})
    for garbled in (chain(IMAGE, FLAT, BACK), chain(IMAGE, FLAT, ("relu", "ReLU", {}), BACK)):
        with pytest.raises(CodeError, match=r"no PyTorch counterpart for back \(Reshape\)"):
            torch_source(garbled, catalogue())
    for sound in (chain(IMAGE, FLAT, dense, BACK), chain(("in", "Input", {"shape": [72]}), BACK)):
        assert "torch.reshape" in torch_source(sound, catalogue())


def test_pytorch_source_moves_the_channels_for_layers_that_want_them_last() -> None:
    source = torch_source(
        chain(IMAGE, ("scaled", "Rescaling", {"offset": -1.0}), ("norm", "LayerNormalization", {})),
        catalogue(),
    )
    assert "scaled = torch.mul(in_, other=0.00392156862745098)" in source
    assert "scaled = torch.add(scaled, other=-1.0)" in source
    assert "normalized_shape=(3,), eps=0.001" in source
    first, last = (
        "norm = torch.permute(scaled, dims=(0, 2, 3, 1))",
        "norm = torch.permute(norm, dims=(0, 3, 1, 2))",
    )
    assert source.index(first) < source.index("norm = self.norm(norm)") < source.index(last)


def test_pytorch_source_leaves_out_what_pytorch_does_by_itself() -> None:
    source = torch_source(templates()["lenet5"].build(), catalogue(), name="LeNet-5")
    assert "class LeNet5(nn.Module):" in source
    assert "self.conv1 = nn.Conv2d(in_channels=1, out_channels=6, kernel_size=5)\n" in source
    assert "self.pool1 = nn.AvgPool2d(kernel_size=2)\n" in source
    assert "nn.Linear(in_features=256, out_features=120)" in source
    ast.parse(source)


def test_a_layer_that_pytorch_lacks_is_pasted_in_once_and_its_name_is_kept_free() -> None:
    edges = ("edges", "FixedFilter2D", {})
    network = chain(IMAGE, edges, ("again", "FixedFilter2D", {"strides": 2, "trainable": True}))
    with pytest.raises(CodeError, match="FixedFilter2d"):
        torch_source(network, catalogue())
    source = torch_source(network, catalogue(), name="Fixed filter2d", custom_source=torch_layer_source)
    classes = [one.name for one in ast.parse(source).body if isinstance(one, ast.ClassDef)]
    assert classes == ["FixedFilter2d", "FixedFilter2d_2"]
    assert source.index("\nimport torch\n") < source.index("\nfrom torch import nn\n")
    assert "type: ignore" not in source
    assert "kernel=((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))" in source
    assert source.count("trainable=True") == 1


def test_a_network_called_as_a_module_that_is_imported_gets_another_name() -> None:
    source = torch_source(chain(IMAGE), catalogue(), name="f", partial=True)
    assert "class F_2(nn.Module):" in source


def test_text_has_no_pytorch_counterpart_and_that_is_said() -> None:
    with pytest.raises(CodeError, match=r"no PyTorch counterpart for words \(TextVectorization\)"):
        torch_source(chain(("words", "TextVectorization", {})), catalogue())


def test_every_template_can_be_written_as_pytorch_source() -> None:
    for template in templates().values():
        source = torch_source(
            template.build(), catalogue(), name=template.title, custom_source=torch_layer_source
        )
        classes = [part.name for part in ast.parse(source).body if isinstance(part, ast.ClassDef)]
        assert source.endswith(f"print({classes[-1]}())\n"), template.name


def test_every_thing_gets_a_variable_of_its_own() -> None:
    names = Names(["keras"])
    assert [names.take(label) for label in ("conv", "conv", "keras", "1st", "if", "a b", "")] == [
        "conv", "conv_2", "keras_2", "x_1st", "if_", "a_b", "x"
    ]  # fmt: skip


def test_values_are_written_as_python_reads_them() -> None:
    value = Params(a=(1,), b=(2, (3, None)), c='say "hi"', d=0.1, e=Params(x=True))
    for one in value.values():
        assert ast.literal_eval(literal(one)) == (one.to_json() if isinstance(one, Params) else one)
    assert text("plain") == '"plain"'


def test_a_long_call_takes_one_line_for_each_argument() -> None:
    arguments = [f"argument_number_{number}={number}" for number in range(9)]
    written = call("x = f", arguments, "(y)")
    assert written.splitlines()[0] == "    x = f("
    assert written.splitlines()[1] == "        argument_number_0=0,"
    assert written.splitlines()[-1] == "    )(y)"


def test_the_source_of_a_custom_layer_is_found_and_a_stranger_is_not() -> None:
    assert "class PaddedMaxPooling" in custom_layer_source("PaddedMaxPooling")
    with pytest.raises(LookupError, match="Nobody"):
        custom_layer_source("Nobody")


def test_without_a_reader_a_custom_layer_is_refused() -> None:
    with pytest.raises(CodeError, match="LocalResponseNormalization"):
        keras_source(templates()["alexnet"].build(), catalogue())
