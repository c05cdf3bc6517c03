"""The start page: templates with drawn previews, recent projects, the sample data set."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.network import Network
from cnnstudio.core.project import Project
from cnnstudio.core.spec import Catalogue
from cnnstudio.ui.design.section import section_label
from cnnstudio.ui.icons import icon
from cnnstudio.ui.network_picture import NetworkPicture, Sketch
from cnnstudio.ui.recent_files import RecentFiles
from cnnstudio.ui.session import translated
from cnnstudio.ui.template_sketches import TemplateSketches
from cnnstudio.ui.theme import GRID
from cnnstudio.zoo import Template, templates

TILE_WIDTH = 224
SIDE_WIDTH = 304
MOST_RECENT = 6


class StartPage(QWidget):
    """What to begin with. It opens nothing itself; it says what was chosen."""

    new_requested = Signal()
    open_requested = Signal()
    sample_requested = Signal()
    path_chosen = Signal(object)
    """A `Path` of the recent projects."""
    template_chosen = Signal(object)
    """A `Project` made from a template."""

    def __init__(self, catalogue: Catalogue, recent: RecentFiles, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("startPage")
        self.setAccessibleName(self.tr("Start page"))
        self._catalogue = catalogue
        self._recent = recent
        self._tiles: list[TemplateTile] = []
        self._sketches: TemplateSketches | None = None
        self._sketching = QTimer(self)
        """First the window itself is painted."""
        self._sketching.setSingleShot(True)
        self._sketching.setInterval(0)
        self._columns = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side())
        row.addWidget(self._gallery(), 1)
        recent.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Look again at which recent projects are there."""
        while (item := self._recent_list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        paths = self._recent.paths[:MOST_RECENT]
        self._no_recent.setVisible(not paths)
        for path in paths:
            line = RecentLine(path, self)
            line.chosen.connect(self.path_chosen)
            self._recent_list.addWidget(line)

    def stop(self) -> None:
        """Draw no more templates, for the program's end."""
        self._sketching.stop()
        if self._sketches is not None:
            self._sketches.stop()

    def show_unpacking(self, unpacking: bool) -> None:
        """Say that the sample is on its way, or that it is there."""
        self._sample.setEnabled(not unpacking)
        self._sample.setText(
            self.tr("Unpacking the sample…") if unpacking else self.tr("Try it with the sample data set")
        )

    def _side(self) -> QWidget:
        side = QFrame(self)
        side.setProperty("surface", "panel")
        side.setFixedWidth(SIDE_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(GRID * 3, GRID * 3, GRID * 3, GRID * 2)
        column.setSpacing(GRID)
        title = QLabel(self.tr("CNN Studio"), side)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.9)
        font.setBold(True)
        title.setFont(font)
        column.addWidget(title)
        slogan = QLabel(self.tr("Assemble a convolutional network, see every shape, train it."), side)
        slogan.setProperty("role", "muted")
        slogan.setWordWrap(True)
        column.addWidget(slogan)
        column.addSpacing(GRID * 2)
        sample = self._sample = QPushButton(self.tr("Try it with the sample data set"), side)
        sample.setObjectName("trySample")
        sample.setProperty("role", "primary")
        sample.setIcon(icon("sample", "on_accent", "on_accent"))
        sample.setMinimumHeight(24)
        sample.setToolTip(self.tr("Opens LeNet-5 with 4,000 small pictures of clothes, ready to train"))
        sample.clicked.connect(self.sample_requested)
        new = QPushButton(self.tr("New empty project"), side)
        new.setObjectName("newProject")
        new.setIcon(icon("new"))
        new.clicked.connect(self.new_requested)
        opened = QPushButton(self.tr("Open a project…"), side)
        opened.setObjectName("openProject")
        opened.setIcon(icon("open"))
        opened.clicked.connect(self.open_requested)
        for button in (sample, new, opened):
            button.setIconSize(QSize(16, 16))
            column.addWidget(button)
        column.addSpacing(GRID)
        column.addWidget(section_label(self.tr("Recent projects"), side))
        self._no_recent = QLabel(self.tr("Projects you save appear here."), side)
        self._no_recent.setProperty("role", "muted")
        self._no_recent.setWordWrap(True)
        column.addWidget(self._no_recent)
        self._recent_list = QVBoxLayout()
        self._recent_list.setSpacing(2)
        column.addLayout(self._recent_list)
        column.addStretch(1)
        return side

    def _gallery(self) -> QWidget:
        scroll = QScrollArea(self)
        scroll.setObjectName("templateGallery")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget(scroll)
        column = QVBoxLayout(page)
        column.setContentsMargins(GRID * 3, GRID * 3, GRID * 3, GRID * 3)
        column.setSpacing(GRID * 2)
        title = QLabel(self.tr("Start from a template"), page)
        title.setProperty("role", "title")
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        title.setFont(font)
        column.addWidget(title)
        self._grid = QGridLayout()
        self._grid.setSpacing(GRID * 2)
        column.addLayout(self._grid)
        column.addStretch(1)
        scroll.setWidget(page)
        return scroll

    def _make_tiles(self) -> None:
        for template in templates().values():
            tile = TemplateTile(template, self)
            tile.chosen.connect(self.template_chosen)
            self._tiles.append(tile)
        self._sketches = TemplateSketches([*templates().values()], self._catalogue)
        self._sketches.drawn.connect(self._on_drawn)
        self._sketching.timeout.connect(self._sketches.begin)
        self._sketching.start()

    def _arrange(self) -> None:
        room = self.width() - SIDE_WIDTH - GRID * 6 - 10
        columns = max(1, (room + GRID * 2) // (TILE_WIDTH + GRID * 2))
        if columns == self._columns and self._grid.count() == len(self._tiles):
            return
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 0)
        self._columns = columns
        while self._grid.takeAt(0) is not None:
            pass
        for number, tile in enumerate(self._tiles):
            self._grid.addWidget(tile, number // columns, number % columns)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)

    def _on_drawn(self, number: int, network: Network, sketch: Sketch) -> None:
        self._tiles[number].show_sketch(network, sketch)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._tiles:
            self._make_tiles()
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


class TemplateTile(QFrame):
    """One template: its drawing, its name, what it is. Click or Enter chooses it."""

    chosen = Signal(object)

    def __init__(self, template: Template, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._template = template
        self._built: Network | None = None
        self.setObjectName(f"template_{template.name}")
        self.setProperty("surface", "tile")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumWidth(TILE_WIDTH)
        description = translated(template.description)
        self.setAccessibleName(template.title)
        self.setAccessibleDescription(description)
        self._picture = NetworkPicture(self)
        self._picture.setFixedHeight(136)
        title = QLabel(template.title, self)
        title.setProperty("role", "title")
        text = QLabel(description, self)
        text.setProperty("role", "muted")
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignTop)
        text.setMinimumHeight(text.fontMetrics().lineSpacing() * 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID + 4, GRID, GRID + 4, GRID + 4)
        column.setSpacing(4)
        column.addWidget(self._picture)
        column.addWidget(title)
        column.addWidget(text, 1)

    def show_sketch(self, network: Network, sketch: Sketch) -> None:
        """Show the template's network, which was built and laid out elsewhere."""
        self._built = network
        self._picture.show_sketch(sketch)

    def choose(self) -> None:
        """Say that this template was chosen."""
        self.chosen.emit(Project(name=self._template.title, network=self._network()))

    def _network(self) -> Network:
        if self._built is None:
            self._built = self._template.build()
        return self._built

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.choose()
            return
        super().keyPressEvent(event)


class RecentLine(QPushButton):
    """One recent project: its name, its folder in the tooltip."""

    chosen = Signal(object)

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(path.stem, parent)
        self._path = path
        self.setProperty("role", "link")
        self.setIcon(icon("recent"))
        self.setToolTip(str(path))
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        self.chosen.emit(self._path)
