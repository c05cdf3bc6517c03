"""Cards gliding to new places: for the eye alone, the document already has them there."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEasingCurve, QObject, QTimer, QVariantAnimation, Signal

from cnnstudio.core.network import Position
from cnnstudio.ui.canvas.scene import CanvasScene

MILLISECONDS = 260


class Glide(QVariantAnimation):
    """Moves cards from where they were to where the document has them."""

    rested = Signal()
    """They are there."""

    def __init__(self, scene: CanvasScene, start: Mapping[str, Position], parent: QObject) -> None:
        super().__init__(parent)
        self._scene = scene
        self._start = dict(start)
        self._is_unpainted = False
        self.setStartValue(0.0)
        self.setEndValue(1.0)
        self.setDuration(MILLISECONDS)
        self.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self.valueChanged.connect(self._show)
        self.finished.connect(self._end)

    def _show(self, share: float) -> None:
        if share >= 1:
            return  # the end puts every card there, and lays every wire once
        if self._is_unpainted:
            return  # of many cards the next step may come before the last was seen: one of them is enough
        self._is_unpainted = True
        QTimer.singleShot(0, self, self._on_painted)
        nodes = self._scene.session.network.nodes
        places: dict[str, Position] = {}
        for node_id, (x, y) in self._start.items():
            if node_id in nodes:
                end_x, end_y = self._scene.position(nodes[node_id])
                places[node_id] = x + (end_x - x) * share, y + (end_y - y) * share
        self._scene.shift_cards(places)

    def _on_painted(self) -> None:
        self._is_unpainted = False

    def _end(self) -> None:
        self._scene.restore_cards()
        self.rested.emit()

    def finish_now(self) -> None:
        """Be where the document has everything, at once."""
        if self.state() != QVariantAnimation.State.Stopped:
            self.stop()
            self._end()
