"""What a network can be taught of an image: its one class, which labels it carries, or numbers."""

from __future__ import annotations

from typing import Literal, TypeAlias

Task: TypeAlias = Literal["classification", "multi_label", "regression"]
