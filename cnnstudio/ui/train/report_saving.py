"""Saves a report on a run where the user says, with the network drawn as on the canvas."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from cnnstudio.core.project_file import ProjectFileError
from cnnstudio.core.spec import Catalogue
from cnnstudio.runs.record import RunFolderError
from cnnstudio.runs.reports.writing import ENDINGS, write_report
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.ui.picture.files import PictureError
from cnnstudio.ui.picture.standalone import draw_project
from cnnstudio.ui.session import translated


def save_report(
    run: RunFolder, measured: Mapping[str, Any] | None, catalogue: Catalogue, window: QWidget
) -> str:
    """Ask where to, write the file, and say so in a sentence; empty when the user changed their mind."""
    start = str(run.path / "report.html")
    chosen, _ = QFileDialog.getSaveFileName(
        window, _tr("Save a report"), start, _tr("Web page (*.html);;Markdown (*.md)")
    )
    if not chosen:
        return ""
    path = Path(chosen)
    if path.suffix.lower() not in ENDINGS:
        path = path.with_name(f"{path.name}.html")
    QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        write_report(run, path, measured=measured, network_svg=_drawn(run, catalogue), say=translated)
    except (RunFolderError, OSError) as error:
        QGuiApplication.restoreOverrideCursor()
        reason = translated(error.message) if isinstance(error, RunFolderError) else str(error.strerror)
        QMessageBox.warning(window, _tr("Save a report"), reason)
        return ""
    QGuiApplication.restoreOverrideCursor()
    return _tr("The report is saved: {path}").format(path=path)


def _drawn(run: RunFolder, catalogue: Catalogue) -> bytes | None:
    try:
        return draw_project(run.project(), catalogue, "svg")
    except (ProjectFileError, PictureError):
        return None


def _tr(text: str) -> str:
    return QCoreApplication.translate("Report", text)
