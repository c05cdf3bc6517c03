"""The curves of one run in a plot, drawn by a single item.

pyqtgraph's own items, six for each run, cost several milliseconds a drawing while the processor is busy with training;
this one maps all points with NumPy and draws in the pixels of the scene, so that pens and markers need no correction.
New points repaint their end of the curve alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPainterPath, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from cnnstudio.ui.theme import theme
from cnnstudio.ui.train.curves import Array, Line
from cnnstudio.ui.train.markers import marker_path, marker_stamp

MARKER = 8.0
"""Pixels across."""
MARKER_SPACING = 14.0
"""Markers closer than this would be a ribbon: of many epochs only some are marked."""
_RING = 16.0
_REACH = 12.0
"""Pixels that a marker, a ring or a joint of a line reaches beyond its point, with room to spare."""
_DASH, _GAP = 8.0, 4.0
"""Pixels of a dash and of the gap behind it."""
_SMOOTH_UP_TO = 400
"""A bold line of more points is as good without antialiasing, and much quicker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLook:
    """Colours and markers of one run; `batches` is the colour of the thin line."""

    training: QColor
    validation: QColor
    batches: QColor
    training_marker: int
    validation_marker: int
    hollow: bool
    """Whether validation's markers are hollow, which tells it from training where the colour does not."""


