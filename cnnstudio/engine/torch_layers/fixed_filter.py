"""The same given kernel over every channel by itself."""

import torch
from torch import nn


class FixedFilter2d(nn.Conv2d):  # type: ignore[misc]  # PyTorch need not be installed
    """Cross-correlation of each channel with `kernel`, rows of numbers, which learns only when `trainable`."""

    def __init__(
        self,
        channels: int,
        kernel: tuple[tuple[float, ...], ...],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
        trainable: bool = False,
    ) -> None:
        rows = torch.tensor(kernel, dtype=torch.float32)
        super().__init__(channels, channels, tuple(rows.shape), stride, padding, groups=channels, bias=False)
        self.weight = nn.Parameter(rows.repeat(channels, 1, 1, 1), requires_grad=trainable)
