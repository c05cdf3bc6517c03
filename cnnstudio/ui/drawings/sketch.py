"""The pencil of the layers' drawings: cells, grids, planes, blocks, arrows and words in the theme's colours."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPolygonF

from cnnstudio.ui.theme import Theme

WIDTH, HEIGHT = 260.0, 120.0
"""Every drawing is made for this many units and scaled to the room there is."""

Paint = Callable[[int, int], QColor | None]
"""The colour of a cell by row and column; None leaves it empty."""
Words = Callable[[int, int], str]


class Sketch:
    """Draws on a painter that is scaled to `WIDTH` by `HEIGHT` units."""

    def __init__(self, painter: QPainter, theme: Theme, font: QFont) -> None:
        self.painter = painter
        self.theme = theme
        self._font = font
        self.ink = theme.color("text")
        self.muted = theme.color("text_muted")
        self.line = theme.color("border_strong")
        self.accent = theme.color("accent")
        self.paper = theme.color("sunken")
        self.dark = theme.name == "dark"

    # --- colours -------------------------------------------------------------------------------

    def hue(self, number: int) -> QColor:
        """One of the colours that tell channels, groups and windows apart."""
        names = ("convolution", "activation", "pooling", "merging", "normalisation", "shape")
        return self.theme.category(names[number % len(names)])

    def soft(self, color: QColor, strength: float = 1.0) -> QColor:
        """A colour to lie under ink."""
        faded = QColor(color)
        faded.setAlphaF(min(1.0, (0.42 if self.dark else 0.30) * strength))
        return faded

    def shade(self, share: float) -> QColor:
        """A grey between the paper (0) and the ink (1)."""
        share = min(max(share, 0.0), 1.0)
        low, high = self.paper, self.ink
        return QColor.fromRgbF(
            low.redF() + (high.redF() - low.redF()) * share,
            low.greenF() + (high.greenF() - low.greenF()) * share,
            low.blueF() + (high.blueF() - low.blueF()) * share,
        )

    # --- words ---------------------------------------------------------------------------------

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 10,
        color: QColor | None = None,
        bold: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignHCenter,
    ) -> None:
        """Words around, right of or left of a point, centred on its height."""
        font = QFont(self._font)
        font.setPixelSize(round(size))
        font.setBold(bold)
        self.painter.setFont(font)
        self.painter.setPen(color or self.ink)
        left = {Qt.AlignmentFlag.AlignLeft: 0.0, Qt.AlignmentFlag.AlignRight: -200.0}.get(align, -100.0)
        box = QRectF(x + left, y - 20, 200, 40)
        self.painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, words)

    def note(self, x: float, y: float, words: str, *, size: float = 9) -> None:
        """Words that explain."""
        self.text(x, y, words, size=size, color=self.muted)

    # --- lines ---------------------------------------------------------------------------------

    def stroke(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        color: QColor | None = None,
        width: float = 1.2,
        dotted: bool = False,
    ) -> None:
        """A straight line."""
        style = Qt.PenStyle.DotLine if dotted else Qt.PenStyle.SolidLine
        self.painter.setPen(QPen(color or self.muted, width, style, Qt.PenCapStyle.RoundCap))
        self.painter.drawLine(QPointF(x1, y1), QPointF(x2, y2))

    def arrow(
        self, x1: float, y1: float, x2: float, y2: float, *, color: QColor | None = None, width: float = 1.3
    ) -> None:
        """A line with a head at its end."""
        color = color or self.muted
        self.stroke(x1, y1, x2, y2, color=color, width=width)
        angle, head = math.atan2(y2 - y1, x2 - x1), 4.5
        points = [QPointF(x2, y2)]
        points += [
            QPointF(x2 - head * math.cos(angle + turn), y2 - head * math.sin(angle + turn))
            for turn in (0.5, -0.5)
        ]
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(color)
        self.painter.drawPolygon(QPolygonF(points))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)

    def path(self, points: Iterable[tuple[float, float]], *, color: QColor, width: float = 1.8) -> None:
        """A line through points."""
        line = QPainterPath()
        for number, (x, y) in enumerate(points):
            if number:
                line.lineTo(x, y)
            else:
                line.moveTo(x, y)
        pen = QPen(color, width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        self.painter.strokePath(line, pen)

    def disc(
        self, x: float, y: float, radius: float, color: QColor, *, outline: QColor | None = None
    ) -> None:
        """A filled circle."""
        self.painter.setPen(QPen(outline, 1.3) if outline is not None else Qt.PenStyle.NoPen)
        self.painter.setBrush(color)
        self.painter.drawEllipse(QPointF(x, y), radius, radius)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)

    # --- cells ---------------------------------------------------------------------------------

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: QColor | None = None,
        outline: QColor | None = None,
        pen: float = 1.0,
        dotted: bool = False,
    ) -> None:
        """A rectangle."""
        style = Qt.PenStyle.DotLine if dotted else Qt.PenStyle.SolidLine
        self.painter.setPen(QPen(outline or self.line, pen, style))
        self.painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
        self.painter.drawRect(QRectF(x, y, width, height))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)

    def frame(self, x: float, y: float, width: float, height: float, color: QColor | None = None) -> None:
        """A window laid over cells."""
        self.painter.setPen(QPen(color or self.accent, 2.0))
        self.painter.drawRoundedRect(QRectF(x, y, width, height), 1.5, 1.5)

    def cross(self, x: float, y: float, size: float, color: QColor | None = None) -> None:
        """Two strokes through a cell."""
        inset = size * 0.26
        for down in (True, False):
            y1, y2 = (y + inset, y + size - inset) if down else (y + size - inset, y + inset)
            self.stroke(
                x + inset, y1, x + size - inset, y2, color=color or self.theme.color("error"), width=1.5
            )

    def grid(
        self,
        x: float,
        y: float,
        rows: int,
        columns: int,
        cell: float,
        *,
        fill: Paint | None = None,
        words: Words | None = None,
        size: float | None = None,
        strong: Callable[[int, int], bool] | None = None,
    ) -> None:
        """Cells with colours and words; words that are not strong stand back."""
        pale = QColor(self.ink)
        pale.setAlphaF(0.66)
        for row in range(rows):
            for column in range(columns):
                color = fill(row, column) if fill is not None else None
                self.box(x + column * cell, y + row * cell, cell, cell, fill=color or self.paper)
                text = words(row, column) if words is not None else ""
                if text:
                    bold = strong is not None and strong(row, column)
                    self.text(
                        x + (column + 0.5) * cell,
                        y + (row + 0.5) * cell,
                        text,
                        size=size or min(11.0, cell * 0.62),
                        bold=bold,
                        color=self.ink if strong is None or bold else pale,
                    )

    def numbers(
        self,
        x: float,
        y: float,
        values: Sequence[Sequence[float]],
        cell: float,
        *,
        fill: Paint | None = None,
        strong: Callable[[int, int], bool] | None = None,
        size: float | None = None,
    ) -> None:
        """A grid of numbers."""
        self.grid(
            x,
            y,
            len(values),
            len(values[0]),
            cell,
            fill=fill,
            strong=strong,
            size=size,
            words=lambda row, column: number_words(values[row][column]),
        )

    # --- depth ---------------------------------------------------------------------------------

    def block(
        self,
        x: float,
        y: float,
        cells: tuple[int, int, int],
        cell: float,
        *,
        fill: QColor | None = None,
        part: tuple[tuple[int, int], tuple[int, int], tuple[int, int]] | None = None,
        color: QColor | None = None,
        faint: bool = False,
    ) -> None:
        """Columns, rows and layers of a box seen from the upper right; `x`, `y`: its front's upper left corner.

        `part`: which columns, rows and layers (from, to) are coloured, where they are on a visible face.
        """
        columns, rows, layers = cells
        step_x, step_y = cell * 0.5, -cell * 0.36
        base = fill if fill is not None else self.paper
        mark = self.soft(color or self.accent, 2.0)

        def corner(column: float, row: float, layer: float) -> QPointF:
            return QPointF(x + column * cell + layer * step_x, y + row * cell + layer * step_y)

        def tile(points: list[QPointF], inside: bool, light: int) -> None:
            self.painter.setPen(QPen(self.line, 0.8, Qt.PenStyle.DotLine if faint else Qt.PenStyle.SolidLine))
            self.painter.setBrush(base.lighter(light))
            self.painter.drawPolygon(QPolygonF(points))
            if inside:
                self.painter.setBrush(mark)
                self.painter.drawPolygon(QPolygonF(points))
            self.painter.setBrush(Qt.BrushStyle.NoBrush)

        def inside(column: int, row: int, layer: int) -> bool:
            return part is not None and all(
                low <= place < high for place, (low, high) in zip((column, row, layer), part, strict=True)
            )

        for row in range(rows):
            for column in range(columns):
                ends = ((0, 0), (1, 0), (1, 1), (0, 1))
                points = [corner(column + right, row + down, 0) for right, down in ends]
                tile(points, inside(column, row, 0), 100)
        for layer in range(layers):
            for column in range(columns):
                ends = ((0, 0), (1, 0), (1, 1), (0, 1))
                points = [corner(column + right, 0, layer + back) for right, back in ends]
                tile(points, inside(column, 0, layer), 108 if not self.dark else 125)
            for row in range(rows):
                ends = ((0, 0), (1, 0), (1, 1), (0, 1))
                points = [corner(columns, row + down, layer + back) for down, back in ends]
                tile(points, inside(columns - 1, row, layer), 96 if not self.dark else 85)

    @staticmethod
    def block_size(cells: tuple[int, int, int], cell: float) -> tuple[float, float, float]:
        """Width, height, and how far the front's upper edge lies below the top, of such a block."""
        columns, rows, layers = cells
        rise = layers * cell * 0.36
        return columns * cell + layers * cell * 0.5, rows * cell + rise, rise

    def clip(self, x: float, y: float, width: float, height: float) -> None:
        """Draw inside this rectangle only, until the painter is restored."""
        self.painter.setClipRect(QRectF(x, y, width, height), Qt.ClipOperation.IntersectClip)


def number_words(value: float) -> str:
    """A number as in a book: a real minus, no needless digits."""
    return f"{value:.4g}".replace("-", "−")
