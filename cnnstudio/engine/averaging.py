"""The moving average of a model's weights that an optimizer may keep: putting it in for validation, and out again."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from cnnstudio.engine.optimizers import inner_of


class AveragedWeights:
    """Swaps a model's weights with their average, as Keras's SwapEMAWeights does; nothing without an average."""

    def __init__(self, model: keras.Model) -> None:
        self._model = model
        self._own: list[NDArray[Any]] = []

    def put_in(self) -> None:
        """Give the model the averaged weights."""
        pairs = average_of(self._model)
        self._own = [_array(variable) for variable, _ in pairs]
        for variable, average in pairs:
            variable.assign(_array(average))  # a copy: JAX gives arrays away that two variables would share

    def put_back(self) -> None:
        """Give the model its own weights again."""
        if self._own:
            for (variable, _), value in zip(average_of(self._model), self._own, strict=True):
                variable.assign(value)
        self._own = []


def average_of(model: keras.Model) -> list[tuple[Any, Any]]:
    """Each trained weight and the variable that holds its average; empty where no average is kept."""
    optimizer = inner_of(model.optimizer)
    if not getattr(optimizer, "use_ema", False) or not optimizer.built:
        return []
    return list(zip(optimizer._trainable_variables, optimizer._model_variables_moving_average, strict=True))


def averaged_copies(model: keras.Model) -> list[NDArray[Any]]:
    """Copies of all of the model's variables, averages in place of the weights that have one."""
    averages = {id(variable): average for variable, average in average_of(model)}
    return [_array(averages.get(id(variable), variable)) for variable in model.variables]


def _array(variable: Any) -> NDArray[Any]:
    return np.array(keras.ops.convert_to_numpy(keras.ops.convert_to_tensor(variable)), copy=True)
