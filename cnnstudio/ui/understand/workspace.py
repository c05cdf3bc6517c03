"""The Understand workspace: choose a network, see the gradients and weights of its layers, look into one of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.ui.copy_button import copy_button
from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.session import Session, translated
from cnnstudio.ui.shape_text import count_text
from cnnstudio.ui.theme import GRID, theme_state
from cnnstudio.ui.train.markers import marker_icon
from cnnstudio.ui.train.run_library import RunLibrary
from cnnstudio.ui.understand.inspection import Inspection, Subject, data_path
from cnnstudio.ui.understand.layer_detail import WIDTH, LayerDetail
from cnnstudio.ui.understand.layer_rows import layer_rows
from cnnstudio.ui.understand.layer_table import LayerTable, side_color
from cnnstudio.ui.understand.subjects_panel import SubjectsPanel

FOLLOW_MS = 400
"""An edit of the open network is followed when no other comes for so long."""
_MIDDLE = 40 * GRID
"""The table is left so much of a small window."""
_NOTHING: tuple[str, int, object] = ("", 0, None)
_SEVERITY = {"even": "hint", "unknown": "hint"}


class UnderstandWorkspace(QWidget):
    """Looks only while it is seen. Call `stop` before the program ends."""

    data_wanted = Signal()
    """Data must be chosen first."""

    def __init__(
        self,
        session: Session,
        engine: Callable[[], Jobs],
        runs_folder: Callable[[], Path],
        parent: QWidget | None = None,
    ) -> None:
        """`engine` gives the one that answers at once; `runs_folder` where runs are kept now."""
        super().__init__(parent)
        self.setObjectName("understand")
        self.setAccessibleName(self.tr("Understand"))
        self.setProperty("surface", "window")
        self._session = session
        self._runs_folder = runs_folder
        self.library = RunLibrary(self)
        self.subjects = SubjectsPanel()
        self.sides = (Inspection(engine, self), Inspection(engine, self))
        """What is known of the network that is looked at, and of the one beside it."""
        self.table = LayerTable()
        self.detail = LayerDetail()
        self._asked: tuple[str, int, object] = _NOTHING
        """The layer, the side and the key of the network whose values are shown or awaited."""
        self.measure = QComboBox()
        self.measure.setObjectName("understandMeasure")
        self.measure.setAccessibleName(self.tr("What bars show of the gradient"))
        self.measure.addItem(self.tr("L2 norm"), "norm")
        self.measure.addItem(self.tr("root mean square"), "rms")
        self.measure.setToolTip(
            self.tr("The norm grows with the number of weights; the root mean square is that of a single one")
        )
        self.names = tuple(_Name(side) for side in range(2))
        self.findings = tuple(_Finding(side) for side in range(2))
        self.status = QLabel()
        self.status.setObjectName("understandStatus")
        self.status.setProperty("role", "muted")
        self.status.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(10 * GRID)
        self.bar.setRange(0, 0)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FOLLOW_MS)
        self._timer.timeout.connect(self._look)
        self._build()
        self._connect()
        self._show()

    # --- building --------------------------------------------------------------------------------------

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        for name in self.names:
            head.addWidget(name, 1)
        head.addWidget(self.measure)
        head.addWidget(copy_button(self.table, "copyLayers", self.tr("Copy the table, with every weight")))
        line = QHBoxLayout()
        line.setSpacing(GRID)
        line.addWidget(self.bar)
        line.addWidget(self.status, 1)
        middle = QWidget()
        middle.setProperty("surface", "window")
        middle.setMinimumWidth(_MIDDLE)
        column = QVBoxLayout(middle)
        column.setContentsMargins(2 * GRID, GRID + 4, 2 * GRID, GRID + 4)
        column.setSpacing(GRID)
        column.addLayout(head)
        for finding in self.findings:
            column.addWidget(finding)
        card = QFrame()
        card.setProperty("surface", "plot")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.table)
        column.addWidget(card, 1)
        column.addLayout(line)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setObjectName("understandSplitter")
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.addWidget(middle)
        splitter.addWidget(self.detail)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([2 * WIDTH, WIDTH])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.subjects)
        row.addWidget(splitter, 1)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.library.listed.connect(self.subjects.show_runs)
        self.subjects.chosen.connect(self._look)
        self.measure.currentIndexChanged.connect(self._show)
        self.table.layer_chosen.connect(self._on_layer)
        self.detail.side_chosen.connect(self._on_side)
        for side, inspection in enumerate(self.sides):
            inspection.changed.connect(self._show)
            inspection.layer_told.connect(self._teller(side))
            inspection.layer_failed.connect(self._failer(side))
        for finding in self.findings:
            finding.again_asked.connect(self._on_again)
            finding.data_wanted.connect(self.data_wanted)
        self._session.changed.connect(self._on_session)

    # --- what the window calls -------------------------------------------------------------------------

    def look_for_runs(self) -> None:
        """Read the list of runs again, if it is seen."""
        if self.isVisible():
            self.library.scan(self._runs_folder())

    def stop(self) -> None:
        """Give up what is asked, for the program's end."""
        self._timer.stop()
        for inspection in self.sides:
            inspection.stop()
        self.library.close()

    # --- looking ---------------------------------------------------------------------------------------

    def _subject(self, key: str) -> Subject:
        title, run = self.subjects.title(key), self.subjects.run(key)
        if run is not None:
            return Subject.of_run(run, title, data_path(self._session.document.project))
        return Subject.of_project(self._session.document.project, title)

    def _look(self) -> None:
        if not self.isVisible():
            return
        second = self.subjects.second
        self.sides[0].look_at(self._subject(self.subjects.first))
        self.sides[1].look_at(self._subject(second) if second is not None else None)

    def _on_again(self, side: int) -> None:
        inspection = self.sides[side]
        if inspection.subject is not None:
            self._asked = _NOTHING
            key = (self.subjects.first, self.subjects.second or "")[side]
            inspection.look_at(self._subject(key), again=True)

    def _on_session(self, _change: object) -> None:
        if self.isVisible() and "" in (self.subjects.first, self.subjects.second):
            self._timer.start()

    # --- showing ---------------------------------------------------------------------------------------

    def _titles(self) -> tuple[str, ...]:
        return tuple(side.subject.title for side in self.sides if side.subject is not None)

    def _show(self) -> None:
        first, second = self.sides
        measure = self.measure.currentData()
        rows = layer_rows(first.weights, first.gradients, second.weights, second.gradients)
        self.table.show_rows(rows, self._titles(), measure)
        for side, inspection in enumerate(self.sides):
            self.names[side].show_title(
                inspection.subject.title if inspection.subject is not None else "",
                alone=second.subject is None,
            )
            finding = inspection.finding()
            if inspection.said:
                self.findings[side].complain(inspection.said, wants_data=inspection.wants_data)
            elif finding is not None:
                text = " ".join(translated(part) for part in (finding.message, finding.hint) if part)
                self.findings[side].say(text, _SEVERITY.get(finding.flow, "warning"))
            else:
                self.findings[side].hide()
            self.findings[side].mark.setVisible(second.subject is not None)
        doing = next((side.doing for side in self.sides if side.doing), "")
        self.bar.setVisible(bool(doing))
        self.status.setText(doing or self._told())
        if not rows:
            self._asked = _NOTHING
            self.detail.show_layer(None, ())
        else:
            self._on_layer(self.table.current_layer)

    def _told(self) -> str:
        """What was measured, in figures."""
        lines = []
        for inspection in self.sides:
            if inspection.subject is None or inspection.weights is None:
                continue
            told = [self.tr("{count} parameters").format(count=count_text(inspection.weights["parameters"]))]
            if inspection.gradients is not None:
                told.append(
                    self.tr("loss {loss} on {images} training images").format(
                        loss=f"{inspection.gradients['loss']:.4g}",
                        images=count_text(inspection.gradients["images"]),
                    )
                )
            title = f"{inspection.subject.title}: " if len(self._titles()) > 1 else ""
            lines.append(title + " · ".join(told))
        return "\n".join(lines)

    # --- the chosen layer ------------------------------------------------------------------------------

    def _on_layer(self, layer: str, side: int | None = None) -> None:
        row = next((row for row in self.table.rows if row.name == layer), None)
        if row is None:
            return
        having = [number for number in range(len(self.sides)) if self._has(number, layer)]
        if not having:
            return
        if side is None or side not in having:
            side = self._asked[1] if self._asked[1] in having else having[0]
        subject = self.sides[side].subject
        titles = self._titles() if len(having) > 1 else ()
        asked = (layer, side, (subject.key if subject is not None else (), titles))
        if asked == self._asked:
            return
        self._asked = asked
        self.detail.show_layer(row, titles, side=side)
        if any(inspection.doing for inspection in self.sides):  # one engine does one thing after the other
            self.detail.say(self.tr("The values come when the gradients are measured."))
        self.sides[side].ask_layer(layer)

    def _has(self, side: int, layer: str) -> bool:
        weights = self.sides[side].weights
        return weights is not None and any(row["name"] == layer for row in weights["layers"])

    def _on_side(self, side: int) -> None:
        self._on_layer(self._asked[0], side)

    def _teller(self, side: int) -> Callable[[str, object], None]:
        def told(layer: str, values: object) -> None:
            if (layer, side) == self._asked[:2]:
                self.detail.show_values(values)  # type: ignore[arg-type]  # as the engine tells it

        return told

    def _failer(self, side: int) -> Callable[[str, str], None]:
        def failed(layer: str, why: str) -> None:
            if (layer, side) == self._asked[:2]:
                self.detail.say(why)

        return failed

    # --- Qt --------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look_for_runs()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()


