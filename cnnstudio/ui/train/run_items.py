"""The drawn items of one run in a plot, and how they look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from cnnstudio.ui.theme import theme
from cnnstudio.ui.train.markers import marker_path


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLook:
    """Colours and markers of one run; `batches` is the colour of the thin line."""

    training: QColor
    validation: QColor
    batches: QColor
    training_marker: int
    validation_marker: int
    hollow: bool
    ratio: float = 1.0
    """Pixels of the screen per pixel of the window: cosmetic pens are measured in pixels of the screen."""


class RunItems:
    """The drawn items of one run."""

    def __init__(self, plot: Any) -> None:
        self.batches = pyqtgraph.PlotCurveItem(antialias=False, skipFiniteCheck=True)
        self.training = pyqtgraph.PlotCurveItem(antialias=True, skipFiniteCheck=True)
        self.validation = pyqtgraph.PlotCurveItem(antialias=True, skipFiniteCheck=True)
        self.training_points = pyqtgraph.ScatterPlotItem(pxMode=True)
        self.validation_points = pyqtgraph.ScatterPlotItem(pxMode=True)
        self.best = pyqtgraph.ScatterPlotItem(pxMode=True)
        """A ring around the best epoch, for runs that are compared."""
        self.look: RunLook | None = None
        for depth, item in enumerate(self.all):
            item.setZValue(depth)
            plot.addItem(item, ignoreBounds=True)

    @property
    def all(self) -> tuple[Any, ...]:
        return (
            self.batches,
            self.training,
            self.validation,
            self.training_points,
            self.validation_points,
            self.best,
        )

    def wear(self, look: RunLook) -> None:
        if look == self.look:
            return
        self.look = look
        surface = QColor(theme().surface)
        self.batches.setPen(QPen(look.batches, 0))
        ring = QPen(QColor(theme().ok), 2)
        ring.setCosmetic(True)
        self.best.setPen(ring)
        self.best.setBrush(None)
        self.best.setSize(16)
        for line, points, color, marker, style, hollow in (
            (
                self.training,
                self.training_points,
                look.training,
                look.training_marker,
                Qt.PenStyle.SolidLine,
                False,
            ),
            (
                self.validation,
                self.validation_points,
                look.validation,
                look.validation_marker,
                Qt.PenStyle.DashLine,
                look.hollow,
            ),
        ):
            pen = QPen(color, 2 * look.ratio, style)
            pen.setCosmetic(True)
            line.setPen(pen)
            points.setSymbol(marker_path(marker))
            points.setSize(8)
            outline = QPen(color, 1.5)
            outline.setCosmetic(True)
            points.setPen(outline)
            points.setBrush(surface if hollow else color)

    def mark_best(self, point: tuple[float, float] | None) -> None:
        """Put the ring around this point of the epochs; None takes it away."""
        self.best.clear() if point is None else self.best.setData([point[0]], [point[1]])

    def remove(self, plot: Any) -> None:
        for item in self.all:
            plot.removeItem(item)
