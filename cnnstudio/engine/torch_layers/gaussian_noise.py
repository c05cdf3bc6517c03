"""Noise that is added while training."""

import torch
from torch import nn


class GaussianNoise(nn.Module):  # type: ignore[misc]  # PyTorch need not be installed
    """Adds noise of mean 0 to every value while training."""

    def __init__(self, stddev: float) -> None:
        super().__init__()
        self.stddev = stddev

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.stddev * torch.randn_like(x) if self.training else x
