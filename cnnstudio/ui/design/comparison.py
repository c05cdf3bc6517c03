"""The open network beside that of a run: marks on the canvas, and a legend that names every difference."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStyleOptionGraphicsItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.network import Network
from cnnstudio.core.network_difference import NetworkDifference, network_difference
from cnnstudio.ui.canvas.layers import Layer, qrect
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.icons import icon
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID, theme, theme_state

WIDTH = 27 * GRID
MARGIN = 2 * GRID
MOST_LINES = 60


class Comparison(QObject):
    """`show` marks what differs from another network, live while the network is edited; Escape or its cross ends it."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._other: Network | None = None
        self.found = NetworkDifference()
        self.marks = _Marks(canvas)
        canvas.canvas.addItem(self.marks)
        self.legend = ComparisonLegend(canvas)
        self.legend.close_button.clicked.connect(self.hide)
        canvas.session.changed.connect(self._renew)
        canvas.session.path_changed.connect(self._renew)
        canvas.installEventFilter(self)

    @property
    def is_shown(self) -> bool:
        """Whether a comparison is on."""
        return self._other is not None

    def show(self, other: Network, name: str) -> None:
        """Compare the open network with that of the run called `name`."""
        self._other = other
        self.legend.name = name
        self._renew()
        self.legend.place()
        self.legend.show()
        self.legend.raise_()

    def hide(self) -> None:
        """Take all marks away."""
        self._other = None
        self.found = NetworkDifference()
        self.marks.show_difference(self.found)
        self.legend.hide()

    def _renew(self, *_: object) -> None:
        if self._other is None:
            return
        session = self._canvas.session
        self.found = network_difference(self._other, session.document.network)
        self.marks.show_difference(NetworkDifference() if session.path else self.found)
        self.legend.show_difference(self.found, session.document.network)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._canvas and self.is_shown:
            if event.type() == QEvent.Type.Resize:
                self.legend.place()
            elif (
                event.type() == QEvent.Type.KeyPress
                and isinstance(event, QKeyEvent)
                and event.key() == Qt.Key.Key_Escape
                and self._canvas.interaction is None
            ):
                self.hide()
                return True
        return super().eventFilter(watched, event)


class _Marks(Layer):
    """A ring and a badge on each card that was added or changed."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas.canvas)
        self._found = NetworkDifference()
        self.setZValue(50)

    def show_difference(self, found: NetworkDifference) -> None:
        self._found = found
        self.update()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002
        widget: QWidget | None = None,  # noqa: ARG002
    ) -> None:
        if not self._found:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cards = self._scene.diagram.cards
        for node_id in (*self._found.added, *self._found.changed):
            card = cards.get(node_id)
            if card is not None:
                paint_mark(painter, qrect(card), added=node_id in self._found.added)


def paint_mark(painter: QPainter, rect: QRectF, *, added: bool) -> None:
    """The ring around a card (full for added, dashed for changed) and the badge at its corner."""
    color = _color("added" if added else "changed")
    pen = QPen(color, 2.5, Qt.PenStyle.SolidLine if added else Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(-4, -4, 4, 4), 11, 11)
    paint_sign(painter, rect.topLeft() + QPointF(-3, -3), "added" if added else "changed")


def paint_sign(painter: QPainter, middle: QPointF, kind: str) -> None:
    """A disc with a plus (added), a minus (removed) or a wave of two dots (changed): told apart without colour."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_color(kind))
    painter.drawEllipse(middle, 9, 9)
    painter.setPen(QPen(QColor(theme().surface), 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    if kind == "changed":
        for height in (-2.5, 2.5):
            painter.drawLine(middle + QPointF(-4, height), middle + QPointF(4, height))
        painter.drawLine(middle + QPointF(-2.5, 5), middle + QPointF(2.5, -5))
        return
    painter.drawLine(middle + QPointF(-4.5, 0), middle + QPointF(4.5, 0))
    if kind == "added":
        painter.drawLine(middle + QPointF(0, -4.5), middle + QPointF(0, 4.5))


def _color(kind: str) -> QColor:
    colors = theme()
    return QColor({"added": colors.ok, "changed": colors.warning, "removed": colors.error}[kind])


class ComparisonLegend(QFrame):
    """What the marks mean, and each difference in words."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setObjectName("comparisonLegend")
        self.setProperty("surface", "tile")
        self.setFixedWidth(WIDTH)
        self.name = ""
        self._title = _words("", "title")
        self.close_button = QToolButton()
        self.close_button.setObjectName("comparisonClose")
        self.close_button.setIcon(icon("close"))
        self.close_button.setToolTip(self.tr("Take the marks away (Esc)"))
        self.close_button.setAccessibleName(self.tr("End the comparison"))
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 0, GRID, 0)
        self._rows.setSpacing(GRID // 2)
        inner = QWidget()
        inner.setLayout(self._rows)
        self._inner = inner
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID + 4, GRID, GRID, GRID)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addWidget(self._scroll)
        self.hide()
        theme_state().changed.connect(self.update)

    def text(self) -> str:
        """All that is said, line by line."""
        return self.accessibleDescription()

    def show_difference(self, found: NetworkDifference, network: Network) -> None:
        """Name these differences."""
        self._title.setText(self.tr("Compared with {name}").format(name=self.name))
        lines: list[tuple[str, str]] = []
        for node_id in found.added:
            node = network.nodes[node_id]
            lines.append(("added", self.tr("{name} ({type}) is new").format(name=node.label, type=node.type)))
        for node_id, said in found.changed.items():
            words = "; ".join(translated(word) for word in said)
            lines.append(("changed", f"{network.nodes[node_id].label}: {words}"))
        lines += [
            ("removed", self.tr("{name} ({type}) is gone").format(name=node.label, type=node.type))
            for node in found.removed
        ]
        while self._rows.count():
            item = self._rows.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for kind, text in lines[:MOST_LINES]:
            self._rows.addWidget(_Line(kind, text))
        rest = len(lines) - MOST_LINES
        if rest > 0:
            self._rows.addWidget(_words(self.tr("and {count} more").format(count=rest), "muted"))
        if not lines:
            self._rows.addWidget(_words(self.tr("Both networks are the same, layer by layer."), "muted"))
        self._rows.addStretch(1)
        self.setAccessibleName(self._title.text())
        self.setAccessibleDescription("\n".join(text for _, text in lines))
        self.place()

    def place(self) -> None:
        """Stand in the canvas's upper left corner, no higher than its content nor than the canvas."""
        wanted = self._inner.heightForWidth(WIDTH - 4 * GRID)
        if wanted <= 0:
            wanted = self._inner.sizeHint().height()
        head = 6 * GRID
        room = self._canvas.height() - 2 * MARGIN
        self.setFixedHeight(max(8 * GRID, min(wanted + head + GRID, room, 46 * GRID)))
        self.move(MARGIN, MARGIN)


class _Line(QWidget):
    def __init__(self, kind: str, text: str) -> None:
        super().__init__()
        self._kind = kind
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * GRID + 2, 2, 0, 2)
        row.addWidget(_words(text))

    def paintEvent(self, event: QEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(10, 11)
        painter.scale(0.8, 0.8)
        paint_sign(painter, QPointF(0, 0), self._kind)


def _words(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label
