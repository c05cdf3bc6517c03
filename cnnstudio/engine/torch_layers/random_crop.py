"""A part of every picture: at a random place while training, the middle otherwise."""

import torch
from torch import nn


class RandomCrop(nn.Module):  # type: ignore[misc]  # PyTorch need not be installed
    """Cuts `height` by `width` pixels out of larger pictures, all of a batch at the same place."""

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.height = height
        self.width = width

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        down, across = x.shape[-2] - self.height, x.shape[-1] - self.width
        top, left = down // 2, across // 2
        if self.training:
            top, left = int(torch.randint(down + 1, ())), int(torch.randint(across + 1, ()))
        return x[..., top : top + self.height, left : left + self.width]
