"""Window arithmetic of transposed convolution, axis by axis. Standard library only.

`W_out = (W - 1)*S - 2P + D*(K - 1) + output_padding + 1` for padding in pixels; `valid` and `same` are Keras's own.
Dumoulin & Visin 2016, relationship 14.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import PaddingMode, Pads
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Field, Fields, Formula, Shape
from cnnstudio.layers.wording import AXES


@dataclass(frozen=True, slots=True)
class TransposedWindow:
    """A window that every input value is spread over. `output_padding` of None lets Keras choose."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: PaddingMode | Pads
    output_padding: tuple[int, ...] | None

    @property
    def effective_kernel(self) -> tuple[int, ...]:
        """K_eff = D * (K - 1) + 1 per axis."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))

    @property
    def crops(self) -> Pads | None:
        """Pixels cut from both ends of the `valid` result; None for Keras's own `valid` and `same`."""
        if self.padding == "full":
            return tuple((k - 1, k - 1) for k in self.effective_kernel)
        return None if isinstance(self.padding, str) else self.padding

    @property
    def extra(self) -> tuple[int, ...] | None:
        """`output_padding` as Keras must get it: with padding in pixels, none means 0."""
        if self.output_padding is None and self.crops is not None:
            return (0,) * len(self.kernel)
        return self.output_padding

    def output(self, sizes: Shape) -> Shape:
        """The spatial output size. Raises ShapeError when nothing is left, or when TensorFlow cannot run it."""
        return tuple(None if w is None else self._axis(axis, w)[0] for axis, w in enumerate(sizes))

    def formula(self, sizes: Shape) -> tuple[Formula, ...]:
        """One line per axis, as `(7 - 1)*2 - 2*1 + 1*(4 - 1) + 0 + 1 = 14`."""
        lines: list[Formula] = []
        for axis, (name, w) in enumerate(zip(AXES[len(sizes)], sizes, strict=True)):
            if w is None:
                lines.append(Formula(name, "? = ?"))
            else:
                output, text = self._axis(axis, w)
                lines.append(Formula(name, f"{text} = {output}"))
        return tuple(lines)

    def grow(self, fields: Fields, sizes: Shape) -> Fields:
        """The receptive field: one output sees at most ceil(K_eff / S) inputs along an axis."""
        if fields is None or len(fields) != len(self.kernel):
            return None
        grown: list[Field] = []
        for axis, field in enumerate(fields):
            strides, k_eff = self.strides[axis], self.effective_kernel[axis]
            seen = -(-self.kernel[axis] // strides) if self.dilation[axis] == 1 else k_eff
            before = self._before(axis, sizes[axis])
            grown.append(
                Field(
                    size=round(field.size + (seen - 1) * field.jump),
                    jump=field.jump / strides,
                    start=field.start + (before - (k_eff - 1) / 2) * field.jump / strides,
                )
            )
        return tuple(grown)

    def _before(self, axis: int, size: int | None) -> int:
        if self.crops is not None:
            return self.crops[axis][0]
        if self.padding == "valid" or size is None:
            return 0
        return (
            max(0, (size - 1) * self.strides[axis] + self.effective_kernel[axis] - self._axis(axis, size)[0])
            // 2
        )

    def _axis(self, axis: int, size: int) -> tuple[int, str]:
        kernel, strides, dilation = self.kernel[axis], self.strides[axis], self.dilation[axis]
        k_eff = self.effective_kernel[axis]
        spread = f"({size} - 1)*{strides}"
        extra = None if self.extra is None else self.extra[axis]
        if self.crops is not None:
            before, after = self.crops[axis]
            cut = f"2*{before}" if before == after else f"({before} + {after})"
            output = (size - 1) * strides + k_eff + (extra or 0) - before - after
            if output < 1:
                raise ShapeError(
                    Message("A padding of {pad} cuts away all of the output.", pad=max(before, after)),
                    code="shape.window",
                    hint=Message("Use less padding, or a larger kernel or stride."),
                    param="padding",
                )
            return output, f"{spread} - {cut} + {dilation}*({kernel} - 1) + {extra} + 1"
        if self.padding == "valid":
            if extra is None:
                return size * strides + max(
                    k_eff - strides, 0
                ), f"{size}*{strides} + max({k_eff} - {strides}, 0)"
            output = (size - 1) * strides + k_eff + extra
            return output, f"{spread} + {dilation}*({kernel} - 1) + {extra} + 1"
        if extra is None:
            return size * strides, f"{size}*{strides}"
        output = (size - 1) * strides + k_eff % 2 + extra
        if -(-output // strides) != size:
            raise ShapeError(
                Message("Padding 'same' with an output padding of {extra} leaves out a row.", extra=extra),
                code="param.conflict",
                hint=Message("Leave output_padding empty, or use an odd kernel size."),
                param="output_padding",
            )
        return output, f"{spread} + {k_eff} - 2*{k_eff // 2} + {extra}"
