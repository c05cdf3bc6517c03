"""Saves a plot as a picture (PNG), a drawing (SVG) or a table (CSV)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from cnnstudio.core.atomic_file import write_atomically
from cnnstudio.ui.theme import GRID, theme
from cnnstudio.ui.train.curves import table_text
from cnnstudio.ui.train.plot import CurvePlot

HEADER = 4 * GRID
RUNS = 3 * GRID
SHARPNESS = 3
"""Picture pixels for one pixel on the screen."""


def save_plot(plot: CurvePlot, path: Path) -> None:
    """Write the plot in the format that the file's ending names. Raises OSError when the disk refuses.

    The table holds every point there is, not only those in view.
    """
    kind = path.suffix.lower()
    if kind == ".csv":
        content = table_text(plot.quantity, plot.curves).encode("utf-8")
    elif kind == ".svg":
        content = _svg(plot)
    else:
        content = _png(plot)
    write_atomically(path, content)


def ask_and_save(plot: CurvePlot, kind: str, folder: Path, window: QWidget) -> None:
    """Ask where to put the plot as `png`, `svg` or `csv`, first of all in `folder`, and write it."""
    filters = {"png": _tr("Picture (*.png)"), "svg": _tr("Drawing (*.svg)"), "csv": _tr("Table (*.csv)")}
    start = str(folder / f"{plot.quantity}.{kind}")
    path, _ = QFileDialog.getSaveFileName(window, _tr("Save the plot"), start, filters[kind])
    if not path:
        return
    target = Path(path)
    if target.suffix.lower() != f".{kind}":
        target = target.with_name(f"{target.name}.{kind}")
    try:
        save_plot(plot, target)
    except OSError as error:
        text = _tr("{path} cannot be written: {reason}.").format(path=target, reason=error.strerror)
        QMessageBox.warning(window, _tr("Save the plot"), text)


def _tr(text: str) -> str:
    return QCoreApplication.translate("PlotExport", text)


def _size(plot: CurvePlot) -> QSize:
    return QSize(plot.view.width(), plot.view.height() + _header(plot))


def _header(plot: CurvePlot) -> int:
    """Title and legend; the runs that are compared have a line of their own."""
    return HEADER + (RUNS if plot.comparing else 0)


def _png(plot: CurvePlot) -> bytes:
    size = _size(plot)
    image = QImage(size * SHARPNESS, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    painter.scale(SHARPNESS, SHARPNESS)
    _draw(plot, painter, size)
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs take bytes alone, Qt itself a str
    return bytes(content.data())


def _svg(plot: CurvePlot) -> bytes:
    size = _size(plot)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(QPointF(0, 0), size))
    generator.setTitle(plot.title)
    painter = QPainter(generator)
    _draw(plot, painter, size)
    painter.end()
    return bytes(content.data())


def _draw(plot: CurvePlot, painter: QPainter, size: QSize) -> None:
    """The card without its buttons: title, legend, plot."""
    colors = theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(QPointF(0, 0), size), QColor(colors.surface))
    font = QFont(plot.font())
    bold = QFont(font)
    bold.setBold(True)
    painter.setFont(bold)
    painter.setPen(QColor(colors.text))
    painter.drawText(QRectF(2 * GRID, 0, size.width(), HEADER), Qt.AlignmentFlag.AlignVCenter, plot.title)
    left = 4 * GRID + painter.fontMetrics().horizontalAdvance(plot.title)
    painter.setFont(font)
    plot.legend.paint(painter, left, HEADER / 2, size.width() - left - GRID)
    header = _header(plot)
    if plot.comparing:
        plot.run_legend.paint(painter, 2 * GRID, HEADER + RUNS / 2 - 2, size.width() - 4 * GRID)
    target = QRectF(0, header, size.width(), size.height() - header)
    with plot.without_crosshair():
        plot.view.render(painter, target, plot.view.viewport().rect())
