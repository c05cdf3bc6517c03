"""The program's start: Qt, the log, the studio, and the loop until the window is closed."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from cnnstudio.app.folders import user_folder
from cnnstudio.app.last_resort import LastResort
from cnnstudio.app.studio import Studio
from cnnstudio.resource_files import resource


def _start_logging() -> None:
    folder = user_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.FileHandler(folder / "studio.log", delay=True, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler()
    logging.basicConfig(level=logging.WARNING, handlers=[handler], format="%(asctime)s %(name)s %(message)s")


def main(arguments: Sequence[str] = ()) -> int:
    """Open the window, with the project named in `arguments` if one is; gives the exit code."""
    os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
    application = QApplication.instance() or QApplication([sys.argv[0]])
    application.setApplicationName("cnnstudio")
    application.setApplicationVersion("")
    assert isinstance(application, QApplication)
    application.setApplicationDisplayName("CNN Studio")
    application.setDesktopFileName("cnnstudio")
    application.setWindowIcon(QIcon(str(resource("icons/app.svg"))))
    application.setQuitOnLastWindowClosed(True)
    _start_logging()
    sys.excepthook = LastResort()
    studio = Studio()
    studio.show(Path(arguments[0]) if arguments else None)
    return QApplication.exec()
