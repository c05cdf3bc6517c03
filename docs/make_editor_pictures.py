"""Makes docs/editor/*.png: LeNet, an Inception block and a residual block in the real window, in both themes and two sizes.

    xvfb-run -a -s "-screen 0 2560x1440x24" python docs/make_editor_pictures.py

The pictures have a palette of 256 colours, which a window of flat colours does not miss.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
sys.path.insert(0, str(CHECKOUT))
HOME = tempfile.TemporaryDirectory()
os.environ["XDG_DATA_HOME"] = (
    HOME.name
)  # what the user's own window left behind shall not be offered in the pictures

from PIL import Image  # noqa: E402 - after the path is known
from PySide6.QtCore import QSettings  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from cnnstudio.core.network import Edge, Network, Node  # noqa: E402
from cnnstudio.core.params import Params  # noqa: E402
from cnnstudio.core.project import Project  # noqa: E402
from cnnstudio.layers import catalogue  # noqa: E402
from cnnstudio.ui.appearance import dress  # noqa: E402
from cnnstudio.ui.main_window import MainWindow  # noqa: E402
from cnnstudio.ui.session import Session  # noqa: E402
from cnnstudio.ui.settings import Settings  # noqa: E402
from cnnstudio.ui.theme import theme_state  # noqa: E402
from cnnstudio.zoo import templates  # noqa: E402
from cnnstudio.zoo.blocks import block_templates  # noqa: E402

TARGET = Path(__file__).parent / "editor"
SIZES = ((1280, 720), (2560, 1440))


def with_block(name: str, shape: tuple[int, int, int]) -> Network:
    """A picture of features, a ready-made block, a head."""
    nodes = [
        Node(id="features", type="Input", params=Params(shape=list(shape))),
        block_templates()[name].node("block", channels=shape[2]),
        Node(id="pool", type="GlobalAveragePooling2D"),
        Node(id="classes", type="Dense", params=Params(units=10, activation="softmax")),
    ]
    ids = [node.id for node in nodes]
    return Network.of(nodes, [Edge(source=a, target=b, slot=0) for a, b in zip(ids, ids[1:], strict=False)])


def main() -> None:
    """One window for each theme; each network in each size."""
    TARGET.mkdir(exist_ok=True)
    application = QApplication([])
    pictures: dict[str, tuple[str, Callable[[], Network], str, str]] = {
        "lenet": ("LeNet-5", templates()["lenet5"].build, "", "conv2"),
        "inception": ("Inception block", lambda: with_block("Inception block", (28, 28, 192)), "block", ""),
        "residual": (
            "Residual block",
            lambda: with_block("Residual block, projected", (56, 56, 64)),
            "block",
            "",
        ),
    }
    for theme in ("light", "dark"):
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(QSettings(f"{folder}/settings.ini", QSettings.Format.IniFormat))
            settings.theme = theme
            dress(application, settings.theme)
            theme_state().choose(theme)
            session = Session(catalogue())
            window = MainWindow(session, settings=settings)
            window.show()
            for name, (title, network, inside, chosen) in pictures.items():
                for width, height in SIZES:
                    window.resize(width, height)
                    session.document.open(Project(name=title, network=network()))
                    window.show_workspace("design")
                    if inside:
                        session.enter(inside)
                    QTest.qWait(400)
                    window.design.canvas.fit()
                    ids = list(session.network.nodes)
                    session.select([chosen if chosen in ids else ids[len(ids) // 2]])
                    QTest.qWait(900)
                    path = TARGET / f"{name}-{theme}-{width}x{height}.png"
                    window.grab().save(str(path))
                    with Image.open(path) as picture:
                        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
                            path, optimize=True
                        )
                    print(path.relative_to(CHECKOUT), f"{path.stat().st_size // 1024} kB", flush=True)
            window.close()


if __name__ == "__main__":
    main()
