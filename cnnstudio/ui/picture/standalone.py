"""A picture of a project without a window: what the command `picture` calls."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from cnnstudio.core.collecting import no_collections
from cnnstudio.core.project import Project
from cnnstudio.core.spec import Catalogue
from cnnstudio.ui.appearance import with_tabular_figures
from cnnstudio.ui.canvas.look import make_look
from cnnstudio.ui.canvas.scene import CanvasScene
from cnnstudio.ui.picture.files import PictureFormat, picture_bytes
from cnnstudio.ui.picture.painting import Drawing
from cnnstudio.ui.session import Session
from cnnstudio.ui.theme import DARK, LIGHT, ThemeName

_FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf")


def draw_project(
    project: Project,
    catalogue: Catalogue,
    kind: PictureFormat,
    *,
    theme: ThemeName = "light",
    scale: float | None = None,
    background: bool = True,
) -> bytes:
    """The picture of a project's network as the bytes of a file. Raises PictureError."""
    application = QApplication.instance()
    if application is None:
        application = QApplication([sys.argv[0] or "cnnstudio"])
        assert isinstance(application, QApplication)
        _use_fonts(application)
    session = Session(catalogue)
    with no_collections():
        session.document.open(project)
        scene = CanvasScene(session)
        look = make_look(DARK if theme == "dark" else LIGHT)
        drawing = Drawing(scene, look, background=background)
        return picture_bytes(drawing, kind, scale=scale, title=project.name)


def _use_fonts(application: QApplication) -> None:
    """The system's fonts with figures of one width; those that matplotlib brings where the system has none."""
    if not QFontDatabase.families():
        found = importlib.util.find_spec("matplotlib")
        folder = Path(found.origin or "").parent / "mpl-data/fonts/ttf" if found is not None else Path()
        for name in _FONTS:
            QFontDatabase.addApplicationFont(str(folder / name))
        if QFontDatabase.families():
            application.setFont(QFont("DejaVu Sans"))
    application.setFont(with_tabular_figures(application.font()))
