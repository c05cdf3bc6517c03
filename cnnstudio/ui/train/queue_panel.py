"""The queue as the runs panel shows it: what waits, in which order, and what differs from the run before."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from cnnstudio.runs.queue import QueuedRun
from cnnstudio.ui.icons import icon
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID
from cnnstudio.ui.train.queue_list import QueueList, Row, height_of
from cnnstudio.ui.train.queue_runner import QueueRunner
from cnnstudio.ui.train.queue_words import what_differs
from cnnstudio.ui.train.trainer import Trainer

ROWS_SHOWN = 4


class QueuePanel(QWidget):
    """Follows the queue; hidden while nothing trains and nothing waits."""

    def __init__(self, queue: QueueRunner, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self._trainer = trainer
        self.title = QLabel()
        self.title.setProperty("role", "section")
        self.switch = QPushButton()
        self.switch.setObjectName("queueSwitch")
        self.switch.setIconSize(QSize(12, 12))
        self.switch.clicked.connect(self._on_switch)
        self.text = QLabel()
        self.text.setObjectName("queueText")
        self.text.setProperty("role", "muted")
        self.text.setWordWrap(True)
        self.list = QueueList()
        self.list.move_asked.connect(queue.move)
        self.list.remove_asked.connect(queue.remove)
        self.list.currentRowChanged.connect(self._on_chosen)
        self.add = QPushButton(icon("new", "text"), self.tr("Add to queue"))
        self.add.setObjectName("queueAdd")
        self.add.setIconSize(QSize(14, 14))
        self.add.setToolTip(
            self.tr("Let the network, its data and this plan wait for their turn, as they are now")
        )
        self.add.clicked.connect(queue.add)
        self.up = self._tool("queueUp", "chevron-up", self.tr("Earlier (Alt+Up)"))
        self.up.clicked.connect(self._on_up)
        self.down = self._tool("queueDown", "chevron-down", self.tr("Later (Alt+Down)"))
        self.down.clicked.connect(self._on_down)
        self.remove = self._tool("queueRemove", "delete", self.tr("Take out of the queue (Delete)"))
        self.remove.clicked.connect(self._on_remove)
        self.retry = self._tool("queueRetry", "reset", self.tr("Try this failed run again"))
        self.retry.clicked.connect(self._on_retry)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.switch)
        foot = QHBoxLayout()
        foot.setSpacing(2)
        foot.addWidget(self.add)
        foot.addStretch(1)
        for button in (self.retry, self.up, self.down, self.remove):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, GRID)
        column.setSpacing(GRID)
        for row in (head, foot):
            row.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        column.addLayout(head)
        words = QHBoxLayout()
        words.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        words.addWidget(self.text)
        column.addLayout(words)
        column.addWidget(self.list)
        column.addLayout(foot)
        for signal in (queue.changed, trainer.started, trainer.ended, trainer.died):
            signal.connect(self.show_queue)
        self.show_queue()

    def show_queue(self, *_: object) -> None:
        """Show the queue as it is now."""
        queue, training = self._queue.queue, self._trainer.is_training
        waiting = len(queue.waiting)
        self.setVisible(training or bool(queue.runs))
        self.title.setText(self.tr("QUEUE · {count}").format(count=waiting) if waiting else self.tr("QUEUE"))
        self.list.show_rows(self._rows(queue.runs))
        self.list.setVisible(bool(queue.runs))
        self.list.setFixedHeight(height_of(min(max(1, len(queue.runs)), ROWS_SHOWN)))
        self._show_switch(training, queue.held, waiting)
        self.text.setText(self._said(training, queue.held, waiting, failed=len(queue.runs) - waiting))
        self.text.setVisible(bool(self.text.text()))
        self._on_chosen()

    def _show_switch(self, training: bool, held: bool, waiting: int) -> None:
        pauses = training and not held
        self.switch.setVisible(bool(waiting))
        self.switch.setText(
            self.tr("Pause queue") if pauses else self.tr("Go on") if training else self.tr("Start queue")
        )
        self.switch.setIcon(icon("pause" if pauses else "play", "text", "text"))
        self.switch.setToolTip(
            self.tr("The run that trains goes on; the next one waits")
            if pauses
            else self.tr("Train the next run when this one is over")
            if training
            else self.tr("Train these runs one after another")
        )

    def _said(self, training: bool, held: bool, waiting: int, *, failed: int) -> str:
        if not waiting and training:
            return self.tr("Change the plan or the network and add it: it trains when this run is over.")
        if waiting and held:
            return self.tr("Paused: the next run waits until you go on.")
        if failed and not waiting:
            return self.tr("These could not be trained to their end.")
        return ""

    def _rows(self, runs: tuple[QueuedRun, ...]) -> list[Row]:
        before = self._queue.before_first
        rows: list[Row] = []
        for run in runs:
            name = run.project.name or self.tr("Untitled")
            words = what_differs(before, run.project) or [self.tr("the same as the run before")]
            line = " · ".join(words)
            if run.is_failed:
                line = self.tr("failed: {reason}").format(reason=translated(run.failure))
            else:
                before = run.project
            rows.append(
                (run.id, name, line, "\n".join((name, line, *words[1:], run.runs_folder)), run.is_failed)
            )
        return rows

    def _on_chosen(self, _row: int = 0) -> None:
        run = self._queue.queue.find(self.list.chosen)
        row = self.list.currentRow()
        several = self.list.count() > 1
        self.up.setVisible(several)
        self.down.setVisible(several)
        self.remove.setVisible(self.list.count() > 0)
        self.up.setEnabled(run is not None and row > 0)
        self.down.setEnabled(run is not None and row < self.list.count() - 1)
        self.remove.setEnabled(run is not None)
        self.retry.setVisible(run is not None and run.is_failed)

    def _on_switch(self) -> None:
        if self._trainer.is_training and not self._queue.queue.held:
            self._queue.hold()
        else:
            self._queue.go_on()

    def _on_up(self) -> None:
        self.list.move_chosen(-1)

    def _on_down(self) -> None:
        self.list.move_chosen(1)

    def _on_remove(self) -> None:
        self._queue.remove(self.list.chosen)

    def _on_retry(self) -> None:
        self._queue.retry(self.list.chosen)

    def _tool(self, name: str, icon_name: str, text: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setIcon(icon(icon_name))
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button
