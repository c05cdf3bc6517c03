"""The whole way with a real mouse: LeNet dragged together, trained on the sample, exported, undone and redone."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.e2e.studio import Studio, middle

COLUMN, ROW = 248, 104
LAYERS = [
    ("Input", "image"),
    ("Conv2D", "conv1"),
    ("AveragePooling2D", "pool1"),
    ("Conv2D", "conv2"),
    ("AveragePooling2D", "pool2"),
    ("Flatten", "flatten1"),
    ("Dense", "dense1"),
    ("Dense", "dense2"),
    ("Dense", "dense3"),
]
PARAMETERS = {
    1: {"param_filters": "6", "param_kernel_size": "5"},
    3: {"param_filters": "16", "param_kernel_size": "5"},
    6: {"param_units": "120"},
    7: {"param_units": "84"},
    8: {"param_units": "10"},
}


def drop_layer(studio: Studio, kind: str, place_on_screen: tuple[int, int]) -> str:
    """Drag a layer from the palette to a place of the canvas; gives its id."""
    before, _ = studio.network()
    studio.click("paletteSearch", count=3)
    studio.display.type(kind)
    studio.wait(lambda: studio.widget("paletteSearch")["text"] == kind, said=f"{kind} typed")
    place = studio.wait(lambda: at_rest(studio, kind), said=f"{kind} in the palette")
    studio.display.drag(middle(place), place_on_screen)

    def added() -> set[str]:
        return set(studio.network()[0]) - set(before)

    return str(studio.wait(added, said=f"{kind} on the canvas").pop())


def at_rest(studio: Studio, kind: str) -> list[int] | None:
    """Where a layer stands in the palette once the list has stopped changing."""
    first = studio.ask("item", name="paletteList", text=kind)
    time.sleep(0.1)
    place: list[int] | None = studio.ask("item", name="paletteList", text=kind)
    return place if place == first else None


def port(studio: Studio, node_id: str, *, output: bool) -> tuple[int, int]:
    """Where a card's port is on the screen."""
    x, y, width, height = studio.ask("node", id=node_id)
    return x + width // 2, y + height if output else y


def wire(studio: Studio, source: str, target: str) -> None:
    """Drag a wire from an output to an input, unless dropping has drawn it already."""
    if (source, target) in studio.network()[1]:
        return
    studio.display.drag(port(studio, source, output=True), port(studio, target, output=False))
    studio.wait(lambda: (source, target) in studio.network()[1], said=f"a wire from {source} to {target}")


def type_parameter(studio: Studio, node_id: str, field: str, value: str) -> None:
    """Select a card and type into a field of the inspector."""
    studio.display.click(*middle(studio.ask("node", id=node_id)))
    studio.wait(lambda: studio.ask("selection") == [node_id], said=f"{node_id} selected")
    studio.click(field, count=3)
    studio.display.key("ctrl+a")
    studio.display.type(value)
    studio.display.key("Return")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_lenet_is_dragged_together_trained_exported_undone_and_redone(
    start: Callable[..., Studio], shots: Callable[[Studio, str], None], own_folders: dict[str, str]
):
    studio = start()
    studio.widget("startPage")
    shots(studio, "start-page")
    studio.click("newProject")
    studio.widget("canvas")
    studio.display.click(720, 46, count=2)  # the title bar: as large as the screen
    studio.wait(lambda: studio.ask("windows")[0]["rect"][2] > 1400, said="a large window")

    left, top, _, _ = studio.widget("canvas")["rect"]
    ids = []
    for number, (kind, _) in enumerate(LAYERS):
        column, row = divmod(number, 5)
        ids.append(drop_layer(studio, kind, (left + 160 + column * COLUMN, top + 92 + row * ROW)))
    shots(studio, "dropped")
    for source, target in pairwise(ids):
        wire(studio, source, target)
    for number, fields in PARAMETERS.items():
        for field, value in fields.items():
            type_parameter(studio, ids[number], field, value)
    shots(studio, "assembled")
    built, wires = studio.network()
    assert wires == set(pairwise(ids))
    analysis = studio.wait(
        lambda: (a := studio.ask("analysis"))["total_params"] == 44426 and a, said="44,426 parameters"
    )
    assert analysis["ok"]
    assert analysis["shapes"][ids[4]] == [4, 4, 16]
    assert analysis["shapes"][ids[5]] == [256]

    studio.click("dataRail")
    studio.click("dataSample")
    studio.wait(
        lambda: "4,000 images" in studio.widget("dataStatus")["text"], seconds=60, said="the sample scanned"
    )
    shots(studio, "data")

    studio.click("trainRail")
    studio.widget("trainStart")
    studio.click("param_epochs" if studio.ask("widget", name="param_epochs") else "planEpochs", count=3)
    studio.display.key("ctrl+a")
    studio.display.type("2")
    studio.display.key("Return")
    studio.click("trainStart")
    runs = Path(own_folders["XDG_DATA_HOME"]) / "cnnstudio" / "runs"
    studio.wait(lambda: list(runs.glob("*/model.keras")), seconds=90, said="a model")
    studio.wait(
        lambda: '"finished"' in next(runs.glob("*/run.json")).read_text(), seconds=90, said="the run finished"
    )
    studio.widget("confusionMatrix")
    shots(studio, "trained")
    x, y, _, _ = studio.widget("confusionMatrix")["rect"]
    studio.display.click(x + 12, y + 12)
    studio.wait(
        lambda: "were recognised" in studio.widget("cellImagesText")["text"],
        seconds=60,
        said="a cell's images",
    )
    shots(studio, "cell")
    studio.display.key("Escape")

    studio.click("exportButton")
    studio.widget("exportDialog")
    path = Path(own_folders["HOME"]) / "lenet.onnx"
    studio.click("exportFormat")
    studio.display.key("Home", "Down", "Down", "Down", "Return")
    studio.click("exportPath", count=3)
    studio.display.key("ctrl+a")
    studio.display.type(str(path))
    studio.click("exportStart")
    studio.wait(path.exists, seconds=90, said=f"{path.name}")
    studio.wait(
        lambda: "same" in studio.widget("exportResult")["text"], seconds=60, said="the export checked"
    )
    shots(studio, "exported")
    studio.click("exportClose")

    studio.click("designRail")
    studio.display.click(left + 700, top + 60)
    for _ in range(80):
        if not studio.network()[0]:
            break
        studio.display.key("ctrl+z")
    assert studio.network() == ({}, set())
    shots(studio, "undone")
    for _ in range(80):
        if studio.network() == (built, wires):
            break
        studio.display.key("ctrl+shift+z")
    assert studio.network() == (built, wires)
    shots(studio, "redone")
