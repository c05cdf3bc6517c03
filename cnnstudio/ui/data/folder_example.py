"""What the Data workspace shows while there are no images: how a folder or a table of images has to look."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from cnnstudio.ui.theme import GRID, monospace


class FolderExample(QWidget):
    """A small drawing of a folder with two classes beside one of a table, and the ways to choose one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("folderExample")
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
        table = "\n".join(
            (
                self.tr("file,label"),
                "001.jpg," + self.tr("cat"),
                "002.jpg," + self.tr("cat"),
                "a.png," + self.tr("dog"),
                "",
                self.tr("several labels:") + " 1.jpg," + self.tr("cat") + "|" + self.tr("dog"),
                self.tr("numbers:") + " 1.jpg,0.25,0.5",
            )
        )
        cards = QGridLayout()
        cards.setHorizontalSpacing(GRID * 3)
        cards.setVerticalSpacing(GRID)
        examples = (
            (
                self.tr("One folder for each class"),
                tree,
                self.tr("The folder pets holds the folders cat and dog"),
            ),
            (
                self.tr("Or a table of images"),
                table,
                self.tr("Each row of the table names an image and its label"),
            ),
        )
        for number, (title, text, meaning) in enumerate(examples):
            headline = QLabel(title, self)
            headline.setProperty("role", "title")
            cards.addWidget(headline, 0, number, Qt.AlignmentFlag.AlignHCenter)
            cards.addWidget(
                self._card(text, self.tr("An example: {meaning}").format(meaning=meaning)), 1, number
            )
        ways = QLabel(
            self.tr(
                "Drop one here, choose it above, or use the sample. Archives, and files of MNIST, CIFAR and NumPy, are "
                "read too."
            ),
            self,
        )
        ways.setProperty("role", "muted")
        ways.setWordWrap(True)
        ways.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 3, GRID * 3, GRID * 3, GRID * 3)
        column.setSpacing(GRID * 2)
        column.addStretch(2)
        holder = QWidget(self)
        holder.setLayout(cards)
        column.addWidget(holder, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(ways)
        column.addStretch(3)

    def _card(self, text: str, meaning: str) -> QFrame:
        drawing = QLabel(text, self)
        drawing.setFont(monospace())
        drawing.setAccessibleName(meaning)
        drawing.setAlignment(Qt.AlignmentFlag.AlignTop)
        card = QFrame(self)
        card.setProperty("surface", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
        inside.addWidget(drawing)
        return card
