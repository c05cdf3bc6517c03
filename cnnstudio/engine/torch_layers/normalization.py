"""The mean of the data taken off, its spread made 1."""

import torch
from torch import nn


class Normalization(nn.Module):  # type: ignore[misc]  # PyTorch need not be installed
    """(x - mean) / sqrt(variance), one number for all channels or one each; `invert` goes the other way."""

    def __init__(
        self,
        channels: int,
        mean: float | tuple[float, ...] = 0.0,
        variance: float | tuple[float, ...] = 1.0,
        invert: bool = False,
    ) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(channels) + torch.tensor(mean))
        self.register_buffer("variance", torch.zeros(channels) + torch.tensor(variance))
        self.invert = invert

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shape = (-1, *(1 for _ in x.shape[2:]))
        mean = self.mean.view(shape)
        deviation = self.variance.sqrt().clamp(min=1e-7).view(shape)
        return x * deviation + mean if self.invert else (x - mean) / deviation
