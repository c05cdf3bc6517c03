"""A run's model tried on single pictures: each with its likeliest classes; files that cannot be read are named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPointF,
    QRectF,
    QRunnable,
    QSize,
    QSizeF,
    Qt,
    QThreadPool,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QBrush,
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFontMetrics,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.data.suffixes import IMAGE_SUFFIXES
from cnnstudio.data.thumbnail import thumbnail
from cnnstudio.runs.protocol import Failure, Predict
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.ui.icons import icon
from cnnstudio.ui.jobs import Job, Jobs
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID, theme, theme_state
from cnnstudio.ui.train.runs_table import run_title

TOP = 5
SIDE = 14 * GRID
ROW_MS = 16
"""Between two rows: each takes half a frame to be made and painted."""
MOST = 100
"""Pictures at once; more belong into a data folder, whose result has a page of its own."""


class PredictDialog(QDialog):
    """Stays open while pictures are dropped on it; each batch of files is one question to the engine."""

    def __init__(
        self,
        jobs: Jobs,
        runs: Sequence[RunFolder],
        parent: QWidget | None = None,
        *,
        training: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("predictDialog")
        self.setWindowTitle(self.tr("Try a model on pictures"))
        self.setAcceptDrops(True)
        self.resize(560, 600)
        self._jobs = jobs
        self._runs = list(runs)
        self._paths: list[Path] = []
        self._left_out = 0
        self._training = training
        self._round = 0
        self._answers: list[Answer] = []
        self._waiting: list[Mapping[str, Any]] = []
        self._adding = QTimer(self)
        self._adding.setInterval(ROW_MS)
        self._adding.timeout.connect(self._add_row)
        self._pictures = _Pictures(self)
        self._pictures.read.connect(self._on_picture)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._job: Job | None = None
        self.run = QComboBox()
        self.run.setObjectName("predictRun")
        self.run.setAccessibleName(self.tr("Model of run"))
        for folder in self._runs:
            self.run.addItem(run_title(folder))
        self.run.currentIndexChanged.connect(self._ask)
        self.open_button = QPushButton(self.tr("Open images…"))
        self.open_button.setObjectName("predictOpen")
        self.open_button.setAutoDefault(False)
        self.open_button.setIcon(icon("open"))
        self.open_button.clicked.connect(self.choose)
        self.text = QLabel(self.tr("Drop pictures here, or open some."))
        self.text.setObjectName("predictText")
        self.text.setProperty("role", "muted")
        self.text.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.bar.hide()
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.run, 1)
        top.addWidget(self.open_button)
        self._inner = QWidget()
        self._inner.setProperty("surface", "window")
        self._list = QVBoxLayout(self._inner)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(GRID)
        self._list.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        column.addLayout(top)
        column.addWidget(self.text)
        column.addWidget(self.bar)
        column.addWidget(scroll, 1)

    @property
    def rows(self) -> list[Answer]:
        """What is shown, in the order of the files."""
        return list(self._answers)

    def choose_run(self, run: RunFolder | None) -> None:
        """Ask this run's model."""
        found = [number for number, folder in enumerate(self._runs) if run and folder.path == run.path]
        if found:
            self.run.setCurrentIndex(found[0])

    def choose(self) -> None:
        """Let the user choose files."""
        pattern = " ".join(f"*{ending}" for ending in IMAGE_SUFFIXES)
        names, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Open images"), self._start(), self.tr("Images ({pattern})").format(pattern=pattern)
        )
        if names:
            self.show_pictures([Path(name) for name in names])

    def _start(self) -> str:
        """Where the last pictures were, else where the run's images are."""
        if self._paths:
            return str(self._paths[0].parent)
        row = self.run.currentIndex()
        text = self._runs[row].record.data.get("path") if row >= 0 else None
        if not isinstance(text, str) or not text or not Path(text).exists():
            return ""
        return text if Path(text).is_dir() else str(Path(text).parent)

    def show_pictures(self, paths: Sequence[Path]) -> None:
        """Ask the model about these files."""
        self._paths = list(paths)[:MOST]
        self._left_out = len(paths) - len(self._paths)
        self._ask()

    def _ask(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if not self._paths or self.run.currentIndex() < 0:
            return
        self._clear()
        self.bar.show()
        self.text.setText(
            self.tr("A network is being trained: the answer comes when that is over.")
            if self._training()
            else self.tr("Asking the model…")
        )
        run = self._runs[self.run.currentIndex()]
        paths = tuple(str(path) for path in self._paths)
        self._job = self._jobs.request(Predict, run_dir=str(run.path), paths=paths, top=TOP)
        self._job.succeeded.connect(self._on_answers)
        self._job.failed.connect(self._on_failed)

    def _clear(self) -> None:
        self._adding.stop()
        self._waiting = []
        self._pool.clear()
        self._answers = []
        while self._list.count() > 1:
            item = self._list.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _on_answers(self, answers: Sequence[Mapping[str, Any]]) -> None:
        if self.sender() is not self._job:
            return
        self._job = None
        self.bar.hide()
        bad = [answer for answer in answers if "error" in answer]
        self._round += 1
        self._waiting = list(answers)
        self._adding.start()
        parts = [self.tr("{count} pictures.").format(count=len(answers))]
        if bad:
            parts.append(self.tr("{count} cannot be read: see below why.").format(count=len(bad)))
        if self._left_out:
            parts.append(self.tr("{count} more were left out.").format(count=self._left_out))
        self.text.setText(" ".join(parts))

    def _add_row(self) -> None:
        """One row in each turn: many at once would take frames."""
        if not self._waiting:
            self._adding.stop()
            return
        answer = self._waiting.pop(0)
        number, row = len(self._answers), Answer(answer)
        self._answers.append(row)
        self._list.insertWidget(number, row)
        if "error" not in answer:
            self._pool.start(_Reading(self._round, number, Path(str(answer["path"])), self._pictures))

    def _on_picture(self, round_: int, number: int, image: QImage) -> None:
        if round_ == self._round and number < len(self._answers):
            self._answers[number].show_picture(image)

    def _on_failed(self, failure: Failure) -> None:
        if self.sender() is not self._job:
            return
        self._job = None
        self.bar.hide()
        self.text.setText(" ".join(translated(part) for part in (failure.message, failure.hint) if part))

    def done(self, result: int) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._adding.stop()
        self._pool.clear()
        self._pool.waitForDone()
        super().done(result)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.show_pictures(paths)


class Answer(QFrame):
    """One picture and what the model makes of it, or why it cannot be read."""

    def __init__(self, answer: Mapping[str, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answer = answer
        self._picture: QLabel | None = None
        path = Path(str(answer["path"]))
        bad = "error" in answer
        self.setProperty("surface", "problem" if bad else "tile")
        if bad:
            self.setProperty("severity", "error")
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID + 4, GRID, GRID + 4, GRID)
        row.setSpacing(2 * GRID)
        name = QLabel(path.name)
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setToolTip(str(path))
        column = QVBoxLayout()
        column.setSpacing(GRID // 2)
        column.addWidget(name)
        if bad:
            words = QLabel(f"{answer['error']} {answer.get('hint', '')}".strip())
            words.setTextFormat(Qt.TextFormat.PlainText)
            words.setWordWrap(True)
            column.addWidget(words)
            self.setAccessibleName(f"{path.name}: {words.text()}")
        else:
            name.setProperty("role", "muted")
            picture = QLabel()
            picture.setFixedSize(SIDE, SIDE)
            picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._picture = picture
            row.addWidget(picture)
            if "values" in answer:
                lines = [f"{one['name']}  {one['value']:.4g}" for one in answer["values"]]
                values = QLabel("\n".join(lines))
                values.setTextFormat(Qt.TextFormat.PlainText)
                column.addWidget(values)
            else:
                lines = [f"{one['class']} {100 * one['probability']:.1f} %" for one in answer["top"]]
                column.addWidget(_Bars(answer["top"]))
            told = ", ".join(lines)
            self.setAccessibleName(f"{path.name}: {told}")
        column.addStretch(1)
        row.addLayout(column, 1)

    def show_picture(self, image: QImage) -> None:
        """Show the picture itself, read meanwhile."""
        if self._picture is not None:
            self._picture.setPixmap(QPixmap.fromImage(image))


class _Bars(QWidget):
    """The likeliest classes with their probabilities as bars; the first is bold.

    Painted once for a size and a theme: every row that is added to the list has all others shown again.
    """

    LINE = 2 * GRID + 4

    def __init__(self, top: Sequence[Mapping[str, Any]]) -> None:
        super().__init__()
        self._top = list(top)
        self._painted = QPixmap()
        theme_state().changed.connect(self._forget)
        self.setFixedHeight(self.LINE * len(self._top))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("\n".join(f"{one['class']}: {100 * one['probability']:.2f} %" for one in self._top))

    def sizeHint(self) -> QSize:
        return QSize(36 * GRID, self.LINE * len(self._top))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._forget()

    def _forget(self) -> None:
        self._painted = QPixmap()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        ratio = self.devicePixelRatioF()
        size = (QSizeF(self.size()) * ratio).toSize()
        if self._painted.size() != size:
            self._painted = QPixmap(size)
            self._painted.setDevicePixelRatio(ratio)
            self._painted.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._painted)
            self._paint(painter)
            painter.end()
        QPainter(self).drawPixmap(0, 0, self._painted)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors, names = theme(), self.width() * 0.36
        figure = 7 * GRID
        room = self.width() - names - figure - GRID
        for number, one in enumerate(self._top):
            top = float(number * self.LINE)
            font = self.font()
            font.setBold(number == 0)
            painter.setFont(font)
            painter.setPen(QColor(colors.text))
            shown = QFontMetrics(font).elidedText(
                str(one["class"]), Qt.TextElideMode.ElideRight, int(names - GRID)
            )
            flags = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, top, names - GRID, self.LINE), flags, shown)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(QColor(colors.border)))
            groove = QRectF(names, top + 6, room, self.LINE - 12)
            painter.drawRoundedRect(groove, 3, 3)
            painter.setBrush(QBrush(QColor(colors.plot[0])))
            groove.setWidth(max(room * float(one["probability"]), 2.0))
            painter.drawRoundedRect(groove, 3, 3)
            painter.setPen(QPen(QColor(colors.text)))
            place = QRectF(QPointF(self.width() - figure, top), QPointF(self.width(), top + self.LINE))
            painter.drawText(place, flags | Qt.AlignmentFlag.AlignRight, f"{100 * one['probability']:.1f} %")


class _Pictures(QObject):
    """Carries pictures from the reading thread to the window's."""

    read = Signal(int, int, object)
    """Round, number of the picture, QImage."""


class _Reading(QRunnable):
    """Reads one picture; a large one takes longer than a frame."""

    def __init__(self, round_: int, number: int, path: Path, pictures: _Pictures) -> None:
        super().__init__()
        self._where = (round_, number)
        self._path = path
        self._pictures = pictures

    def run(self) -> None:
        pixels, _ = thumbnail(self._path, SIDE)
        if pixels is None:
            return
        height, width = pixels.shape[:2]
        image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        factor = max(1, SIDE // max(width, height, 1))
        self._pictures.read.emit(*self._where, image.scaled(image.size() * factor))
