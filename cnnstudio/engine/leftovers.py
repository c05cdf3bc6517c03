"""What a job leaves in the engine's process although nobody needs it any more."""

from __future__ import annotations

import gc
import sys

_TRACED = "CustomGradient-"
"""What TensorFlow calls the gradient of a function of its own when it traces one, with a number behind."""


def sweep_up() -> None:
    """Frees what the last job left. To be called between jobs, when no model is at work.

    A model is a web of references: left to itself its memory would stay for a run or two. TensorFlow moreover registers the
    gradient of each `tf.custom_gradient` that is traced, some losses are one, and never takes it out again; through it
    the whole graph of a training step stays, 1.5 MB even of a tiny network.
    """
    ops = sys.modules.get("tensorflow.python.framework.ops")
    registered = getattr(getattr(ops, "gradient_registry", None), "_registry", None)
    if isinstance(registered, dict):
        for name in [name for name in registered if name.startswith(_TRACED)]:
            del registered[name]
    gc.collect()
