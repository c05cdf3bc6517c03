"""From a project file to a painted, analysed network in the real window, for every built-in network.

Goal: 0.3 s each, ResNet-152 included. The reference is a bare QGraphicsView of as many rectangles and lines, painted
in the same run. Times are of the window's own thread, so that a busy machine does not blur them; wall time beside.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QRectF, QSettings
from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView

from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH, arrange
from cnnstudio.core.network import Network
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import save_project
from cnnstudio.layers import catalogue
from cnnstudio.ui.main_window import MainWindow
from cnnstudio.ui.session import Session
from cnnstudio.ui.settings import Settings
from cnnstudio.zoo import templates

GOAL = 0.3
SIZE = (1440, 900)


def settle(application: QApplication) -> None:
    """Turn the event loop until nothing is waiting."""
    for _ in range(4):
        application.processEvents()


def seconds_to_open(window: MainWindow, application: QApplication, path: Path) -> tuple[float, float]:
    """Thread and wall seconds until the network is laid out, analysed and painted."""
    own, wall = time.thread_time(), time.perf_counter()
    if not window.open_path(path):
        raise SystemExit(f"{path.name} does not open.")
    settle(application)
    window.grab()
    assert window.session.analysis.ok
    return time.thread_time() - own, time.perf_counter() - wall


def seconds_of_bare_view(application: QApplication, network: Network) -> float:
    """Thread seconds of Qt's own view with a rectangle for each node and a line for each wire."""
    places = arrange(network)
    start = time.thread_time()
    scene = QGraphicsScene()
    for x, y in places.values():
        scene.addRect(QRectF(x, y, CARD_WIDTH, CARD_HEIGHT))
    for edge in network.edges:
        (x1, y1), (x2, y2) = places[edge.source], places[edge.target]
        scene.addLine(x1, y1, x2, y2)
    view = QGraphicsView(scene)
    view.resize(*SIZE)
    view.show()
    settle(application)
    view.grab()
    view.close()
    return time.thread_time() - start


def main() -> int:
    application = QApplication(sys.argv[:1])
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat))
        window = MainWindow(Session(catalogue()), settings=settings, recovery_folder=Path(folder) / "lost")
        window.resize(*SIZE)
        window.show()
        settle(application)
        for name, template in templates().items():
            network = template.build()
            path = Path(folder) / f"{name}.cnn"
            save_project(Project(name=template.title, network=network), path)
            if not slowest:
                seconds_to_open(window, application, path)  # fonts and icons are loaded once
            own, wall = seconds_to_open(window, application, path)
            bare = seconds_of_bare_view(application, network)
            slowest = max(slowest, own)
            print(
                f"{name:18}{len(network.nodes):5} nodes  {own * 1000:6.0f} ms  ({wall * 1000:.0f} ms wall)"
                f"  {own / GOAL:5.2f} of the goal  {own / bare:5.1f} times a bare view"
            )
        window.close()
    print(f"slowest {slowest * 1000:.0f} ms of {GOAL * 1000:.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
