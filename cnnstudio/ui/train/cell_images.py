"""The images behind one cell of the confusion matrix: which were taken for what, the surest guesses first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QProgressBar, QVBoxLayout, QWidget

from cnnstudio.core.message import Message
from cnnstudio.runs.protocol import Evaluate, Failure
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.ui.data.thumbnail_wall import ThumbnailWall
from cnnstudio.ui.jobs import Job, Jobs
from cnnstudio.ui.progress import show_progress
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID


class CellImages(QDialog):
    """Asks the engine for its guesses on the run's validation images and shows those of one cell."""

    def __init__(
        self, jobs: Jobs, run: RunFolder, true: str, predicted: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("cellImages")
        self.setWindowTitle(self.tr("Images of a cell"))
        self.resize(640, 480)
        self._true = true
        self._predicted = predicted
        self._folder = Path(str(run.record.data.get("path", "")))
        part = "validation" if run.record.data.get("validation") else "train"  # as the matrix was counted
        self.text = QLabel(
            self.tr("Asking the model again about its validation images…")
            if part == "validation"
            else self.tr("Asking the model again about its training images…"),
            self,
        )
        self.text.setObjectName("cellImagesText")
        self.text.setWordWrap(True)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self.wall = ThumbnailWall(self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        column.setSpacing(GRID)
        column.addWidget(self.text)
        column.addWidget(self._bar)
        column.addWidget(self.wall, 1)
        column.addWidget(buttons)
        self._job: Job = jobs.request(
            Evaluate, run_dir=str(run.path), data=str(self._folder), part=part, every_guess=True
        )
        self._job.progressed.connect(self._on_progress)
        self._job.succeeded.connect(self._on_found)
        self._job.failed.connect(self._on_failed)

    def done(self, result: int) -> None:
        self._job.cancel()
        self.wall.pictures.stop()
        super().done(result)

    def _on_progress(self, done: int, total: int, _message: Message) -> None:
        show_progress(self._bar, done, total)

    def _on_found(self, report: Mapping[str, object]) -> None:
        self._bar.hide()
        guesses = report.get("guesses")
        rows = [
            row
            for row in (guesses if isinstance(guesses, list) else [])
            if row["true"] == self._true and row["predicted"] == self._predicted
        ]
        root = Path(str(report.get("root") or self._folder))
        self.wall.show_paths(
            [root / row["path"] for row in rows],
            [self.tr("{share:.0%} sure").format(share=row["probability"]) for row in rows],
        )
        if self._true == self._predicted:
            said = self.tr("{count} images of {true} were recognised. The surest come first.")
        else:
            said = self.tr("{count} images of {true} were taken for {predicted}. The surest come first.")
        self.text.setText(said.format(count=len(rows), true=self._true, predicted=self._predicted))

    def _on_failed(self, failure: Failure) -> None:
        self._bar.hide()
        self.text.setText(" ".join(translated(part) for part in (failure.message, failure.hint) if part))
