"""A small drawing of a network in its real layout, for the start page."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH, arrange
from cnnstudio.core.network import Network
from cnnstudio.core.spec import Catalogue
from cnnstudio.ui.theme import theme, theme_state

MARGIN = 10.0
LARGEST_SCALE = 0.16
SMALL = 0.13
"""Scale below which a card is a few pixels high."""
COLUMN_GAP = 56.0
"""Between the columns of a long chain, in canvas pixels."""


class NetworkPicture(QWidget):
    """Cards as bars in their categories' colours, wires as lines. A long, thin network is folded into columns."""

    def __init__(self, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._bars: tuple[tuple[QRectF, str], ...] = ()
        self._wires: tuple[tuple[QPointF, QPointF, bool], ...] = ()
        self._bounds = QRectF()
        self.setMinimumSize(120, 96)
        theme_state().changed.connect(self.update)

    def show_network(self, network: Network) -> None:
        """Draw this network, laid out from scratch."""
        places = arrange(network)
        rects = {node_id: QRectF(x, y, CARD_WIDTH, CARD_HEIGHT) for node_id, (x, y) in places.items()}
        column_of = self._fold(rects)
        self._bars = tuple(
            (rect, self._category(network.nodes[node_id].type)) for node_id, rect in rects.items()
        )
        self._wires = tuple(
            (
                QPointF(rects[edge.source].center().x(), rects[edge.source].bottom()),
                QPointF(rects[edge.target].center().x(), rects[edge.target].top()),
                column_of[edge.source] != column_of[edge.target],
            )
            for edge in network.edges
            if edge.source in rects and edge.target in rects
        )
        bounds = QRectF()
        for rect, _ in self._bars:
            bounds = bounds.united(rect)
        self._bounds = bounds
        self.update()

    def _category(self, layer_type: str) -> str:
        spec = self._catalogue.get(layer_type)
        return spec.category if spec is not None else ""

    def _fold(self, rects: dict[str, QRectF]) -> dict[str, int]:
        """Cut a tall layout into side-by-side columns that suit the widget's proportions; gives each node's column."""
        bounds = QRectF()
        for rect in rects.values():
            bounds = bounds.united(rect)
        aspect = max(1.0, self.sizeHint().width() / self.sizeHint().height())
        columns = 1
        while (
            columns < 12
            and (bounds.width() + COLUMN_GAP) * (columns + 1) < bounds.height() / columns * aspect
        ):
            columns += 1
        height = bounds.height() / columns + CARD_HEIGHT / 2
        column_of: dict[str, int] = {}
        for node_id, rect in rects.items():
            column = min(columns - 1, int((rect.center().y() - bounds.top()) / height))
            column_of[node_id] = column
            rect.translate(column * (bounds.width() + COLUMN_GAP), -column * height)
        for column in range(columns):
            members = [rects[node_id] for node_id, place in column_of.items() if place == column]
            top = min((rect.top() for rect in members), default=bounds.top())
            for rect in members:
                rect.translate(0, bounds.top() - top)
        return column_of

    def sizeHint(self) -> QSize:
        return QSize(208, 136)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._bars:
            return
        colors = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        scale = min(
            LARGEST_SCALE * 2.2, room.width() / self._bounds.width(), room.height() / self._bounds.height()
        )
        painter.translate(room.center())
        painter.scale(scale, scale)
        painter.translate(-self._bounds.center())
        painter.setPen(QPen(colors.color("wire"), max(1.0 / scale, 4.0)))
        for start, end, crosses in self._wires:
            if crosses:
                continue
            path = QPainterPath(start)
            middle = (start.y() + end.y()) / 2
            path.cubicTo(QPointF(start.x(), middle), QPointF(end.x(), middle), end)
            painter.drawPath(path)
        radius = min(12.0, 3.0 / scale)
        for rect, category in self._bars:
            color = colors.category(category)
            soft = QColor(color)
            # Bars of a deep network are a few pixels large: full colour, or they would not be seen.
            soft.setAlpha(220 if scale < SMALL else 70 if colors.name == "dark" else 48)
            path = QPainterPath()
            path.addRoundedRect(rect, radius, radius)
            painter.fillPath(path, colors.color("surface"))
            painter.fillPath(path, soft)
            painter.fillRect(QRectF(rect.left(), rect.top(), rect.width() * 0.07, rect.height()), color)
        painter.end()
