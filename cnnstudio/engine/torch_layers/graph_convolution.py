"""Graph convolution: every node gathers its neighbours' features."""

import torch
from torch import nn


class GraphConvolution(nn.Linear):  # type: ignore[misc]  # PyTorch need not be installed
    """Every node gathers its neighbours' features and passes them through a dense layer. Kipf & Welling 2017.

    Takes features (batch, features, nodes) and edges (batch, nodes, nodes): edges[:, j, i] says how much node i takes
    from node j. `normalize` divides by the degrees: "symmetric" by the roots of both, "mean" by the taking node's.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        normalize: str = "symmetric",
        self_loops: bool = True,
        bias: bool = True,
    ) -> None:
        super().__init__(in_features, out_features, bias)
        self.normalize = normalize
        self.self_loops = self_loops

    def forward(self, features: torch.Tensor, edges: torch.Tensor) -> torch.Tensor:
        if self.self_loops:
            edges = edges + torch.eye(edges.shape[-1], dtype=edges.dtype, device=edges.device)
        degree = edges.sum(dim=1, keepdim=True)
        share = torch.where(degree > 0, 1 / degree, torch.zeros_like(degree))
        if self.normalize == "mean":
            edges = edges * share
        elif self.normalize == "symmetric":
            edges = edges * share.sqrt() * share.sqrt().transpose(1, 2)
        gathered = self.weight @ features @ edges
        return gathered if self.bias is None else gathered + self.bias.unsqueeze(-1)
