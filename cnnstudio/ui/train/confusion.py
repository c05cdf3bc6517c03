"""The confusion matrix as a drawing: true classes down, predicted classes across, shares of each row as shades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from cnnstudio.ui.theme import GRID, theme, theme_state
from cnnstudio.ui.train.markers import mixed

NUMBERS_FROM = 21
"""Smallest cell, in pixels, that has its count written in it."""
NAMES_FROM = 36
"""Narrower than this a name is no name."""
GAPS_FROM = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Counts of images: `counts[true][predicted]`, and the classes' names."""

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, classes: Sequence[str], counts: Sequence[Sequence[int]]) -> Confusion:
        """Checked and frozen. Raises ValueError when the table is not square or has other classes."""
        if len(counts) != len(classes) or any(len(row) != len(classes) for row in counts):
            raise ValueError(f"The confusion matrix is not {len(classes)} × {len(classes)}.")
        return cls(classes=tuple(classes), counts=tuple(tuple(int(count) for count in row) for row in counts))

    def share(self, true: int, predicted: int) -> float:
        """How much of the class `true` was taken for `predicted`, 0 to 1."""
        total = sum(self.counts[true])
        return self.counts[true][predicted] / total if total else 0.0

    def worst(self) -> tuple[int, int] | None:
        """The most frequent mistake as (true, predicted); None when there is none."""
        size = range(len(self.classes))
        mistakes = [(self.counts[t][p], -t, -p) for t in size for p in size if t != p]
        count, true, predicted = max(mistakes, default=(0, 0, 0))
        return (-true, -predicted) if count else None


