"""A small drawing of a network in its real layout, for the start page."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH, arrange
from cnnstudio.core.network import Network
from cnnstudio.core.spec import Catalogue
from cnnstudio.ui.theme import theme, theme_state

SIZE = QSize(208, 136)
MARGIN = 10.0
LARGEST_SCALE = 0.16
SMALL = 0.13
"""Scale below which a card is a few pixels high."""
COLUMN_GAP = 56.0
"""Between the columns of a long chain, in canvas pixels."""
FEW = 12
"""As many bars can be seen in one column."""


def _united(rects: dict[str, QRectF]) -> QRectF:
    bounds = QRectF()
    for rect in rects.values():
        bounds = bounds.united(rect)
    return bounds


def _necks(network: Network, rects: dict[str, QRectF]) -> list[float]:
    """The heights between two rows at which no more than one output leads on."""
    rows = sorted({rect.top() for rect in rects.values()})
    row_of = {node_id: rows.index(rect.top()) for node_id, rect in rects.items()}
    leading = [0] * len(rows)
    for node_id, row in row_of.items():
        lowest = max((row_of.get(edge.target, row) for edge in network.outputs(node_id)), default=row)
        for passed in range(row + 1, lowest + 1):
            leading[passed] += 1
    return [rows[row] - 1.0 for row in range(1, len(rows)) if leading[row] <= 1]


def _is_tall(rects: dict[str, QRectF]) -> bool:
    bounds = _united(rects)
    return bounds.height() > 2 * bounds.width() and len(rects) > FEW


def _fold(rects: dict[str, QRectF], necks: list[float]) -> dict[str, int]:
    """Cut a tall layout at necks into side-by-side columns that suit the proportions; gives each node's column."""
    bounds = _united(rects)
    aspect = max(1.0, SIZE.width() / SIZE.height())
    columns = 1
    while columns < 12 and (bounds.width() + COLUMN_GAP) * (columns + 1) < bounds.height() / columns * aspect:
        columns += 1
    height = bounds.height() / columns
    wanted = [bounds.top() + height * number for number in range(1, columns)]
    nearest = {min(necks, key=lambda y: abs(y - cut), default=cut) for cut in wanted}
    cuts = sorted(y for y in nearest if min(abs(y - cut) for cut in wanted) < height / 2)
    column_of: dict[str, int] = {}
    for node_id, rect in rects.items():
        column = sum(cut < rect.center().y() for cut in cuts)
        column_of[node_id] = column
        top = cuts[column - 1] if column else bounds.top()
        rect.translate(column * (bounds.width() + COLUMN_GAP), bounds.top() - top)
    for column in range(len(cuts) + 1):
        members = [rects[node_id] for node_id, place in column_of.items() if place == column]
        top = min((rect.top() for rect in members), default=bounds.top())
        for rect in members:
            rect.translate(0, bounds.top() - top)
    return column_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """Where everything of a small drawing is, in canvas pixels."""

    bars: tuple[tuple[QRectF, str], ...]
    """Each card's rectangle and the category of its layer."""
    wires: tuple[tuple[QPointF, QPointF, bool], ...]
    """Start, end, and whether the wire leads to another column, where none is drawn."""
    bounds: QRectF
    lies: bool
    """Turned on its side."""


def sketched(network: Network, catalogue: Catalogue) -> Sketch:
    """Lay a network out from scratch for a small drawing. Touches no widget: any thread may ask."""
    places = arrange(network)
    rects = {node_id: QRectF(x, y, CARD_WIDTH, CARD_HEIGHT) for node_id, (x, y) in places.items()}
    column_of = _fold(rects, _necks(network, rects))

    def category(layer_type: str) -> str:
        spec = catalogue.get(layer_type)
        return spec.category if spec is not None else ""

    return Sketch(
        bars=tuple((rect, category(network.nodes[node_id].type)) for node_id, rect in rects.items()),
        wires=tuple(
            (
                QPointF(rects[edge.source].center().x(), rects[edge.source].bottom()),
                QPointF(rects[edge.target].center().x(), rects[edge.target].top()),
                column_of[edge.source] != column_of[edge.target],
            )
            for edge in network.edges
            if edge.source in rects and edge.target in rects
        ),
        bounds=_united(rects),
        lies=not any(column_of.values()) and _is_tall(rects),
    )


class NetworkPicture(QWidget):
    """Cards as bars in their categories' colours, wires as lines.

    A long, thin network is folded into columns where a single wire leads on; one with wires over its whole length,
    such as a U-Net, is laid on its side.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sketch: Sketch | None = None
        self.setMinimumSize(120, 96)
        theme_state().changed.connect(self.update)

    def show_sketch(self, sketch: Sketch) -> None:
        """Draw this."""
        self._sketch = sketch
        self.update()

    def sizeHint(self) -> QSize:
        return SIZE

    def paintEvent(self, _event: QPaintEvent) -> None:
        sketch = self._sketch
        if sketch is None or not sketch.bars:
            return
        colors = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        width, height = sketch.bounds.width(), sketch.bounds.height()
        if sketch.lies:
            width, height = height, width
        scale = min(LARGEST_SCALE * 2.2, room.width() / width, room.height() / height)
        painter.translate(room.center())
        painter.scale(scale, scale)
        if sketch.lies:
            painter.rotate(-90)
            painter.scale(-1, 1)  # from left to right
        painter.translate(-sketch.bounds.center())
        painter.setPen(QPen(colors.color("wire"), max(1.0 / scale, 4.0)))
        for start, end, crosses in sketch.wires:
            if crosses:
                continue
            path = QPainterPath(start)
            middle = (start.y() + end.y()) / 2
            path.cubicTo(QPointF(start.x(), middle), QPointF(end.x(), middle), end)
            painter.drawPath(path)
        radius = min(12.0, 3.0 / scale)
        for rect, category in sketch.bars:
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
