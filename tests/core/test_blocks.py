"""Blocks: the project file, spreading out, exposed parameters, repeats, nesting, limits, and editing inside them."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest
from hypothesis import given

from cnnstudio.core import edits
from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.block_edits import changed_level, expose, group, inside, limited, set_repeat, ungroup
from cnnstudio.core.block_faults import MOST_NODES
from cnnstudio.core.blocks import DEEPEST, count_layers, count_nodes, depth_of, settled
from cnnstudio.core.edits import EditError
from cnnstudio.core.expansion import Expander, expanded
from cnnstudio.core.json_text import JsonError
from cnnstudio.core.keras_names import layer_names
from cnnstudio.core.levels import level_analysis, network_at
from cnnstudio.core.network import BLOCK, Block, Edge, Network, Node
from cnnstudio.core.params import EMPTY, Params
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import parse_project, project_text
from cnnstudio.layers import catalogue
from tests.core.networks import networks


def wired(text: str, **nodes: Node) -> Network:
    """`"a>b b>c"` with these nodes; what is not given is a node of the type that its id says."""
    known = {"in": "BlockInput", "out": "BlockOutput", "image": "Input", "add": "Add", "relu": "ReLU"}
    found = dict(nodes)
    edges: list[Edge] = []
    counts: dict[str, int] = {}
    for wire in text.split():
        source, target = wire.split(">")
        source, _, output = source.partition(":")
        for node_id in (source, target):
            kind = known.get(node_id.rstrip("0123456789"), "ReLU")
            found.setdefault(node_id, Node(id=node_id, type=kind))
        slot = counts.get(target, 0)
        counts[target] = slot + 1
        edges.append(Edge(source=source, target=target, slot=slot, output=int(output or 0)))
    return Network.of(found.values(), edges)


def conv(node_id: str = "conv", **params: object) -> Node:
    return Node(
        id=node_id,
        type="Conv2D",
        params=Params({"filters": 4, "kernel_size": 3, "padding": "same", **params}),
    )


def block(
    node_id: str, network: Network, *, repeat: int = 1, exposed: Params = EMPTY, **params: object
) -> Node:
    return Node(
        id=node_id,
        type=BLOCK,
        params=Params(params),
        block=Block(network=network, repeat=repeat, exposed=exposed),
    )


CONV_BLOCK = wired("in>conv conv>relu relu>out", conv=conv())
FILTERS = Params(filters=["conv.filters"])


def analyse(network: Network) -> Analysis:
    return Analyser(catalogue()).analyse(network)


def at(network: Network, *path: str) -> Analysis:
    level = network_at(network, path)
    assert level is not None
    return level_analysis(analyse(network), level, path, catalogue())


def codes(analysis: Analysis) -> list[tuple[str, str, str | None]]:
    return [(problem.node, problem.code, problem.param) for problem in analysis.diagnostics]


# --- the project file --------------------------------------------------------------------------


def test_a_block_is_read_as_the_contract_says_and_written_back_the_same() -> None:
    node = {
        "id": "b",
        "type": "Block",
        "params": {"filters": 8},
        "repeat": 3,
        "exposed": {"filters": ["conv.filters"]},
        "network": {
            "nodes": [
                {"id": "in", "type": "BlockInput"},
                {"id": "conv", "type": "Conv2D", "colour": "red"},
                {"id": "out", "type": "BlockOutput"},
            ],
            "edges": [{"source": "in", "target": "conv"}, {"source": "conv", "target": "out"}],
            "note": [1, {"kept": True}],
        },
        "colour": "blue",
    }
    document = {
        "format": "cnnstudio.project",
        "version": 1,
        "name": "x",
        "network": {"nodes": [node], "edges": []},
        "data": {},
        "training": {},
    }
    project = parse_project(json.dumps(document))
    found = project.network.nodes["b"]
    assert found.block is not None
    assert (found.block.repeat, found.block.exposed) == (3, FILTERS)
    assert list(found.block.network.nodes) == ["in", "conv", "out"]
    assert json.loads(project_text(project)) == document
    assert parse_project(project_text(project)) == project


@given(networks(), networks())
def test_any_network_inside_any_block_survives_the_project_file(inner: Network, outer: Network) -> None:
    nested = block("b", Network.of([*inner.nodes.values(), block("deep", inner, repeat=2)], inner.edges))
    if "b" not in outer.nodes:
        project = Project(network=edits.add(outer, [nested]))
        assert parse_project(project_text(project)) == project
        assert copy.deepcopy(project) == project


def test_a_block_without_a_network_keeps_its_other_keys() -> None:
    text = '{"format": "cnnstudio.project", "version": 1, "network": {"nodes": [{"id": "b", "type": "Block", "repeat": 7}]}}'
    project = parse_project(text)
    assert project.network.nodes["b"].extra == Params(repeat=7)
    assert codes(analyse(project.network)) == [("b", "block.empty", None)]


def test_what_is_wrong_inside_a_block_in_a_file_names_the_block() -> None:
    text = """{"format": "cnnstudio.project", "version": 1, "network": {"nodes": [
        {"id": "b", "type": "Block", "network": {"nodes": [{"id": "x"}]}}]}}"""
    with pytest.raises(JsonError, match=r'in node "b": node "x" has no "type"'):
        parse_project(text)


def test_the_deepest_nesting_that_can_be_made_can_be_saved_and_opened() -> None:
    network = wired("in>conv conv>out", conv=conv(padding=[[1, 1], [1, 1]]))
    for level in range(DEEPEST - 1):
        network = wired(f"in>b{level} b{level}>out", **{f"b{level}": block(f"b{level}", network)})
    network = wired("image>b", b=block("b", network))
    assert depth_of(network) == DEEPEST
    assert analyse(network).ok
    assert parse_project(project_text(Project(network=network))).network == network
    with pytest.raises(EditError, match="16 levels"):
        inside((), lambda whole: group(whole, ["b"], block_id="c", places={"b": (0, 0)}))(network)


# --- spreading out -----------------------------------------------------------------------------


def test_a_network_without_blocks_stands_for_itself() -> None:
    network = wired("image>relu relu>relu2")
    assert expanded(network) is network


def test_copies_of_a_block_follow_one_another_with_addresses_of_their_own() -> None:
    network = wired("image>b b>relu", b=block("b", CONV_BLOCK, repeat=3, exposed=FILTERS, filters=8))
    analysis = analyse(network)
    assert list(analysis.nodes) == [
        "image", "b/conv", "b/relu", "b#2/conv", "b#2/relu", "b#3/conv", "b#3/relu", "relu",
    ]  # fmt: skip
    assert [analysis.nodes[f"b{mark}/conv"].param_count for mark in ("", "#2", "#3")] == [80, 584, 584]
    assert analysis.total_params == 80 + 584 + 584
    assert analysis.ok


def test_the_block_s_card_sums_up_all_copies_and_totals_count_them_once() -> None:
    network = wired("image>b b>relu", b=block("b", CONV_BLOCK, repeat=3, exposed=FILTERS, filters=8))
    level = at(network)
    card = level.nodes["b"]
    flat = [result for node_id, result in level.expanded.network.nodes.items() if node_id.startswith("b")]
    assert (card.input_shapes, card.output_shape) == (((28, 28, 1),), (28, 28, 8))
    assert card.param_count == level.total_params == 1248
    assert card.macs == level.macs == 28 * 28 * (72 + 576 + 576)
    assert card.fields is not None
    assert [field.size for field in card.fields] == [7, 7]
    assert card.summary == "×3 · 8"
    assert len(flat) == 6
    assert list(level.nodes) == ["image", "b", "relu"]


def test_what_is_not_trained_is_told_apart_on_the_card() -> None:
    inner = wired("in>norm norm>out", norm=Node(id="norm", type="BatchNormalization"))
    level = at(wired("image>b", b=block("b", inner, repeat=2)))
    assert (level.nodes["b"].param_count, level.nodes["b"].trainable_count) == (8, 4)
    assert (level.total_params, level.trainable_params) == (8, 4)


def test_blocks_nest_and_set_each_other_s_parameters() -> None:
    inner = block("unit", CONV_BLOCK, exposed=Params(width=["conv.filters"]))
    outer = wired("in>unit unit>out", unit=inner)
    exposed = Params(width=["unit.width"], count=["unit.repeat"])
    network = wired("image>b", b=block("b", outer, exposed=exposed, width=16, count=2, repeat=2))
    analysis = analyse(network)
    assert analysis.ok
    assert [i for i in analysis.nodes if i.endswith("conv")] == [
        "b/unit/conv", "b/unit#2/conv", "b#2/unit/conv", "b#2/unit#2/conv",
    ]  # fmt: skip
    assert at(network).nodes["b"].summary == "×2 · 16 · 2"
    assert at(network, "b").nodes["unit"].summary == "×2 · 16"
    assert at(network, "b", "unit").nodes["conv"].output_shape == (28, 28, 16)


def test_several_inputs_and_outputs_keep_their_order() -> None:
    inner = wired("in1>conv in2>conv2 conv>out1 conv2>out2", conv=conv(), conv2=conv("conv2", filters=6))
    network = wired("image>a image>c a>b c>b b:1>relu b>relu2", b=block("b", inner))
    analysis = analyse(network)
    assert analysis.nodes["relu"].output_shape == (28, 28, 6)
    assert analysis.nodes["relu2"].output_shape == (28, 28, 4)
    assert at(network).nodes["b"].more_outputs == ((28, 28, 6),)


def test_a_repeated_block_shares_the_inputs_that_it_does_not_put_out() -> None:
    inner = wired("in1>add in2>add add>out")
    network = wired("image>a image>c a>b c>b", b=block("b", inner, repeat=3))
    edges = {(edge.source, edge.target, edge.slot) for edge in expanded(network).edges}
    assert {("a", "b/add", 0), ("c", "b/add", 1), ("b/add", "b#2/add", 0), ("c", "b#2/add", 1)} <= edges
    assert ("b#2/add", "b#3/add", 0) in edges


def test_a_block_that_only_passes_on_is_a_wire() -> None:
    network = wired("image>b b>relu", b=block("b", wired("in>out"), repeat=4))
    assert [(edge.source, edge.target) for edge in expanded(network).edges] == [("image", "relu")]
    assert at(network).nodes["b"].output_shape == (28, 28, 1)


def test_ids_with_signs_of_an_address_cannot_be_mistaken_for_one() -> None:
    network = Network.of(
        [
            Node(id="image", type="Input"),
            block("b", CONV_BLOCK),
            Node(id="b/conv", type="ReLU"),
            Node(id="b_conv", type="ReLU"),
        ],
        [
            Edge(source="image", target="b"),
            Edge(source="b", target="b/conv"),
            Edge(source="b", target="b_conv"),
        ],
    )
    analysis = analyse(network)
    assert analysis.ok
    assert len(analysis.nodes) == 5
    assert at(network).nodes["b/conv"].output_shape == at(network).nodes["b"].output_shape == (28, 28, 4)


def test_layers_in_blocks_get_keras_names_that_are_readable_and_their_own() -> None:
    network = wired("image>b b>x", b=block("b", CONV_BLOCK, repeat=2), x=Node(id="b_conv", type="ReLU"))
    network = Network.of([*network.nodes.values()], [network.edges[0], Edge(source="b", target="b_conv")])
    names = layer_names(expanded(network))
    assert names["b/conv"] == "b_conv"
    assert names["b#2/conv"] == "b_2_conv"
    assert len(set(names.values())) == len(names)


def test_an_edit_outside_leaves_a_block_s_layers_as_they_are() -> None:
    network = wired("image>b b>relu relu>relu2", b=block("b", CONV_BLOCK, repeat=3))
    expander = Expander()
    before = expander.expand(network).network
    after = expander.expand(edits.set_params(network, "relu2", {"negative_slope": 0.1})).network
    assert after.edges is before.edges
    assert all(after.nodes[key] is node for key, node in before.nodes.items() if key.startswith("b"))


# --- what can be wrong -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (wired("b>relu", b=block("b", CONV_BLOCK)), ("b", "input.missing", None)),
        (wired("image>b relu2>b image>relu2", b=block("b", CONV_BLOCK)), ("b", "input.extra", None)),
        (wired("image>b", b=block("b", CONV_BLOCK, repeat=0)), ("b", "param.value", "repeat")),
        (wired("image>b", b=block("b", CONV_BLOCK, repeat="two")), ("b", "param.value", "repeat")),  # type: ignore[arg-type]  # what a file may hold
        (wired("image>b", b=block("b", CONV_BLOCK, width=3)), ("b", "param.unknown", "width")),
        (wired("image>b", b=block("b", CONV_BLOCK, exposed=FILTERS, filters=-1)), ("b", "param.value", "filters")),
        (wired("image>b", b=block("b", CONV_BLOCK, exposed=FILTERS, filters="x")), ("b", "param.value", "filters")),
        (wired("image>b", b=block("b", CONV_BLOCK, exposed=Params(f="conv.filters"))), ("b", "block.exposed", "f")),
        (wired("image>b", b=block("b", CONV_BLOCK, exposed=Params(f=["nobody.filters"]))), ("b", "block.exposed", "f")),
        (wired("image>b", b=block("b", wired("in>conv", conv=conv()))), ("b", "block.output", None)),
        (wired("image>b", b=block("b", wired("in>conv conv>relu", conv=conv(), out=Node(id="out", type="BlockOutput")))),
         ("b", "block.output", None)),
        (wired("image>b b:1>relu", b=block("b", CONV_BLOCK)), ("b", "block.output", None)),
        (wired("image>b", b=block("b", wired("in>out1 in>out2"), repeat=2)), ("b", "block.repeat", "repeat")),
        (
            wired("image>b", b=block("b", wired("in>conv conv>out out>relu", conv=conv()))),
            ("b", "block.output", None),
        ),
        (wired("image>in"), ("in", "block.misplaced", None)),
        (wired("a>b b>a", a=block("a", wired("in>out")), b=block("b", wired("in>out"))), ("a", "network.cycle", None)),
        (wired("image>b", b=block("b", wired("in>conv conv>out", conv=conv(kernel_size=40, padding="valid")))),
         ("b/conv", "shape.window", None)),
    ],
)  # fmt: skip
def test_a_mistake_is_one_problem_with_a_name(
    network: Network, expected: tuple[str, str, str | None]
) -> None:
    analysis = analyse(network)
    assert not analysis.ok
    node, code, param = codes(analysis)[0]
    assert (node, code) == expected[:2]
    assert expected[2] is None or param == expected[2]
    assert len(codes(analysis)) == 1
    assert str(analysis.diagnostics[0].message)


def test_a_problem_inside_shows_on_the_card_and_in_the_open_block() -> None:
    inner = wired("in>conv conv>out", conv=conv(kernel_size=5, padding="valid"))
    network = wired("image>b b>relu", b=block("b", inner, repeat=8))
    (problem,) = analyse(network).diagnostics
    assert problem.node == "b#7/conv"
    (on_card,) = at(network).diagnostics
    assert on_card.node == "b"
    assert str(on_card.message).startswith("conv: ")
    (inside_block,) = at(network, "b").diagnostics
    assert inside_block.node == "conv"
    assert str(inside_block.message).startswith("In copy 7: ")
    assert at(network).nodes["relu"].output_shape is None
    assert at(network, "b").nodes["conv"].output_shape == (24, 24, 4)


def test_one_bad_value_in_a_repeated_block_is_one_problem() -> None:
    network = wired("image>b", b=block("b", wired("in>conv conv>out", conv=conv(filters=-2)), repeat=50))
    assert codes(analyse(network)) == [("b/conv", "param.value", "filters")]


def test_the_wire_at_fault_is_the_one_that_the_level_has() -> None:
    inner = wired("in>conv in>add conv>add add>out", conv=conv(strides=2))
    network = wired("image>b", b=block("b", inner))
    (problem,) = at(network, "b").diagnostics
    assert problem.edge == Edge(source="conv", target="add", slot=1)


def test_blocks_repeated_a_thousandfold_in_each_other_are_refused_at_once() -> None:
    network = CONV_BLOCK
    for _ in range(10):
        network = wired("in>b b>out", b=block("b", network, repeat=1000))
    network = wired("image>b b>relu", b=block("b", network, repeat=1000))
    assert count_layers(network) == 2 * 1000**11 + 2
    analysis = analyse(network)
    assert codes(analysis) == [("b", "block.size", "repeat")]
    assert len(analysis.nodes) == 3
    three = wired("in>conv conv>relu relu>relu2 relu2>out", conv=conv())
    smaller = edits.replace_node(network, block("b", three, repeat=MOST_NODES // 3 + 1))
    assert codes(analyse(smaller)) == [("b", "block.size", "repeat")]


def test_a_block_refused_for_its_size_is_taken_when_there_is_room() -> None:
    large = block("b", CONV_BLOCK, repeat=6000)
    both = wired("image>a a>b", a=replace(large, id="a"), b=large)
    analyser = Analyser(catalogue())
    assert codes(analyser.analyse(both)) == [("b", "block.size", "repeat")]
    assert analyser.analyse(edits.remove(both, ["a"])).ok


@given(networks(), networks())
def test_no_network_in_no_block_brings_the_analysis_down(inner: Network, outer: Network) -> None:
    ends = Network.of(
        [*inner.nodes.values(), Node(id="in0", type="BlockInput"), Node(id="out0", type="BlockOutput")],
        [*inner.edges, *(Edge(source=key, target="out0") for key in list(inner.nodes)[:1])],
    )
    if {"b", "in0", "out0"} & {*inner.nodes, *outer.nodes}:
        return
    network = edits.add(
        outer,
        [block("b", ends, repeat=2)],
        [Edge(source=key, target="b") for key in list(outer.nodes)[:1]],
    )
    analysis = analyse(network)
    for path in ((), ("b",)):
        level = network_at(network, path)
        assert level is not None
        assert set(level_analysis(analysis, level, path, catalogue()).nodes) == set(level.nodes)


# --- editing -----------------------------------------------------------------------------------


def test_an_edit_inside_keeps_what_the_block_had_set() -> None:
    network = wired("image>b", b=block("b", CONV_BLOCK, exposed=FILTERS, filters=8))
    after = inside(("b",), lambda level: edits.set_params(level, "conv", {"strides": 2}))(network)
    inner = network_at(after, ("b",))
    assert inner is not None
    assert inner.nodes["conv"].params == Params(filters=8, kernel_size=3, padding="same", strides=2)
    assert after.nodes["b"].params == EMPTY
    assert changed_level(network, after) == ("b",)
    assert changed_level(after, network) == ("b",)


def test_the_level_of_a_change_is_found() -> None:
    network = wired("image>b b>relu", b=block("b", wired("in>u u>out", u=block("u", CONV_BLOCK))))
    deep = inside(("b", "u"), lambda level: edits.set_params(level, "conv", {"filters": 9}))(network)
    assert changed_level(network, deep) == ("b", "u")
    assert changed_level(network, edits.move(network, {"b": (1, 1)})) == ()
    assert changed_level(network, set_repeat(network, "b", 2)) == ()
    assert changed_level(network, edits.remove(network, ["relu"])) == ()


def test_a_block_with_a_value_set_is_settled_once() -> None:
    node = block("b", CONV_BLOCK, exposed=FILTERS, filters=8)
    assert settled(node) is settled(replace(node, position=(1, 2)))
    assert settled(node).nodes["conv"].params["filters"] == 8
    assert settled(replace(node, params=EMPTY)) is CONV_BLOCK


def places_of(network: Network) -> dict[str, tuple[float, float]]:
    return {node_id: (0.0, 104.0 * number) for number, node_id in enumerate(network.nodes)}


def same_graph(one: Network, other: Network) -> bool:
    """Whether two networks build the same, node for node under another name."""
    a, b = analyse(one), analyse(other)
    return [(result.input_shapes, result.output_shape, result.weights) for result in a.nodes.values()] == [
        (result.input_shapes, result.output_shape, result.weights) for result in b.nodes.values()
    ] and (a.total_params == b.total_params)


def test_grouping_and_ungrouping_keep_every_wire() -> None:
    network = wired(
        "image>conv conv>relu relu>conv2 conv>add conv2>add add>relu2", conv=conv(), conv2=conv("conv2")
    )
    grouped = group(network, ["relu", "conv2", "add"], block_id="block1", places=places_of(network))
    assert set(grouped.nodes) == {"image", "conv", "relu2", "block1"}
    assert analyse(grouped).ok
    assert {(e.source, e.target) for e in expanded(grouped).edges} == {
        ("image", "conv"), ("conv", "block1/relu"), ("block1/relu", "block1/conv2"), ("conv", "block1/add"),
        ("block1/conv2", "block1/add"), ("block1/add", "relu2"),
    }  # fmt: skip
    back = ungroup(grouped, "block1", mint=lambda node: f"{node.id}x", place=(0, 0))
    assert set(back.nodes) == set(network.nodes)
    assert set(back.edges) == set(network.edges)


def test_several_ways_out_of_a_group_become_several_outputs() -> None:
    network = wired(
        "image>conv conv>relu conv>conv2 conv2>relu2 relu2>add relu>add", conv=conv(), conv2=conv("conv2")
    )
    grouped = group(network, ["conv", "conv2"], block_id="g", places=places_of(network))
    assert {edge.output for edge in grouped.outputs("g")} == {0, 1}
    assert analyse(grouped).ok
    assert same_graph(network, grouped)


def test_a_group_that_would_feed_itself_is_refused() -> None:
    network = wired("image>conv conv>relu relu>add conv>add", conv=conv())
    with pytest.raises(EditError, match="select what is on it too"):
        group(network, ["conv", "add"], block_id="g", places=places_of(network))
    with pytest.raises(EditError, match="Select the layers"):
        group(network, [], block_id="g", places={})


def test_ungrouping_a_repeated_block_writes_out_every_copy() -> None:
    network = wired("image>b b>relu", b=block("b", CONV_BLOCK, repeat=3, exposed=FILTERS, filters=8))
    numbers = iter(range(100))
    flat = ungroup(network, "b", mint=lambda node: f"{node.id}_{next(numbers)}", place=(0, 0))
    assert not any(node.type == BLOCK for node in flat.nodes.values())
    assert analyse(flat).ok
    assert analyse(flat).total_params == analyse(network).total_params
    assert analyse(flat).macs == analyse(network).macs


def test_a_parameter_is_exposed_and_taken_back() -> None:
    network = wired("image>b", b=block("b", CONV_BLOCK))
    shown = edits.set_params(expose(network, "b", "width", ["conv.filters"]), "b", {"width": 12})
    assert at(shown).nodes["b"].output_shape == (28, 28, 12)
    hidden = expose(shown, "b", "width", [])
    assert at(hidden).nodes["b"].output_shape == (28, 28, 12)
    assert hidden.nodes["b"].params == EMPTY
    with pytest.raises(EditError):
        expose(network, "b", "repeat", ["conv.filters"])


def test_nodes_of_blocks_within_blocks_are_counted_without_visiting_each() -> None:
    network = Network.of([Node(id="a", type="ReLU"), Node(id="b", type="ReLU")])
    for _ in range(40):  # 2 to the 40th copies
        block = Block(network=network)
        network = Network.of([Node(id=name, type="Block", block=block) for name in "ab"])
    assert count_nodes(network) == 2**42 - 2


def test_an_edit_that_makes_more_layers_than_allowed_is_refused_and_one_that_makes_fewer_is_not() -> None:
    network = Network.of(Node(id=f"n{number}", type="ReLU") for number in range(10))
    extra = Node(id="extra", type="ReLU")
    with pytest.raises(EditError, match="11 layers; a project can hold 8"):
        limited(lambda net: edits.add(net, [extra]), 8)(network)
    assert len(limited(lambda net: edits.remove(net, ["n0"]), 8)(network).nodes) == 9
    assert limited(lambda net: net, 8)(network) is network
