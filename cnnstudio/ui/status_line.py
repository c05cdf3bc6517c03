"""The status bar: how large the network is, how many problems, the order of shapes, the zoom, and short notices."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QStatusBar, QWidget

from cnnstudio.core.analysis import Analysis
from cnnstudio.ui.session import Session
from cnnstudio.ui.shape_text import shape_order

NOTICE_MILLISECONDS = 8000


class StatusLine(QStatusBar):
    """Left the network, right how it is shown; `notice` puts a sentence over the left part for a while."""

    problems_clicked = Signal()
    zoom_clicked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusLine")
        self.setSizeGripEnabled(False)
        self.setContentsMargins(4, 0, 4, 0)
        self._session = session
        self._network = QLabel(self)
        self._network.setProperty("role", "muted")
        self._network.setContentsMargins(8, 0, 8, 0)
        self._problems = self._button("problemCount")
        self._problems.clicked.connect(self.problems_clicked)
        self._shapes = self._button("shapeOrder")
        self._shapes.setToolTip(self.tr("Click to change the order in which shapes are written"))
        self._shapes.clicked.connect(self._toggle_order)
        self._zoom = self._button("zoomLevel")
        self._zoom.setToolTip(self.tr("Click for 100 %"))
        self._zoom.setAccessibleName(self.tr("Zoom"))
        self._zoom.clicked.connect(self.zoom_clicked)
        self.addWidget(self._network)
        self.addWidget(self._problems)
        self.addPermanentWidget(self._shapes)
        self.addPermanentWidget(self._zoom)
        session.whole_analysed.connect(self.show_analysis)
        session.refused.connect(self.notice)
        shape_order().changed.connect(self._show_order)
        self.messageChanged.connect(self._make_visible)
        self.show_analysis(session.whole)
        self.show_zoom(1.0)
        self._show_order()

    def notice(self, text: str) -> None:
        """Say one sentence for some seconds."""
        self.showMessage(text, NOTICE_MILLISECONDS)

    def show_zoom(self, factor: float) -> None:
        """Show the canvas's zoom; 1.0 is 100 %."""
        self._zoom.setText(self.tr("{percent} %").format(percent=round(factor * 100)))

    def show_analysis(self, analysis: Analysis) -> None:
        """Show the counts."""
        network = analysis.network
        layers, wires = len(network.nodes), len(network.edges)
        self._network.setText(
            " · ".join(
                (
                    self.tr("1 layer") if layers == 1 else self.tr("{count} layers").format(count=layers),
                    self.tr("1 wire") if wires == 1 else self.tr("{count} wires").format(count=wires),
                )
            )
        )
        severities = [diagnostic.severity for diagnostic in analysis.diagnostics] if network.nodes else []
        worst = next((level for level in ("error", "warning") if level in severities), "none")
        hints = severities.count("hint")
        count = len(severities) - hints
        if count == 0:
            text = self.tr("No problems") if layers else ""
        else:
            text = self.tr("1 problem") if count == 1 else self.tr("{count} problems").format(count=count)
        if hints:
            text += " · " + (
                self.tr("1 hint") if hints == 1 else self.tr("{count} hints").format(count=hints)
            )
        self._problems.setText(text)
        self._make_visible()
        if self._problems.property("severity") != worst:
            self._problems.setProperty("severity", worst)
            self._problems.style().polish(self._problems)

    def _make_visible(self) -> None:
        """While a notice is said, Qt has the counts out of its way: shown now, they would be written over it."""
        if not self.currentMessage():
            self._problems.setVisible(bool(self._problems.text()))

    def _show_order(self) -> None:
        first = shape_order().channels_first
        self._shapes.setText(
            self.tr("shapes: channels × height × width")
            if first
            else self.tr("shapes: height × width × channels")
        )

    def _toggle_order(self) -> None:
        shape_order().choose(not shape_order().channels_first)

    def _button(self, name: str) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(name)
        button.setProperty("role", "status")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button
