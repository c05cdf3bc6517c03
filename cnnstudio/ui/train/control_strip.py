"""Start, pause, stop, and how far the run is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QProgressBar, QPushButton, QWidget

from cnnstudio.runs.events import Phase
from cnnstudio.runs.training_run import TrainingRun
from cnnstudio.ui.icons import icon
from cnnstudio.ui.progress import show_progress
from cnnstudio.ui.shape_text import count_text
from cnnstudio.ui.theme import GRID, monospace
from cnnstudio.ui.train.time_text import duration_text

STEPS = 1000


class ControlStrip(QFrame):
    """Buttons that say what the user wants, and a bar; `show_run` and `show_idle` say how things stand."""

    start_asked = Signal()
    pause_asked = Signal()
    continue_asked = Signal()
    stop_after_epoch_asked = Signal()
    stop_now_asked = Signal()
    stop_all_asked = Signal()
    """Stop the run now, and let the queue wait."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "plot")
        self._paused = False
        self._pausing = False
        """Pause was pressed and the run has not come to rest yet: the engine finishes what it is at."""
        self.start = self._button("trainStart", self.tr("Start"), "play", primary=True)
        self.start.setToolTip(self.tr("Train the network as planned (Ctrl+Return)"))
        self.start.setShortcut("Ctrl+Return")
        self.start.clicked.connect(self.start_asked)
        self.pause = self._button("trainPause", self.tr("Pause"), "pause", primary=True)
        self.pause.clicked.connect(self._on_pause)
        self.stop = self._button("trainStop", self.tr("Stop"), "stop")
        menu = QMenu(self.stop)
        self.stop_after_epoch = menu.addAction(self.tr("After this epoch"))
        self.stop_after_epoch.setObjectName("trainStopAfterEpoch")
        self.stop_after_epoch.triggered.connect(self.stop_after_epoch_asked)
        self.stop_now = menu.addAction(self.tr("Now (finished epochs are kept)"))
        self.stop_now.setObjectName("trainStopNow")
        self.stop_now.triggered.connect(self.stop_now_asked)
        self.stop_all = menu.addAction(self.tr("Now, and pause the queue"))
        self.stop_all.setObjectName("trainStopAll")
        self.stop_all.setVisible(False)
        self.stop_all.triggered.connect(self.stop_all_asked)
        self.stop.setMenu(menu)
        self.progress = QProgressBar()
        self.progress.setObjectName("trainProgress")
        self.progress.setAccessibleName(self.tr("Progress of the training"))
        self.progress.setRange(0, STEPS)
        self.progress.setTextVisible(False)
        self.epoch = QLabel()
        self.epoch.setObjectName("trainEpoch")
        self.epoch.setFont(monospace())
        self.rest = QLabel()
        self.rest.setObjectName("trainRest")
        self.rest.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID + 4, GRID, 2 * GRID, GRID)
        row.setSpacing(GRID)
        for button in (self.start, self.pause, self.stop):
            row.addWidget(button)
        row.addSpacing(GRID // 2)
        row.addWidget(self.progress, 1)
        row.addSpacing(GRID // 2)
        row.addWidget(self.epoch)
        row.addWidget(self.rest)
        self.show_idle(None)

    def show_idle(self, run: TrainingRun | None) -> None:
        """No run trains; `run` is the one that ended last."""
        self._arrange(training=False)
        self._pausing = False
        show_progress(self.progress, 0 if run is None else round(run.progress * STEPS))
        self.epoch.setText(self._epochs(run) if run is not None else "")
        self.rest.setText(self._ending(run) if run is not None else self.tr("ready to train"))

    def show_run(self, run: TrainingRun, *, stopping: bool) -> None:
        """A run trains, or is about to."""
        self._arrange(training=True)
        paused = run.state == "paused"
        if paused != self._paused:
            self._paused = paused
            self.pause.setText(self.tr("Continue") if paused else self.tr("Pause"))
            self.pause.setAccessibleName(self.pause.text())
            self.pause.setIcon(icon("play" if paused else "pause", "on_accent", "on_accent"))
        self._pausing = self._pausing and not paused
        self.pause.setEnabled(not stopping)
        self.stop_after_epoch.setEnabled(not stopping)
        show_progress(self.progress, round(run.progress * STEPS))
        self.epoch.setText(self._epochs(run))
        if stopping:
            self.rest.setText(self._stopping())
        else:
            self.rest.setText(self.tr("pausing…") if self._pausing else self._state(run))

    def show_queue(self, goes_on: bool) -> None:
        """Say whether another run begins when this one is over."""
        self.stop_all.setVisible(goes_on)

    def _arrange(self, *, training: bool) -> None:
        if self.start.isHidden() != training or self.pause.isHidden() == training:
            focused = self.start.hasFocus() or self.pause.hasFocus() or self.stop.hasFocus()
            self.start.setVisible(not training)
            self.pause.setVisible(training)
            self.stop.setVisible(training)
            if focused:
                (self.pause if training else self.start).setFocus()

    def _epochs(self, run: TrainingRun) -> str:
        if not run.epochs:
            return ""
        return self.tr("epoch {epoch} / {epochs}").format(epoch=max(run.epoch, 1), epochs=run.epochs)

    def _state(self, run: TrainingRun) -> str:
        if run.state == "paused":
            return self.tr("paused")
        if run.phase in ("training", "validating") and run.step:
            parts = []
            if run.seconds_left is not None:
                parts.append(self.tr("{time} left").format(time=duration_text(run.seconds_left)))
            if run.images_per_second:
                speed = count_text(round(run.images_per_second))
                parts.append(self.tr("{speed} images/s").format(speed=speed))
            if parts:
                return " · ".join(parts)
        return self._phase(run.phase)

    def _phase(self, phase: Phase) -> str:
        return {
            "preparing": self.tr("getting ready…"),
            "building": self.tr("building the network…"),
            "training": self.tr("the first batch is on its way…"),
            "validating": self.tr("validating…"),
            "paused": self.tr("paused"),
            "saving": self.tr("saving…"),
            "evaluating": self.tr("measuring the best epoch…"),
        }[phase]

    def _stopping(self) -> str:
        return self.tr("stopping…")

    def _ending(self, run: TrainingRun) -> str:
        return {
            "finished": self.tr("finished"),
            "stopped": self.tr("stopped; the result is kept"),
            "failed": self.tr("failed"),
            "interrupted": self.tr("interrupted"),
            "running": "",
            "paused": "",
        }[run.state]

    def _on_pause(self) -> None:
        if self._paused:
            self.continue_asked.emit()
        elif not self._pausing:
            self._pausing = True
            self.rest.setText(self.tr("pausing…"))
            self.pause_asked.emit()

    def _button(self, name: str, text: str, icon_name: str, *, primary: bool = False) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAccessibleName(text)
        role = "on_accent" if primary else "text"
        button.setIcon(icon(icon_name, role, role))
        button.setIconSize(QSize(14, 14))
        if primary:
            button.setProperty("role", "primary")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button
