"""An error that nobody expected."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication, QMessageBox

logger = logging.getLogger(__name__)


class LastResort:
    """For `sys.excepthook`: the error is written to the log and told in one sentence, and the window goes on."""

    def __init__(self) -> None:
        self.telling = False

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        logger.error("%s", details)
        if self.telling or QApplication.instance() is None or QThread.currentThread() is not _gui_thread():
            return
        self.telling = True
        box = QMessageBox(
            QMessageBox.Icon.Warning,
            "CNN Studio",
            QApplication.translate(
                "Studio", "Something went wrong in the program itself. Your work is still open."
            ),
            QMessageBox.StandardButton.Ok,
            QApplication.activeWindow(),
        )
        box.setInformativeText(
            QApplication.translate(
                "Studio", "Please save it, and report what is below with what you did last."
            )
        )
        box.setDetailedText(details)
        box.exec()
        self.telling = False


def _gui_thread() -> QThread | None:
    application = QApplication.instance()
    return application.thread() if application is not None else None