class RunDrawing(pyqtgraph.GraphicsObject):  # type: ignore[misc]  # pyqtgraph ships no types
    """Thin batches, bold training, dashed validation, markers, and a ring around the best epoch."""

    def __init__(self, plot: Any) -> None:
        super().__init__()
        self.look: RunLook | None = None
        self.batches = Line()
        self.training = Line()
        self.validation = Line()
        self.best: tuple[float, float] | None = None
        self.setFlag(self.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # to be told which part is painted
        plot.addItem(self, ignoreBounds=True)

    def show_lines(
        self, *, batches: Line, training: Line, validation: Line, best: tuple[float, float] | None
    ) -> None:
        """Draw these from now on; every value is finite and x ascends."""
        pixel = self._pixel()
        changed = min(
            changed_from(self.batches, batches) - 2 * pixel,
            changed_from(self.training, training) - _REACH * pixel,
            changed_from(self.validation, validation) - _REACH * pixel,
        )
        same = self.best == best
        self.batches, self.training, self.validation, self.best = batches, training, validation, best
        if not same:
            self.update()
        elif changed < math.inf:
            area = self.boundingRect()
            area.setLeft(max(area.left(), changed))
            self.update(area)

    def wear(self, look: RunLook) -> None:
        """Change colours and markers."""
        if look != self.look:
            self.look = look
            self.update()

    def viewRangeChanged(self) -> None:
        self.prepareGeometryChange()

    def boundingRect(self) -> QRectF:
        view = self.getViewBox()
        return QRectF() if view is None else view.viewRect()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        look = self.look
        if look is None:
            return
        place = self.sceneTransform()
        left = option.exposedRect.left() - _REACH * self._pixel()
        painter.save()
        painter.setTransform(place.inverted()[0] * painter.transform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._line(painter, self.batches.since(left), place, QPen(look.batches, 0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(self.training) <= _SMOOTH_UP_TO)
        self._line(painter, self.training.since(left), place, QPen(look.training, 2))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(self.validation) <= _SMOOTH_UP_TO)
        painter.setPen(QPen(look.validation, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawPath(dashed(*_mapped(self.validation, place), since=place.map(QPointF(left, 0.0)).x()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for line, color, marker, hollow in (
            (self.training, look.training, look.training_marker, False),
            (self.validation, look.validation, look.validation_marker, look.hollow),
        ):
            self._markers(painter, self.marked(line).since(left), place, color, marker, hollow=hollow)
        if self.best is not None:
            painter.setPen(QPen(QColor(theme().ok), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place.map(QPointF(*self.best)), _RING / 2, _RING / 2)
        painter.restore()

    def _pixel(self) -> float:
        """How much of an epoch is one pixel wide."""
        return 1.0 / max(abs(float(self.sceneTransform().m11())), 1e-12)

    def marked(self, line: Line) -> Line:
        """The points of `line` that get a marker: those that have room, and so many that two never touch."""
        if len(line) < 2:
            return line
        pixels = abs(self.sceneTransform().m11()) * float(line.x[-1] - line.x[0])
        every = max(1, math.ceil(MARKER_SPACING * (len(line) - 1) / max(pixels, 1.0) - 1e-6))
        return Line(x=line.x[::every], y=line.y[::every])

    def _line(self, painter: QPainter, line: Line, place: QTransform, pen: QPen) -> None:
        if len(line) < 2:
            return
        x, y = _mapped(line, place)
        painter.setPen(pen)
        painter.drawPolyline(_polygon(x, y))

    def _markers(
        self, painter: QPainter, line: Line, place: QTransform, color: QColor, style: int, *, hollow: bool
    ) -> None:
        if not len(line):
            return
        x, y = _mapped(line, place)
        fill = QColor(theme().surface) if hollow else color
        if (
            painter.paintEngine().type() != QPaintEngine.Type.Raster
        ):  # a drawing that is saved stays one of lines
            shape = QTransform.fromScale(MARKER, MARKER).map(marker_path(style))
            painter.setPen(QPen(color, 1.5))
            painter.setBrush(fill)
            for left, top in zip(x.tolist(), y.tolist(), strict=True):
                painter.drawPath(shape.translated(left, top))
            return
        ratio = painter.device().devicePixelRatioF()
        stamp = marker_stamp(style, color.rgba(), fill.rgba(), MARKER, ratio)
        half = stamp.width() / ratio / 2
        for left, top in zip((x - half).tolist(), (y - half).tolist(), strict=True):
            painter.drawPixmap(QPointF(left, top), stamp)


def changed_from(old: Line, new: Line) -> float:
    """Left of this x the two lines look the same: infinite where they are equal, minus infinite where nothing is."""
    shared = min(len(old), len(new))
    differs = np.flatnonzero((old.x[:shared] != new.x[:shared]) | (old.y[:shared] != new.y[:shared]))
    first = int(differs[0]) if len(differs) else shared
    if first == len(old) == len(new):
        return math.inf
    return float(new.x[first - 1]) if first else -math.inf


def dashed(x: Array, y: Array, *, since: float = -math.inf) -> QPainterPath:
    """A dashed line through points with ascending `x`, in pixels; left of `since` at least the last dash is drawn.

    Qt counts the dashes of a line that is partly covered in another way, so the part that is painted anew would not
    fit to the rest.
    """
    path = QPainterPath()
    if len(x) < 2:
        return path
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    starts = np.arange(0.0, along[-1], _DASH + _GAP)
    cuts = np.unique(np.concatenate([along, starts, np.minimum(starts + _DASH, along[-1])]))
    xs, ys = np.interp(cuts, along, x), np.interp(cuts, along, y)
    drawn = ((cuts[:-1] + cuts[1:]) / 2) % (_DASH + _GAP) < _DASH
    first = max(0, int(np.searchsorted(xs, since - _DASH)) - 1)
    points = list(zip(xs[first:].tolist(), ys[first:].tolist(), strict=True))
    pen_down = False
    for start, end, on in zip(points, points[1:], drawn[first:].tolist(), strict=False):
        if on:
            if not pen_down:
                path.moveTo(*start)
            path.lineTo(*end)
        pen_down = on
    return path


def _mapped(line: Line, place: QTransform) -> tuple[Array, Array]:
    """The points in pixels of the scene; plots are stretched and moved, never turned."""
    return line.x * place.m11() + place.dx(), line.y * place.m22() + place.dy()


def _polygon(x: Array, y: Array) -> QPolygonF:
    polygon: QPolygonF = pyqtgraph.functions.arrayToQPolygonF(x, y)
    return polygon
