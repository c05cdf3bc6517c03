"""Deformable convolution: the kernel's places move by learned offsets and read between pixels."""

import torch
import torch.nn.functional as F
from torch import nn


class DeformableConv2d(nn.Conv2d):  # type: ignore[misc]  # PyTorch need not be installed
    """A convolution without padding that reads where a second convolution, `offset`, says. Dai et al. 2017.

    `offset` gives two numbers, down and right in pixels, for every place of the kernel, after them, with
    `modulated`, how much each place counts. Outside the input lie zeros.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        dilation: int | tuple[int, int] = 1,
        modulated: bool = False,
        bias: bool = True,
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, stride, dilation=dilation, bias=bias)
        self.modulated = modulated
        self.places = self.kernel_size[0] * self.kernel_size[1]
        numbers = self.places * (3 if modulated else 2)
        self.offset = nn.Conv2d(in_channels, numbers, kernel_size, stride, dilation=dilation)
        nn.init.zeros_(self.offset.weight)
        nn.init.zeros_(self.offset.bias)

    def _start(self, axis: int, count: int, like: torch.Tensor) -> torch.Tensor:
        """Where the kernel's rows or columns read along an axis before they move: (kernel, count)."""
        taps = torch.arange(self.kernel_size[axis], dtype=like.dtype, device=like.device)
        steps = torch.arange(count, dtype=like.dtype, device=like.device)
        return taps[:, None] * self.dilation[axis] + steps * self.stride[axis]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        moved = self.offset(x)
        height, width = x.shape[2:]
        rows, columns = moved.shape[2:]
        moves = moved[:, : 2 * self.places].unflatten(1, (*self.kernel_size, 2))
        down = moves[:, :, :, 0] + self._start(0, rows, x)[:, None, :, None]
        right = moves[:, :, :, 1] + self._start(1, columns, x)[None, :, None, :]
        # grid_sample counts from -1 to 1, from the outer edge of the first pixel to that of the last
        grid = torch.stack(((2 * right + 1) / width - 1, (2 * down + 1) / height - 1), dim=-1)
        read = F.grid_sample(x, grid.flatten(1, 3), align_corners=False).unflatten(2, (self.places, rows))
        if self.modulated:
            read = read * moved[:, 2 * self.places :].sigmoid().unsqueeze(1)
        found = torch.einsum("ncprs,ocp->nors", read, self.weight.flatten(2))
        return found if self.bias is None else found + self.bias[:, None, None]
