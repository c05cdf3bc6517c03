"""The Lab with a real mouse and keyboard: point at a value, type a kernel, make a layer of it."""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.display import Display
from tests.e2e.studio import Studio


def test_a_filter_is_tried_on_a_picture_and_put_into_the_network(
    start: Callable[..., Studio], display: Display, shots: Callable[[Studio, str], None]
) -> None:
    studio = start()
    studio.click("trySample")
    studio.widget("canvas")
    studio.click("labRail")
    studio.wait(
        lambda: "28×28" in studio.widget("labPicture")["text"], seconds=60, said="a picture of the data"
    )
    x, y, width, height = studio.widget("labAfter")["rect"]
    display.xdotool("mousemove", x + width // 2 - 3, y + height // 2 - 3)
    display.xdotool("mousemove", x + width // 2 + 3, y + height // 2 + 3)
    studio.wait(lambda: studio.widget("labPlace")["text"].startswith("Row 15, column 15"), said="the place")
    display.click(x + width // 2 + 3, y + height // 2 + 3)
    display.key("Right", "Down", "Down")
    studio.wait(lambda: studio.widget("labPlace")["text"].startswith("Row 17, column 16"), said="three steps")
    studio.click("labKernel11", count=2)
    display.key("ctrl+a")
    display.type("1/2")
    studio.wait(lambda: studio.widget("labKernel11")["text"] == "1/2", said="the number typed")
    shots(studio, "own-kernel")
    studio.click("labPut")
    studio.widget("canvas")
    nodes, wires = studio.network()
    (added,) = (node for node in nodes.values() if node["type"] == "FixedFilter2D")
    assert added["params"] == {"filter": "own", "kernel": "-1 0 1; -2 1/2 2; -1 0 1"}
    assert ("image", added["id"]) in wires
    assert (added["id"], "conv1") in wires
    display.key("ctrl+z")
    studio.wait(lambda: added["id"] not in studio.network()[0], said="the layer gone again")
