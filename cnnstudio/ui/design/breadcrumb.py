"""The way from the network to the block that is open, above the canvas: each part of it leads back there."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from cnnstudio.ui.icons import icon, icon_pixmap
from cnnstudio.ui.session import Session
from cnnstudio.ui.theme import GRID, theme, theme_state


class Breadcrumb(QFrame):
    """Follows the session's path; hidden while the top is open."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("breadcrumb")
        self.setAccessibleName(self.tr("Where the open block is"))
        self.setProperty("surface", "panel")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        self._row.setSpacing(0)
        self._up = QToolButton(self)
        self._up.setObjectName("leaveBlock")
        self._up.setAccessibleName(self.tr("Leave the block"))
        self._up.setToolTip(self.tr("Leave the block (Esc)"))
        self._up.setIconSize(QSize(16, 16))
        self._up.clicked.connect(session.leave)
        self._row.addWidget(self._up)
        self._row.addStretch(1)
        self._parts: list[QWidget] = []
        session.path_changed.connect(self._show_path)
        session.changed.connect(self._show_path)
        theme_state().changed.connect(self._show_path)
        self._shown: tuple[object, ...] = ()
        self._show_path()

    @property
    def texts(self) -> tuple[str, ...]:
        """What stands on the way, outermost first."""
        return tuple(part.text() for part in self._parts if isinstance(part, QPushButton))

    def _labels(self) -> list[str]:
        document = self._session.document
        labels = [document.project.name or self.tr("Untitled network")]
        network = document.network
        for node_id in self._session.path:
            node = network.nodes.get(node_id)
            if node is None or node.block is None:
                break
            repeat = node.block.repeat
            copies = f" ×{repeat}" if isinstance(repeat, int) and repeat > 1 else ""
            labels.append(f"{node.label}{copies}")
            network = node.block.network
        return labels

    def _show_path(self, _news: object = None) -> None:
        labels = self._labels()
        self.setVisible(bool(self._session.path))
        shown = (*labels, theme())
        if shown == self._shown:
            return
        self._shown = shown
        self._up.setIcon(icon("chevron-up", "text_muted", "text"))
        for part in self._parts:
            self._row.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts = []
        for depth, label in enumerate(labels):
            if depth:
                self._add(self._arrow())
            self._add(self._button(label, depth, is_last=depth == len(labels) - 1))

    def _add(self, part: QWidget) -> None:
        self._row.insertWidget(self._row.count() - 1, part)
        self._parts.append(part)

    def _arrow(self) -> QLabel:
        arrow = QLabel(self)
        color = theme().color("text_muted")
        arrow.setPixmap(icon_pixmap("chevron-right", 14, color, self.devicePixelRatioF()))
        return arrow

    def _button(self, label: str, depth: int, *, is_last: bool) -> QPushButton:
        shown = self.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, 200)
        button = QPushButton(shown.replace("&", "&&"), self)
        button.setProperty("role", "status")
        button.setProperty("depth", depth)
        button.setToolTip(label)
        if is_last:
            font = QFont(button.font())
            font.setWeight(QFont.Weight.DemiBold)
            button.setFont(font)
        button.clicked.connect(self._on_clicked)
        return button

    def _on_clicked(self) -> None:
        path, depth = self._session.path, int(self.sender().property("depth"))
        if depth < len(path):
            self._session.open_level(path[:depth])
            self._session.select([path[depth]])
