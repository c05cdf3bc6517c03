"""Every code that the program gives a problem: a network that has it, told with the layer's name and a way out."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.network import Block, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.problems import Diagnostic
from cnnstudio.layers import catalogue
from cnnstudio.layers.advice import advise
from cnnstudio.layers.fixes import offer_fixes
from cnnstudio.layers.hints import HintContext
from tests.layers.test_fixes import IMAGE, MISTAKES, network_of, node
from tests.layers.test_hints import CASES as HINTS

CODE = re.compile(r"(network|name|layer|input|shape|param|block|hint)\.[a-z_]+")

NOT_CODES = {
    "shape.invalid",  # what a ShapeError has that gives none; no layer does
    "block.repeat",
}


def codes_of(checkout: Path) -> set[str]:
    """Every text in the two lowest floors that reads like a code."""
    found: set[str] = set()
    for floor in ("core", "layers"):
        for path in (checkout / "cnnstudio" / floor).rglob("*.py"):
            for one in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and CODE.fullmatch(one.value):
                    found.add(one.value)
    return found - NOT_CODES


def block(inner: Network | None, exposed: dict[str, object] | None = None, **params: object) -> Network:
    """An image that goes through a block."""
    held = None if inner is None else Block(network=inner, exposed=Params(exposed or {}))
    return network_of(
        IMAGE, Node(id="unit", type="Block", params=Params(params), block=held), wires="image>unit"
    )


INSIDE = network_of(
    node("in", "BlockInput"), node("conv", "Conv2D"), node("out", "BlockOutput"), wires="in>conv conv>out"
)


def nested(depth: int) -> Network:
    inner = INSIDE
    for _ in range(depth):
        inner = network_of(
            node("in", "BlockInput"),
            Node(id="unit", type="Block", block=Block(network=inner)),
            node("out", "BlockOutput"),
            wires="in>unit unit>out",
        )
    return block(inner)


def crowded() -> Network:
    """Four levels of fifty copies each."""
    inner = INSIDE
    for _ in range(4):
        inner = network_of(
            node("in", "BlockInput"),
            Node(id="unit", type="Block", block=Block(network=inner, repeat=50)),
            node("out", "BlockOutput"),
            wires="in>unit unit>out",
        )
    return block(inner)


MORE: dict[str, Network] = {
    "param.axis": network_of(IMAGE, node("join", "BatchNormalization", axis=7), wires="image>join"),
    "param.filters": network_of(
        node("image", "Input", shape=[8, 8, 4]),
        node("conv", "Conv2D", groups=2, filters=3),
        wires="image>conv",
    ),
    "block.empty": block(None),
    "block.depth": nested(40),
    "block.exposed": block(INSIDE, {"filters": ["nothing.filters"]}),
    "block.misplaced": network_of(IMAGE, node("in", "BlockInput"), wires="image>in"),
    "block.output": block(network_of(node("in", "BlockInput"), node("conv", "Conv2D"), wires="in>conv")),
    "block.size": crowded(),
}


def analysed(network: Network, context: HintContext | None = None) -> Analysis:
    context = context or HintContext()
    analyser = Analyser(catalogue())
    return offer_fixes(network, advise(analyser.analyse(network), context), analyser, context)


def cases() -> dict[str, tuple[Network, HintContext]]:
    found: dict[str, tuple[Network, HintContext]] = {}
    for network, _ in MISTAKES.values():
        for problem in Analyser(catalogue()).analyse(network).diagnostics:
            found.setdefault(problem.code, (network, HintContext()))
    found.update({code: (network, HintContext()) for code, network in MORE.items()})
    found.update({code: (some[0].network, some[0].context) for code, some in HINTS.items()})
    return found


ALL = cases()
OF_ONE_LAYER = {
    *("param.value", "param.unknown", "param.conflict", "param.padding", "param.axis", "param.filters"),
    *("layer.unknown", "input.missing", "network.empty"),
    *("block.empty", "block.depth", "block.misplaced", "block.output", "block.size", "block.exposed"),
    *("hint.stride", "hint.even_kernel", "hint.large_kernel", "hint.kernel_outside", "hint.checkerboard"),
    *("hint.classes", "hint.last_activation", "hint.dense_heavy", "hint.parameters"),
    *("hint.sigmoid", "hint.plain_deep", "hint.field_large"),
}
"""Codes of what is wrong with one layer, with a name or with the network as a whole; all others lie between layers."""
NO_FIX = {
    "hint.plain_deep": "a skip connection belongs where its author wants it",
    "hint.parameters": "a smaller network or more images are a choice",
    "hint.field_small": "how to see more is a choice",
    "hint.field_large": "which layers to leave out is a choice",
}


def test_every_code_has_a_network_that_shows_it(checkout: Path) -> None:
    assert set(ALL) == codes_of(checkout)


def the(problems: tuple[Diagnostic, ...], code: str) -> Diagnostic:
    return next(problem for problem in problems if problem.code == code)


@pytest.mark.parametrize("code", ALL)
def test_a_problem_is_told_at_its_layer_in_a_sentence_with_the_cure(code: str) -> None:
    network, context = ALL[code]
    analysis = analysed(network, context)
    problem = the(analysis.diagnostics, code)
    assert problem.node in analysis.network.nodes or code in ("network.empty", "hint.parameters")
    assert re.match(r"[\w'\"“]", str(problem.message))
    assert str(problem.message).endswith(".")
    assert "{" not in f"{problem.message}{problem.hint}"
    assert str(problem.hint) or problem.fixes, "no way out is named"
    assert analysis.ok is all(other.severity != "error" for other in analysis.diagnostics)


def codes_given(checkout: Path) -> dict[str, ast.expr | None]:
    """By its place in the two lowest floors, the code that each error and problem made there is given."""
    return {
        f"{path.name}:{call.lineno}": next(
            (keyword.value for keyword in call.keywords if keyword.arg == "code"), None
        )
        for floor in ("core", "layers")
        for path in (checkout / "cnnstudio" / floor).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in ("ShapeError", "Diagnostic")
    }


def test_every_error_has_a_code_that_is_written_out_and_found_here(checkout: Path) -> None:
    given = codes_given(checkout)
    assert len(given) > 40
    assert [place for place, code in given.items() if code is None] == []
    composed = [place for place, code in given.items() if isinstance(code, (ast.JoinedStr, ast.BinOp))]
    assert composed == []
    written = {str(code.value): place for place, code in given.items() if isinstance(code, ast.Constant)}
    assert {code: place for code, place in written.items() if code not in ALL} == {}


@pytest.mark.parametrize("code", ALL)
def test_a_problem_between_two_layers_names_the_other_one(code: str) -> None:
    """Its own layer stands in front of every message; the other one stands in it."""
    network, context = ALL[code]
    analysis = analysed(network, context)
    problem = the(analysis.diagnostics, code)
    others = [node.label for node_id, node in analysis.network.nodes.items() if node_id != problem.node]
    named = [label for label in others if re.search(rf"\b{re.escape(label)}\b", str(problem.message))]
    assert (bool(named) and bool(problem.node)) is (code not in OF_ONE_LAYER), named
    if problem.edge is not None:
        assert analysis.network.nodes[problem.edge.source].label in named


def test_problems_that_a_wire_causes_mark_it() -> None:
    marked = {code for code, case in ALL.items() if the(analysed(*case).diagnostics, code).edge is not None}
    assert marked == {"network.cycle", "shape.mismatch", "shape.rank", "shape.unknown"}


def test_a_layer_with_too_many_inputs_is_told_with_all_that_feed_it() -> None:
    message = str(the(analysed(ALL["input.extra"][0]).diagnostics, "input.extra").message)
    network = ALL["input.extra"][0]
    feeders = [network.nodes[edge.source].label for edge in network.edges if edge.target == "conv"]
    assert len(feeders) > 1
    assert message.endswith(f"It is fed by {', '.join(feeders[:-1])} and {feeders[-1]}.")


def test_one_mistake_in_a_repeated_block_is_one_problem_though_its_copies_are_fed_by_different_layers() -> (
    None
):
    inner = network_of(
        node("in", "BlockInput"),
        node("flat", "Flatten"),
        node("conv", "Conv1D"),
        node("out", "BlockOutput"),
        wires="in>flat flat>conv conv>out",
    )
    first = network_of(
        node("in", "BlockInput"),
        node("conv", "Conv3D"),
        node("out", "BlockOutput"),
        wires="in>conv conv>out",
    )
    for held in (inner, first):
        network = network_of(
            IMAGE, Node(id="unit", type="Block", block=Block(network=held, repeat=3)), wires="image>unit"
        )
        problems = [p for p in analysed(network).diagnostics if p.code == "shape.rank"]
        assert len(problems) == 1
        assert "#" not in str(problems[0].message)


@pytest.mark.parametrize("code", ALL)
def test_its_fixes_clear_it_and_break_nothing_that_was_fine(code: str) -> None:
    network, context = ALL[code]
    before = analysed(network, context)
    problem = the(before.diagnostics, code)
    if code in NO_FIX:
        assert not problem.fixes
        return
    assert problem.fixes
    for fix in problem.fixes:
        edited = fix.edit(network)
        assert edited != network
        after = advise(Analyser(catalogue()).analyse(edited), context)
        assert not [left for left in after.diagnostics if (left.code, left.node) == (code, problem.node)]
        fine = [node_id for node_id, was in before.nodes.items() if was.output_shape is not None]
        assert not [node_id for node_id in fine if node_id in after.nodes and after.nodes[node_id].error]


def mismatch(*layers: Node, wires: str) -> str:
    return str(the(analysed(network_of(*layers, wires=wires)).diagnostics, "shape.mismatch").message)


def test_a_mismatch_names_both_branches_and_the_layer_that_changed_the_size() -> None:
    message = mismatch(
        node("image", "Input", shape=[28, 28, 16]),
        node("conv1", "Conv2D", filters=16, padding="same"),
        node("conv2", "Conv2D", filters=16, padding="same"),
        node("pool1", "MaxPooling2D"),
        node("add1", "Add"),
        wires="image>conv1 conv1>conv2 conv1>pool1 conv2>add1 pool1>add1",
    )
    assert "conv2's branch is 28×28" in message
    assert "pool1's branch is 14×14, because pool1 has strides 2." in message
    assert "conv1" not in message  # it is before the place where the branches part


def test_a_mismatch_of_channels_names_the_filters_and_the_skip() -> None:
    message = mismatch(
        IMAGE,
        node("conv", "Conv2D", filters=16, padding="same"),
        node("relu", "ReLU"),
        node("add", "Add"),
        wires="image>conv conv>relu image>add relu>add",
    )
    assert "the skip from image is 3 channels deep" in message
    assert "relu's branch is 16 channels deep, because conv has 16 filters" in message


def test_a_branch_that_lost_pixels_says_where() -> None:
    message = mismatch(
        IMAGE,
        node("a", "Conv2D", filters=3, kernel_size=5),
        node("b", "ZeroPadding2D"),
        node("add", "Add"),
        wires="image>a a>b image>add b>add",
    )
    assert "because a has a 5×5 window without padding and b turns 4×4 into 6×6" in message


def test_branches_of_two_inputs_are_followed_to_their_ends() -> None:
    message = mismatch(
        IMAGE,
        node("other", "Input", shape=[16, 16, 3]),
        node("pool", "MaxPooling2D", pool_size=4),
        node("add", "Add"),
        wires="image>add other>pool pool>add",
    )
    assert "image's branch is 8×8" in message
    assert "pool's branch is 4×4, because pool has strides 4" in message


UNLIKE = {
    "a table of edges of another size": (
        "GraphConvolution",
        ([7, 3], [7, 6]),
        "a's branch is 7×3, and b's branch is 7×6.",
    ),
    "rows of another length": (
        "Dot",
        ([5], [4]),
        "a's branch is 5 values, and b's branch is 4 values.",
    ),
    "a row beside a table": (
        "Concatenate",
        ([7, 3], [7]),
        "a's branch is 7×3, and b's branch is 7 values.",
    ),
}


@pytest.mark.parametrize(("kind", "shapes", "words"), UNLIKE.values(), ids=UNLIKE.keys())
def test_inputs_of_different_kinds_are_told_apart_by_all_their_sizes(
    kind: str, shapes: tuple[list[int], list[int]], words: str
) -> None:
    one, other = (node(name, "Input", shape=shape) for name, shape in zip("ab", shapes, strict=True))
    message = mismatch(one, other, node("join", kind), wires="a>join b>join")
    assert message.endswith(words)


FITTING = {
    "cropped": ((8, 8, 4), (6, 6, 4), "Crop one to 6×6"),
    "padded": ((6, 6, 4), (8, 8, 4), "Pad one with zeros to 8×8"),
    "repeated": ((4, 4, 4), (8, 8, 4), "Put up-sampling by 2 behind one"),
    "projected": ((8, 8, 4), (4, 4, 16), "Put a 1×1 convolution with 16 filters and strides 2 behind one"),
}


@pytest.mark.parametrize(("first", "second", "label"), FITTING.values(), ids=FITTING.keys())
def test_branches_are_made_to_fit(first: tuple[int, ...], second: tuple[int, ...], label: str) -> None:
    network = network_of(
        node("one", "Input", shape=first),
        node("two", "Input", shape=second),
        node("add", "Add"),
        wires="one>add two>add",
    )
    assert label in [str(fix.label) for fix in the(analysed(network).diagnostics, "shape.mismatch").fixes]
