"""A picture before and after a filter, the window that makes one value, and the sum of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.problems import ShapeError
from cnnstudio.data.lab.tones import limit_of, showing_for, toned
from cnnstudio.data.lab.written_sum import number_text, written
from cnnstudio.ui.icons import icon
from cnnstudio.ui.lab.filter_panel import FilterPanel
from cnnstudio.ui.lab.picture_source import PictureSource
from cnnstudio.ui.lab.pixel_view import LARGEST_ZOOM, SMALLEST_ZOOM, Frame, PixelView
from cnnstudio.ui.lab.steady_label import SteadyLabel
from cnnstudio.ui.lab.value_scale import ValueScale
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID, monospace, theme_state


class PicturePage(QWidget):
    """`place` is the row and column of the output value that is looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "window")
        self.source = PictureSource(self)
        self.panel = FilterPanel(self)
        self.before = PixelView(self)
        self.before.setObjectName("labBefore")
        self.before.setAccessibleName(self.tr("Picture before the filter"))
        self.after = PixelView(self)
        self.after.setObjectName("labAfter")
        self.after.setAccessibleName(self.tr("Picture after the filter"))
        self.scale = ValueScale(self)
        self.showing = QComboBox(self)
        self.showing.setObjectName("labShowing")
        self.showing.setAccessibleName(self.tr("How values are shown"))
        for key, title in (
            ("signed", self.tr("Signed: 0 is grey")),
            ("absolute", self.tr("Absolute value")),
            ("clipped", self.tr("Clipped to 0…255")),
        ):
            self.showing.addItem(title, key)
        self.size_line = QLabel(self)
        self.size_line.setObjectName("labSizes")
        self.size_line.setWordWrap(True)
        self.size_line.setFont(monospace(self.font().pointSizeF() * 0.95))
        self.size_line.setProperty("role", "muted")
        self.size_line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.place_line = SteadyLabel(self)
        self.place_line.setObjectName("labPlace")
        self.sum = QPlainTextEdit(self)
        self.sum.setObjectName("labSum")
        self.sum.setAccessibleName(self.tr("The sum of one output value"))
        self.sum.setReadOnly(True)
        self.sum.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.sum.setFont(monospace(self.font().pointSizeF() * 0.95))
        self.sum.setProperty("role", "field")
        self.sum.setTabChangesFocus(True)
        self.place: tuple[int, int] | None = None
        self._pixels: NDArray[np.uint8] = self.source.picture.pixels
        self._values: NDArray[Any] | None = None
        self._fits = True
        self._lay_out()
        self._connect()
        self.filter_anew()

    @property
    def values(self) -> NDArray[Any] | None:
        """What comes out: float32, shape (height, width) or (height, width, 3); None where nothing does."""
        return self._values

    # --- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        pictures = QHBoxLayout()
        pictures.setSpacing(2 * GRID)
        pictures.addLayout(self._titled(self.tr("Before"), self.before, self._zoom_buttons()), 1)
        pictures.addLayout(self._titled(self.tr("After"), self.after, [self.showing]), 1)
        right = QVBoxLayout()
        right.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID + GRID // 2)
        right.setSpacing(GRID)
        right.addLayout(pictures, 1)
        below = QHBoxLayout()
        below.setSpacing(2 * GRID)
        below.addWidget(self.size_line, 1)
        below.addWidget(self.scale, 0, Qt.AlignmentFlag.AlignTop)
        right.addLayout(below)
        right.addWidget(self.place_line)
        right.addWidget(self.sum)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(1)
        body.addWidget(self.panel)
        body.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(self.source)
        column.addLayout(body, 1)

    def _titled(self, title: str, view: QWidget, tools: list[QWidget]) -> QVBoxLayout:
        label = QLabel(title, self)
        label.setProperty("role", "title")
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(label)
        head.addStretch(1)
        for tool in tools:
            head.addWidget(tool)
        bar = QFrame(self)
        head.setContentsMargins(0, 0, 0, 0)
        bar.setLayout(head)
        bar.setFixedHeight(32)
        column = QVBoxLayout()
        column.setSpacing(GRID // 2)
        column.addWidget(bar)
        column.addWidget(view, 1)
        return column

    def _zoom_buttons(self) -> list[QWidget]:
        made: list[QWidget] = []
        for name, title, key, slot in (
            ("zoom-out", self.tr("Zoom out"), "−", self.zoom_out),
            ("zoom-in", self.tr("Zoom in"), "+", self.zoom_in),
            ("fit", self.tr("Show the whole picture"), "0", self.fit),
        ):
            button = QToolButton(self)
            button.setIcon(icon(name))
            button.setToolTip(f"{title} ({key})")
            button.setAccessibleName(title)
            button.clicked.connect(slot)
            made.append(button)
        return made

    def _connect(self) -> None:
        self.source.picture_known.connect(self._on_picture)
        self.panel.changed.connect(self.filter_anew)
        self.panel.kernel_chosen.connect(self._suit_showing)
        self.showing.activated.connect(self._show_values)
        self.before.pointed.connect(self._on_pointed_before)
        self.after.pointed.connect(self.look_at)
        for view in (self.before, self.after):
            view.stepped.connect(self._on_stepped)
            view.jumped.connect(self._on_jumped)
            view.zoomed.connect(self._on_zoomed)
            view.panned.connect(self._on_panned)
            view.fit_wanted.connect(self.fit)
            view.resized.connect(self._on_resized)
        theme_state().changed.connect(self._on_theme)

    # --- filtering -----------------------------------------------------------------------------

    def filter_anew(self) -> None:
        """Work out what comes out, and show it."""
        filtering = self.panel.filtering
        height, width = self._pixels.shape[:2]
        try:
            self._values = filtering.apply(self._pixels)
        except ShapeError as error:
            self._values = None
            self.before.show_pixels(self._pixels, self._pixels)
            self.before.show_frame(None)
            self.after.show_text(f"{translated(error.message)} {translated(error.hint)}")
            self.size_line.setText("")
            self._show_place(None)
            return
        self.before.show_pixels(self._pixels, self._pixels, filtering.pads(height, width))
        self._show_values()
        self._show_sizes()
        rows, columns = self._values.shape[:2]
        row, column = self.place or (rows // 2, columns // 2)
        self.place = min(row, rows - 1), min(column, columns - 1)
        self._show_place(self.place)
        if self._fits:
            self.fit()
        else:
            self._follow(self.before, self.after)

    def _suit_showing(self) -> None:
        suits = showing_for(float(self.panel.filtering.kernel.total))
        if (suits == "clipped") != (self.showing.currentData() == "clipped"):
            self.showing.setCurrentIndex(self.showing.findData(suits))
            self._show_values()

    def _show_values(self) -> None:
        if self._values is not None:
            showing = self.showing.currentData()
            limit = limit_of(self._values)
            self.after.show_pixels(toned(self._values, showing, limit), self._values)
            self.scale.show_scale(showing, limit)

    def _show_sizes(self) -> None:
        height, width = self._pixels.shape[:2]
        down, across = self.panel.filtering.formula(height, width)
        if down.text == across.text:
            self.size_line.setText(self.tr("Height, width: {sum}").format(sum=down.text))
        else:
            self.size_line.setText(
                self.tr("Height: {height}   Width: {width}").format(height=down.text, width=across.text)
            )

    # --- the place that is looked at -----------------------------------------------------------

    def look_at(self, row: int, column: int) -> None:
        """Show the sum of this output value, or of the nearest there is."""
        if self._values is not None:
            rows, columns = self._values.shape[:2]
            self.place = min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)
            self._show_place(self.place)

    def _on_pointed_before(self, row: int, column: int) -> None:
        """The window whose middle is nearest to this pixel."""
        filtering = self.panel.filtering
        height, width = self._pixels.shape[:2]
        if self._values is not None:
            top, left = filtering.corner(0, 0, height, width)
            down, across = ((size - 1) / 2 for size in filtering.reach)
            self.look_at(
                round((row - top - down) / filtering.stride),
                round((column - left - across) / filtering.stride),
            )

    def _on_stepped(self, down: int, across: int) -> None:
        if self.place is not None:
            self.look_at(self.place[0] + down, self.place[1] + across)
            self._keep_in_sight()

    def _on_jumped(self, end: str) -> None:
        if self.place is not None and self._values is not None:
            self.look_at(self.place[0], 0 if end == "first" else self._values.shape[1] - 1)
            self._keep_in_sight()

    def _show_place(self, place: tuple[int, int] | None) -> None:
        if place is None or self._values is None:
            self.place_line.say("")
            self.sum.setPlainText("")
            self._set_sum_height(1)
            return
        filtering = self.panel.filtering
        height, width = self._pixels.shape[:2]
        top, left = filtering.corner(*place, height, width)
        down, across = filtering.reach
        self.before.show_frame(
            Frame(row=top, column=left, height=down, width=across, dilation=filtering.dilation)
        )
        self.after.show_frame(Frame(row=place[0], column=place[1], height=1, width=1))
        coloured = self._pixels.ndim == 3
        one = self._pixels[:, :, 0] if coloured else self._pixels
        found = np.atleast_1d(self._values[place])
        text = written(filtering.terms(one, *place), filtering.kernel.factor, float(found[0]))
        self.sum.setPlainText(text)
        where = self.tr("Row {row}, column {column}").format(row=place[0] + 1, column=place[1] + 1)
        if coloured:
            values = [number_text(float(value)) for value in found]
            where += "  ·  " + self.tr("red {red} (the sum below), green {green}, blue {blue}").format(
                red=values[0], green=values[1], blue=values[2]
            )
        self.place_line.say(where)
        self.after.setAccessibleDescription(f"{where}: {text}")
        self._set_sum_height(filtering.kernel.size[0])

    def _set_sum_height(self, lines: int) -> None:
        high = QFontMetrics(self.sum.font()).lineSpacing() * max(lines, 3) + 3 * GRID + 2
        if self.sum.height() != high or self.sum.minimumHeight() != high:
            self.sum.setFixedHeight(high)
            self.sum.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    # --- looking -------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show both pictures whole, at one zoom."""
        self._fits = True
        zoom = min(view.fitting_zoom() for view in (self.before, self.after) if view.size_in_pixels != (0, 0))
        for view in (self.before, self.after):
            height, width = view.size_in_pixels
            view.look_at(zoom, QPointF(width / 2, height / 2))

    def zoom_in(self) -> None:
        """Half as large again, around the window."""
        self._zoom_by(2**0.5)

    def zoom_out(self) -> None:
        """Smaller, around the window."""
        self._zoom_by(2**-0.5)

    def _zoom_by(self, factor: float) -> None:
        frame = self.before.frame
        if frame is not None:
            centre = QPointF(frame.column + frame.width / 2, frame.row + frame.height / 2)
            self._look(self.before, min(max(self.before.zoom * factor, SMALLEST_ZOOM), LARGEST_ZOOM), centre)

    def _on_zoomed(self, zoom: float, middle: QPointF) -> None:
        view = self.sender()
        if isinstance(view, PixelView):
            self._look(view, zoom, middle)

    def _on_panned(self, middle: QPointF) -> None:
        view = self.sender()
        if isinstance(view, PixelView):
            self._look(view, view.zoom, middle)

    def _look(self, view: PixelView, zoom: float, middle: QPointF) -> None:
        """Move one view; the other shows what belongs to it."""
        self._fits = False
        height, width = view.size_in_pixels
        middle = QPointF(min(max(middle.x(), 0), width), min(max(middle.y(), 0), height))
        view.look_at(zoom, middle)
        self._follow(view, self.after if view is self.before else self.before)

    def _follow(self, leader: PixelView, follower: PixelView) -> None:
        """Let a view show the pixels that what is in the middle of the other comes from, or becomes."""
        if self._values is None:
            return
        filtering = self.panel.filtering
        top, left = filtering.corner(0, 0, *self._pixels.shape[:2])
        down, across = filtering.reach
        step, middle = filtering.stride, leader.middle
        from_corner = QPointF(left + across / 2, top + down / 2)  # the middle of the first window
        half = QPointF(0.5, 0.5)
        if leader is self.before:
            follower.look_at(leader.zoom, (middle - from_corner) / step + half)
        else:
            follower.look_at(leader.zoom, (middle - half) * step + from_corner)

    def _keep_in_sight(self) -> None:
        if self.place is not None and not self.after.is_in_sight(*self.place):
            self._look(self.after, self.after.zoom, QPointF(self.place[1] + 0.5, self.place[0] + 0.5))

    def _on_picture(self) -> None:
        self._pixels = self.source.picture.channels(self.source.channels.currentData())
        self.place = None
        self._fits = True
        self.filter_anew()

    def _on_resized(self) -> None:
        if self._fits:
            self.fit()

    def _on_theme(self) -> None:
        self.before.update()
        self.after.update()
