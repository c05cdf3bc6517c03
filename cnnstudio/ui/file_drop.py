"""Files dropped on the window: a project or a Keras model is opened, or its layers are put into the open network;
pictures go to who asked for them, a trained model say.

A drop on a canvas that holds something asks which of the two; a drop anywhere else opens. What is neither a project
nor a model gets a sentence.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QMenu, QWidget

from cnnstudio.core.project import Project
from cnnstudio.data.suffixes import IMAGE_SUFFIXES
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.project_files import ProjectFiles


class FileDrop(QObject):
    """Takes the files dropped on one window and on whatever in it does not take them itself."""

    pictures_dropped = Signal(object)
    """A list of the paths of picture files."""

    def __init__(self, window: QWidget, files: ProjectFiles, canvas: CanvasView) -> None:
        super().__init__(window)
        self._window = window
        self._files = files
        self._canvas = canvas
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and watched is self._window:
            path = dropped_file(event.mimeData())
            if path is None:
                return False
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                self._path, self._place = path, event.position().toPoint()
                self._pictures = dropped_pictures(event.mimeData())
                QTimer.singleShot(0, self, self._take)  # the program it comes from waits for this event
            return True
        return super().eventFilter(watched, event)

    def _take(self) -> None:
        if self._pictures:
            self.pictures_dropped.emit(self._pictures)
            return
        path, place = self._path, self._place
        on_canvas = self._canvas.mapFrom(self._window, place)
        asks = (
            self._canvas.isVisible()
            and self._canvas.rect().contains(on_canvas)
            and bool(self._canvas.session.document.network.nodes)
        )
        if not asks:
            self._files.open_path(path)
            return
        project = self._files.read(path)
        if project is not None:
            self._ask(path, project, on_canvas)

    def _ask(self, path: Path, project: Project, place: QPoint) -> None:
        menu = QMenu(self._window)
        menu.setObjectName("dropMenu")
        count = len(project.network.nodes)
        opened = menu.addAction(self.tr("Open “{name}” in place of this network").format(name=path.name))
        opened.setObjectName("openDropped")
        inserted = menu.addAction(
            self.tr("Put its layer here")
            if count == 1
            else self.tr("Put its {count} layers here").format(count=count)
        )
        inserted.setObjectName("insertDropped")
        inserted.setEnabled(count > 0)
        menu.addSeparator()
        menu.addAction(self.tr("Cancel")).setObjectName("cancelDrop")
        self._project = project
        self._place = place
        opened.triggered.connect(self._open)
        inserted.triggered.connect(self._insert)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._canvas.mapToGlobal(place))

    def _open(self) -> None:
        self._files.open_path(self._path)

    def _insert(self) -> None:
        point = self._canvas.mapToScene(self._place)
        self._canvas.insert_network(self._project.network, (point.x(), point.y()))


def dropped_file(data: QMimeData) -> Path | None:
    """The first file of this machine in what is dragged."""
    return next((Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()), None)


def dropped_pictures(data: QMimeData) -> list[Path]:
    """The picture files in what is dragged, told by their names; none when its first file is something else."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if not paths or paths[0].suffix.lower() not in IMAGE_SUFFIXES:
        return []
    return [path for path in paths if path.suffix.lower() in IMAGE_SUFFIXES]
