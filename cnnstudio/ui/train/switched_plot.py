"""The second plot: accuracy, or another metric that the run measured, or the learning rate."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from cnnstudio.ui.train.legend import LegendEntry
from cnnstudio.ui.train.plot import CurvePlot
from cnnstudio.ui.train.run_curves import LEARNING_RATE

_ENDS_AT_ONE = ("accuracy", "auc", "precision", "recall", "f1", "top")


class SwitchedPlot(CurvePlot):
    """A `CurvePlot` whose title is a menu once there is something to choose."""

    quantity_chosen = Signal()
    """Another quantity is wanted: its curves are to be set."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("accuracy", "", cap=1.0, parent=parent)
        self._offered: tuple[str, ...] = ("accuracy",)
        self.choice = QToolButton()
        self.choice.setObjectName("plotQuantity")
        self.choice.setToolTip(self.tr("Draw another quantity"))
        self.choice.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        font = self.choice.font()
        font.setBold(True)
        self.choice.setFont(font)
        self.choice.setStyleSheet("QToolButton { padding: 4px 0px; border: none; }")  # in line with a title
        self.menu = QMenu(self.choice)
        self.choice.setMenu(self.menu)
        self._actions = QActionGroup(self)
        self._actions.triggered.connect(self._on_chosen)
        self.header.insertWidget(0, self.choice)
        self.choice.hide()
        self._take("accuracy")

    def offer(self, quantities: Sequence[str]) -> None:
        """What the runs on the axes have; what is drawn stays while it is among them."""
        offered = tuple(quantities) or ("accuracy",)
        if offered == self._offered:
            return
        self._offered = offered
        self.menu.clear()
        for action in self._actions.actions():
            self._actions.removeAction(action)
        for quantity in offered:
            action = self.menu.addAction(self._name(quantity))
            action.setData(quantity)
            action.setCheckable(True)
            self._actions.addAction(action)
        self.choice.setVisible(len(offered) > 1)
        self._title.setVisible(len(offered) == 1)
        self._take(self.quantity if self.quantity in offered else offered[0])

    def choose(self, quantity: str) -> None:
        """Draw this quantity from now on."""
        if quantity != self.quantity:
            self._take(quantity)
            self.quantity_chosen.emit()

    def legend_entries(self) -> list[LegendEntry]:
        """As of every plot; a learning rate is neither of training nor of validation."""
        entries = super().legend_entries()
        return [entry for entry in entries if self.quantity != LEARNING_RATE or not entry.line]

    def _take(self, quantity: str) -> None:
        if quantity != self.quantity:
            self.set_curves([])
        self.quantity = quantity
        self.title = self._name(quantity)
        self._cap = 1.0 if any(word in quantity for word in _ENDS_AT_ONE) else None
        self._title.setText(self.title)
        self.choice.setText(f"{self.title} ▾")
        self.choice.setAccessibleName(self.tr("Quantity: {name}").format(name=self.title))
        for action in self._actions.actions():
            action.setChecked(action.data() == quantity)
        self.reset_view()

    def _on_chosen(self, action: QAction) -> None:
        self.choose(str(action.data()))

    def _name(self, quantity: str) -> str:
        return {
            "accuracy": self.tr("Accuracy"),
            "mae": self.tr("Mean absolute error"),
            "mean_absolute_error": self.tr("Mean absolute error"),
            LEARNING_RATE: self.tr("Learning rate"),
        }.get(quantity, quantity)
