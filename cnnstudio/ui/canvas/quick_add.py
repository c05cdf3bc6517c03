"""A small searchable list of the layers that fit at one place, opened by `/` or by a wire let go over nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.spec import Catalogue, Shape
from cnnstudio.ui.canvas import wiring
from cnnstudio.ui.icons import layer_icon_name, paint_icon
from cnnstudio.ui.shape_text import shape_text
from cnnstudio.ui.theme import monospace, theme

WIDTH = 320
ROW = 32
ROWS = 8

_CHOICE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A layer that fits, and the shape that would come out of it."""

    type: str
    category: str
    output: Shape | None
    words: str


def choices(catalogue: Catalogue, shapes: tuple[Shape | None, ...]) -> list[Choice]:
    """The layers that are free of errors with their default parameters when fed by `shapes`, likely ones first."""
    has_features = any(shape is not None and len(shape) > 1 for shape in shapes)
    found = [
        Choice(
            type=spec.type,
            category=spec.category,
            output=wiring.output_of(spec, shapes),
            words=" ".join((spec.type, spec.category, *spec.keywords)).casefold(),
        )
        for spec in catalogue.values()
        if wiring.fits(spec, shapes)
    ]
    # Embedding takes any numbers, but what is meant for the beginning is hardly wanted behind feature maps.
    return sorted(found, key=lambda choice: has_features and choice.category == "input")


def matching(every: Sequence[Choice], text: str) -> list[Choice]:
    """Those that have all the words typed; a type that begins with the text comes first."""
    words = text.casefold().split()
    found = [choice for choice in every if all(word in choice.words for word in words)]
    first = words[0] if words else ""
    return sorted(found, key=lambda choice: not choice.type.casefold().startswith(first)) if first else found


class QuickAdd(QFrame):
    """Emits `chosen` with a layer type, or `dismissed`; whoever opened it closes it."""

    chosen = Signal(str)
    dismissed = Signal()

    def __init__(self, every: Sequence[Choice], place: QPoint, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("quickAdd")
        self.setAccessibleName(self.tr("Add a layer"))
        self._every = every
        self._around = parent
        self._search = QLineEdit()
        self._search.setObjectName("quickAddSearch")
        self._search.setAccessibleName(self.tr("Search the layers that fit"))
        self._search.setPlaceholderText(self.tr("Layers that fit here"))
        self._search.textChanged.connect(self._fill)
        self._search.installEventFilter(self)
        self._list = QListWidget()
        self._list.setObjectName("quickAddList")
        self._list.setAccessibleName(self.tr("Layers that fit"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setItemDelegate(_Row(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._list.itemClicked.connect(self._choose)
        self._nothing = QLabel(self.tr("No layer fits. Look at the problem of the layer above first."))
        self._nothing.setWordWrap(True)
        self._nothing.setContentsMargins(8, 8, 8, 8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        for widget in (self._search, self._list, self._nothing):
            layout.addWidget(widget)
        self._restyle()
        self._fill("")
        self._settle(place)
        self.show()
        self.raise_()
        self._search.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def shown(self) -> list[str]:
        """The layer types in the list."""
        return [self._list.item(row).data(_CHOICE).type for row in range(self._list.count())]

    def _fill(self, text: str) -> None:
        found = matching(self._every, text)
        self._list.clear()
        for choice in found:
            item = QListWidgetItem(choice.type)
            item.setData(_CHOICE, choice)
            item.setToolTip(choice.type)
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        self._nothing.setVisible(not self._every)
        self._list.setVisible(bool(self._every))
        self._nothing.setForegroundRole(self.foregroundRole())

    def _settle(self, place: QPoint) -> None:
        rows = min(max(len(self._every), 1), ROWS)
        self._list.setFixedHeight(rows * ROW + 4)
        self.setFixedWidth(WIDTH)
        self.adjustSize()
        room = self._around.rect().adjusted(8, 8, -8, -8)
        x = min(max(place.x(), room.left()), max(room.left(), room.right() - WIDTH))
        y = min(max(place.y(), room.top()), max(room.top(), room.bottom() - self.height()))
        self.move(x, y)

    def _restyle(self) -> None:
        colors = theme()
        self.setStyleSheet(
            f"#quickAdd {{ background: {colors.surface}; border: 1px solid {colors.border_strong};"
            " border-radius: 8px; }"
            f"#quickAddSearch {{ background: {colors.sunken}; color: {colors.text};"
            f" border: 1px solid {colors.border}; border-radius: 6px; padding: 6px 8px; }}"
            f"#quickAddSearch:focus {{ border-color: {colors.accent}; }}"
            f"#quickAddList {{ background: {colors.surface}; border: none; outline: none; }}"
            f"QLabel {{ color: {colors.text_muted}; }}"
        )

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(_CHOICE).type)

    def _step(self, by: int) -> None:
        count = self._list.count()
        if count:
            self._list.setCurrentRow((self._list.currentRow() + by) % count)

    def _on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.dismissed.emit()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            item = self._list.currentItem()
            if item is not None:
                self._choose(item)
        elif key in {Qt.Key.Key_Down, Qt.Key.Key_Tab}:
            self._step(1)
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Backtab}:
            self._step(-1)
        else:
            return False
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._on_key(event):
            return True
        if (
            isinstance(event, QFocusEvent)
            and event.type() == QEvent.Type.FocusOut
            and event.reason() != Qt.FocusReason.ActiveWindowFocusReason
        ):
            self.dismissed.emit()
        return super().eventFilter(watched, event)


class _Row(QStyledItemDelegate):
    """Icon in the category's colour, type, and the shape that would come out."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._mono = monospace()
        self._mono.setPixelSize(12)

    def sizeHint(
        self,
        option: QStyleOptionViewItem,  # noqa: ARG002 - Qt's signature
        index: QModelIndex | QPersistentModelIndex,  # noqa: ARG002 - Qt's signature
    ) -> QSize:
        return QSize(WIDTH - 32, ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colors = theme()
        choice: Choice = index.data(_CHOICE)
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state = option.state
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            selected = bool(state & QStyle.StateFlag.State_Selected)
            painter.setBrush(colors.color("accent_soft" if selected else "sunken"))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 6, 6)
        icon_rect = QRectF(rect.left() + 8, rect.center().y() - 8, 16, 16)
        paint_icon(
            painter,
            layer_icon_name(choice.type, choice.category),
            icon_rect,
            colors.category(choice.category),
        )
        shape = shape_text(choice.output) if choice.output is not None else ""
        painter.setFont(self._mono)
        width = painter.fontMetrics().horizontalAdvance(shape)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(colors.color("text_muted"))
        painter.drawText(rect.adjusted(0, 0, -10, 0), right, shape)
        font = QFont(option.font)
        painter.setFont(font)
        painter.setPen(colors.color("text"))
        room = rect.width() - 32 - 10 - (width + 12 if shape else 0)
        text = QFontMetrics(font).elidedText(choice.type, Qt.TextElideMode.ElideRight, int(room))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect.adjusted(32, 0, 0, 0), left, text)
        painter.restore()
