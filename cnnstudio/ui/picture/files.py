"""A drawing as the bytes of an SVG, PNG or PDF file, or as an image. Raises PictureError with a cure."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Literal, get_args

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.ui.picture.painting import Drawing
from cnnstudio.ui.picture.svg_text import with_lasting_text

PictureFormat = Literal["svg", "png", "pdf"]
FORMATS: tuple[PictureFormat, ...] = get_args(PictureFormat)

PNG_SCALE = 2.0
"""Pixels of a PNG to one of the canvas, where that many fit."""

LONGEST_SIDE = 32_000
"""Pixels along one side of a PNG: Qt's painter ends at 32,767."""

MOST_PIXELS = 150_000_000
"""Pixels of a PNG in all: 600 MB while it is painted."""

SMALLEST_SCALE = 0.1
"""Below this nothing on a card can be told apart."""

LONGEST_PAGE = 14_400.0
"""Points along one side of a PDF page: viewers show no more."""

_PDF_RESOLUTION = 1200


class PictureError(Exception):
    """A picture that cannot be made, why, and the cure."""

    def __init__(self, message: Message, *, hint: Message = NO_MESSAGE) -> None:
        super().__init__(str(message))
        self.message = message
        self.hint = hint


def format_of(path: Path) -> PictureFormat:
    """The format that a file name asks for. Raises PictureError."""
    ending = path.suffix.lower().removeprefix(".")
    for known in FORMATS:
        if ending == known:
            return known
    raise PictureError(
        Message("{name} does not say what kind of picture it shall be.", name=path.name),
        hint=Message("Let the name end in .svg, .png or .pdf."),
    )


def picture_bytes(
    drawing: Drawing, kind: PictureFormat, *, scale: float | None = None, title: str = ""
) -> bytes:
    """The whole file. `scale` is pixels (PNG) or CSS pixels (SVG, PDF) to one canvas pixel; None chooses. Raises PictureError."""
    if drawing.is_empty:
        raise PictureError(
            Message("The network is empty: there is nothing to draw."),
            hint=Message("Add a layer first."),
        )
    if scale is not None and not (math.isfinite(scale) and 0 < scale <= 100):
        raise PictureError(
            Message("The scale is {scale}; it must be a number above 0, and 100 at most.", scale=f"{scale:g}")
        )
    if kind == "png":
        return _png(drawing, scale)
    return _svg(drawing, scale or 1.0, title) if kind == "svg" else _pdf(drawing, scale or 1.0, title)


def picture_image(drawing: Drawing, scale: float | None = None) -> QImage:
    """The drawing in pixels, transparent where it has no background. Raises PictureError when it would be too large."""
    bounds = drawing.bounds
    if scale is None:
        scale = fitting_scale(drawing)
    width, height = math.ceil(bounds.width() * scale), math.ceil(bounds.height() * scale)
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS or scale < SMALLEST_SCALE / 10:
        raise _too_large(bounds, width, height)
    image = QImage(max(width, 1), max(height, 1), QImage.Format.Format_ARGB32_Premultiplied)
    if image.isNull():
        raise _too_large(bounds, width, height)
    image.setDotsPerMeterX(round(96 * scale / 0.0254))
    image.setDotsPerMeterY(round(96 * scale / 0.0254))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    _paint(painter, drawing, scale)
    return image


def _paint(painter: QPainter, drawing: Drawing, scale: float) -> None:
    painter.scale(scale, scale)
    painter.translate(-drawing.bounds.topLeft())
    drawing.paint(painter)
    painter.end()


def fitting_scale(drawing: Drawing, *, most: float = PNG_SCALE) -> float:
    """The largest scale up to `most` at which a PNG is not too large. Raises PictureError when there is none."""
    bounds = drawing.bounds
    longest = max(bounds.width(), bounds.height())
    fitting = min(most, LONGEST_SIDE / longest, math.sqrt(MOST_PIXELS / (bounds.width() * bounds.height())))
    if fitting < SMALLEST_SCALE:
        raise _too_large(bounds, round(bounds.width()), round(bounds.height()))
    return fitting * 0.9999 if fitting < most else fitting


def _too_large(bounds: QRectF, width: int, height: int) -> PictureError:
    longest = max(bounds.width(), bounds.height())
    fitting = min(LONGEST_SIDE / longest, math.sqrt(MOST_PIXELS / (bounds.width() * bounds.height())))
    if fitting < SMALLEST_SCALE:
        return PictureError(
            Message("The network is {width} × {height} pixels large, too much for a PNG.",
                    width=round(bounds.width()), height=round(bounds.height())),
            hint=Message("Use SVG or PDF, or bring far layers nearer with auto-arrange."),
        )  # fmt: skip
    return PictureError(
        Message("The picture would be {width} × {height} pixels large, too much for a PNG.", width=width, height=height),
        hint=Message(
            "Use a scale of {scale} or less, or SVG or PDF.", scale=f"{math.floor(fitting * 100) / 100:g}"
        ),
    )  # fmt: skip


def _png(drawing: Drawing, scale: float | None) -> bytes:
    image = picture_image(drawing, scale)
    buffer = _buffer()
    image.save(buffer, "PNG")  # type: ignore[call-overload] # the stub wants bytes and the call a text
    return _content(buffer)


def _svg(drawing: Drawing, scale: float, title: str) -> bytes:
    bounds = drawing.bounds
    buffer = _buffer()
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setResolution(96)
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(math.ceil(bounds.width() * scale), math.ceil(bounds.height() * scale)))
    generator.setViewBox(QRectF(0, 0, bounds.width() * scale, bounds.height() * scale))
    generator.setTitle(title)
    _paint(QPainter(generator), drawing, scale)
    return with_lasting_text(_content(buffer).decode("utf-8")).encode("utf-8")


def _pdf(drawing: Drawing, scale: float, title: str) -> bytes:
    bounds = drawing.bounds
    points = 0.75 * scale
    points = min(points, LONGEST_PAGE / max(bounds.width(), bounds.height()))
    buffer = _buffer()
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("CNN Studio")
    writer.setResolution(_PDF_RESOLUTION)
    size = QSizeF(bounds.width() * points, bounds.height() * points)
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Point, title, QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    _paint(QPainter(writer), drawing, points * _PDF_RESOLUTION / 72)
    return _content(buffer)


def _buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


def _content(buffer: QBuffer) -> bytes:
    buffer.close()
    content: QByteArray = buffer.data()
    return bytes(content.data())
