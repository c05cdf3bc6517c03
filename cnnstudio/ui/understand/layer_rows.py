"""The table of layers as plain rows: figures of weights, gradients of one network or two, and both as text. No Qt."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cnnstudio.runs.score_tables import markdown_table

Measure = Literal["norm", "rms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightRow:
    """A layer, or one weight of a layer; figures are of the first network, or of the second where only that has it.

    A layer's mean, spread, low and high are those of its first weights: its kernel, its gamma.
    """

    name: str
    layer: str
    type: str = ""
    shapes: tuple[tuple[int, ...], ...] = ()
    count: int = 0
    mean: float | None = None
    spread: float | None = None
    low: float | None = None
    high: float | None = None
    trainable: bool = True
    norms: tuple[float | None, float | None] = (None, None)
    """L2 norms of the gradient in the first and in the second network."""
    counts: tuple[int, int] = (0, 0)
    """How many values each norm is of."""
    of_second: bool = False
    """Whether the second network alone has it."""
    parts: tuple[WeightRow, ...] = ()
    """A layer's weights."""

    def gradient(self, side: int, measure: Measure) -> float | None:
        """The norm, or the root mean square of its values, in one of the networks; None where nothing was measured."""
        norm = self.norms[side]
        if norm is None or measure == "norm":
            return norm
        return norm / math.sqrt(self.counts[side]) if self.counts[side] else None


Reply = Mapping[str, Any]
_Norms = Mapping[tuple[str, str], tuple[float | None, int]]


def layer_rows(
    first: Reply | None, first_gradients: Reply | None, second: Reply | None, second_gradients: Reply | None
) -> tuple[WeightRow, ...]:
    """A row for each layer of one network or two, from input to output; layers of one name share a row."""
    told = {layer["name"]: layer for layer in (first or {}).get("layers", ())}
    names = list(told)
    place = 0
    for layer in (second or {}).get("layers", ()):
        if layer["name"] in told:
            place = names.index(layer["name"]) + 1 if layer["name"] in names else place
            continue
        names.insert(place, layer["name"])
        place += 1
    others = {layer["name"]: layer for layer in (second or {}).get("layers", ())}
    norms = (_norms_of(first_gradients), _norms_of(second_gradients))
    return tuple(
        _layer_row(told.get(name) or others[name], norms, of_second=name not in told) for name in names
    )


def _norms_of(gradients: Reply | None) -> _Norms:
    found: dict[tuple[str, str], tuple[float | None, int]] = {}
    for layer in (gradients or {}).get("layers", ()):
        found[layer["name"], ""] = (layer["norm"], layer["count"])
        for weight in layer["weights"]:
            found[layer["name"], weight["name"]] = (weight["norm"], weight["count"])
    return found


def _layer_row(layer: Reply, norms: tuple[_Norms, _Norms], *, of_second: bool) -> WeightRow:
    parts = tuple(_weight_row(layer, weight, norms, of_second=of_second) for weight in layer["weights"])
    sides = tuple(found.get((layer["name"], ""), (None, 0)) for found in norms)
    return WeightRow(
        name=layer["name"],
        layer=layer["name"],
        type=layer["type"],
        shapes=tuple(part.shapes[0] for part in parts),
        count=sum(part.count for part in parts),
        mean=parts[0].mean,
        spread=parts[0].spread,
        low=parts[0].low,
        high=parts[0].high,
        trainable=any(part.trainable for part in parts),
        norms=(sides[0][0], sides[1][0]),
        counts=(sides[0][1], sides[1][1]),
        of_second=of_second,
        parts=parts,
    )


def _weight_row(layer: Reply, weight: Reply, norms: tuple[_Norms, _Norms], *, of_second: bool) -> WeightRow:
    sides = tuple(found.get((layer["name"], weight["name"]), (None, 0)) for found in norms)
    return WeightRow(
        name=weight["name"],
        layer=layer["name"],
        type=layer["type"],
        shapes=(tuple(weight["shape"]),),
        count=weight["count"],
        mean=weight["mean"],
        spread=weight["std"],
        low=weight["min"],
        high=weight["max"],
        trainable=weight["trainable"],
        norms=(sides[0][0], sides[1][0]),
        counts=(sides[0][1], sides[1][1]),
        of_second=of_second,
    )


def decades(rows: Sequence[WeightRow], measure: Measure) -> tuple[int, int] | None:
    """The powers of ten between which the gradients of all layers lie, at least two apart; None where there is none."""
    values = [
        value
        for row in rows
        for side in (0, 1)
        if (value := row.gradient(side, measure)) is not None and math.isfinite(value) and value > 0.0
    ]
    if not values:
        return None
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return (low, high) if high - low >= 2 else (high - 2, high)


def number_text(value: float | None) -> str:
    """Three figures: `0.0123`, `1.2e-8`; a dash where there is no value."""
    if value is None:
        return "–"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    text = f"{value:.3g}"
    mantissa, _, power = text.partition("e")
    return f"{mantissa}e{int(power)}" if power else text


def power_text(power: int) -> str:
    """A power of ten: `1e-7`, `0.1`, `1`, `10`."""
    return f"{10.0**power:g}" if -2 < power < 3 else f"1e{power}"


def shape_of(shape: Sequence[int]) -> str:
    """`5×5×1×6`; `1` for a single number."""
    return "×".join(str(size) for size in shape) or "1"


HEAD = ("layer", "weight", "type", "shape", "count", "trainable", "mean", "std", "min", "max")


def table_cells(
    rows: Sequence[WeightRow], titles: Sequence[str]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """(head, rows) of the whole table with exact numbers, a row for each weight; gradients of each network named."""
    head = (*HEAD, *(f"gradient L2 norm ({title})" for title in titles))
    cells: list[tuple[str, ...]] = []
    for row in rows:
        for part in (row, *row.parts):
            whole = part is row
            figures = (part.mean, part.spread, part.low, part.high)
            cells.append(
                (
                    part.layer,
                    "(all)" if whole else part.name,
                    part.type,
                    " + ".join(shape_of(shape) for shape in part.shapes),
                    str(part.count),
                    "yes" if part.trainable else "no",
                    *("" if whole else _exact(value) for value in figures),
                    *(_exact(part.norms[side]) for side in range(len(titles))),
                )
            )
    return head, cells


def as_csv(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Comma-separated values."""
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue()


def as_markdown(head: Sequence[str], rows: Sequence[Sequence[str]], *, text_columns: int = 1) -> str:
    """A Markdown table."""
    return markdown_table(head, rows, text_columns=text_columns)


def _exact(value: float | None) -> str:
    return "" if value is None else f"{value:.9g}"
