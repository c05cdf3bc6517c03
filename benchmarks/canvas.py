"""How fast the canvas is with 1,000 nodes: building the scene, every frame of panning and zooming, and edits.

Each figure is set against one frame of a 60 Hz screen (16.7 ms). `--size 1920x1080` by default; works offscreen or on
any display. `residual` is a real network; `dense` packs more cards onto the screen than any network has."""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QApplication

from cnnstudio.core import edits
from cnnstudio.core.layout import arrange
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.ui.appearance import dress
from cnnstudio.ui.canvas import CanvasView
from cnnstudio.ui.housekeeping import Housekeeping
from cnnstudio.ui.session import Session
from cnnstudio.zoo import templates

FRAME_MS = 1000 / 60
SCALES = (0.05, 0.1, 0.2, 0.33, 0.35, 0.45, 0.59, 0.61, 0.8, 1.0, 1.5, 2.0)


def dense(count: int) -> Network:
    """Cards side by side, far denser than a real network: the most that can be on the screen at once."""
    columns = 25
    nodes, edges = (
        [Node(id="image", type="Input", params=Params(shape=[32, 32, 16]), position=(0.0, -104.0))],
        [],
    )
    for number in range(count - 1):
        column, row = number % columns, number // columns
        kind = ("Conv2D", "BatchNormalization", "Activation", "Dropout")[number % 4]
        params = Params(filters=16, kernel_size=3, padding="same") if kind == "Conv2D" else Params()
        node_id = f"n{number}"
        nodes.append(Node(id=node_id, type=kind, params=params, position=(column * 240.0, row * 104.0)))
        edges.append(
            Edge(source="image" if row == 0 else f"n{number - columns + (number % 3 == 0)}", target=node_id)
        )
    return Network.of(nodes, edges)


def residual(count: int) -> Network:
    """A long residual network as the layout places it."""
    nodes = [Node(id="image", type="Input", params=Params(shape=[32, 32, 16]))]
    edges: list[Edge] = []
    last, block = "image", 0
    while len(nodes) + 5 <= count:
        chain = [last]
        for part, kind in enumerate(("Conv2D", "BatchNormalization", "Conv2D", "BatchNormalization")):
            params = Params(filters=16, kernel_size=3, padding="same") if kind == "Conv2D" else Params()
            nodes.append(Node(id=f"b{block}p{part}", type=kind, params=params))
            chain.append(nodes[-1].id)
        nodes.append(Node(id=f"b{block}add", type="Add"))
        edges += [Edge(source=a, target=b) for a, b in zip(chain, [*chain[1:], nodes[-1].id], strict=True)]
        edges.append(Edge(source=last, target=nodes[-1].id, slot=1))
        last, block = nodes[-1].id, block + 1
    network = Network.of(nodes, edges)
    places = arrange(network)
    return Network.of(
        (Node(id=n.id, type=n.type, params=n.params, position=places[n.id]) for n in network.nodes.values()),
        edges,
    )


def percentiles(times: list[float]) -> tuple[float, float, float]:
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return statistics.median(times), cuts[94], cuts[98]


def frame() -> float:
    """Milliseconds the window's thread works to show what changed; at 60 Hz there are 16.7.

    Its own time, not the clock's, so that other work on the machine does not count.
    """
    start = time.thread_time()
    QApplication.processEvents()
    return (time.thread_time() - start) * 1000


def report(name: str, times: list[float]) -> None:
    median, p95, p99 = percentiles(times)
    print(
        f"  {name:24} p50 {median:6.2f}  p95 {p95:6.2f}  p99 {p99:6.2f} ms   p99/frame {p99 / FRAME_MS:5.2f}"
    )


def report_edits(name: str, edits: list[list[float]]) -> None:
    report(name, [max(turns) for turns in edits])
    report("  all its turns", [sum(turns) for turns in edits])


def new_session(housekeeping: Housekeeping) -> Session:
    """A session whose edits keep long collections waiting, as the program's do."""
    session = Session(catalogue())
    session.changed.connect(housekeeping.note_work)
    return session


def measure(
    name: str, network: Network, size: tuple[int, int], frames: int, housekeeping: Housekeeping
) -> None:
    session = new_session(housekeeping)
    session.document.open(Project(network=network))
    _ = session.analysis
    start = time.thread_time()
    view = CanvasView(session)
    built = (time.thread_time() - start) * 1000
    housekeeping.spare(view)
    print(f"{name}: {len(network.nodes)} nodes, {len(network.edges)} wires, view {size[0]}x{size[1]}")
    print(f"  {'scene built':24} {built:10.2f} ms                      /100 ms   {built / 100:5.2f}")
    view.resize(*size)
    view.show()
    QApplication.processEvents()
    centre = view.canvas.content_rect().center()
    for scale in SCALES:
        view.viewpoint.zoom_to(scale)
        view.viewpoint.centre_on(centre)
        QApplication.processEvents()
        pan: list[float] = []
        for number in range(frames):
            view.viewpoint.scroll_by(QPoint(17 if number % 2 else -9, 23 if number % 4 < 2 else -23))
            view.viewport().update()  # the worst case: everything is painted again, not only what scrolled in
            pan.append(frame())
        report(f"pan at {scale:g}", pan)
    zoom: list[float] = []
    anchor = QPointF(size[0] / 3, size[1] / 3)
    view.viewpoint.fit(view.canvas.content_rect())
    for factor in (1.06, 1 / 1.06):
        while 0.05 <= view.viewpoint.scale <= 2.0 or len(zoom) in {0, frames}:
            if not view.viewpoint.zoom_to(view.viewpoint.scale * factor, anchor):
                break
            zoom.append(frame())
        view.viewpoint.zoom_to(1.99 if factor > 1 else 0.06)
    report("zoom 0.05 to 2 and back", zoom)
    drag: list[float] = []
    view.viewpoint.zoom_to(1.0)
    node_id = next(reversed(network.nodes))
    view.show_node(node_id)
    QApplication.processEvents()
    card = view.canvas.diagram.cards[node_id]
    x, y = card.x, card.y
    for number in range(frames):
        start = time.thread_time()
        view.canvas.shift_cards({node_id: (x + 8 * (number % 7), y + 8 * (number % 5))})
        QApplication.processEvents()
        drag.append((time.thread_time() - start) * 1000)
    view.canvas.restore_cards()
    report("drag one node at 1", drag)
    measure_edits(view, frames)
    view.close()
    view.deleteLater()
    QApplication.processEvents()


