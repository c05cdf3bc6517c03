"""A row of two lines with a marker, for lists of runs."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from cnnstudio.ui.theme import GRID, theme

Index = QModelIndex | QPersistentModelIndex
SECOND_LINE = Qt.ItemDataRole.UserRole
ROW_HEIGHT = 5 * GRID + 2
MARKER = 12


class TwoLines(QStyledItemDelegate):
    """The first line in front of which a marker stands, and below it `SECOND_LINE` in small muted letters."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        colors = theme()
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colors.accent_soft))
        painter.setPen(QColor(colors.border))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        if icon is not None:
            icon.paint(painter, QRect(rect.left() + GRID, rect.top() + 7, MARKER, MARKER))
        left = rect.left() + GRID + MARKER + GRID - 2
        room = rect.right() - left - 2
        top = QRect(left, rect.top() + 3, room, rect.height() // 2 - 2)
        bottom = QRect(left, rect.center().y() + 1, room, rect.height() // 2 - 3)
        metrics = painter.fontMetrics()
        painter.setPen(QColor(colors.text))
        # the end of a name tells runs of one project apart
        title = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(top, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.88)
        painter.setFont(font)
        painter.setPen(QColor(colors.text_muted))
        text = QFontMetrics(font).elidedText(str(index.data(SECOND_LINE)), Qt.TextElideMode.ElideRight, room)
        painter.drawText(bottom, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW_HEIGHT)
