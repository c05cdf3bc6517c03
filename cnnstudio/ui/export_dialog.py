"""The export dialog: choose a run and a format, write, and read in words that the file gives the same answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.message import Message
from cnnstudio.runs.naming import slug
from cnnstudio.runs.protocol import Export, Failure
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.ui.icons import icon
from cnnstudio.ui.jobs import Job, Jobs
from cnnstudio.ui.progress import show_progress
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID
from cnnstudio.ui.train.runs_table import run_title
from cnnstudio.ui.train.time_text import bytes_text

_WIDTH = 66 * GRID


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatChoice:
    """A format as the dialog offers it; `suffix` is empty for a folder."""

    name: str
    title: str
    suffix: str
    purpose: str
    reader: str
    """What reads the file and was asked for the same answers."""


def export_formats() -> tuple[FormatChoice, ...]:
    """All formats in the user's language, the plainest first."""
    translate = QCoreApplication.translate
    return (
        FormatChoice(
            name="keras",
            title=translate("ExportDialog", "Keras model (.keras)"),
            suffix=".keras",
            purpose=translate(
                "ExportDialog",
                "Architecture, weights and optimizer in one file. To go on working with it in Keras.",
            ),
            reader="Keras",
        ),
        FormatChoice(
            name="weights",
            title=translate("ExportDialog", "Keras weights (.weights.h5)"),
            suffix=".weights.h5",
            purpose=translate(
                "ExportDialog", "The numbers alone, for a network that is built in your own code."
            ),
            reader="Keras",
        ),
        FormatChoice(
            name="saved_model",
            title=translate("ExportDialog", "TensorFlow SavedModel (folder)"),
            suffix="",
            purpose=translate("ExportDialog", "For TensorFlow without Keras, and for TensorFlow Serving."),
            reader="TensorFlow",
        ),
        FormatChoice(
            name="onnx",
            title=translate("ExportDialog", "ONNX (.onnx)"),
            suffix=".onnx",
            purpose=translate("ExportDialog", "Runs nearly everywhere: ONNX Runtime, browsers, C++, C#."),
            reader="ONNX Runtime",
        ),
        FormatChoice(
            name="litert",
            title=translate("ExportDialog", "LiteRT, formerly TensorFlow Lite (.tflite)"),
            suffix=".tflite",
            purpose=translate("ExportDialog", "For phones and small computers."),
            reader="LiteRT",
        ),
        FormatChoice(
            name="python",
            title=translate("ExportDialog", "Python source, Keras (.py)"),
            suffix=".py",
            purpose=translate(
                "ExportDialog", "Readable code that builds the same network and loads its weights."
            ),
            reader="Python",
        ),
        FormatChoice(
            name="torch",
            title=translate("ExportDialog", "Python source, PyTorch (.py)"),
            suffix=".py",
            purpose=translate("ExportDialog", "Readable code that builds the same network in PyTorch."),
            reader="PyTorch",
        ),
    )