class ConfusionMatrix(QWidget):
    """Painted cells with a tooltip each; a click or Enter names the pair of classes."""

    cell_activated = Signal(str, str)
    """The true and the predicted class of the cell that was clicked."""
    hovered = Signal(str)
    """The cell under the mouse or the keyboard's cursor in words; empty when there is none."""

    def __init__(self, parent: QWidget | None = None, *, named: bool = False) -> None:
        """`named`: with the classes' names beside the rows and over the columns, where there is room."""
        super().__init__(parent)
        self._named = named
        self.setObjectName("confusionMatrix")
        self.setAccessibleName(self.tr("Confusion matrix"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._confusion: Confusion | None = None
        self._current: tuple[int, int] | None = None
        self._image: QImage | None = None
        theme_state().changed.connect(self._redraw)

    @property
    def confusion(self) -> Confusion | None:
        return self._confusion

    def show_confusion(self, confusion: Confusion | None) -> None:
        """Show these counts; None empties the drawing."""
        if confusion == self._confusion:
            return
        self._confusion = confusion
        self._current = None
        self.setAccessibleDescription(self.summary())
        self.updateGeometry()
        self._redraw()

    def summary(self) -> str:
        """The most frequent mistake in words."""
        if self._confusion is None:
            return ""
        worst = self._confusion.worst()
        if worst is None:
            return self.tr("Every image was recognised.")
        true, predicted = worst
        count = self._confusion.counts[true][predicted]
        times = self.tr("once") if count == 1 else self.tr("{count} times").format(count=count)
        mistake = self.tr("{true} taken for {predicted} {times}: click a cell to see the images.").format(
            true=self._confusion.classes[true], predicted=self._confusion.classes[predicted], times=times
        )
        return mistake + " " + self.tr("Rows: true class. Columns: prediction.")

    def cell_text(self, true: int, predicted: int) -> str:
        """One cell in words."""
        confusion = self._confusion
        if confusion is None:
            return ""
        values = {
            "true": confusion.classes[true],
            "predicted": confusion.classes[predicted],
            "count": confusion.counts[true][predicted],
            "total": sum(confusion.counts[true]),
            "share": f"{100 * confusion.share(true, predicted):.0f} %",
        }
        if true == predicted:
            return self.tr("{true}: {count} of {total} recognised ({share})").format(**values)
        return self.tr("{true} taken for {predicted}: {count} of {total} ({share})").format(**values)

    def cell_at(self, point: QPoint) -> tuple[int, int] | None:
        """The (true, predicted) cell at a point of the widget."""
        area, side = self._geometry()
        if self._confusion is None or side <= 0 or not area.contains(point.toPointF()):
            return None
        last = len(self._confusion.classes) - 1
        row, column = int((point.y() - area.top()) / side), int((point.x() - area.left()) / side)
        return min(row, last), min(column, last)

    def cell_rect(self, true: int, predicted: int) -> QRectF:
        """Where a cell is drawn."""
        area, side = self._geometry()
        return QRectF(area.left() + predicted * side, area.top() + true * side, side, side)

    def _geometry(self) -> tuple[QRectF, float]:
        count = len(self._confusion.classes) if self._confusion is not None else 10
        names = self._room_for_names(self.width())
        edge = max(float(min(self.width(), self.height())) - names, 1.0)
        side = edge / max(count, 1)
        return QRectF(names, names, side * count, side * count), side

    def _room_for_names(self, width: int) -> int:
        """Pixels beside the rows and over the columns: what names want, as far as cells keep room for numbers."""
        if not self._named or self._confusion is None:
            return 0
        metrics = QFontMetrics(_name_font(self.font()))
        longest = max((metrics.horizontalAdvance(name) for name in self._confusion.classes), default=0)
        room = min(longest + GRID, width - NUMBERS_FROM * len(self._confusion.classes))
        return room if room >= NAMES_FROM else 0

    def _redraw(self) -> None:
        self._image = None
        self.update()

    def _shade(self, true: int, predicted: int) -> QColor:
        colors = theme()
        ground = mixed(QColor(colors.plot[0]), QColor(colors.surface), 0.07)
        share = self._confusion.share(true, predicted) if self._confusion is not None else 0.0
        if share <= 0:
            return ground
        strength = 0.18 + 0.82 * share**0.7
        color = QColor(colors.plot[0] if true == predicted else colors.plot[1])
        return mixed(color, ground, strength)

    def _paint_cells(self, painter: QPainter, confusion: Confusion, side: float) -> None:
        gap = 1.0 if side >= GAPS_FROM else 0.0
        size = range(len(confusion.classes))
        painter.setPen(Qt.PenStyle.NoPen)
        for true in size:
            for predicted in size:
                color = self._shade(true, predicted)
                rect = self.cell_rect(true, predicted).adjusted(gap, gap, -gap, -gap)
                painter.setBrush(color)
                if gap:
                    painter.drawRoundedRect(rect, 2, 2)
                else:
                    painter.fillRect(rect, color)
                count = confusion.counts[true][predicted]
                if count and side >= NUMBERS_FROM:
                    self._paint_number(painter, rect, count, color)

    def _paint_names(self, painter: QPainter, confusion: Confusion, area: QRectF, side: float) -> None:
        font = _name_font(painter.font())
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(theme().color("text_muted"))
        room = area.left() - GRID / 2
        for number, name in enumerate(confusion.classes):
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(room))
            row = QRectF(0, area.top() + number * side, room, side)
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
            painter.save()
            painter.translate(area.left() + number * side, area.top())
            painter.rotate(-90)
            column = QRectF(GRID / 2, 0, room, side)
            painter.drawText(column, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            painter.restore()

    def _paint_number(self, painter: QPainter, rect: QRectF, count: int, ground: QColor) -> None:
        font = painter.font()
        font.setPixelSize(max(8, min(12, int(rect.width() / 2.6))))
        painter.setFont(font)
        text = str(count)
        if painter.fontMetrics().horizontalAdvance(text) <= rect.width():
            painter.setPen(_readable_on(ground))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
            painter.setPen(Qt.PenStyle.NoPen)

    def _paint_cursor(self, painter: QPainter) -> None:
        if self._current is not None:
            painter.setPen(QPen(theme().color("text"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.cell_rect(*self._current).adjusted(1, 1, -1, -1), 2, 2)

    def _move_to(self, cell: tuple[int, int] | None) -> None:
        if cell != self._current:
            self._current = cell
            self.hovered.emit(self.cell_text(*cell) if cell is not None else "")
            self.update()

    def _activate(self, cell: tuple[int, int]) -> None:
        if self._confusion is not None:
            self.cell_activated.emit(self._confusion.classes[cell[0]], self._confusion.classes[cell[1]])

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        names = self._room_for_names(width)
        return names + min(width - names, 40 * GRID)

    def sizeHint(self) -> QSize:
        return QSize(28 * GRID, 28 * GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(12 * GRID, 12 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        confusion = self._confusion
        if confusion is None:
            return
        ratio = self.devicePixelRatioF()
        wanted = self.size() * ratio
        if self._image is None or self._image.size() != wanted:
            self._image = QImage(wanted, QImage.Format.Format_ARGB32_Premultiplied)
            self._image.setDevicePixelRatio(ratio)
            self._image.fill(Qt.GlobalColor.transparent)
            cells = QPainter(self._image)
            cells.setRenderHint(QPainter.RenderHint.Antialiasing)
            cells.setFont(self.font())
            area, side = self._geometry()
            self._paint_cells(cells, confusion, side)
            if area.left():
                self._paint_names(cells, confusion, area, side)
            cells.end()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawImage(0, 0, self._image)
        self._paint_cursor(painter)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move_to(self.cell_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._move_to(cell)
            self._activate(cell)

    def leaveEvent(self, event: QEvent) -> None:
        self._move_to(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        step = steps.get(Qt.Key(event.key()))
        if self._confusion is None:
            super().keyPressEvent(event)
        elif step is not None:
            last = len(self._confusion.classes) - 1
            row, column = self._current or (0, 0)
            self._move_to((min(max(row + step[0], 0), last), min(max(column + step[1], 0), last)))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._current:
            self._activate(self._current)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.cell_at(event.pos())
            if cell is not None:
                QToolTip.showText(event.globalPos(), self.cell_text(*cell), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)


def _name_font(font: QFont) -> QFont:
    small = QFont(font)
    small.setPixelSize(10)
    return small


def _readable_on(ground: QColor) -> QColor:
    """Black or white, whichever stands out more (WCAG relative luminance)."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (ground.redF(), ground.greenF(), ground.blueF())
    ]
    luminance = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return QColor("#000000") if luminance > 0.179 else QColor("#ffffff")
