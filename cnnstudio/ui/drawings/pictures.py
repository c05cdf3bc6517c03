"""Drawings that show a small picture: augmentation before and after, resizing, and what a picture is to a network."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen, QPolygonF

from cnnstudio.core.drawings import ChangedPicture, PictureData, Resized
from cnnstudio.ui.drawings.kinds import draws
from cnnstudio.ui.drawings.sketch import HEIGHT, Sketch

Tone = Callable[[QColor], QColor]
SIDE = 100.0
"""The scene is drawn for a square of so many units, and a little over its edges: its mirror images join on."""


def _same(color: QColor) -> QColor:
    return color


def _scene(s: Sketch, tone: Tone = _same) -> None:
    """A boat under the sun: nothing in it is the same from the other side."""
    painter = s.painter
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillRect(QRectF(-1, -1, SIDE + 2, 67), tone(QColor("#9cc9f0")))
    painter.fillRect(QRectF(-1, 66, SIDE + 2, 35), tone(QColor("#2f7fb8")))
    painter.setBrush(tone(QColor("#f6c445")))
    painter.drawEllipse(QPointF(79, 20), 12, 12)
    painter.setBrush(tone(QColor("#ffffff")))
    painter.drawPolygon(QPolygonF([QPointF(46, 12), QPointF(46, 60), QPointF(14, 60)]))
    painter.setBrush(tone(QColor("#e4572e")))
    painter.drawPolygon(QPolygonF([QPointF(50, 22), QPointF(50, 60), QPointF(74, 60)]))
    painter.setBrush(tone(QColor("#5a3b28")))
    painter.drawPolygon(QPolygonF([QPointF(10, 65), QPointF(84, 65), QPointF(70, 82), QPointF(24, 82)]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _picture(
    s: Sketch,
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    tone: Tone = _same,
    turn: float = 0,
    zoom: float = 1,
    shift: tuple[float, float] = (0, 0),
    flip: tuple[float, float] = (1, 1),
) -> None:
    """The scene, changed; what a change uncovers is filled with its mirror image, as Keras does by default."""
    painter = s.painter
    painter.save()
    s.clip(x, y, width, height)
    painter.translate(x + width / 2, y + height / 2)
    painter.scale(width / SIDE, height / SIDE)
    painter.translate(*shift)
    painter.rotate(turn)
    painter.scale(zoom * flip[0], zoom * flip[1])
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            painter.save()
            painter.translate(across * SIDE, down * SIDE)
            painter.scale(-1 if across else 1, -1 if down else 1)
            painter.translate(-SIDE / 2, -SIDE / 2)
            _scene(s, tone)
            painter.restore()
    painter.restore()
    s.box(x, y, width, height, outline=s.line)


def _brighter(amount: float) -> Tone:
    return lambda color: QColor.fromRgbF(
        *(min(max(part + amount, 0.0), 1.0) for part in (color.redF(), color.greenF(), color.blueF()))
    )


def _contrast(factor: float) -> Tone:
    return lambda color: QColor.fromRgbF(
        *(
            min(max((part - 0.5) * factor + 0.5, 0.0), 1.0)
            for part in (color.redF(), color.greenF(), color.blueF())
        )
    )


@draws(ChangedPicture)
def _paint_changed_picture(s: Sketch, d: ChangedPicture) -> None:
    side, y = 74.0, (HEIGHT - 74.0) / 2
    first, second, third = 4.0, 99.0, 182.0
    cropped = d.change in ("crop", "center_crop")
    _picture(s, first, y, side, side)
    s.arrow(first + side + 4, HEIGHT / 2, 126 if d.change == "center_crop" else second - 4, HEIGHT / 2)
    if d.change == "center_crop":
        inset = side * 0.2
        s.frame(first + inset, y + inset, side * 0.6, side * 0.6)
        small = side * 0.9
        _picture(s, 130, HEIGHT / 2 - small / 2, small, small, zoom=1 / 0.6)
        s.frame(130, HEIGHT / 2 - small / 2, small, small)
        return
    if cropped:
        for number, (right, down) in enumerate(((0.02, 0.05), (0.34, 0.3))):
            x = (second, third)[number]
            s.frame(
                first + right * side, y + down * side, 0.62 * side, 0.62 * side, s.hue(1 if number else 0)
            )
            center = ((0.5 - right - 0.31) / 0.62 * SIDE, (0.5 - down - 0.31) / 0.62 * SIDE)
            _picture(s, x, y, side, side, zoom=1 / 0.62, shift=center)
            s.frame(x, y, side, side, s.hue(1 if number else 0))
        return
    changes: dict[str, tuple[dict[str, object], dict[str, object]]] = {
        "flip": ({"flip": (-1, 1)}, {"flip": (1, -1)}),
        "flip_across": ({}, {"flip": (-1, 1)}),
        "flip_down": ({}, {"flip": (1, -1)}),
        "rotation": ({"turn": -24}, {"turn": 17}),
        "zoom": ({"zoom": 1.35}, {"zoom": 0.72}),
        "translation": ({"shift": (22, 0)}, {"shift": (-8, -18)}),
        "contrast": ({"tone": _contrast(1.9)}, {"tone": _contrast(0.4)}),
        "brightness": ({"tone": _brighter(0.28)}, {"tone": _brighter(-0.32)}),
        "erasing": ({}, {}),
    }
    for x, options in zip((second, third), changes[d.change], strict=True):
        _picture(s, x, y, side, side, **options)  # type: ignore[arg-type]
    if d.change == "erasing":
        grey = QColor("#7d7d7d")
        s.painter.fillRect(QRectF(second + 10, y + 24, 34, 26), grey)
        s.painter.fillRect(QRectF(third + 38, y + 6, 22, 44), grey)


@draws(Resized)
def _paint_resized(s: Sketch, _d: Resized) -> None:
    _picture(s, 16, 8, 92, 44)
    _picture(s, 40, 60, 34, 54)
    for y in (30.0, 87.0):
        s.arrow(122, y, 156, y)
        _picture(s, 174, y - 25, 50, 50)
        s.frame(174, y - 25, 50, 50)


@draws(PictureData)
def _paint_picture_data(s: Sketch, _d: PictureData) -> None:
    _picture(s, 14, 22, 76, 76)
    s.arrow(98, HEIGHT / 2, 124, HEIGHT / 2)
    parts = (QColor("#d64545"), QColor("#1f9d61"), QColor("#2f6fed"))
    side, step = 66.0, 13.0

    def only(number: int) -> Tone:
        def tone(color: QColor) -> QColor:
            share = (color.redF(), color.greenF(), color.blueF())[number]
            part = parts[number]
            return QColor.fromRgbF(part.redF() * share, part.greenF() * share, part.blueF() * share)

        return tone

    for number in (2, 1, 0):
        _picture(s, 140 + number * step, 42 - number * step, side, side, tone=only(number))
    s.note(132, 75, "H", size=10)
    s.note(140 + side / 2, 115, "W", size=10)
    s.note(140 + side + 25, 104, "C", size=10)
    s.painter.setPen(QPen(s.muted, 1.0))
    s.painter.drawLine(QPointF(140 + side + 3, 108), QPointF(140 + side + 3 + 2 * step, 108 - 2 * step))
