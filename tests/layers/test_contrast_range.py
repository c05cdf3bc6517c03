"""RandomContrast says the range that Keras draws from: one number only strengthens."""

from __future__ import annotations

import pytest

from cnnstudio.core.params import Params
from cnnstudio.layers import catalogue


@pytest.mark.engine
@pytest.mark.parametrize(
    ("factor", "said", "lowest", "highest"),
    [(0.3, "×1 to 1.3", 1.0, 1.3), ((0.2, 0.5), "×0.8 to 1.5", 0.8, 1.5)],
)
def test_the_card_names_the_range_that_keras_draws_from(
    factor: object, said: str, lowest: float, highest: float
) -> None:
    import keras
    import numpy as np

    spec = catalogue()["RandomContrast"]
    assert spec.describe(spec.arguments(Params(factor=factor))) == said
    layer = keras.layers.RandomContrast(factor, seed=3)
    drawn = np.asarray(
        layer.get_random_transformation(np.zeros((4000, 1, 1, 1), "float32"))["contrast_factor"]
    )
    assert drawn.min() == pytest.approx(lowest, abs=0.01)
    assert drawn.max() == pytest.approx(highest, abs=0.01)
