"""Feeding a prepared model and fitting it: the one way in which runs, forecasts and the warm-up train."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import keras

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.network import Network
from cnnstudio.engine.batches import OrderedBatches, TrainingBatches, naming_broken_files
from cnnstudio.engine.datasets import ImageData
from cnnstudio.engine.devices import keras_device
from cnnstudio.engine.fit_callbacks import FitCallbacks, Notes
from cnnstudio.engine.preparing import Prepared
from cnnstudio.engine.resident import ResidentModel, fed, steps_at_once
from cnnstudio.layers import catalogue
from cnnstudio.runs.plan import TrainingPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Where a model's batches come from, and who tells of its single steps where one call runs several."""

    training: TrainingBatches
    validation: OrderedBatches | None
    notes: Notes | None


def feed(prepared: Prepared, network: Network, plan: TrainingPlan, data: ImageData, pixels: str) -> Feed:
    """Make batches of the data for the model; `pixels` is what the network is fed, `0..1` or `0..255`."""
    head, model = prepared.head, prepared.model
    training = TrainingBatches(data.train, head, batch_size=plan.batch_size, seed=plan.seed, pixels=pixels)
    validation = None
    if len(data.validation):
        validation = OrderedBatches(data.validation, head, pixels=pixels, batch_size=plan.batch_size)
    if not isinstance(model, ResidentModel):
        return Feed(training=training, validation=validation, notes=None)
    macs = Analyser(catalogue()).analyse(network).macs
    model.feed(training, validation, steps_at_once(macs, training.batch_size))
    return Feed(training=training, validation=validation, notes=model.notes)


def fit(
    prepared: Prepared,
    source: Feed,
    callbacks: FitCallbacks,
    *,
    epochs: int,
    finished: int = 0,
    class_weight: Mapping[int, float] | None = None,
) -> None:
    """Train until epoch number `epochs` is done, or `callbacks` end it; `finished` epochs were done before."""
    model, validation = prepared.model, source.validation
    shown = (source.training.images, None if validation is None else validation.images)
    with keras.device(keras_device(prepared.device)), naming_broken_files(*shown):
        model.fit(
            fed(source.training, model),
            initial_epoch=finished,
            epochs=epochs,
            validation_data=None if validation is None else fed(validation, model),
            class_weight=class_weight,
            callbacks=callbacks,
            shuffle=False,
            verbose=0,
        )
