"""The Lab workspace: what a convolution does to a picture, and to a signal."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from cnnstudio.core.change import Change
from cnnstudio.data.report import DataReport
from cnnstudio.ui.file_drop import dropped_pictures
from cnnstudio.ui.lab.picture_page import PicturePage
from cnnstudio.ui.lab.row_page import RowPage
from cnnstudio.ui.session import Session
from cnnstudio.ui.theme import GRID

LAYER = "FixedFilter2D"
_IMAGE_AXES = 3


class LabWorkspace(QWidget):
    """Follows the project's data for its first picture. Call `stop` before the program ends."""

    data_wanted = Signal()
    """A picture of the project's data is wanted, and nobody has looked at them yet."""
    layer_wanted = Signal(object)
    """A FixedFilter2D with these parameters is wanted behind the selection: a dict."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._was_shown = False
        self.setObjectName("lab")
        self.setAccessibleName(self.tr("Lab"))
        self.setProperty("surface", "panel")
        self.setAcceptDrops(True)
        self.picture = PicturePage(self)
        self.row = RowPage(self)
        self.tabs = QTabWidget(self)
        self.tabs.setObjectName("labTabs")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.picture, self.tr("Picture"))
        self.tabs.addTab(self.row, self.tr("One dimension"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tabs)
        self.tabs.setContentsMargins(GRID, 0, 0, 0)
        self.setFocusProxy(self.picture.after)
        self.picture.source.data_wanted.connect(self.data_wanted)
        self.picture.panel.put_wanted.connect(self._on_put)
        session.changed.connect(self._on_changed)
        self._offer_data()

    def show_report(self, report: DataReport | None) -> None:
        """The project's data are these now."""
        self.picture.source.show_report(report)

    def stop(self) -> None:
        """End what is read, for the program's end."""
        self.picture.source.stop()

    def _on_put(self) -> None:
        """The filter belongs behind the selection, or else behind the picture that the network begins with."""
        if not self._session.selection & set(self._images()):
            self._session.select(self._images()[:1])
        self.layer_wanted.emit(self.picture.panel.filtering.layer_params())

    def _images(self) -> list[str]:
        """The layers of the open level that put out pictures or feature maps, in the order of the data."""
        analysis = self._session.analysis
        shapes = {node_id: analysis.nodes[node_id].output_shape for node_id in analysis.order}
        return [
            node_id for node_id, shape in shapes.items() if shape is not None and len(shape) == _IMAGE_AXES
        ]

    def _on_changed(self, _change: Change) -> None:
        self._offer_data()

    def _offer_data(self) -> None:
        self.picture.source.offer_data(bool(self._session.document.project.data.get("path")))

    # --- Qt ------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            if self.picture.source.from_data.isEnabled():
                self.picture.source.take_from_data()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_pictures(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths: list[Path] = dropped_pictures(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.tabs.setCurrentWidget(self.picture)
            self.picture.source.open_path(paths[0])
