"""Shapes, counts and sizes as text, and whether shapes are shown channels-last or channels-first."""

from __future__ import annotations

import math

from PySide6.QtCore import QLocale, QObject, Signal

from cnnstudio.core.spec import Fields, Shape


class _ShapeOrder(QObject):
    """Which order of axes the user reads shapes in; `changed` fires when it is another one."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.channels_first = False

    def choose(self, channels_first: bool) -> None:
        """Show shapes channels-first (as lecture notes do) or channels-last (as Keras does)."""
        if channels_first != self.channels_first:
            self.channels_first = channels_first
            self.changed.emit()


_state: _ShapeOrder | None = None


def shape_order() -> _ShapeOrder:
    """The order in force: `shape_order().changed.connect(self.redraw)`."""
    global _state  # noqa: PLW0603 - one order per process, made when first asked for
    if _state is None:
        _state = _ShapeOrder()
    return _state


def shape_text(shape: Shape | None) -> str:
    """`28 × 28 × 6`, or `6 × 28 × 28` channels-first; `?` is an unknown size and `–` an unknown shape."""
    if shape is None:
        return "–"
    if shape_order().channels_first and len(shape) > 1:
        shape = (shape[-1], *shape[:-1])
    return " × ".join("?" if size is None else str(size) for size in shape)


def axis_names(rank: int) -> tuple[str, ...]:
    """Short names of spatial axes: `H W` of an image, `L` of a sequence, `D H W` of a volume."""
    return {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}.get(
        rank, tuple(str(axis + 1) for axis in range(rank))
    )


def count_text(count: int) -> str:
    """A whole number with the user's thousands separator."""
    locale = QLocale()
    # The C locale has no separator, and Qt's own numbers end at 64 bits.
    if locale.language() == QLocale.Language.C or count >= 2**63:
        return f"{count:,}"
    return locale.toString(count)


def short_count_text(count: int) -> str:
    """A large number in three figures: `0.42 M`, `1.6 G`; small ones in full."""
    for limit, unit in ((10**12, "T"), (10**9, "G"), (10**5, "M")):
        if count >= limit:
            scaled = count / (10**6 if unit == "M" else limit)
            return f"{scaled:.2f} {unit}" if scaled < 10 else f"{scaled:.0f} {unit}"
    return count_text(count)


def bytes_text(count: int) -> str:
    """A size in memory: `18.4 KB`, binary multiples."""
    if count < 1024:
        return f"{count} B"
    units = ("KB", "MB", "GB", "TB")
    power = min(int(math.log(count, 1024)), len(units))
    size = count / 1024**power
    unit = units[power - 1]
    return f"{size:.1f} {unit}" if size < 100 else f"{size:.0f} {unit}"


def fields_text(fields: Fields) -> str | None:
    """A receptive field in pixels, `5 × 5`; None when a unit sees the whole input."""
    return None if not fields else " × ".join(str(field.size) for field in fields)