class _Name(QWidget):
    """The marker of a network and what it is called."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self._side = side
        self._marker = QLabel()
        self._text = QLabel()
        self._text.setObjectName(f"understandName{side + 1}")
        self._text.setProperty("role", "title")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID - 2)
        row.addWidget(self._marker)
        row.addWidget(self._text, 1)
        theme_state().changed.connect(self._restyle)
        self._restyle()

    def show_title(self, title: str, *, alone: bool) -> None:
        """Name the network; empty: there is none."""
        self._text.setText(title)
        self._text.setToolTip(title)
        self._text.setMinimumWidth(1)
        self.setVisible(bool(title))
        self._marker.setVisible(not alone)

    def _restyle(self) -> None:
        self._marker.setPixmap(marker_icon(self._side, side_color(self._side)).pixmap(12, 12))


class _Finding(QFrame):
    """What the gradients of a network say, or why they cannot be measured, with the cure."""

    again_asked = Signal(int)
    data_wanted = Signal()

    def __init__(self, side: int) -> None:
        super().__init__()
        self.setObjectName(f"understandFinding{side + 1}")
        self.setProperty("surface", "problem")
        self._side = side
        self.mark = QLabel()
        self.mark.hide()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.again = QPushButton(self.tr("Try again"))
        self.again.clicked.connect(self._on_again)
        self.data = QPushButton(self.tr("Choose data"))
        self.data.clicked.connect(self.data_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID - 4, GRID, GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.mark)
        row.addWidget(self.text, 1)
        row.addWidget(self.again)
        row.addWidget(self.data)
        theme_state().changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def _restyle(self) -> None:
        self.mark.setPixmap(marker_icon(self._side, side_color(self._side)).pixmap(12, 12))

    def say(self, text: str, severity: str) -> None:
        """Show a finding."""
        self._show(text, severity)
        self.again.hide()
        self.data.hide()

    def complain(self, text: str, *, wants_data: bool) -> None:
        """Show what went wrong."""
        self._show(text, "hint" if wants_data else "error")
        self.again.setVisible(not wants_data)
        self.data.setVisible(wants_data)

    def _show(self, text: str, severity: str) -> None:
        self.text.setText(text)
        self.setAccessibleName(text)
        if self.property("severity") != severity:
            self.setProperty("severity", severity)
            self.style().polish(self)
        self.show()

    def _on_again(self) -> None:
        self.again_asked.emit(self._side)
