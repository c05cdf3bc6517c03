"""One problem: how grave, which layer, what is wrong, what to do, and the fixes as buttons. A hint can be switched off."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.problems import Diagnostic, Fix
from cnnstudio.layers.hints import rules
from cnnstudio.ui.flow_layout import FlowLayout
from cnnstudio.ui.icons import icon, icon_pixmap
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID, theme


class ProblemCard(QFrame):
    """`activated` asks to show the node; `fix_chosen` carries the fix to apply; `rule_refused` a rule not wanted again."""

    activated = Signal(str)
    fix_chosen = Signal(object)
    rule_refused = Signal(str)
    fix_pointed_at = Signal(object)
    """The fix under the mouse or the keyboard's focus, to be previewed; None: it was left."""
    rules_wanted = Signal()
    """To see all rules of thumb."""

    def __init__(
        self, problem: Diagnostic, node_label: str, parent: QWidget | None = None, *, compact: bool = False
    ) -> None:
        super().__init__(parent)
        self.problem = problem
        self._fixes: tuple[Fix, ...] = ()
        self.setProperty("surface", "problem")
        self.setProperty("severity", problem.severity)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID + 2, GRID - 1, GRID + 2, GRID - 1)
        row.setSpacing(GRID)
        self._mark = QLabel(self)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(4)
        row.addLayout(column, 1)
        self._rule = None if compact else self._rule_button()
        if self._rule is not None:
            row.addWidget(self._rule, 0, Qt.AlignmentFlag.AlignTop)
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._text.setWordWrap(True)
        column.addWidget(self._text)
        self._hint = QLabel(self)
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        column.addWidget(self._hint)
        self._buttons = FlowLayout(spacing=GRID)
        column.addLayout(self._buttons)
        if not compact:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._dress()
        self._write(node_label)

    def show_problem(self, problem: Diagnostic, node_label: str) -> None:
        """Tell of another problem: an edit changes what many cards say, and to make them anew takes half a frame."""
        before, self.problem = self.problem, problem
        if problem.severity != before.severity:
            self.setProperty("severity", problem.severity)
            self.style().unpolish(self)
            self.style().polish(self)
            self._dress()
        self._write(node_label)

    def _dress(self) -> None:
        """Take on the severity's mark."""
        severity = self.problem.severity
        self._mark.setPixmap(icon_pixmap(severity, 18, theme().color(severity), self.devicePixelRatioF()))
        self._mark.setToolTip(self._severity_text())

    def _write(self, node_label: str) -> None:
        problem, severity = self.problem, self._severity_text()
        message = translated(problem.message)
        self._text.setText(_headline(severity, theme().color(problem.severity).name(), node_label, message))
        self._hint.setText(translated(problem.hint))
        self._hint.setVisible(bool(problem.hint))
        if self._rule is not None:
            self._rule.setVisible(problem.code in rules())
        self.setAccessibleName(f"{severity}: {node_label} {message}".replace("  ", " "))
        self.show_fixes(problem.fixes)

    def show_fixes(self, fixes: tuple[Fix, ...]) -> None:
        """Offer these fixes, the first one as the recommended."""
        if fixes == self._fixes:
            return
        self._fixes = fixes
        while self._buttons.count():
            widget = self._buttons.takeAt(0).widget()
            if widget is not None:
                widget.hide()  # which ends the preview of its fix
                widget.deleteLater()
        for number, fix in enumerate(fixes):
            button = QPushButton(translated(fix.label), self)
            button.setObjectName(f"fix{number}")
            button.setProperty("role", "accent" if number == 0 else "")
            button.setProperty("number", number)
            button.setCursor(Qt.CursorShape.ArrowCursor)
            button.clicked.connect(self._on_fix)
            button.installEventFilter(self)
            self._buttons.addWidget(button)

    def _rule_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("ruleMenu")
        button.setIcon(icon("more"))
        button.setIconSize(QSize(16, 16))
        button.setAutoRaise(True)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.setToolTip(self.tr("This rule of thumb…"))
        button.setAccessibleName(button.toolTip())
        menu = QMenu(button)
        menu.addAction(self.tr("Do not show this rule again")).triggered.connect(self._on_refused)
        menu.addAction(self.tr("All rules of thumb…")).triggered.connect(self.rules_wanted)
        button.setMenu(menu)
        return button

    def _on_refused(self) -> None:
        self.rule_refused.emit(self.problem.code)

    def _severity_text(self) -> str:
        names = {"error": self.tr("Error"), "warning": self.tr("Warning"), "hint": self.tr("Hint")}
        return names[self.problem.severity]

    def _on_fix(self) -> None:
        self.fix_chosen.emit(self._fixes[int(self.sender().property("number"))])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            number = int(watched.property("number"))
            if number < len(self._fixes):
                self.fix_pointed_at.emit(self._fixes[number])
        elif event.type() in (QEvent.Type.Leave, QEvent.Type.FocusOut, QEvent.Type.Hide):
            self.fix_pointed_at.emit(None)
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.activated.emit(self.problem.node)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.activated.emit(self.problem.node)
            return
        super().keyPressEvent(event)


def _headline(severity: str, color: str, node_label: str, message: str) -> str:
    """`Error · conv1: The window …` as rich text; a message that begins with the layer's name is not told it twice."""
    word = f'<b style="color: {color}">{_escaped(severity)}</b>'
    if not node_label:
        return f"{word}: {_escaped(message)}"
    name = f"<b>{_escaped(node_label)}</b>"
    if message.startswith(f"{node_label} "):
        return f"{word} · {name}{_escaped(message[len(node_label) :])}"
    return f"{word} · {name}: {_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
