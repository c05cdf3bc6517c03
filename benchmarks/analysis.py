"""An edit's analysis on a 1,000-layer network, against the time Keras takes to build the same layers symbolically.

Goals: within 5 ms when few nodes change, within 100 ms from scratch; all rules of thumb within 10 ms.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from cnnstudio.core import edits
from cnnstudio.core.analysis import Analyser
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.layers import catalogue
from cnnstudio.layers.hints import hints

LAYERS = 1000
FIVE_MS, TEN_MS, HUNDRED_MS = 0.005, 0.010, 0.100


def deep_network() -> Network:
    """Residual units of two convolutions, 1,000 layers in all."""
    nodes = [Node(id="image", type="Input", params=Params(shape=[64, 64, 16]))]
    edges: list[Edge] = []
    last = "image"
    conv = Params(filters=16, kernel_size=[3, 3], padding="same", activation="relu")
    for unit in range((LAYERS - 1) // 3):
        first, second, add = f"conv{unit}a", f"conv{unit}b", f"add{unit}"
        nodes += [Node(id=first, type="Conv2D", params=conv), Node(id=second, type="Conv2D", params=conv)]
        nodes.append(Node(id=add, type="Add"))
        edges += [Edge(source=last, target=first), Edge(source=first, target=second)]
        edges += [Edge(source=second, target=add), Edge(source=last, target=add, slot=1)]
        last = add
    return Network.of(nodes, edges)


def median_of(times: int, work: Callable[[], object]) -> float:
    """Median seconds of `work`."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main() -> None:
    """Print each figure and its ratio."""
    network = deep_network()
    layers = catalogue()
    analyser = Analyser(layers)
    assert analyser.analyse(network).ok
    scratch = median_of(10, lambda: Analyser(layers).analyse(network))
    filters = iter(
        [edits.set_params(network, "conv200b", {"activation": name}) for name in ("relu", "elu") * 50]
    )
    few = median_of(100, lambda: analyser.analyse(next(filters)))
    analyser.analyse(network)
    versions = [
        edits.set_params(network, "conv200a", {"kernel_size": [size, size]}) for size in (1, 3, 5, 7) * 25
    ]
    kernels = iter(versions)
    fields = median_of(100, lambda: analyser.analyse(next(kernels)))
    widths = iter([edits.set_params(network, "image", {"shape": [64 + i, 64, 16]}) for i in range(30)])
    everything = median_of(30, lambda: analyser.analyse(next(widths)))

    analysis = analyser.analyse(network)
    judged = median_of(30, lambda: hints(network, analysis))

    from cnnstudio.engine.builder import build

    start = time.perf_counter()
    build(network, layers)
    keras = time.perf_counter() - start
    print(f"{len(network.nodes)} layers, {len(network.edges)} wires")
    print(f"edit of one layer      {few * 1e3:8.2f} ms   {few / FIVE_MS:5.2f} of the 5 ms goal")
    print(f"edit of one kernel     {fields * 1e3:8.2f} ms   (400 receptive fields change with it)")
    print(
        f"edit that changes all  {everything * 1e3:8.2f} ms   {everything / HUNDRED_MS:5.2f} of the 100 ms goal"
    )
    print(f"all rules of thumb     {judged * 1e3:8.2f} ms   {judged / TEN_MS:5.2f} of the 10 ms goal")
    print(f"from scratch           {scratch * 1e3:8.2f} ms   {scratch / HUNDRED_MS:5.2f} of the 100 ms goal")
    print(
        f"Keras, symbolic build  {keras * 1e3:8.0f} ms   {keras / scratch:.0f} times the analysis from scratch"
    )


if __name__ == "__main__":
    main()
