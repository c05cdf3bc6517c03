"""The sliding window at work, on demand: a button that lets the drawings of a layer go from output to output.

Nothing moves unasked. Where the user or the system wants stillness, every press is one step.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from cnnstudio.core.spec import Fields, WindowSum
from cnnstudio.ui.design.inspector.field_picture import FieldPicture
from cnnstudio.ui.design.inspector.window_grid import WindowGrid, is_drawable
from cnnstudio.ui.design.inspector.window_picture import WindowPicture
from cnnstudio.ui.icons import icon
from cnnstudio.ui.motion import may_move

SLOWEST_MS, FASTEST_MS = 450, 90
SWEEP_MS = 12_000
"""How long a whole sweep over the input takes where that is neither too fast nor too slow to follow."""


class Sliding(QWidget):
    """One axis, both axes where they are small, and the receptive field on the network's input."""

    playing_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._windows: tuple[WindowSum, ...] = ()
        self._step = 0
        self.axis = WindowPicture(self)
        self.grid = WindowGrid(self)
        self.field = FieldPicture(self)
        self.play = QToolButton(self)
        self.play.setObjectName("playWindow")
        self.play.setIconSize(QSize(14, 14))
        self.play.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.play.setAutoRaise(True)
        self.play.clicked.connect(self._on_play)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.axis, self.grid, self.play, self.field):
            column.addWidget(widget)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._advance)
        self._show_button()

    @property
    def is_playing(self) -> bool:
        """Whether the window is moving by itself."""
        return self._timer.isActive()

    def show_layer(
        self,
        windows: tuple[WindowSum, ...],
        fields: Fields,
        size: tuple[int, int] | None,
    ) -> None:
        """Show a layer's sums; one that is shown already is left at work."""
        if windows != self._windows:
            self.stop()
            self._windows = windows
            self._step = 0
            self.axis.show_window(windows[0] if windows else None)
            self.grid.show_windows(windows)
        self.play.setVisible(self._steps() > 1)
        outputs = (windows[0].output, windows[1].output) if len(windows) == 2 else None
        if not self.is_playing:
            self.field.show_field(fields, size, outputs)
            self._show_button()

    def stop(self) -> None:
        """Stand still."""
        if self._timer.isActive():
            self._timer.stop()
            self.playing_changed.emit(False)
        self._show_button()

    def _steps(self) -> int:
        if not self._windows:
            return 0
        if is_drawable(self._windows):
            return self._windows[0].output * self._windows[1].output
        return self._windows[0].output

    def _on_play(self) -> None:
        if self.is_playing:
            self.stop()
        elif may_move():
            self._timer.start(min(SLOWEST_MS, max(FASTEST_MS, SWEEP_MS // max(self._steps(), 1))))
            self.playing_changed.emit(True)
            self._show_button()
        else:
            self._advance()

    def _advance(self) -> None:
        if not self.isVisible() or self._steps() < 1:
            self.stop()
            return
        if not may_move():
            self.stop()
        self._step = (self._step + 1) % self._steps()
        if is_drawable(self._windows):
            row, column = divmod(self._step, self._windows[1].output)
            self.grid.show_unit(row, column)
            self.axis.show_position(column if self._windows[0] == self._windows[1] else row)
            self.field.show_unit(row, column)
        else:
            self.axis.show_position(self._step)
            middle = self._windows[1].output // 2 if len(self._windows) > 1 else 0
            self.field.show_unit(self._step, middle)

    def _show_button(self) -> None:
        if self.is_playing:
            name, text = "pause", self.tr("Stop")
        elif may_move():
            name, text = "play", self.tr("Let the window slide")
        else:
            name, text = "arrow-right", self.tr("Move the window one step")
        self.play.setIcon(icon(name))
        self.play.setText(text)
        self.play.setAccessibleName(text)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.stop()
