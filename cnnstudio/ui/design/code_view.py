"""The code panel: the Keras or PyTorch source of what is on the canvas, live and ready to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from cnnstudio.core.analysis import Analysis
from cnnstudio.core.code_writer import CodeError, keras_source
from cnnstudio.core.custom_source import custom_layer_source, torch_layer_source
from cnnstudio.core.torch_writer import torch_source
from cnnstudio.ui.design.inspector.param_editors import QuietComboBox
from cnnstudio.ui.design.python_highlighter import PythonHighlighter
from cnnstudio.ui.icons import icon
from cnnstudio.ui.session import Session, translated
from cnnstudio.ui.theme import GRID, monospace

WRITE_DELAY = 60
"""Milliseconds of quiet after which the source is written again; a large network waits longer, one per layer."""


class CodeView(QWidget):
    """Writes only while it is visible."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._highlighter: PythonHighlighter | None = None
        self._framework = QuietComboBox(self)
        self._framework.setObjectName("codeFramework")
        self._framework.setAccessibleName(self.tr("Framework"))
        self._framework.addItem("Keras", "keras")
        self._framework.addItem("PyTorch", "torch")
        self._framework.currentIndexChanged.connect(self._write)
        self._note = QLabel(self)
        self._note.setProperty("role", "warning")
        self._note.setWordWrap(True)
        self._copy = QPushButton(self.tr("Copy"), self)
        self._copy.setObjectName("copyCode")
        self._copy.setIcon(icon("copy"))
        self._copy.clicked.connect(self._on_copy)
        self._text = QPlainTextEdit(self)
        self._text.setObjectName("codeView")
        self._text.setAccessibleName(self.tr("Source code of the network"))
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setFont(monospace(self.font().pointSizeF() * 0.95))
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        head = QHBoxLayout()
        head.setContentsMargins(GRID * 2, GRID // 2, GRID * 2, 0)
        head.addWidget(self._framework)
        head.addWidget(self._note, 1)
        head.addStretch(0)
        head.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addLayout(head)
        column.addWidget(self._text, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WRITE_DELAY)
        self._timer.timeout.connect(self._write)
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.setInterval(1500)
        self._copied.timeout.connect(self._restore_copy)
        session.analysed.connect(self._on_analysed)

    @property
    def source(self) -> str:
        return self._text.toPlainText()

    def _on_analysed(self, _analysis: Analysis) -> None:
        if self.isVisible():
            self._timer.start(max(WRITE_DELAY, len(self._session.whole.nodes)))

    def _write(self) -> None:
        self._timer.stop()
        text, note = self._source()
        if text != self._text.toPlainText():
            if self._highlighter is None:
                self._highlighter = PythonHighlighter(self._text.document())
            bar = self._text.verticalScrollBar()
            place = bar.value()
            self._text.setPlainText(text)
            bar.setValue(min(place, bar.maximum()))
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._copy.setEnabled(bool(text))

    def _source(self) -> tuple[str, str]:
        network = self._session.document.network
        name = self._session.document.project.name
        if not network.nodes:
            return "", self.tr("The canvas is empty.")
        try:
            if self._framework.currentData() == "torch":
                text = torch_source(
                    network,
                    self._session.catalogue,
                    name=name,
                    custom_source=torch_layer_source,
                    partial=True,
                )
            else:
                text = keras_source(
                    network,
                    self._session.catalogue,
                    name=name,
                    custom_source=custom_layer_source,
                    partial=True,
                )
        except CodeError as error:
            return "", f"{translated(error.message)} {translated(error.hint)}".strip()
        errors = not self._session.whole.ok
        return text, self.tr("The network has errors; the part that is valid is shown.") if errors else ""

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.source)
        self._copy.setText(self.tr("Copied"))
        self._copied.start()

    def _restore_copy(self) -> None:
        self._copy.setText(self.tr("Copy"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._write()