class ExportDialog(QDialog):
    """Exports one run at a time. Closing it while it writes gives the export up."""

    def __init__(
        self,
        jobs: Jobs,
        runs: Sequence[RunFolder],
        *,
        chosen: RunFolder | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setWindowTitle(self.tr("Export the model"))
        self.setMinimumWidth(_WIDTH)
        self._jobs = jobs
        self._runs = [run for run in runs if run.has_model]
        self._job: Job | None = None
        self._formats = export_formats()
        self._typed = False
        self._written: Path | None = None
        self.run_box = self._run_choice(chosen)
        self.format_box = self._format_choice()
        self.purpose = QLabel()
        self.purpose.setProperty("role", "muted")
        self.purpose.setWordWrap(True)
        self.path = QLineEdit()
        self.path.setObjectName("exportPath")
        self.path.setAccessibleName(self.tr("Where to write"))
        self.path.textEdited.connect(self._on_typed)
        self._browse = self._browse_button()
        self.bar = QProgressBar()
        self.bar.setObjectName("exportProgress")
        self.bar.setTextVisible(False)
        self.outcome = QLabel()
        self.outcome.setObjectName("exportResult")
        self.outcome.setWordWrap(True)
        self.outcome.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_button = self._button("exportShow", self.tr("Show in folder"), self._on_show)
        self.close_button = self._button("exportClose", self.tr("Close"), self.reject)
        self.start_button = self._button("exportStart", self.tr("Export"), self.start)
        self.start_button.setDefault(True)
        self._lay_out()
        self._on_format()
        self._show_working(False)
        self.show_button.hide()
        self.bar.hide()
        if not self._runs:
            self._say(
                self.tr("There is no trained model yet: train the network for at least one epoch."), "muted"
            )
            self.start_button.setEnabled(False)

    def _run_choice(self, chosen: RunFolder | None) -> QComboBox:
        box = QComboBox()
        box.setObjectName("exportRun")
        box.setAccessibleName(self.tr("Run"))
        box.addItems([self._run_text(run) for run in self._runs])
        for row, run in enumerate(self._runs):
            if chosen is not None and run.path == chosen.path:
                box.setCurrentIndex(row)
        box.currentIndexChanged.connect(self._suggest)
        return box

    def _format_choice(self) -> QComboBox:
        box = QComboBox()
        box.setObjectName("exportFormat")
        box.setAccessibleName(self.tr("Format"))
        for choice in self._formats:
            box.addItem(choice.title, choice.name)
        box.currentIndexChanged.connect(self._on_format)
        return box

    def _browse_button(self) -> QToolButton:
        browse = QToolButton()
        browse.setIcon(icon("open"))
        browse.setToolTip(self.tr("Choose where to write"))
        browse.setAccessibleName(self.tr("Choose where to write"))
        browse.clicked.connect(self._on_browse)
        return browse

    def _button(self, name: str, text: str, pressed: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.clicked.connect(pressed)
        return button

    # --- what happens ----------------------------------------------------------------------------------

    @property
    def choice(self) -> FormatChoice:
        """The format that is chosen."""
        return self._formats[max(self.format_box.currentIndex(), 0)]

    def start(self) -> None:
        """Write the file, in the engine."""
        if self._job is not None or not self._runs:
            return
        target = Path(self.path.text().strip()).expanduser()
        if not self.path.text().strip() or not target.is_absolute() or not target.parent.is_dir():
            self._say(self.tr("Choose a folder that exists, and a name for the file."), "error")
            return
        run = self._runs[max(self.run_box.currentIndex(), 0)]
        self._written = None
        self.show_button.hide()
        self._say(self.tr("Writing the file, then reading it back and comparing its answers…"), "muted")
        self.bar.setRange(0, 0)
        self.bar.show()
        self._job = self._jobs.request(
            Export, run_dir=str(run.path), format=self.choice.name, path=str(target)
        )
        self._job.progressed.connect(self._on_progress)
        self._job.succeeded.connect(self._on_done)
        self._job.failed.connect(self._on_failed)
        self._show_working(True)

    def _on_progress(self, done: int, total: int, message: Message) -> None:
        show_progress(self.bar, done, total)
        if message:
            self._say(translated(message), "muted")

    def _on_done(self, reply: Mapping[str, object]) -> None:
        self._job = None
        self._written = Path(str(reply["path"]))
        show_progress(self.bar, 1, 1)
        self._say(self.result_text(reply), "")
        self.show_button.show()
        self._show_working(False)

    def _on_failed(self, failure: Failure) -> None:
        self._job = None
        self.bar.hide()
        self._show_working(False)
        if failure.cancelled:
            self._say(self.tr("The export was given up; nothing was written."), "muted")
        else:
            self._say(" ".join(translated(part) for part in (failure.message, failure.hint) if part), "error")

    def result_text(self, reply: Mapping[str, object]) -> str:
        """What an export came to, in words."""
        size, difference = reply.get("size"), reply.get("largest_difference")
        choice = next((one for one in self._formats if one.name == reply.get("format")), self.choice)
        lines = []
        if isinstance(difference, int | float) and math.isfinite(difference):
            exact = self.tr("{reader} gives exactly the same answers on {images} {kind}.")
            close = self.tr(
                "{reader} gives the same answers on {images} {kind}: largest difference {difference}."
            )
            kind = self.tr("real images") if reply.get("real") else self.tr("random images")
            values = {"reader": choice.reader, "images": reply.get("images"), "kind": kind}
            lines.append((close if difference else exact).format(difference=f"{difference:.1g}", **values))
        else:
            lines.append(self.tr("Written. There is no program here to compare its answers with."))
        name = Path(str(reply["path"])).name
        if isinstance(size, int | float):
            lines.append(self.tr("{name}, {size}").format(name=name, size=bytes_text(size)))
        note = reply.get("note")
        if isinstance(note, Message) and note:
            lines.append(translated(note))
        return "\n".join(lines)

    def _on_format(self) -> None:
        self.purpose.setText(self.choice.purpose)
        self._suggest()

    def _suggest(self) -> None:
        """Propose a name; what the user typed keeps its folder and name, and gets the format's ending."""
        if not self._runs:
            return
        run = self._runs[max(self.run_box.currentIndex(), 0)]
        suffix = self.choice.suffix
        if self._typed and self.path.text():
            typed = Path(self.path.text())
            stem = typed.name
            for known in sorted({one.suffix for one in self._formats if one.suffix}, key=len, reverse=True):
                stem = stem.removesuffix(known)
            self.path.setText(str(typed.with_name((stem or "model") + suffix)))
            return
        name = slug(run_title(run))
        if not suffix:
            name += "-saved-model"
        if self.choice.name == "torch":
            name += "-torch"
        self.path.setText(str(_first_folder() / (name + suffix)))

    def _on_typed(self) -> None:
        self._typed = True

    def _on_browse(self) -> None:
        title = self.tr("Choose where to write")
        path, _ = QFileDialog.getSaveFileName(self, title, self.path.text(), f"*{self.choice.suffix}")
        if path:
            if self.choice.suffix and not path.endswith(self.choice.suffix):
                path += self.choice.suffix
            self._typed = True
            self.path.setText(path)

    def _on_show(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written.parent)))

    # --- looks -----------------------------------------------------------------------------------------

    def _run_text(self, run: RunFolder) -> str:
        accuracy = run.record.metrics.get("val_accuracy")
        if accuracy is None:
            return run_title(run)
        return self.tr("{run}, validation accuracy {accuracy}").format(
            run=run_title(run), accuracy=f"{accuracy:.3f}"
        )

    def _say(self, text: str, role: str) -> None:
        self.outcome.setText(text)
        self.outcome.setProperty("role", role)
        self.outcome.style().polish(self.outcome)
        QTimer.singleShot(0, self, self._grow)

    def _grow(self) -> None:
        """What is said at the end must not squeeze the form."""
        layout = self.layout()
        wanted = layout.totalHeightForWidth(self.width()) if layout is not None else 0
        if wanted > self.height():
            self.resize(self.width(), wanted)

    def _show_working(self, working: bool) -> None:
        for widget in (self.run_box, self.format_box, self.path, self._browse, self.start_button):
            widget.setEnabled(not working)
        self.close_button.setText(self.tr("Cancel") if working else self.tr("Close"))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(GRID)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Run"), self.run_box)
        form.addRow(self.tr("Format"), self.format_box)
        form.addRow("", self.purpose)
        where = QHBoxLayout()
        where.addWidget(self.path, 1)
        where.addWidget(self._browse)
        form.addRow(self.tr("Write to"), where)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addWidget(self.show_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.start_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addLayout(form)
        column.addWidget(self.bar)
        column.addWidget(self.outcome)
        column.addStretch(1)
        column.addLayout(buttons)

    def reject(self) -> None:
        """Cancel what is being written; else close."""
        if self._job is not None:
            self._job.cancel()
            return
        super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._written is not None:
            self.accept()
            return
        super().keyPressEvent(event)


def _first_folder() -> Path:
    """Where people look for what they made."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(found) if found and Path(found).is_dir() else Path.home()
