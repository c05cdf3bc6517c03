"""Every field of every layer with wrong values: one plain sentence at that field, and a network that can be edited on."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from cnnstudio.core import edits
from cnnstudio.core.analysis import Analyser
from cnnstudio.core.network import Network, Node
from cnnstudio.core.parameters import BoolParam, ChoiceParam, ParamSpec, TextParam
from cnnstudio.core.params import Params
from cnnstudio.core.problems import Diagnostic
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import load_project, save_project
from cnnstudio.layers import catalogue
from tests.layers.layer_rows import ROWS, network_of

FIRST_ROWS = {kind: network_of(kind, params, inputs) for kind, params, inputs, *_ in reversed(ROWS)}
NETWORKS = {"Input": Network.of([Node(id="it", type="Input", params=Params(shape=[8, 8, 3]))]), **FIRST_ROWS}
"""A layer with good inputs, called `it`."""
FIELDS = [(kind, spec) for kind in NETWORKS for spec in catalogue()[kind].params]

NEVER: tuple[object, ...] = (
    {},
    {"a": 1},
    [[1, 2, 3], 4, 5, [6]],
    [[[1]]],
    ["a", 1],
    [None, {}],
    True,
    math.nan,
    -math.inf,
)
"""What no field takes but a flag, which takes True."""
TEXTS: tuple[object, ...] = ("seven", "-7", "", "1e3", "x" * 20_000, "многоточие…")
"""What no number, size or flag takes."""
NUMBERS: tuple[object, ...] = (
    -7,
    0,
    1,
    1.5,
    10**30,
    -(10**30),
    1e308,
    2**31,
    [],
    [1] * 9,
    [-7, -7],
    [2, 2, 2],
    None,
)
"""What a field may take or not; where it does not, it says so."""
TWO_FIELDS = {"Normalization": {"mean", "variance"}, "MaxPooling2D": {"pool_size", "padding"}}
TWO_FIELDS["AveragePooling2D"] = TWO_FIELDS["MaxPooling2D"]
"""Fields that must fit each other: the sentence stands at the one or the other."""
WORDS = {"vocabulary", "kernel", "filter"}
"""Fields beside free text and choices that are filled in with text."""


def problems(network: Network) -> tuple[Diagnostic, ...]:
    return tuple(
        problem
        for problem in Analyser(catalogue()).analyse(network).diagnostics
        if problem.severity == "error"
    )


def assert_plain(problem: Diagnostic) -> None:
    """One sentence or two, for a person: no line break, no name of Python's, of a length that can be read."""
    text = str(problem.message)
    assert problem.node == "it"
    assert text.endswith(".")
    assert len(text) < 700
    assert not any(word in text for word in ("\n", "Traceback", "Error", "Params(", "tuple", "NoneType"))


def takes_text(spec: ParamSpec) -> bool:
    return isinstance(spec, (TextParam, ChoiceParam)) or spec.name in WORDS


@pytest.mark.parametrize(("kind", "spec"), FIELDS, ids=lambda value: getattr(value, "name", value))
def test_a_value_of_the_wrong_kind_gets_one_sentence_at_its_field(kind: str, spec: ParamSpec) -> None:
    network = NETWORKS[kind]
    assert not problems(network)
    wrong = [
        *NEVER,
        *(() if takes_text(spec) else TEXTS),
        *((-7, 1.5) if isinstance(spec, (BoolParam, ChoiceParam)) else ()),
    ]
    for value in wrong:
        if isinstance(spec, BoolParam) and value is True:
            continue
        broken = edits.set_params(network, "it", {spec.name: value})
        (problem,) = problems(broken)
        assert problem.param == spec.name, value
        assert_plain(problem)


@pytest.mark.parametrize(("kind", "spec"), FIELDS, ids=lambda value: getattr(value, "name", value))
def test_a_number_that_does_not_do_gets_one_sentence_at_its_field(kind: str, spec: ParamSpec) -> None:
    either = {spec.name} | (TWO_FIELDS.get(kind, set()) if spec.name in TWO_FIELDS.get(kind, ()) else set())
    for value in (*NUMBERS, *TEXTS):
        for problem in problems(edits.set_params(NETWORKS[kind], "it", {spec.name: value})):
            assert problem.param in either or (kind == "Concatenate" and problem.edge), value
            assert_plain(problem)


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_network_with_wrong_values_is_edited_saved_and_mended(kind: str, tmp_path: Path) -> None:
    network = NETWORKS[kind]
    names = [spec.name for spec in catalogue()[kind].params]
    broken = edits.set_params(network, "it", {name: {"not": ["a", "value"]} for name in names})
    assert bool(problems(broken)) == bool(names)
    renamed = edits.rename(broken, "it", "still here")
    save_project(Project(name="broken", network=renamed), tmp_path / "broken.cnn")
    again = load_project(tmp_path / "broken.cnn").network
    assert again == renamed
    mended = edits.rename(
        again.with_nodes([*(node for node in again.nodes.values() if node.id != "it"), network.nodes["it"]]),
        "it",
        network.nodes["it"].name,
    )
    assert not problems(mended)


def test_there_is_a_network_around_every_layer() -> None:
    assert set(NETWORKS) == set(catalogue())