def worked(do: Callable[[], object]) -> float:
    """Milliseconds of the window's thread for one action and the turn of the event loop that follows it."""
    start = time.thread_time()
    do()
    QApplication.processEvents()
    return (time.thread_time() - start) * 1000


class Edits:
    """Does edits of a session, each until all views know what it comes to."""

    def __init__(self, session: Session) -> None:
        self._is_known = True
        session.analysed.connect(self._on_analysed)

    def _on_analysed(self) -> None:
        self._is_known = True

    def turns(self, do: Callable[[], object]) -> list[float]:
        """What `worked` says of one edit, and then of each turn until its consequences are shown."""
        self._is_known = False
        turns = [worked(do)]
        while not self._is_known:
            turns.append(frame())
        return turns


def measure_edits(view: CanvasView, frames: int) -> None:
    """Typing a parameter, connecting, undoing, each until all is known of it; pasting 200 layers once.

    Of each edit the longest turn of the event loop is told, which is what holds up a frame, and the sum of all.
    """
    session = view.session
    one = Edits(session)
    for _ in range(200):  # wires that were laid in haste
        QApplication.processEvents()
    layers = [node.id for node in session.network.nodes.values() if node.type == "Conv2D"]
    node_id = layers[len(layers) // 2]
    typing = [
        one.turns(
            lambda units=8 + number: session.apply(
                lambda network: edits.set_params(network, node_id, {"filters": units}), Message("Set filters")
            )
        )
        for number in range(frames)
    ]
    report_edits("type a parameter", typing)
    report_edits("undo", [one.turns(session.undo) for _ in range(frames)])
    loose = Node(id="loose", type="Conv2D", params=Params(filters=16), position=(-400.0, 0.0))
    one.turns(lambda: session.apply(lambda network: edits.add(network, [loose]), Message("Add")))
    connecting: list[list[float]] = []
    for _ in range(frames):
        connecting.append(
            one.turns(
                lambda: session.apply(
                    lambda network: edits.connect(network, source=node_id, target="loose"), Message("Connect")
                )
            )
        )
        one.turns(session.undo)
    report_edits("connect", connecting)
    session.select(list(session.network.nodes)[:200])
    view.editing.copy()
    paste = worked(lambda: view.editing.paste((0.0, 0.0)))
    print(f"  {'paste of 200':24} {paste:10.2f} ms                      /150 ms   {paste / 150:5.2f}")


def measure_arranging(size: tuple[int, int], housekeeping: Housekeeping) -> None:
    """ResNet-152 strewn about, then arranged: until the last card rests, and the longest turn of the event loop."""
    network = templates()["resnet152"].build()
    strewn = Network.of(
        (
            replace(node, position=(number * 7919 % 4000 * 1.0, number * 104729 % 9000 * 1.0))
            for number, node in enumerate(network.nodes.values())
        ),
        network.edges,
    )
    session = new_session(housekeeping)
    session.document.open(Project(network=strewn))
    _ = session.analysis
    view = CanvasView(session)
    view.resize(*size)
    view.show()
    QApplication.processEvents()
    view.viewpoint.fit(view.canvas.content_rect())
    QApplication.processEvents()
    start = time.perf_counter()
    turns = [worked(view.arrange)]
    while view.is_gliding:
        turns.append(frame())
    seconds = time.perf_counter() - start
    print(f"arrange ResNet-152, {len(network.nodes)} layers, {len(turns) - 1} frames of gliding")
    print(f"  {'until all rests':24} {1000 * seconds:10.2f} ms                      /1000 ms  {seconds:5.2f}")
    print(
        f"  {'longest turn':24} {max(turns):10.2f} ms                      /100 ms   {max(turns) / 100:5.2f}"
    )
    view.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--size", default="1920x1080")
    options = parser.parse_args()
    width, height = (int(part) for part in options.size.split("x"))
    application = QApplication(sys.argv[:1])
    dress(application, "light")
    housekeeping = Housekeeping(application)  # as the program does
    housekeeping.begin()
    housekeeping.settle()
    measure("residual", residual(options.nodes), (width, height), options.frames, housekeeping)
    measure("dense", dense(options.nodes), (width, height), options.frames, housekeeping)
    measure_arranging((width, height), housekeeping)


if __name__ == "__main__":
    main()
