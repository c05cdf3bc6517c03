"""One problem of the data looked at closely: what it is, the pictures concerned, and buttons that do something about it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from cnnstudio.data.problem import Problem, Remedy, printable
from cnnstudio.ui.data.picture_choice import PictureChoice
from cnnstudio.ui.flow_layout import FlowLayout
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID

_MOST = 2000


class FindingDetail(QWidget):
    """`findingDetail`: follows the problem that is chosen in the list."""

    quarantine_requested = Signal(object)
    """Paths, relative to the data folder, of the pictures to leave out."""
    remedy_requested = Signal(str)
    """`keep_alike`, `class_weights`, `crop` or `pad`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findingDetail")
        self.setProperty("surface", "panel")
        self._problem: Problem | None = None
        self._what = QLabel(self)
        self._what.setWordWrap(True)
        self._what.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._what.setObjectName("findingText")
        self.pictures = PictureChoice(self)
        self.pictures.setAccessibleName(self.tr("Pictures of the problem"))
        self.pictures.chosen.connect(self._on_chosen)
        self._all = self._button("quarantineAll", "")
        self._all.clicked.connect(self._on_all)
        self._some = self._button("quarantineSelected", self.tr("Leave the selected out"))
        self._some.clicked.connect(self._on_some)
        self._others: Mapping[str, QPushButton] = {
            "keep_alike": self._button("keepAlike", self.tr("Keep look-alikes in one part")),
            "class_weights": self._button("weighClasses", self.tr("Weigh small classes more")),
            "crop": self._button("resizeCrop", self.tr("Fill and cut")),
            "pad": self._button("resizePad", self.tr("Fit in, on black")),
        }
        for name, button in self._others.items():
            button.setProperty("remedy", name)
            button.clicked.connect(self._on_other)
        buttons = FlowLayout(spacing=GRID)
        for button in (self._all, *self._others.values(), self._some):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID)
        column.setSpacing(GRID)
        column.addWidget(self._what)
        column.addWidget(self.pictures, 1)
        column.addLayout(buttons)
        self.show_problem(None, Path())

    def show_problem(self, problem: Problem | None, root: Path) -> None:
        """Show a problem of the data in the folder `root`; none clears everything."""
        self._problem = problem
        paths = [] if problem is None else [path for group in problem.pictures for path in group][:_MOST]
        groups = [] if problem is None else [len(group) for group in problem.pictures]
        self.pictures.show_pictures(root, paths, groups)
        self.pictures.setVisible(bool(paths))
        self._what.setText(self._text(problem))
        remedies: tuple[Remedy, ...] = () if problem is None else problem.remedies
        surplus = () if problem is None else problem.surplus
        self._all.setVisible("quarantine" in remedies and bool(surplus))
        count = 0 if problem is None else sum(map(len, problem.pictures))
        if len(surplus) == count:
            self._all.setText(self.tr("Leave out ({count})").format(count=len(surplus)))
        else:
            self._all.setText(self.tr("Leave the copies out ({count})").format(count=len(surplus)))
        self._all.setToolTip("\n".join(printable(path) for path in surplus[:20]))
        shown = {"crop", "pad"} if "resize" in remedies else set()
        for name, button in self._others.items():
            button.setVisible(name in shown or name in remedies)
        self._some.setVisible(bool(paths) and (problem is None or problem.code != "image.quarantined"))
        self._on_chosen()

    def sizeHint(self) -> QSize:
        return QSize(400, 260)

    def _text(self, problem: Problem | None) -> str:
        if problem is None:
            return self.tr("Choose a problem to see the pictures concerned and what can be done.")
        return f"{translated(problem.message)} {translated(problem.hint)}"

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        return button

    def _on_chosen(self) -> None:
        self._some.setEnabled(bool(self.pictures.selected()))

    def _on_all(self) -> None:
        if self._problem is not None:
            self.quarantine_requested.emit(self._problem.surplus)

    def _on_some(self) -> None:
        self.quarantine_requested.emit(tuple(self.pictures.selected()))

    def _on_other(self) -> None:
        button = self.sender()
        if button is not None:
            self.remedy_requested.emit(str(button.property("remedy")))
