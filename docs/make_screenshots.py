"""Makes the README's pictures from the real program on a screen of its own: `python docs/make_screenshots.py`.

Needs Xvfb, openbox, xdotool and imagemagick, as the end-to-end tests do.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
sys.path.insert(0, str(CHECKOUT))

from tests.e2e.display import Display  # noqa: E402 - after the path is known
from tests.e2e.studio import Studio, middle  # noqa: E402

TARGET = Path(__file__).parent / "screenshots"


def residual_study(folder: Path) -> Path:
    """A project whose two branches do not fit, as a learner would meet it."""
    conv = {"kernel_size": [3, 3], "padding": "same", "activation": "relu"}
    nodes = [
        {"id": "image", "type": "Input", "params": {"shape": [28, 28, 1]}},
        {
            "id": "conv1",
            "type": "Conv2D",
            "params": {"filters": 16, "kernel_size": [5, 5], "padding": 2, "activation": "relu"},
        },
        {"id": "conv2", "type": "Conv2D", "params": {"filters": 32, **conv}},
        {
            "id": "project",
            "type": "Conv2D",
            "params": {"filters": 32, "kernel_size": [1, 1], "strides": [2, 2]},
        },
        {"id": "norm2", "type": "BatchNormalization"},
        {"id": "add1", "type": "Add"},
        {"id": "pool", "type": "GlobalAveragePooling2D"},
        {"id": "classes", "type": "Dense", "params": {"units": 10, "activation": "softmax"}},
    ]
    wires = [
        "image>conv1",
        "conv1>conv2",
        "conv1>project",
        "conv2>norm2",
        "norm2>add1",
        "project>add1",
        "add1>pool",
        "pool>classes",
    ]
    edges = [{"source": wire.split(">")[0], "target": wire.split(">")[1]} for wire in wires]
    path = folder / "residual.cnn"
    project = {
        "format": "cnnstudio.project",
        "version": 1,
        "name": "Residual block study",
        "network": {"nodes": nodes, "edges": edges},
    }
    path.write_text(json.dumps(project), "utf-8")
    return path


def folders(theme: str) -> dict[str, str]:
    """User folders of their own, with a theme chosen."""
    home = Path(tempfile.mkdtemp())
    settings = home / "cnnstudio" / "cnnstudio.ini"
    settings.parent.mkdir()
    settings.write_text(f"[General]\ntheme={theme}\n", "utf-8")
    return {
        "XDG_CONFIG_HOME": str(home),
        "XDG_DATA_HOME": str(home),
        "XDG_CACHE_HOME": str(home),
        "HOME": str(home),
    }


def large(studio: Studio, display: Display) -> None:
    """Make the window as large as the screen."""
    display.click(720, 46, count=2)
    studio.wait(lambda: studio.ask("windows")[0]["rect"][2] > 1400, said="a large window")
    time.sleep(0.5)


def design(theme: str) -> None:
    """The Design workspace with a problem and its fixes."""
    with Display() as display:
        env = folders(theme)
        studio = Studio(display, str(residual_study(Path(env["HOME"]))), env=env)
        studio.widget("canvas")
        large(studio, display)
        display.key("ctrl+9")
        time.sleep(1)
        display.click(*middle(studio.ask("node", id="conv1")))
        time.sleep(3)
        display.xdotool("mousemove", 700, 40)
        time.sleep(1)
        studio.shot(TARGET / f"design-{theme}.png")
        studio.close()


def train(theme: str) -> None:
    """The Train workspace in the middle of a run on the sample."""
    with Display() as display:
        env = folders(theme)
        studio = Studio(display, env=env)
        studio.click("trySample")
        studio.widget("canvas")
        large(studio, display)
        studio.click("trainRail")
        studio.click("planEpochs", count=3)
        display.key("ctrl+a")
        display.type("20")
        display.key("Return")
        studio.click("trainStart")
        history = Path(env["XDG_DATA_HOME"]) / "cnnstudio" / "runs"
        studio.wait(
            lambda: any(len(f.read_text().splitlines()) > 14 for f in history.glob("*/history.csv")),
            seconds=240,
        )
        display.xdotool("mousemove", 700, 40)
        time.sleep(0.5)
        studio.shot(TARGET / f"train-{theme}.png")
        studio.close()


def lab(theme: str) -> None:
    """The Lab with a picture of the sample, close enough to read its values."""
    with Display() as display:
        env = folders(theme)
        studio = Studio(display, env=env)
        studio.click("trySample")
        studio.widget("canvas")
        large(studio, display)
        studio.click("labRail")
        studio.wait(lambda: "28×28" in studio.widget("labPicture")["text"], seconds=60)
        time.sleep(0.5)
        x, y, width, height = studio.widget("labAfter")["rect"]
        display.click(x + width * 5 // 12, y + height * 7 // 12)
        display.key(*["plus"] * 2)
        time.sleep(0.5)
        studio.shot(TARGET / f"lab-{theme}.png")
        studio.close()


if __name__ == "__main__":
    for name in sys.argv[1:] or ["light", "dark"]:
        design(name)
        train(name)
        lab(name)
