"""Noise that values are multiplied with while training."""

import torch
from torch import nn


class GaussianDropout(nn.Module):  # type: ignore[misc]  # PyTorch need not be installed
    """Multiplies every value with noise of mean 1 and variance p / (1 - p) while training. Srivastava et al. 2014."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.stddev = (p / (1 - p)) ** 0.5

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * (1 + self.stddev * torch.randn_like(x)) if self.training else x
