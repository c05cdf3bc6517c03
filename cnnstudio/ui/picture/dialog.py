"""Export picture: what it will look like, which format, which theme, with or without a background; saved or copied."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.atomic_file import write_atomically
from cnnstudio.ui.canvas.look import make_look
from cnnstudio.ui.canvas.scene import CanvasScene
from cnnstudio.ui.picture.files import (
    FORMATS,
    PNG_SCALE,
    SMALLEST_SCALE,
    PictureError,
    PictureFormat,
    fitting_scale,
    format_of,
    picture_bytes,
    picture_image,
)
from cnnstudio.ui.picture.painting import Drawing
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import DARK, GRID, LIGHT, ThemeName, theme

PREVIEW = QSize(40 * GRID, 42 * GRID)
SCALES = (1.0, 1.5, 2.0, 3.0, 4.0)
_SVG_MIME = "image/svg+xml"


def drawing_of(
    scene: CanvasScene, *, theme_name: ThemeName | None = None, background: bool = True
) -> Drawing:
    """What a scene shows, in a theme; None is the one in force."""
    colors = {"light": LIGHT, "dark": DARK}.get(theme_name or theme().name, LIGHT)
    return Drawing(scene, make_look(colors), background=background)


def copy_picture(drawing: Drawing, title: str = "") -> None:
    """Put the drawing on the clipboard, as pixels and as SVG. Raises PictureError."""
    content = picture_bytes(drawing, "svg", title=title)
    mime = QMimeData()
    mime.setImageData(picture_image(drawing))
    mime.setData(_SVG_MIME, QByteArray(content))
    QGuiApplication.clipboard().setMimeData(mime)


class PictureDialog(QDialog):
    """Shows the network of a scene as the file will show it. `folder` is where saving begins; `saved_to` where it ended."""

    def __init__(
        self,
        scene: CanvasScene,
        *,
        title: str,
        folder: Path,
        kind: PictureFormat = "svg",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._scene = scene
        self._title = title
        self._folder = folder
        self.saved_to: Path | None = None
        self.setObjectName("pictureDialog")
        self.setWindowTitle(self.tr("Export picture"))
        self._preview = self._make_preview()
        self.format = self._format_choice()
        self.theme = self._theme_choice()
        self.transparent = QCheckBox(self.tr("Transparent background"), self)
        self.transparent.setObjectName("pictureTransparent")
        self.scale = QComboBox(self)
        self.scale.setObjectName("pictureScale")
        self.scale.setToolTip(self.tr("Pixels of the picture to one of the canvas"))
        self._size = QLabel(self)
        self._size.setProperty("role", "muted")
        self._size.setWordWrap(True)
        self.problem = QLabel(self)
        self.problem.setObjectName("pictureProblem")
        self.problem.setProperty("role", "error")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.copy = QPushButton(self.tr("Copy"), self)
        self.copy.setObjectName("pictureCopy")
        self.copy.setToolTip(self.tr("Put the picture on the clipboard"))
        self.copy.clicked.connect(self._on_copy)
        self.save = QPushButton(self.tr("Save…"), self)
        self.save.setObjectName("pictureSave")
        self.save.setProperty("role", "primary")
        self.save.setDefault(True)
        self.save.clicked.connect(self._on_save)
        self._form = self._make_form()
        self._lay_out()
        self.setMinimumWidth(92 * GRID)
        self.format.setCurrentIndex(self.format.findData(kind))
        self._offer_scales()
        self.format.currentIndexChanged.connect(self._on_format)
        self.theme.currentIndexChanged.connect(self._show)
        self.scale.currentIndexChanged.connect(self._show_size)
        self.transparent.toggled.connect(self._show)
        self._show()

    def _make_preview(self) -> QLabel:
        preview = QLabel(self)
        preview.setObjectName("picturePreview")
        preview.setAccessibleName(self.tr("Preview of the picture"))
        preview.setFixedSize(PREVIEW)
        preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return preview

    def _format_choice(self) -> QComboBox:
        box = QComboBox(self)
        box.setObjectName("pictureFormat")
        for name, text in (
            ("svg", self.tr("SVG: sharp at any size, can be edited")),
            ("pdf", self.tr("PDF: sharp at any size, for documents")),
            ("png", self.tr("PNG: pixels, for chats and slides")),
        ):
            box.addItem(text, name)
        return box

    def _theme_choice(self) -> QComboBox:
        box = QComboBox(self)
        box.setObjectName("pictureTheme")
        box.addItem(self.tr("Light"), "light")
        box.addItem(self.tr("Dark"), "dark")
        box.setCurrentIndex(box.findData(theme().name))
        return box

    def _make_form(self) -> QFormLayout:
        form = QFormLayout()
        form.setVerticalSpacing(GRID)
        form.addRow(self.tr("Format"), self.format)
        form.addRow(self.tr("Theme"), self.theme)
        form.addRow(self.tr("Scale"), self.scale)
        form.addRow("", self.transparent)
        return form

    def _lay_out(self) -> None:
        close = QPushButton(self.tr("Cancel"), self)
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self.save)
        right = QVBoxLayout()
        right.setSpacing(GRID)
        right.addLayout(self._form)
        right.addWidget(self._size)
        right.addWidget(self.problem)
        right.addStretch(1)
        right.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        row.setSpacing(2 * GRID)
        row.addWidget(self._preview)
        row.addLayout(right, 1)

    @property
    def kind(self) -> PictureFormat:
        """The format chosen."""
        chosen: PictureFormat = self.format.currentData()
        return chosen

    def drawing(self) -> Drawing:
        """The network in the theme chosen."""
        name: ThemeName = self.theme.currentData()
        return drawing_of(self._scene, theme_name=name, background=not self.transparent.isChecked())

    def write(self, path: Path) -> bool:
        """Write the picture into a file; its ending decides the format. Says in the dialog why not, and gives False."""
        try:
            content = picture_bytes(
                self.drawing(), format_of(path), scale=self.scale.currentData(), title=self._title
            )
            write_atomically(path, content)
        except PictureError as error:
            self._tell(" ".join(translated(part) for part in (error.message, error.hint) if part))
            return False
        except OSError as error:
            self._tell(
                self.tr("{name} cannot be written: {reason}.").format(
                    name=path.name, reason=error.strerror or str(error)
                )
            )
            return False
        self.saved_to = path
        return True

    def _on_save(self) -> None:
        filters = {
            "svg": self.tr("SVG picture (*.svg)"),
            "pdf": self.tr("PDF document (*.pdf)"),
            "png": self.tr("PNG picture (*.png)"),
        }
        stem = "".join(
            letter if letter.isalnum() or letter in " -_." else "-" for letter in self._title
        ).strip()
        proposed = self._folder / f"{stem or self.tr('network')}.{self.kind}"
        order = [self.kind, *(name for name in FORMATS if name != self.kind)]
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the picture"), str(proposed), ";;".join(filters[kind] for kind in order)
        )
        if not name:
            return
        path = Path(name)
        if path.suffix.lower().removeprefix(".") not in FORMATS:
            path = path.with_name(f"{path.name}.{self.kind}")
        if self.write(path):
            self.accept()

    def _on_copy(self) -> None:
        try:
            copy_picture(self.drawing(), self._title)
        except PictureError as error:
            self._tell(" ".join(translated(part) for part in (error.message, error.hint) if part))
            return
        self.accept()

    def _on_format(self) -> None:
        self._offer_scales()
        self._show()

    def _offer_scales(self) -> None:
        """Vectors need no scale; a PNG has those at which it is not too large, 2 at first."""
        scales = [1.0]
        if self.kind == "png":
            try:
                largest = fitting_scale(self.drawing(), most=SCALES[-1])
            except PictureError:
                largest = SMALLEST_SCALE
            scales = [scale for scale in SCALES if scale <= largest] or [math.floor(largest * 100) / 100]
        with QSignalBlocker(self.scale):
            self.scale.clear()
            for scale in scales:
                self.scale.addItem(f"{scale:g} ×", scale)
            self.scale.setCurrentIndex(self.scale.findData(min(PNG_SCALE, scales[-1])))
        self._form.setRowVisible(self.scale, self.kind == "png")

    def _show(self) -> None:
        self.problem.hide()
        drawing = self.drawing()
        ratio = self.devicePixelRatioF()
        self._preview.setPixmap(_preview(drawing, PREVIEW, ratio))
        self._show_size()
        able = not drawing.is_empty
        self.save.setEnabled(able)
        self.copy.setEnabled(able)
        if not able:
            self._tell(self.tr("The network is empty: there is nothing to draw."))

    def _show_size(self) -> None:
        bounds = self.drawing().bounds
        width, height = (round(side * self.scale.currentData()) for side in (bounds.width(), bounds.height()))
        locale = self.locale()
        self._size.setText(
            self.tr("{width} × {height} pixels").format(
                width=locale.toString(width), height=locale.toString(height)
            )
        )

    def _tell(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.show()


def _preview(drawing: Drawing, room: QSize, ratio: float) -> QPixmap:
    """The drawing within `room`, on a chessboard where it is transparent; a very tall one from its top."""
    bounds = drawing.bounds
    scale = min(room.width() / bounds.width(), room.height() / bounds.height())
    least = min(0.35, room.width() / bounds.width())  # so that cards can be told apart
    scale = max(scale, least)
    width = min(bounds.width() * scale, room.width())
    height = min(bounds.height() * scale, room.height())
    image = QImage(
        max(1, round(width * ratio)), max(1, round(height * ratio)), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    if not drawing.has_background:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        square = GRID
        for row in range(int(height // square) + 1):
            for column in range(row % 2, int(width // square) + 1, 2):
                painter.fillRect(column * square, row * square, square, square, Qt.GlobalColor.lightGray)
    painter.scale(scale, scale)
    painter.translate(-bounds.topLeft())
    drawing.paint(painter)
    painter.resetTransform()
    painter.setPen(theme().color("border_strong"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(0.5, 0.5, width - 1, height - 1))
    painter.end()
    return QPixmap.fromImage(image)
