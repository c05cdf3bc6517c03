"""The card beside the palette: what the layer under the pointer does, in a drawing and a few sentences."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from cnnstudio.core.spec import LayerSpec
from cnnstudio.ui.drawings.layer_drawing import LayerDrawing
from cnnstudio.ui.drawings.sketch import HEIGHT, WIDTH
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID, theme


class LayerCard(QFrame):
    """Takes neither the mouse nor the focus; whoever shows it puts it away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip)
        self.setObjectName("layerCard")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._title = QLabel(self)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._drawing = LayerDrawing(self)
        self._drawing.setFixedSize(round(WIDTH), round(HEIGHT))
        self._help = QLabel(self)
        self._help.setTextFormat(Qt.TextFormat.PlainText)
        self._help.setWordWrap(True)
        self._help.setFixedWidth(round(WIDTH))
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID + 4, GRID + 2, GRID + 4, GRID + 2)
        column.setSpacing(GRID)
        for widget in (self._title, self._drawing, self._help):
            column.addWidget(widget)

    def show_beside(self, spec: LayerSpec, place: QRect) -> None:
        """Show a layer's card at the right of a rectangle of the screen, or at its left where there is no room."""
        colors = theme()
        self.setStyleSheet(
            f"#layerCard {{ background: {colors.surface}; border: 1px solid {colors.border_strong}; }}"
            f"#layerCard QLabel {{ color: {colors.text}; background: transparent; }}"
        )
        self._title.setText(spec.type)
        self._drawing.show_layer(spec)
        self._help.setText(translated(spec.help))
        self._help.setVisible(bool(spec.help))
        self.setAccessibleName(spec.type)
        self.setAccessibleDescription(translated(spec.help))
        self.adjustSize()
        screen = QGuiApplication.screenAt(place.center()) or self.screen()
        room = screen.availableGeometry()
        x, y = place.right() + GRID, place.top()
        if x + self.width() > room.right():
            x = place.left() - GRID - self.width()
        y = min(y, room.bottom() - GRID - self.height())
        self.move(QPoint(max(x, room.left()), max(y, room.top())))
        self.show()
