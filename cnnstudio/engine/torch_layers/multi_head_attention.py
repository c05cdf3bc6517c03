"""Multi-head attention with heads of any size."""

import torch
import torch.nn.functional as F
from torch import nn


class MultiHeadAttention(nn.Module):  # type: ignore[misc]  # PyTorch need not be installed
    """Every place of `x` looks at every place of `other`, or of itself. Vaswani et al. 2017.

    Takes (batch, features, places along one axis or more). Unlike in nn.MultiheadAttention, `key_dim` and
    `value_dim` are sizes of one head.
    """

    def __init__(
        self,
        features: int,
        other_features: int,
        num_heads: int,
        key_dim: int,
        value_dim: int,
        dropout: float = 0.0,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.dropout = dropout
        self.query = nn.Linear(features, num_heads * key_dim, bias)
        self.key = nn.Linear(other_features, num_heads * key_dim, bias)
        self.value = nn.Linear(other_features, num_heads * value_dim, bias)
        self.output = nn.Linear(num_heads * value_dim, features, bias)

    def _heads(self, values: torch.Tensor) -> torch.Tensor:
        """(batch, places, heads * size) as (batch, heads, places, size)."""
        return values.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)

    def forward(self, x: torch.Tensor, other: torch.Tensor | None = None) -> torch.Tensor:
        places = x.flatten(2).transpose(1, 2)
        seen = places if other is None else other.flatten(2).transpose(1, 2)
        taken = F.scaled_dot_product_attention(
            self._heads(self.query(places)),
            self._heads(self.key(seen)),
            self._heads(self.value(seen)),
            dropout_p=self.dropout if self.training else 0.0,
        )
        return self.output(taken.transpose(1, 2).flatten(2)).transpose(1, 2).reshape(x.shape)
