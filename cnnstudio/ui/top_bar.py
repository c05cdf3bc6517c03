"""The bar at the top: project name, saved or not, undo and redo, the network's size, the device, Train."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QWidget

from cnnstudio.core.analysis import Analysis
from cnnstudio.core.change import Change
from cnnstudio.ui.commands import Commands, plain, tooltip
from cnnstudio.ui.icons import icon
from cnnstudio.ui.session import Session, translated
from cnnstudio.ui.shape_text import count_text, short_count_text
from cnnstudio.ui.theme import GRID

HEIGHT = 48
ROOM_FOR_OTHERS = 384
"""What is left and right of the pills but for the button: the longest name of a project, undo, redo, margins."""
UNKNOWN = "–"


class TopBar(QFrame):
    """Shows the project's state; its buttons trigger the window's commands."""

    name_edited = Signal(str)

    def __init__(self, session: Session, commands: Commands, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._commands = commands
        self._file: Path | None = None
        self.setObjectName("topBar")
        self.setFixedHeight(HEIGHT)
        self._name = _NameEdit(self)
        self._name.committed.connect(self.name_edited)
        self._state = QLabel(self)
        self._state.setObjectName("savedState")
        self._state.setProperty("role", "muted")
        self._parameters = self._pill("parametersPill")
        self._macs = self._pill("macsPill")
        self._device = self._pill("deviceChip")
        self._device.setAccessibleName(self.tr("Device"))
        self._device.hide()
        self.train_button = QPushButton(self.tr("Train"), self)
        self.train_button.setObjectName("trainButton")
        self.train_button.setProperty("role", "primary")
        self.train_button.setIcon(icon("play", "on_accent", "on_accent"))
        self.train_button.setIconSize(QSize(14, 14))
        self.train_button.clicked.connect(commands["train"].trigger)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, 0, GRID * 2, 0)
        row.setSpacing(GRID)
        row.addWidget(self._name)
        row.addWidget(self._state)
        row.addSpacing(GRID // 2)
        row.addWidget(self._tool(commands["undo"]))
        row.addWidget(self._tool(commands["redo"]))
        row.addStretch(1)
        for widget in (self._parameters, self._macs, self._device, self.train_button):
            row.addWidget(widget)
        session.changed.connect(self.show_project)
        session.analysed.connect(self.show_analysis)
        self.show_offer("train")
        self.show_project(Change())
        self.show_analysis(session.analysis)

    def set_device(self, text: str, explanation: str) -> None:
        """Name the device that training runs on, with plain words for the tooltip."""
        self._device.setText(text)
        self._device.setToolTip(explanation)
        self._device.setAccessibleDescription(explanation)
        self._make_room()

    def show_offer(self, offer: str) -> None:
        """Say what the command Train does now: `train`, `queue`, or nothing while the project `trains` or `waits`."""
        text, explanation = {
            "train": (self.tr("Train"), self.tr("Train")),
            "queue": (
                self.tr("Add to queue"),
                self.tr("A run trains. Let this project wait for its turn, as it is now"),
            ),
            "trains": (
                self.tr("Training"),
                self.tr("This project trains now. Change something, and it can be added to the queue."),
            ),
            "waits": (
                self.tr("In the queue"),
                self.tr("This project waits for its turn. Change something, and it can be added again."),
            ),
        }[offer]
        able = offer in ("train", "queue")
        action = self._commands["train"]
        action.setText(self.tr("&Train") if offer == "train" else text)
        action.setEnabled(able)
        self.train_button.setText(text)
        self.train_button.setEnabled(able)
        drawing = {"train": "play", "queue": "new"}.get(offer, "recent")
        ink = "on_accent" if able else "text_muted"
        self.train_button.setIcon(icon(drawing, ink, ink))
        self.train_button.setToolTip(tooltip(action, explanation) if able else explanation)
        self._make_room()

    def show_project(self, _change: Change) -> None:
        """Show name, saved state and what undo and redo would do."""
        document = self._session.document
        self._name.show_name(document.project.name)
        self._show_state()
        for name, able, label in (
            ("undo", document.can_undo, document.undo_label),
            ("redo", document.can_redo, document.redo_label),
        ):
            action = self._commands[name]
            action.setEnabled(able)
            verb = self.tr("Undo") if name == "undo" else self.tr("Redo")
            text = f"{verb}: {translated(label)}" if able else verb
            action.setToolTip(tooltip(action, text))
            action.setStatusTip(text)

    def show_file(self, path: Path | None) -> None:
        """Say which file holds the project, None when no file does."""
        self._file = path
        self._show_state()

    def _show_state(self) -> None:
        document = self._session.document
        if self._file is None:
            text, explanation = self.tr("not saved"), self.tr("No file holds this project yet.")
        elif document.is_modified:
            text, explanation = self.tr("edited"), self.tr("Not yet saved to {file}").format(file=self._file)
        else:
            text, explanation = self.tr("saved"), self.tr("Saved to {file}").format(file=self._file)
        self._state.setText(text)
        self._state.setToolTip(explanation)
        self._state.setVisible(document.is_modified or bool(document.network.nodes))

    def show_analysis(self, analysis: Analysis) -> None:
        """Show the network's size."""
        is_known = analysis.ok or analysis.total_params > 0 or not analysis.nodes
        parameters = count_text(analysis.total_params) if is_known else UNKNOWN
        macs = short_count_text(analysis.macs) if is_known else UNKNOWN
        self._parameters.setText(self.tr("{count} parameters").format(count=parameters))
        frozen = analysis.total_params - analysis.trainable_params
        self._parameters.setToolTip(
            self.tr("{trainable} trainable, {frozen} not trainable").format(
                trainable=count_text(analysis.trainable_params), frozen=count_text(frozen)
            )
        )
        self._macs.setText(self.tr("{count} MACs").format(count=macs))
        self._macs.setToolTip(
            self.tr("{count} multiply-accumulates for one image").format(count=count_text(analysis.macs))
        )
        if analysis.nodes and not analysis.ok:
            partly = self.tr("Without the layers whose shape is not known: see Problems.")
            self._parameters.setToolTip(partly)
            self._macs.setToolTip(partly)
        self._make_room()

    def focus_name(self) -> None:
        """Let the user type the project's name."""
        self._name.setFocus()
        self._name.selectAll()

    def _pill(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setProperty("role", "pill")
        label.setFixedHeight(28)
        return label

    def _tool(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setIconSize(QSize(18, 18))
        button.setAccessibleName(plain(action.text()))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _make_room(self) -> None:
        """Drop the least important pills when the bar is narrow; their figures are in the summary too."""
        shown = [self._device, self._parameters, self._macs]
        space = self.width() - ROOM_FOR_OTHERS - self.train_button.sizeHint().width()
        for pill in shown:
            space -= pill.sizeHint().width() + GRID
            pill.setVisible(bool(pill.text()) and space >= 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()


class _NameEdit(QLineEdit):
    """The project's name: looks like a title, is a field. As wide as its text."""

    committed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("projectName")
        self.setProperty("role", "flat")
        self.setPlaceholderText(self.tr("Untitled"))
        self.setAccessibleName(self.tr("Project name"))
        self.setToolTip(self.tr("Click to rename the project"))
        self.setMaxLength(120)
        self._shown = ""
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.1)
        self.setFont(font)
        self.textChanged.connect(self._fit)
        self.editingFinished.connect(self._commit)
        self.returnPressed.connect(self.clearFocus)
        self._fit("")

    def show_name(self, name: str) -> None:
        """Show a name, unless the user is typing one."""
        self._shown = name
        if not self.hasFocus() and self.text() != name:
            self.setText(name)
            self.setCursorPosition(0)

    def _fit(self, text: str) -> None:
        font = self.font()
        font.setBold(True)
        width = QFontMetrics(font).horizontalAdvance(text or self.placeholderText())
        self.setFixedWidth(min(max(width + 20, 40), 320))

    def _commit(self) -> None:
        if self.text().strip() != self._shown:
            self.committed.emit(self.text().strip())
