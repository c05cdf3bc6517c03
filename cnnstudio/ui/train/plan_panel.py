"""The left side of the Train page: the plan and what it would take."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from cnnstudio.ui.theme import GRID
from cnnstudio.ui.train.forecast_card import ForecastCard
from cnnstudio.ui.train.plan_form import PlanForm

WIDTH = 34 * GRID + 4


class PlanPanel(QFrame):
    """Scrolls when the form is taller than the window."""

    def __init__(self, form: PlanForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = form
        self.forecast = ForecastCard()
        self.setObjectName("planPanel")
        self.setProperty("surface", "panel")
        self.setFixedWidth(WIDTH)
        holder = QVBoxLayout(self)
        holder.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        holder.addWidget(scroll)
        inner = QWidget()
        inner.setProperty("surface", "panel")
        scroll.setWidget(inner)
        column = QVBoxLayout(inner)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        column.setSpacing(GRID)
        column.addWidget(_section(self.tr("PLAN")))
        column.addWidget(self.form)
        column.addSpacing(GRID // 2)
        column.addWidget(_section(self.tr("FORECAST")))
        column.addWidget(self.forecast)
        column.addStretch(1)


def _section(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "section")
    return label
