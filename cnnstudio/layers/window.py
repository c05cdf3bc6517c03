"""Window arithmetic of convolution and pooling, axis by axis. Standard library only.

Sizes are in pixels. `None` is an unknown size and stays unknown. Dumoulin & Visin 2016, "A guide to convolution
arithmetic for deep learning"; Keras's `same` is TensorFlow's, whose odd pixel of padding goes after.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, PaddingMode, Pads
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Field, Fields, Formula, Shape, WindowSum
from cnnstudio.layers.wording import AXES, shape_text


@dataclass(frozen=True, slots=True)
class Window:
    """A sliding window over `len(kernel)` spatial axes. `padding` is a word or one `(before, after)` per axis."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: PaddingMode | Pads
    ceil_mode: bool = False
    """Whether a last window that overhangs the end counts (PyTorch's meaning)."""
    param: str = "kernel_size"
    """The parameter that sets the kernel, for error messages."""

    @property
    def rank(self) -> int:
        return len(self.kernel)

    @property
    def effective_kernel(self) -> tuple[int, ...]:
        """K_eff = D * (K - 1) + 1 per axis."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))

    @property
    def explicit_pads(self) -> Pads | None:
        """Pixels before and after each axis; None for `same` and `causal`, which depend on the input."""
        if self.padding == "valid":
            return ((0, 0),) * self.rank
        if self.padding == "full":
            return tuple((size - 1, size - 1) for size in self.effective_kernel)
        if isinstance(self.padding, str):
            return None
        return self.padding

    def output(self, sizes: Shape) -> Shape:
        """The spatial output size. Raises ShapeError, code `shape.window`, when the window does not fit."""
        pads = self.explicit_pads
        if pads is None:
            return tuple(None if w is None else -(-w // s) for w, s in zip(sizes, self.strides, strict=True))
        if any(
            w is not None and w + a + b < k
            for w, k, (a, b) in zip(sizes, self.effective_kernel, pads, strict=True)
        ):
            raise self._too_large(sizes, pads)
        return tuple(
            None if w is None else self._count(w, k, s, a, b)
            for w, k, s, (a, b) in zip(sizes, self.effective_kernel, self.strides, pads, strict=True)
        )

    def sums(self, sizes: Shape) -> Iterator[tuple[WindowSum | None, str]]:
        """Per axis the numbers and the line of arithmetic; None and a line with `?` for an unknown size."""
        pads = self.explicit_pads
        outputs = self.output(sizes)
        for axis, (w, out) in enumerate(zip(sizes, outputs, strict=True)):
            kernel, strides, k_eff = self.kernel[axis], self.strides[axis], self.effective_kernel[axis]
            if w is None or out is None:
                yield None, f"{self._sum_text('?', k_eff, strides, pads[axis] if pads else None)} = ?"
                continue
            before, after = pads[axis] if pads else self._tensorflow_pads(w, out, axis)
            text = self._sum_text(w, k_eff, strides, pads[axis] if pads else None)
            if self.ceil_mode and pads and out <= -(-(w + before + after - k_eff) // strides):
                text += " - 1"  # the last window would start in the padding
            yield (
                WindowSum(
                    size=w,
                    kernel=kernel,
                    strides=strides,
                    dilation=self.dilation[axis],
                    pad_before=before,
                    pad_after=after,
                    output=out,
                ),
                f"{text} = {out}",
            )

    def formula(self, sizes: Shape) -> tuple[Formula, ...]:
        """One line per axis, as `floor((28 - 5 + 2*2) / 1) + 1 = 28`."""
        names = AXES[self.rank]
        return tuple(
            Formula(name, text, found) for name, (found, text) in zip(names, self.sums(sizes), strict=True)
        )

    def grow(self, fields: Fields, sizes: Shape) -> Fields:
        """The receptive field after this window slid over units with `fields`."""
        if fields is None or len(fields) != self.rank:
            return None
        grown: list[Field] = []
        for axis, (field, (found, _)) in enumerate(zip(fields, self.sums(sizes), strict=True)):
            reach = self.effective_kernel[axis] - 1
            before = found.pad_before if found is not None else reach // 2
            grown.append(
                Field(
                    size=int(field.size + reach * field.jump),
                    jump=field.jump * self.strides[axis],
                    start=field.start + (reach / 2 - before) * field.jump,
                )
            )
        return tuple(grown)

    def describe(self) -> str:
        """The padding as on a node's card: `same`, `p2`, `p2×0`, `p(1,2)×(0,1)`."""
        if isinstance(self.padding, str):
            return self.padding
        if all(a == b for a, b in self.padding):
            firsts = [a for a, _ in self.padding]
            return f"p{firsts[0] if len(set(firsts)) == 1 else shape_text(firsts)}"
        return "p" + "×".join(f"({a},{b})" for a, b in self.padding)

    def _count(self, size: int, k_eff: int, strides: int, before: int, after: int) -> int:
        room = size + before + after - k_eff
        if not self.ceil_mode:
            return room // strides + 1
        count = -(-room // strides) + 1
        # PyTorch: a window that would start beyond the input and its left padding is dropped.
        return count - 1 if (count - 1) * strides >= size + before else count

    def _tensorflow_pads(self, size: int, output: int, axis: int) -> tuple[int, int]:
        total = max(0, (output - 1) * self.strides[axis] + self.effective_kernel[axis] - size)
        if self.padding == "causal":
            reach = self.effective_kernel[axis] - 1
            return reach, 0
        return total // 2, total - total // 2

    def _sum_text(self, size: int | str, k_eff: int, strides: int, pads: tuple[int, int] | None) -> str:
        if pads is None:
            return f"ceil({size} / {strides})"
        before, after = pads
        added = f"2*{before}" if before == after else f"({before} + {after})"
        return f"{'ceil' if self.ceil_mode else 'floor'}(({size} - {k_eff} + {added}) / {strides}) + 1"

    def _too_large(self, sizes: Shape, pads: Pads) -> ShapeError:
        window = shape_text(self.kernel)
        if self.effective_kernel != self.kernel:
            window = f"{window} (dilated: {shape_text(self.effective_kernel)})"
        padded = tuple(None if w is None else w + a + b for w, (a, b) in zip(sizes, pads, strict=True))
        if padded == sizes:
            message = Message(
                "The {window} window is larger than the {size} input.", window=window, size=shape_text(sizes)
            )
        else:
            message = Message(
                "The {window} window is larger than the {size} input, padded to {padded}.",
                window=window,
                size=shape_text(sizes),
                padded=shape_text(padded),
            )
        most = min(
            (p - 1) // d + 1
            for p, d, k in zip(padded, self.dilation, self.effective_kernel, strict=True)
            if p is not None and p < k
        )
        return ShapeError(
            message,
            code="shape.window",
            hint=Message("Use a kernel of {most} or less, or padding 'same'.", most=most),
            param=self.param,
        )


def window_of(args: Arguments, *, kernel: str = "kernel_size") -> Window:
    """The window that a layer's parameters describe; `strides` of None means the kernel's size (pooling)."""
    size = args.sizes(kernel)
    strides = args.optional_sizes("strides")
    return Window(
        kernel=size,
        strides=strides if strides is not None else size,
        dilation=args.sizes("dilation_rate") if "dilation_rate" in args.values else (1,) * len(size),
        padding=args.padding(),
        ceil_mode="ceil_mode" in args.values and args.flag("ceil_mode"),
        param=kernel,
    )
