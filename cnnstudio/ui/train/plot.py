"""One live plot: batch-level thin, epoch-level bold with markers, validation dashed, the best epoch marked.

Cheap to feed ten times a second: curves are thinned to the pixels there are, axes move only when they must.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyqtgraph
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QColor, QPen, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from cnnstudio.ui.icons import icon
from cnnstudio.ui.theme import GRID, theme, theme_state
from cnnstudio.ui.train.axes import EpochAxis, ValueAxis
from cnnstudio.ui.train.curves import (
    Curves,
    Line,
    Range,
    decimated,
    epochs_shown,
    logarithmic,
    settled,
    smoothed,
    value_range,
)
from cnnstudio.ui.train.legend import Legend, LegendEntry
from cnnstudio.ui.train.markers import mixed
from cnnstudio.ui.train.run_drawing import RunDrawing, RunLook

REDRAW_MS = 40
SMOOTHING_SHARE = 40
"""Smoothing takes the mean over this fraction of all batches of a curve."""
GRID_DEPTH = -200
"""Grid lines lie behind the curves and behind the best epoch's label."""
ABOVE_CURVES = 20


class CurvePlot(QFrame):
    """A card with a title, a legend, tools and the plot. `set_curves` and then `refresh` show new points."""

    export_asked = Signal(str)
    """The user wants the plot as `png`, `svg` or `csv`."""

    def __init__(
        self, quantity: str, title: str, *, cap: float | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.quantity = quantity
        self.title = title
        self._cap = cap
        self._curves: tuple[Curves, ...] = ()
        self._items: dict[str, RunDrawing] = {}
        self._follow = True
        self._dirty = False
        self._shown_y: Range | None = None
        self._best_shown: tuple[int, bool] = (0, False)
        self._rehearsed = False
        self.setProperty("surface", "plot")

        self._title = QLabel(title)
        self._title.setProperty("role", "title")
        self.legend = Legend()
        self.run_legend = Legend()
        self.log_button = self._tool(self.tr("log"), self.tr("Logarithmic scale"), checkable=True)
        self.log_button.toggled.connect(self._on_log_toggled)
        self.smooth_button = self._tool(
            self.tr("smooth"), self.tr("Show the batches' running mean"), checkable=True
        )
        self.smooth_button.toggled.connect(self._on_smooth_toggled)
        self.reset_button = self._tool("", self.tr("Reset the view (double-click in the plot)"))
        self.reset_button.setIcon(icon("fit"))
        self.reset_button.clicked.connect(self.reset_view)
        self.export_button = self._make_export_button()
        self.header = self._make_header()
        self._value_axis = ValueAxis("left")
        self._epoch_axis = EpochAxis("bottom")
        self.view: Any = pyqtgraph.PlotWidget(
            axisItems={"left": self._value_axis, "bottom": self._epoch_axis},
            background=None,
            enableMenu=False,
        )
        self.view.setMinimumHeight(96)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setAccessibleName(title)
        self._plot: Any = self.view.getPlotItem()
        self._box: Any = self._plot.getViewBox()
        self._arrange_plot()
        self._best = self._upright_line()
        self._best.label = pyqtgraph.InfLineLabel(
            self._best, text="", position=0.94, anchors=[(0.0, 0.5), (0.0, 0.5)]
        )
        self._cross = self._upright_line()
        self.readout = self._words_over_plot("readout")
        self.readout.hide()
        self.empty_text = self._words_over_plot(
            "muted", self.tr("The curve appears here with the first batch.")
        )
        self.empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._axis_name = self._words_over_plot("muted", self.tr("epoch"))
        self._runs_row = self._make_runs_row()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(self.header)
        layout.addWidget(self._runs_row)
        layout.addWidget(self.view, 1)
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(REDRAW_MS)
        self._redraw.timeout.connect(self.refresh)
        self.view.viewport().setMouseTracking(True)
        self.view.viewport().installEventFilter(self)
        theme_state().changed.connect(self.restyle)
        self.restyle()
        self.reset_view()

    # --- building --------------------------------------------------------------------------------------

    def _make_export_button(self) -> QToolButton:
        button = self._tool("", self.tr("Save this plot as a picture or a table"))
        button.setIcon(icon("save"))
        menu = QMenu(button)
        menu.addAction(self.tr("Picture (PNG)…")).triggered.connect(self._on_png)
        menu.addAction(self.tr("Drawing (SVG)…")).triggered.connect(self._on_svg)
        menu.addAction(self.tr("Table (CSV)…")).triggered.connect(self._on_csv)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _make_header(self) -> QHBoxLayout:
        header = QHBoxLayout()
        header.setContentsMargins(2 * GRID, GRID, GRID, 0)
        header.setSpacing(GRID // 2)
        header.addWidget(self._title)
        header.addSpacing(2 * GRID)
        header.addWidget(self.legend, 1)
        for button in (self.log_button, self.smooth_button, self.reset_button, self.export_button):
            header.addWidget(button)
        return header

    def _arrange_plot(self) -> None:
        # its menu speaks English alone and doubles our buttons; here it has an owner that ends it
        self._plot.ctrlMenu.setParent(self, self._plot.ctrlMenu.windowFlags())
        self._plot.hideButtons()
        self._plot.setContentsMargins(GRID, GRID // 2, 2 * GRID, GRID // 2)
        self._box.disableAutoRange()
        self._box.sigRangeChangedManually.connect(self._on_moved_by_hand)
        self._box.sigXRangeChanged.connect(self._on_range_changed)
        self._box.setLimits(minXRange=0.01)
        self._value_axis.setWidth(48)
        self._value_axis.setGrid(255)
        self._value_axis.setZValue(GRID_DEPTH)

    def _upright_line(self) -> Any:
        line = pyqtgraph.InfiniteLine(angle=90, movable=False)
        line.setZValue(ABOVE_CURVES)
        line.setVisible(False)
        self._plot.addItem(line, ignoreBounds=True)
        return line

    def _words_over_plot(self, role: str, text: str = "") -> QLabel:
        label = QLabel(text, self.view)
        label.setProperty("role", role)
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        return label

    def _make_runs_row(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        row.addWidget(self.run_legend)
        holder.hide()
        return holder

    # --- what is shown ---------------------------------------------------------------------------------

    @property
    def curves(self) -> tuple[Curves, ...]:
        return self._curves

    def set_curves(self, curves: Sequence[Curves]) -> None:
        """Take new curves; they are drawn with the next `refresh`."""
        self._curves = tuple(curves)
        self._dirty = True

    def refresh(self) -> None:
        """Draw what `set_curves` brought since the last time. Costs nothing when there is no news."""
        if not self._dirty:
            return
        self._dirty = False
        for key in [key for key in self._items if key not in {curve.key for curve in self._curves}]:
            self._plot.removeItem(self._items.pop(key))
        if self._follow:
            self._fit()
        for curve in self._curves:
            self._draw(curve)
        some = any(self._curves)
        self.empty_text.setVisible(not some)
        self._axis_name.setVisible(some)
        self._plot.setVisible(some)
        self._show_best()  # a label is placed only while it can be seen
        entries = self.legend_entries()
        self.legend.show_entries([entry for entry in entries if entry.line])
        self.run_legend.show_entries([entry for entry in entries if not entry.line])
        self._runs_row.setVisible(self.comparing)

    def reset_view(self) -> None:
        """Show everything again, and go on following the training."""
        self._follow = True
        self._shown_y = None
        self._dirty = True
        self.refresh()

    @property
    def follows(self) -> bool:
        """Whether the axes follow the training (the user has not zoomed or panned)."""
        return self._follow

    @property
    def comparing(self) -> bool:
        return len(self._curves) > 1

    def legend_entries(self) -> list[LegendEntry]:
        """What the colours, dashes and markers mean now."""
        if not self._curves:
            return []
        first = self._look(self._curves[0])
        if not self.comparing:
            return [
                LegendEntry(
                    text=self.tr("training"), color=first.training.name(), style=first.training_marker
                ),
                LegendEntry(
                    text=self.tr("validation"),
                    color=first.validation.name(),
                    style=first.validation_marker,
                    dashed=True,
                    hollow=first.hollow,
                ),
            ]
        ink = theme().text_muted
        kinds = [
            LegendEntry(text=self.tr("training"), color=ink, style=0),
            LegendEntry(text=self.tr("validation"), color=ink, style=0, dashed=True, hollow=True),
            LegendEntry(
                text=self.tr("ringed: best epoch"), color=theme().ok, style=0, hollow=True, sample=14
            ),
        ]
        runs = [
            LegendEntry(
                text=curve.name,
                color=self._look(curve).training.name(),
                style=self._look(curve).training_marker,
                line=False,
            )
            for curve in self._curves
        ]
        return kinds + runs

    def restyle(self) -> None:
        """Wear the theme in force."""
        colors = theme()
        surface = QColor(colors.surface)
        self.view.setBackground(surface)
        for axis in (self._value_axis, self._epoch_axis):
            axis.setTextPen(QPen(QColor(colors.text_muted)))
            axis.setPen(QPen(QColor(colors.border)))
            axis.setTickPen(QPen(QColor(colors.border)))
            axis.setStyle(tickLength=0, tickTextOffset=GRID - 2, showValues=True)
        best_pen = QPen(QColor(colors.ok), self.devicePixelRatioF(), Qt.PenStyle.DashLine)
        best_pen.setCosmetic(True)
        self._best.setPen(best_pen)
        self._best.label.setColor(QColor(colors.ok))
        veil = QColor(surface)
        veil.setAlphaF(0.75)  # the curves behind the words stay visible
        self._best.label.fill = QBrush(veil)
        self._cross.setPen(QPen(QColor(colors.border_strong), 0))
        for drawing in self._items.values():
            drawing.update()
        self._dirty = True
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._rehearsed:
            self._rehearsed = True
            QTimer.singleShot(0, self, self._rehearse)

    def _rehearse(self) -> None:
        """Draw once, unseen. The first drawing lays out axes and loads fonts: too slow for a frame of the training."""
        if self._curves:
            return
        ends = np.array([0.0, 1.0])
        self.set_curves(
            [Curves(key="", name="", batches=Line(x=ends, y=ends), training=Line(x=ends, y=ends))]
        )
        self.refresh()
        self.view.grab()
        self.set_curves([])
        self.reset_view()

    # --- drawing ---------------------------------------------------------------------------------------

    def _look(self, curve: Curves) -> RunLook:
        colors = theme()
        ground = QColor(colors.surface)
        if self.comparing:
            color = QColor(colors.plot[curve.style % len(colors.plot)])
            return RunLook(
                training=color,
                validation=color,
                batches=mixed(color, ground, 0.3),
                training_marker=curve.style,
                validation_marker=curve.style,
                hollow=True,
            )
        training = QColor(colors.plot[0])
        return RunLook(
            training=training,
            validation=QColor(colors.plot[1]),
            batches=mixed(training, ground, 0.5),
            training_marker=0,
            validation_marker=1,
            hollow=False,
        )

    def _scaled(self, line: Line) -> Line:
        return logarithmic(line) if self.log_button.isChecked() else line

    def _draw(self, curve: Curves) -> None:
        drawing = self._items.get(curve.key)
        if drawing is None:
            drawing = self._items[curve.key] = RunDrawing(self._plot)
        drawing.wear(self._look(curve))
        (left, right), _ = self._box.viewRange()
        batches = curve.batches.finite()
        if self.smooth_button.isChecked():
            batches = smoothed(batches, max(5, len(batches) // SMOOTHING_SHARE))
        columns = max(64, int(self._box.width()))
        drawing.show_lines(
            batches=self._scaled(decimated(batches, left, right, columns)),
            training=self._scaled(decimated(curve.training.finite(), left, right, columns)),
            validation=self._scaled(decimated(curve.validation.finite(), left, right, columns)),
            best=self._best_point(curve),
        )

    def _best_point(self, curve: Curves) -> tuple[float, float] | None:
        """Where a compared run's best epoch is; a single run has a line of its own for that."""
        line = self._scaled((curve.validation if len(curve.validation) else curve.training).finite())
        point = line.nearest(curve.best_epoch) if self.comparing and curve.best_epoch else None
        return point if point is not None and point[0] == curve.best_epoch else None

    def _fit(self) -> None:
        right = epochs_shown(self._curves)
        wanted = value_range(self._curves, log=self.log_button.isChecked(), cap=self._cap)
        self._shown_y = settled(self._shown_y, wanted)
        (now_left, now_right), (now_low, now_high) = self._box.viewRange()
        left, edge = 0.0, right * 1.02
        if (now_left, now_right) != (left, edge):
            self._box.setXRange(left, edge, padding=0)
        if (now_low, now_high) != (self._shown_y.low, self._shown_y.high):
            self._box.setYRange(self._shown_y.low, self._shown_y.high, padding=0)
        self._box.updateMatrix()  # else it moves the curves while they are painted, and they are painted again

    def _show_best(self) -> None:
        best = self._curves[0].best_epoch if self._curves and not self.comparing else None
        self._best.setVisible(best is not None)
        if best is None:
            return
        left_of_it = best > sum(self._box.viewRange()[0]) * 0.75
        if (best, left_of_it) != self._best_shown:
            self._best_shown = (best, left_of_it)
            self._best.setValue(best)
            self._best.label.setFormat(" " + self.tr("best · epoch {epoch}").format(epoch=best) + " ")
            self._best.label.anchors = [(1.0, 0.5), (1.0, 0.5)] if left_of_it else [(0.0, 0.5), (0.0, 0.5)]
            self._best.label.updatePosition()

    @contextmanager
    def without_crosshair(self) -> Iterator[None]:
        """Inside this, the plot draws without the crosshair."""
        crossed = self._cross.isVisible()
        self._cross.setVisible(False)
        try:
            yield
        finally:
            self._cross.setVisible(crossed)

    # --- the mouse -------------------------------------------------------------------------------------

    def _on_moved_by_hand(self) -> None:
        self._follow = False

    def _on_range_changed(self) -> None:
        if not self._follow:
            self._dirty = True
            self._redraw.start()

    def point_at(self, position: QPointF) -> None:
        """Put the crosshair where the mouse is, `position` being in the plot widget, and show the values there."""
        if not any(self._curves) or not self._box.sceneBoundingRect().contains(position):
            self._leave()
            return
        x = float(self._box.mapSceneToView(position).x())
        text = self.values_text(x)
        if not text:
            self._leave()
            return
        self._cross.setValue(x)
        self._cross.setVisible(True)
        self.readout.setText(text)
        self.readout.adjustSize()
        room = self.view.width() - self.readout.width() - 2 * GRID
        left = (
            position.x() + GRID if position.x() + GRID < room else position.x() - GRID - self.readout.width()
        )
        self.readout.move(int(max(left, 0)), 2 * GRID)
        self.readout.show()

    def values_text(self, x: float) -> str:
        """The values of all curves near epoch `x`, one line for each run."""
        lines = []
        for curve in self._curves:
            parts = []
            for name, line in (
                (self.tr("training"), curve.training),
                (self.tr("validation"), curve.validation),
            ):
                point = line.nearest(x)
                if point is not None and abs(point[0] - x) <= 0.5:
                    parts.append(f"{name} {point[1]:.4g}")
            batch = curve.batches.nearest(x)
            if batch is not None and abs(batch[0] - x) <= 0.5:
                parts.append(self.tr("batch {value}").format(value=f"{batch[1]:.4g}"))
            if parts:
                start = f"{curve.name}: " if self.comparing else ""
                lines.append(start + " · ".join(parts))
        if not lines:
            return ""
        return "\n".join([self.tr("epoch {epoch}").format(epoch=max(round(x), 0)), *lines])

    def _leave(self) -> None:
        self._cross.setVisible(False)
        self.readout.hide()

    def _on_log_toggled(self, checked: bool) -> None:
        self._value_axis.logarithmic = checked
        self._value_axis.picture = None
        self.reset_view()

    def _on_smooth_toggled(self) -> None:
        self._dirty = True
        self.refresh()

    def _on_png(self) -> None:
        self.export_asked.emit("png")

    def _on_svg(self) -> None:
        self.export_asked.emit("svg")

    def _on_csv(self) -> None:
        self.export_asked.emit("csv")

    def _tool(self, text: str, help_text: str, *, checkable: bool = False) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(help_text)
        button.setAccessibleName(f"{self.title}: {help_text}")
        button.setCheckable(checkable)
        button.setAutoRaise(True)
        return button

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseMove:
            self.point_at(event.position())  # type: ignore[attr-defined]  # a QMouseEvent, as its type says
        elif kind == QEvent.Type.Leave:
            self._leave()
        elif kind == QEvent.Type.MouseButtonDblClick:
            self.reset_view()
        elif kind == QEvent.Type.Resize:
            area = self.view.viewport().rect()
            self.empty_text.setGeometry(area)
            self._axis_name.adjustSize()
            self._axis_name.move(2 * GRID, area.bottom() - self._axis_name.height() - GRID // 2)
            self._dirty = True
            self._redraw.start()
        return super().eventFilter(watched, event)
