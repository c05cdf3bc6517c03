"""Drawings of sequences and graphs: words and their numbers, looked-up rows, attention, neighbours."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QPen

from cnnstudio.core.drawings import AttentionWeights, GraphNeighbours, LookedUpRows, NumberedWords
from cnnstudio.ui.drawings.kinds import draws
from cnnstudio.ui.drawings.sketch import HEIGHT, WIDTH, Sketch

WORDS = ("the", "cat", "slept", "as", "it", "purred")


@draws(NumberedWords)
def _paint_numbered_words(s: Sketch, _d: NumberedWords) -> None:
    vocabulary = ("", "?", "the", "a", "cat", "sat")
    cell, x = 44.0, 20.0
    sentence = (("the", 2), ("cat", 4), ("purred", 1), ("", 0), ("", 0))
    for place, (word, number) in enumerate(sentence):
        left = x + place * cell
        tint = s.soft(s.hue(number % 5), 1.2) if word else s.paper
        s.box(left, 8, cell, 24, fill=tint)
        s.text(left + cell / 2, 20, word or "—", size=11, color=s.ink if word else s.muted)
        s.arrow(left + cell / 2, 36, left + cell / 2, 50)
        s.box(left, 54, cell, 24, fill=tint)
        s.text(left + cell / 2, 66, str(number), size=12, bold=True)
    pitch = WIDTH / len(vocabulary)
    for number, word in enumerate(vocabulary):
        s.note((number + 0.5) * pitch, 104, f"{number} {word or '—'}", size=9)
    s.stroke(14, 91, WIDTH - 14, 91, color=s.line)


@draws(LookedUpRows)
def _paint_looked_up_rows(s: Sketch, _d: LookedUpRows) -> None:
    cell, rows = 18.0, 5
    table_x, table_y = 84.0, (HEIGHT - rows * cell) / 2
    chosen = (2, 0, 4)

    def shade(row: int, column: int) -> float:
        return (math.sin(row * 2.3 + column * 1.7) + 1) / 2

    s.grid(
        table_x, table_y, rows, 4, cell,
        fill=lambda r, c: s.soft(s.hue(chosen.index(r)), 0.5 + 1.6 * shade(r, c)) if r in chosen else s.paper,
    )  # fmt: skip
    for row in range(rows):
        s.note(table_x - 8, table_y + (row + 0.5) * cell, str(row))
    for place, number in enumerate(chosen):
        y = HEIGHT / 2 + (place - 1) * 30
        color = s.hue(place)
        row_y = table_y + (number + 0.5) * cell
        s.box(18, y - 11, 26, 22, fill=s.soft(color, 1.2))
        s.text(31, y, str(number), size=12, bold=True)
        s.arrow(46, y, table_x - 15, row_y, color=color)
        s.arrow(table_x + 4 * cell + 3, row_y, 180, y, color=color)
        fills = [s.soft(color, 0.5 + 1.6 * shade(number, column)) for column in range(4)]
        s.grid(183, y - 8, 1, 4, 16, fill=lambda _r, c, k=tuple(fills): k[c])  # type: ignore[misc]


@draws(AttentionWeights)
def _paint_attention_weights(s: Sketch, _d: AttentionWeights) -> None:
    scores = (0.4, 2.4, 0.9, 0.2, 1.0, 1.6)
    total = sum(map(math.exp, scores))
    shares = [math.exp(score) / total for score in scores]
    pitch, query = (WIDTH - 12) / len(WORDS), 4
    start = 6 + (query + 0.5) * pitch
    for place, share in enumerate(shares):
        middle = 6 + (place + 0.5) * pitch
        path = QPainterPath(QPointF(start, 30))
        path.cubicTo(QPointF(start, 54), QPointF(middle, 44), QPointF(middle, 76))
        s.painter.strokePath(path, QPen(s.soft(s.accent, 0.9 + 4 * share), 0.8 + 11 * share))
    for place, (word, share) in enumerate(zip(WORDS, shares, strict=True)):
        left = 6 + place * pitch
        if place == query:
            s.box(left + 2, 8, pitch - 4, 21, fill=s.soft(s.hue(1), 1.6))
            s.frame(left + 2, 8, pitch - 4, 21, s.hue(1))
        s.text(
            left + pitch / 2,
            18.5,
            word,
            size=10,
            bold=place == query,
            color=s.ink if place == query else s.muted,
        )
        s.box(left + 2, 76, pitch - 4, 21, fill=s.soft(s.accent, 0.3 + 4 * share))
        s.text(left + pitch / 2, 86.5, word, size=10)
        s.text(left + pitch / 2, 107, f"{100 * share:.0f} %", size=9, bold=share == max(shares))


@draws(GraphNeighbours)
def _paint_graph_neighbours(s: Sketch, _d: GraphNeighbours) -> None:
    spots = {
        "a": (74.0, 60.0),
        "b": (28.0, 26.0),
        "c": (36.0, 96.0),
        "d": (122.0, 24.0),
        "e": (140.0, 88.0),
        "f": (98.0, 106.0),
    }
    near = ("b", "c", "d")
    for one, other in (("d", "e"), ("c", "f"), ("e", "f")):
        s.stroke(*spots[one], *spots[other], color=s.line, width=1.4)
    for number, name in enumerate(near):
        (x, y), (x2, y2) = spots[name], spots["a"]
        length = math.hypot(x2 - x, y2 - y)
        s.arrow(
            x, y, x2 - (x2 - x) / length * 14, y2 - (y2 - y) / length * 14, color=s.hue(number + 1), width=2.0
        )
    surface = s.theme.color("surface")
    for name, (x, y) in spots.items():
        is_near = name in near
        color = s.accent if name == "a" else s.hue(near.index(name) + 1) if is_near else s.line
        s.disc(x, y, 12 if name == "a" else 10, surface)
        s.disc(
            x,
            y,
            12 if name == "a" else 10,
            s.soft(color, 1.4) if name == "a" or is_near else surface,
            outline=color,
        )
    s.arrow(162, HEIGHT / 2, 186, HEIGHT / 2)
    s.disc(206, HEIGHT / 2, 13, s.soft(s.accent, 2.0), outline=s.accent)
    s.text(206, HEIGHT / 2 - 26, "W · x̄", size=11)
    for number in range(3):
        s.box(226, HEIGHT / 2 - 18 + number * 12, 12, 12, fill=s.soft(s.accent, 0.8 + number * 0.6))
