"""The drawing of one layer as a widget: as wide as its place, up to a size at which it stays a small drawing."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.core.drawings import Drawing
from cnnstudio.core.network import Node
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import LayerSpec
from cnnstudio.ui.drawings import can_paint, paint_drawing
from cnnstudio.ui.drawings.sketch import HEIGHT, WIDTH
from cnnstudio.ui.theme import theme, theme_state

LARGEST = 1.3
"""How far it is scaled up in a wide panel."""


class LayerDrawing(QWidget):
    """Hidden for layers without a drawing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layerDrawing")
        self._drawing: Drawing | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()
        theme_state().changed.connect(self.update)

    @property
    def drawing(self) -> Drawing | None:
        """What is shown."""
        return self._drawing

    def show_layer(self, spec: LayerSpec | None, node: Node | None = None) -> None:
        """Show what a layer does, with a node's parameters where they are right."""
        drawing = drawing_of(spec, node)
        self.setVisible(can_paint(drawing))
        if drawing != self._drawing:
            self._drawing = drawing
            self.update()
        if spec is not None:
            self.setAccessibleName(self.tr("Drawing of what {layer} does").format(layer=spec.type))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(min(width / WIDTH, LARGEST) * HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(round(WIDTH), round(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._drawing is None or not can_paint(self._drawing):
            return
        painter = QPainter(self)
        paint_drawing(painter, QRectF(self.rect()), self._drawing, theme(), self.font())
        painter.end()


def drawing_of(spec: LayerSpec | None, node: Node | None) -> Drawing | None:
    """A layer's drawing; the general one where the node's parameters are wrong."""
    if spec is None:
        return None
    if node is None:
        return spec.drawing
    try:
        return spec.drawing_for(spec.arguments(node.params))
    except ShapeError:
        return spec.drawing
