"""The program's own line icons, drawn in the colours of whatever theme is in force when they are painted."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from cnnstudio.resource_files import resource
from cnnstudio.ui.theme import theme

_LAYER_ICONS = {
    "DepthwiseConv1D": "depthwise",
    "DepthwiseConv2D": "depthwise",
    "SeparableConv1D": "separable",
    "SeparableConv2D": "separable",
    "SpatiallySeparableConv2D": "separable",
    "Sigmoid": "sigmoid",
    "HardSigmoid": "sigmoid",
    "Tanh": "tanh",
    "Softmax": "softmax",
    "Flatten": "flatten",
    "Concatenate": "concatenate",
    "Multiply": "multiply",
    "Maximum": "maximum",
    "Minimum": "maximum",
    "Average": "merging",
    "Subtract": "subtract",
    "Rescaling": "rescaling",
    "Resizing": "rescaling",
    "RandomFlip": "flip",
    "RandomRotation": "rotate",
    "RandomBrightness": "brightness",
    "RandomContrast": "contrast",
}
_LAYER_ICONS_BY_PART = {
    "Transpose": "transpose",
    "GlobalAverage": "global",
    "GlobalMax": "global",
    "MaxPooling": "max",
    "AveragePooling": "average",
    "ZeroPadding": "padding",
    "Cropping": "cropping",
    "UpSampling": "upsampling",
}
_CATEGORY_ICONS = {
    "input",
    "convolution",
    "pooling",
    "activation",
    "normalisation",
    "regularisation",
    "shape",
    "merging",
    "dense",
    "augmentation",
    "attention",
    "block",
}


def layer_icon_name(layer_type: str, category: str) -> str:
    """Which drawing stands for a layer type: its own, or its category's."""
    name = _LAYER_ICONS.get(layer_type)
    if name is None:
        name = next((icon for part, icon in _LAYER_ICONS_BY_PART.items() if part in layer_type), None)
    return name or (category if category in _CATEGORY_ICONS else "layer")


@cache
def _source(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text("utf-8")


@cache
def _renderer(name: str, color: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode("utf-8")))


def paint_icon(painter: QPainter, name: str, rect: QRectF, color: QColor) -> None:
    """Draw an icon into `rect`, in one colour (its alpha counts)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(painter.opacity() * color.alphaF())
    _renderer(name, color.name()).render(painter, rect)
    painter.restore()


def icon_pixmap(name: str, size: int, color: QColor, ratio: float = 1.0) -> QPixmap:
    """An icon as a pixmap of `size` logical pixels for a screen with that pixel ratio."""
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_icon(painter, name, QRectF(0, 0, size, size), color)
    painter.end()
    return pixmap


class _LineIcon(QIconEngine):
    """Draws an SVG in theme colours, looked up at the moment of painting."""

    def __init__(self, name: str, role: str, active_role: str) -> None:
        super().__init__()
        self._name = name
        self._role = role
        self._active_role = active_role

    def _color(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        colors = theme()
        if mode == QIcon.Mode.Disabled:
            return QColor(colors.border_strong)
        role = self._role
        if state == QIcon.State.On or mode == QIcon.Mode.Selected:
            role = self._active_role
        return colors.category(role.removeprefix("category:")) if ":" in role else colors.color(role)

    def clone(self) -> QIconEngine:
        return _LineIcon(self._name, self._role, self._active_role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QPointF(QRectF(rect).center()))
        paint_icon(painter, self._name, square, self._color(mode, state))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        if size.isEmpty():  # a button that a layout has squeezed to nothing
            return pixmap
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap


@cache
def icon(name: str, role: str = "text_muted", active_role: str = "accent") -> QIcon:
    """The icon `resources/icons/NAME.svg`. A role is a colour of the theme, or `category:` and a layer category."""
    _source(name)  # a missing drawing shows here and not while painting
    return QIcon(_LineIcon(name, role, active_role))


def layer_icon(layer_type: str, category: str) -> QIcon:
    """The icon of a layer type in its category's colour."""
    role = f"category:{category}"
    return icon(layer_icon_name(layer_type, category), role, role)
