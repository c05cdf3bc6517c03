"""A small list of a block's outputs, for the keyboard: which one a wire or a new layer goes on from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from cnnstudio.core.analysis import NodeAnalysis
from cnnstudio.core.network import Network
from cnnstudio.core.spec import Shape
from cnnstudio.ui.canvas.wiring import shape_at
from cnnstudio.ui.shape_text import shape_text
from cnnstudio.ui.theme import theme

WIDTH = 320
ROW = 32
ROWS = 8


@dataclass(frozen=True, slots=True)
class Output:
    """One output: its shape if that is known, and the names of what it feeds."""

    shape: Shape | None
    feeds: tuple[str, ...] = ()


def outputs_of(network: Network, known: Mapping[str, NodeAnalysis], node_id: str, count: int) -> list[Output]:
    """What can be said of each of a node's `count` outputs."""
    wires = network.outputs(node_id)
    return [
        Output(
            shape_at(known, node_id, number),
            tuple(network.nodes[edge.target].label for edge in wires if edge.output == number),
        )
        for number in range(count)
    ]


def first_free(network: Network, node_id: str, count: int) -> int:
    """The first of a node's `count` outputs that feeds nothing; the first of all when each feeds something."""
    taken = {edge.output for edge in network.outputs(node_id)}
    return next((number for number in range(count) if number not in taken), 0)


class OutputList(QFrame):
    """Emits `chosen` with the number of an output, or `dismissed`; whoever opened it closes it."""

    chosen = Signal(int)
    dismissed = Signal()

    def __init__(
        self, name: str, outputs: Sequence[Output], start: int, place: QPoint, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("outputList")
        self.setAccessibleName(self.tr("Outputs of {name}").format(name=name))
        self._outputs = outputs
        title = QLabel(self.tr("From which output of {name}?").format(name=name))
        title.setObjectName("outputListTitle")
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setWordWrap(True)
        self._list = QListWidget()
        self._list.setObjectName("outputListRows")
        self._list.setAccessibleName(self.tr("Outputs of {name}").format(name=name))
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.itemClicked.connect(self._choose)
        self._list.installEventFilter(self)
        for number, output in enumerate(outputs, 1):
            words = f"{number}   {shape_text(output.shape)}"
            if output.feeds:
                words += "   " + self.tr("feeds {layers}").format(layers=", ".join(output.feeds))
            item = QListWidgetItem(words)
            item.setToolTip(words)
            self._list.addItem(item)
        self._list.setCurrentRow(start)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addWidget(self._list)
        self._restyle()
        self._list.setFixedHeight(min(len(outputs), ROWS) * ROW + 4)
        self.setFixedWidth(WIDTH)
        self.adjustSize()
        room = parent.rect().adjusted(8, 8, -8, -8)
        x = min(max(place.x(), room.left()), max(room.left(), room.right() - WIDTH))
        y = min(max(place.y(), room.top()), max(room.top(), room.bottom() - self.height()))
        self.move(x, y)
        self.show()
        self.raise_()
        self._list.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def shown(self) -> list[str]:
        """The rows as they are read."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(self._list.row(item))

    def _restyle(self) -> None:
        colors = theme()
        self.setStyleSheet(
            f"#outputList {{ background: {colors.surface}; border: 1px solid {colors.border_strong};"
            " border-radius: 8px; }"
            f"#outputListTitle {{ color: {colors.text_muted}; padding: 0 4px; }}"
            f"#outputListRows {{ background: {colors.surface}; color: {colors.text};"
            " border: none; outline: none; }"
            f"#outputListRows::item {{ height: {ROW}px; padding: 0 8px; border-radius: 6px; }}"
            f"#outputListRows::item:hover {{ background: {colors.sunken}; }}"
            f"#outputListRows::item:selected {{ background: {colors.accent_soft}; color: {colors.text}; }}"
        )

    def _on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        digit = int(event.text()) if event.text().isdecimal() and event.text().isascii() else 0
        if key == Qt.Key.Key_Escape:
            self.dismissed.emit()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.chosen.emit(self._list.currentRow())
        elif 1 <= digit <= len(self._outputs):
            self.chosen.emit(digit - 1)
        elif key in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:
            by = 1 if key == Qt.Key.Key_Tab else -1
            self._list.setCurrentRow((self._list.currentRow() + by) % len(self._outputs))
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
