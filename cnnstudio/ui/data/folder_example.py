"""What the Data workspace shows while there are no images: how a folder of images has to look."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from cnnstudio.ui.theme import GRID, monospace


class FolderExample(QWidget):
    """A headline, a small drawing of a folder with two classes, and the ways to choose one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("folderExample")
        headline = QLabel(self.tr("One folder for each class"), self)
        headline.setProperty("role", "title")
        tree = "\n".join(
            (
                self.tr("pets"),
                "├─ " + self.tr("cat"),
                "│   ├─ 001.jpg",
                "│   └─ 002.jpg",
                "└─ " + self.tr("dog"),
                "    ├─ a.png",
                "    └─ b.png",
            )
        )
        drawing = QLabel(tree, self)
        drawing.setFont(monospace())
        drawing.setAccessibleName(self.tr("An example: the folder pets holds the folders cat and dog"))
        ways = QLabel(
            self.tr("Drop a folder like this one here, choose it above, or use the sample."),
            self,
        )
        ways.setProperty("role", "muted")
        ways.setWordWrap(True)
        card = QFrame(self)
        card.setProperty("surface", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
        inside.addWidget(drawing)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 3, GRID * 3, GRID * 3, GRID * 3)
        column.setSpacing(GRID * 2)
        column.addStretch(2)
        for widget in (headline, card):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        ways.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(ways)
        column.addStretch(3)
