"""The right side: the runs, what differs between those that are compared, notes, and the confusion matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QFocusEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.runs.diagnosis import Finding
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.ui.icons import icon
from cnnstudio.ui.theme import GRID
from cnnstudio.ui.train.confusion import Confusion, ConfusionMatrix
from cnnstudio.ui.train.diagnosis_card import DiagnosisCard
from cnnstudio.ui.train.queue_panel import QueuePanel
from cnnstudio.ui.train.queue_runner import QueueRunner
from cnnstudio.ui.train.runs_table import RunsTable
from cnnstudio.ui.train.setting_differences import SettingDifferences
from cnnstudio.ui.train.trainer import Trainer
from cnnstudio.ui.train.two_lines import ROW_HEIGHT

WIDTH = 37 * GRID
ROWS_SHOWN = 5


class RunsPanel(QFrame):
    """Shows runs and says what the user wants done with them."""

    resume_asked = Signal(object)
    """A `RunFolder`."""
    export_asked = Signal(object)
    """A `RunFolder`."""
    discard_asked = Signal(object)
    """A list of `RunFolder`."""
    noted = Signal(object, str)
    """A `RunFolder` and the notes typed for it."""
    report_asked = Signal(object)
    """A `RunFolder`: save a report on it."""
    compare_asked = Signal(object)
    """A `RunFolder`: mark on the canvas how its network differs from the open one."""
    images_wanted = Signal(object, str, str)
    """A `RunFolder`, a true and a predicted class: show the images of that cell."""

    def __init__(self, queue: QueueRunner, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.queue = QueuePanel(queue, trainer)
        self._training: Path | None = None
        self._of: RunFolder | None = None
        self.table = RunsTable()
        self.table.chosen_changed.connect(self._on_chosen)
        self.table.discard_asked.connect(self._on_discard)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._on_context_menu)
        self.empty = QLabel(self.tr("Runs appear here, each with its curves, its model and your notes."))
        self.empty.setProperty("role", "muted")
        self.empty.setWordWrap(True)
        self.resume = self._make_resume()
        self.export = self._make_export()
        self.more = self._make_more()
        self._menu = QMenu(self.more)
        self.rename_action = self._action("runRename", self.tr("Rename"), self.rename)
        self.open_action = self._action("runOpen", self.tr("Open the folder"), self._on_open, "open")
        self.report_action = self._action("runReport", self.tr("Save a report…"), self._on_report)
        self.compare_action = self._action(
            "runCompare", self.tr("Compare the open network with this run's"), self._on_compare
        )
        self._menu.addSeparator()
        self.discard_action = self._action(
            "runDiscard", self.tr("Move to the bin"), self._on_discard, "delete"
        )
        self.more.setMenu(self._menu)
        self._buttons = self._make_buttons()
        self.differences = SettingDifferences()
        self.notes = self._make_notes()
        self.diagnosis = DiagnosisCard()
        self.diagnosis_title = _section(self.tr("WHAT THE CURVES SAY"))
        self.matrix_title = _section(self.tr("CONFUSION"))
        self.matrix = ConfusionMatrix()
        self.matrix.hovered.connect(self._on_hovered)
        self.matrix.cell_activated.connect(self._on_cell)
        self.matrix_text = self._make_matrix_text()
        self._differences_holder = _inset(self.differences)
        self._notes_holder = _inset(self.notes)
        self._diagnosis_holders = [_inset(self.diagnosis_title), _inset(self.diagnosis)]
        self._matrix_spared = False
        self._matrix_holders = [
            _inset(self.matrix_title),
            _inset(self.matrix),
            _inset(self.matrix_text),
        ]
        self._lay_out()
        self.show_folders([])
        self.show_findings(())
        self.show_confusion(None, None)

    def _make_resume(self) -> QPushButton:
        button = QPushButton(self.tr("Resume"))
        button.setObjectName("runResume")
        button.setToolTip(self.tr("Go on after the last finished epoch"))
        button.clicked.connect(self._on_resume)
        return button

    def _make_export(self) -> QPushButton:
        button = QPushButton(self.tr("Export…"))
        button.setObjectName("exportButton")
        button.setAccessibleName(self.tr("Export the model of the selected run"))
        button.setIcon(icon("export", "text"))
        button.clicked.connect(self._on_export)
        return button

    def _make_more(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("runMore")
        button.setIcon(icon("chevron-down"))
        button.setToolTip(self.tr("Rename, report, compare networks, move to the bin"))
        button.setAccessibleName(self.tr("More to do with the selected run"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _action(self, name: str, text: str, chosen: Callable[[], object], icon_name: str = "") -> QAction:
        action = self._menu.addAction(icon(icon_name), text) if icon_name else self._menu.addAction(text)
        action.setObjectName(name)
        action.triggered.connect(chosen)
        return action

    def _make_buttons(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        row.setSpacing(GRID)
        row.addWidget(self.export)
        row.addWidget(self.resume)
        row.addStretch(1)
        row.addWidget(self.more)
        return holder

    def _make_notes(self) -> _Notes:
        notes = _Notes()
        notes.setObjectName("runNotes")
        notes.setProperty("role", "field")
        notes.setPlaceholderText(self.tr("Notes on this run"))
        notes.setAccessibleName(self.tr("Notes on this run"))
        notes.setFixedHeight(7 * GRID)
        notes.left.connect(self._on_noted)
        return notes

    def _make_matrix_text(self) -> QLabel:
        label = QLabel()
        label.setObjectName("confusionText")
        label.setProperty("role", "muted")
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        label.setMinimumHeight(3 * self.fontMetrics().height())
        return label

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setProperty("surface", "panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 2 * GRID, 0, 2 * GRID)
        column.setSpacing(GRID)
        column.addWidget(self.queue)
        for widget in (_section(self.tr("RUNS")), self.empty):
            column.addWidget(_inset(widget))
        column.addWidget(self.table)
        column.addWidget(self._buttons)
        column.addWidget(self._differences_holder)
        column.addWidget(self._notes_holder)
        column.addSpacing(GRID)
        for part in self._diagnosis_holders:
            column.addWidget(part)
        column.addSpacing(GRID)
        for part in self._matrix_holders:
            column.addWidget(part)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def show_folders(self, folders: Sequence[RunFolder], chosen: Sequence[Path] = ()) -> None:
        """Show these runs, the newest first, and select those at the paths `chosen`."""
        self.table.show_folders(folders, chosen)
        some = bool(folders)
        self.table.setVisible(some)
        self._buttons.setVisible(some)
        self.empty.setVisible(not some)
        rows = min(max(len(folders), 1), ROWS_SHOWN)
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + rows * ROW_HEIGHT + 2)

    def show_training(self, path: Path | None) -> None:
        """Say which run trains now: it cannot be resumed, renamed or thrown away."""
        self._training = path
        self._on_chosen(self.table.chosen)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Say what the curves of the run on the axes mean."""
        self.diagnosis.show_findings(findings)
        for holder in self._diagnosis_holders:
            holder.setVisible(bool(findings))

    def show_confusion(self, folder: RunFolder | None, confusion: Confusion | None) -> None:
        """Show the confusion matrix of a run's best epoch."""
        self._of = folder
        self.matrix.show_confusion(confusion)
        self._show_matrix()
        if folder is not None and folder.record.best_epoch:
            self.matrix_title.setText(
                self.tr("CONFUSION · EPOCH {epoch}").format(epoch=folder.record.best_epoch)
            )
        self.matrix_text.setText(self.matrix.summary())

    def spare_confusion(self, spare: bool) -> None:
        """Leave the matrix away while it is seen elsewhere."""
        self._matrix_spared = spare
        self._show_matrix()

    def _show_matrix(self) -> None:
        for holder in self._matrix_holders:
            holder.setVisible(self.matrix.confusion is not None and not self._matrix_spared)

    def rename(self) -> None:
        """Let the user type another name in place."""
        chosen = self.table.chosen
        if chosen:
            self.table.edit(self.table.runs.index(self.table.runs.row_of(chosen[0].path), 0))

    def _free(self, folders: Sequence[RunFolder]) -> list[RunFolder]:
        return [folder for folder in folders if folder.path != self._training and not folder.is_live]

    def _on_chosen(self, chosen: list[RunFolder]) -> None:
        one = chosen[0] if len(chosen) == 1 else None
        free = bool(one and self._free([one]))
        unfinished = bool(one and one.state in ("interrupted", "stopped", "failed") and one.can_resume)
        self.resume.setVisible(unfinished)
        self.resume.setEnabled(free and self._training is None)
        self.export.setEnabled(bool(one and one.has_model and free))
        self.rename_action.setEnabled(free)
        self.open_action.setEnabled(one is not None)
        self.report_action.setEnabled(one is not None)
        self.compare_action.setEnabled(one is not None)
        self.discard_action.setEnabled(bool(self._free(chosen)))
        self._notes_holder.setVisible(one is not None)
        self.notes.setReadOnly(not free)
        if one is not None and not self.notes.hasFocus():
            self.notes.setPlainText(one.record.notes)
        self.differences.show_runs(chosen)
        self._differences_holder.setVisible(len(chosen) > 1)

    def _on_resume(self) -> None:
        for folder in self.table.chosen[:1]:
            self.resume_asked.emit(folder)

    def _on_export(self) -> None:
        for folder in self.table.chosen[:1]:
            self.export_asked.emit(folder)

    def _on_open(self) -> None:
        for folder in self.table.chosen[:1]:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder.path)))

    def _on_report(self) -> None:
        for folder in self.table.chosen[:1]:
            self.report_asked.emit(folder)

    def _on_compare(self) -> None:
        for folder in self.table.chosen[:1]:
            self.compare_asked.emit(folder)

    def _on_discard(self) -> None:
        free = self._free(self.table.chosen)
        if free:
            self.discard_asked.emit(free)

    def _on_noted(self) -> None:
        chosen = self._free(self.table.chosen)
        if len(chosen) == 1 and self.notes.toPlainText() != chosen[0].record.notes:
            self.noted.emit(chosen[0], self.notes.toPlainText())

    def _on_context_menu(self) -> None:
        self._menu.popup(self.cursor().pos())

    def _on_hovered(self, text: str) -> None:
        self.matrix_text.setText(text or self.matrix.summary())

    def _on_cell(self, true: str, predicted: str) -> None:
        if self._of is not None:
            self.images_wanted.emit(self._of, true, predicted)


class _Notes(QPlainTextEdit):
    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


def _section(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "section")
    return label


def _inset(widget: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
    row.addWidget(widget)
    return holder
