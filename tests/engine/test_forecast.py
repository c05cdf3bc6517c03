"""The forecast and the warm-up train as a run does: the same model, the same batches, as many steps in one call."""

from __future__ import annotations

from typing import Any

import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.engine import forecast as forecasting
from cnnstudio.engine import warm_up as warming
from cnnstudio.engine.fit_callbacks import FitCallbacks
from cnnstudio.engine.fitting import Feed, fit
from cnnstudio.engine.preparing import Prepared
from cnnstudio.engine.resident import ResidentModel, steps_at_once
from cnnstudio.layers import catalogue
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.zoo import templates

LENET = Project(network=templates()["lenet5"].build(), data=Params(validation_split=0.25))


class Fitted:
    """Takes the place of `fit`, remembers what it was asked, and trains for one epoch."""

    def __init__(self) -> None:
        self.prepared: Prepared | None = None
        self.source: Feed | None = None
        self.class_weight: Any = None
        self.optimizer_was_built = False

    def __call__(self, prepared: Prepared, source: Feed, callbacks: FitCallbacks, **asked: Any) -> None:
        self.prepared, self.source, self.class_weight = prepared, source, asked.get("class_weight")
        self.optimizer_was_built = prepared.model.optimizer.built
        fit(prepared, source, callbacks, epochs=1, class_weight=self.class_weight)


def data_of(project: Project, plan: TrainingPlan, images: int = 0) -> Any:
    return forecasting.random_data(project, plan, Analyser(catalogue()).analyse(project.network), images)


def test_a_forecast_trains_as_a_run_does(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = Fitted()
    monkeypatch.setattr(forecasting, "fit", fitted)
    told = forecasting.forecast(LENET, TrainingPlan(batch_size=16), 64)
    assert fitted.prepared is not None
    assert fitted.source is not None
    model, macs = fitted.prepared.model, Analyser(catalogue()).analyse(LENET.network).macs
    assert isinstance(model, ResidentModel)
    assert model.steps_per_execution == steps_at_once(macs, 16) > 1
    assert fitted.source.notes is not None
    assert fitted.source.training.count == 64, "an epoch is no longer than the run's"
    assert fitted.source.validation is not None
    assert fitted.source.validation.count == 21, "a quarter of all is held back"
    assert told["parameters"] == model.count_params()


def test_weights_of_classes_are_trained_with(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = Fitted()
    monkeypatch.setattr(forecasting, "fit", fitted)
    plan = TrainingPlan(batch_size=8, class_weights=Params(cat=2.0))
    forecasting.forecast(LENET, plan, 16)
    assert fitted.class_weight == dict.fromkeys(range(10), 1.0)
    assert fitted.prepared is not None
    assert not isinstance(fitted.prepared.model, ResidentModel)


def test_random_images_are_as_many_as_a_few_calls_and_no_more_than_memory_allows() -> None:
    few = data_of(LENET, TrainingPlan(batch_size=16))
    macs = Analyser(catalogue()).analyse(LENET.network).macs
    assert len(few.train) == 16 * steps_at_once(macs, 16) * 10
    assert few.train.pixels.shape[1:] == (28, 28, 1)
    assert len(few.classes) == 10
    large = Project(network=templates()["lenet5"].build(input_shape=(700, 700, 3)))
    assert data_of(large, TrainingPlan(batch_size=8)).train.pixels.nbytes <= 64 * 2**20


def test_numbers_are_forecast_for_a_loss_of_numbers() -> None:
    one = Project(network=templates()["lenet5"].build(classes=1))
    data = data_of(one, TrainingPlan(batch_size=4, loss="mean_squared_error"), 8)
    assert data.task == "regression"
    assert data.train.targets.shape == (8, 1)
    assert data.target_names == ("value",)


def test_the_warm_up_pays_for_what_a_first_run_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = Fitted()
    monkeypatch.setattr(warming, "fit", fitted)
    warming.warm_up()
    assert fitted.prepared is not None
    assert isinstance(fitted.prepared.model, ResidentModel)
    assert fitted.optimizer_was_built, "variables made while a step is traced are never let go of"
