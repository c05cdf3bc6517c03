"""Seeded random networks, valid and broken: chains and branches, sensible parameters and out-of-range ones."""

from __future__ import annotations

import math
from random import Random

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Shape
from cnnstudio.layers import catalogue
from tests.layers.random_params import LAYERS, pick, some

INPUTS: tuple[list[int | None], ...] = (
    [12, 10, 3],
    [16, 16, 1],
    [7, 9, 4],
    [28, 28, 1],
    [5, 5, 6],
    [20, 4],
    [9, 3],
    [6, 5, 7, 2],
    [24],
    [6, 6],
    [None, None, 3],
    [None, 8],
    [8, None, 2],
)
RANK_OF_LAYER = {name: int(name[-2]) for name in LAYERS if name.endswith("D")}
IMAGE_LAYERS = {
    "Conv2DTranspose",
    "DeformableConv2D",
    "DepthwiseConv2D",
    "SeparableConv2D",
    "SpatialDropout2D",
}
PAIRS = {"Subtract", "GraphConvolution", "Dot"}
PICTURES = {*(name for name in LAYERS if name.startswith("Random")), "Resizing", "CenterCrop"}
LARGEST_OUTPUT = 400_000
"""Values that one layer may give for one image: Keras is asked with real numbers."""
MOST_SCORES = 4_000_000
"""Pairs of positions that attention may compare for one image: of 28x28x28 positions they fill twelve gigabytes."""
MERGING = {"Add", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", *PAIRS}


def random_network(seed: int) -> Network:
    """A network of 2 to 11 layers. Most layers are drawn until they fit, some are put in whatever they do."""
    random = Random(seed)
    shape = random.choice(INPUTS)
    nodes = [Node(id="image", type="Input", params=Params(shape=shape))]
    edges: list[Edge] = []
    if random.random() < 0.05:
        return _text_network(random)
    shapes: dict[str, Shape] = {"image": tuple(shape)}
    trust = random.choice((0.2, 0.6, 0.95))
    for number in range(random.randint(1, 10)):
        careful = random.random() < trust
        for _ in range(6):
            kind = _type(random, shapes)
            node_id = f"{kind.lower()}_{number}"
            sources = _sources(random, kind, shapes)
            params = Params(LAYERS[kind](random, shapes[sources[0]]))
            node = Node(id=node_id, type=kind, params=params)
            wires = [Edge(source=source, target=node_id, slot=slot) for slot, source in enumerate(sources)]
            network = Network.of([*nodes, node], [*edges, *wires])
            result = Analyser(catalogue()).analyse(network).nodes[node_id]
            if _is_heavy(kind, result.output_shape):
                continue
            if not careful or result.error is None:
                break
        else:
            if result.output_shape is not None:
                continue
        nodes.append(node)
        edges += wires
        if result.output_shape is not None and is_small(result.output_shape):
            shapes[node_id] = result.output_shape
    return Network.of(nodes, edges)


def _text_network(random: Random) -> Network:
    """Text, its words' vectors, and one layer more."""
    values = {
        "vocabulary": pick(random, ("a b c", ["x", "yes"]), ("a a", "", 7)),
        "output_sequence_length": pick(random, (1, 6, None), (0,)),
        "output_mode": pick(random, ("int", "int", "multi_hot", "count"), ("words",)),
        "standardize": pick(random, ("lower", None), ("upper",)),
        "split": pick(random, ("character", "whitespace"), ("line",)),
    }
    nodes = [Node(id="text", type="TextVectorization", params=Params(some(random, values, 0.6)))]
    wires: list[Edge] = []
    for kind in ("Embedding", "Conv1D", "GlobalMaxPooling1D"):
        if not Analyser(catalogue()).analyse(Network.of(nodes, wires)).ok:
            break
        values = LAYERS[kind](random, (6, 4))
        if values.get("input_dim") == 3:  # too few for the words: only a text can tell
            values["input_dim"] = 30
        wires.append(Edge(source=nodes[-1].id, target=kind.lower()))
        nodes.append(Node(id=kind.lower(), type=kind, params=Params(values)))
    return Network.of(nodes, wires)


def _type(random: Random, shapes: dict[str, Shape]) -> str:
    kinds = list(LAYERS)
    if random.random() < 0.25 and len(shapes) > 1:
        return random.choice(sorted(MERGING))
    rank = len(list(shapes.values())[-1]) - 1
    if random.random() < 0.8:
        kinds = [
            kind
            for kind in kinds
            if (kind not in RANK_OF_LAYER or RANK_OF_LAYER[kind] == rank)
            and (kind not in PICTURES or rank == 2)
        ]
    return random.choice(kinds)


def _sources(random: Random, kind: str, shapes: dict[str, Shape]) -> list[str]:
    """Earlier nodes; a layer that varies pictures gets one with pictures."""
    usable = list(shapes)
    if kind in PICTURES:
        usable = [node_id for node_id in usable if len(shapes[node_id]) == 3] or usable
    if kind == "MultiHeadAttention" and random.random() < 0.5:
        return [random.choice(usable), random.choice(usable)]
    last = usable[-1] if random.random() < 0.75 else random.choice(usable)
    if kind not in MERGING:
        return [last]
    count = 2 if kind in PAIRS else random.randint(2, 3)
    fitting = [node_id for node_id in usable if shapes[node_id] == shapes[last]]
    return [last, *(random.choice(fitting if random.random() < 0.5 else usable) for _ in range(count - 1))]


def is_small(shape: Shape) -> bool:
    """Whether Keras can go on from here without hundreds of megabytes."""
    return _values(shape) < 60_000 and len(shape) < 6


def is_affordable(network: Network) -> bool:
    """Whether Keras can be asked about a network without blocks with a few hundred megabytes."""
    results = Analyser(catalogue()).analyse(network).nodes
    return all(
        all(is_small(shape) for shape in result.input_shapes if shape is not None)
        and not _is_heavy(network.nodes[node_id].type, result.output_shape)
        and sum(weight.count for weight in result.weights) <= LARGEST_OUTPUT
        for node_id, result in results.items()
    )


def _is_heavy(kind: str, shape: Shape | None) -> bool:
    """Whether a layer that gives this shape would take Keras gigabytes."""
    if shape is None:
        return False
    pairs = _values(shape[:-1]) ** 2 if kind == "MultiHeadAttention" else 0
    return _values(shape) > LARGEST_OUTPUT or pairs > MOST_SCORES


def _values(shape: Shape) -> int:
    return math.prod(size or 16 for size in shape)
