"""What curves say: each rule on curves that show its trouble, and on curves that only look like it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from cnnstudio.core.network import Block, Network, Node
from cnnstudio.runs.diagnosis import RunCurves, diagnose
from cnnstudio.runs.events import BatchEnded, EpochEnded, PhaseChanged, RunEnded
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.record import RunRecord
from cnnstudio.runs.training_run import TrainingRun

E = np.arange(1, 21, dtype=np.float64)
NONE = np.empty(0)


def curves(
    loss: np.ndarray,
    val_loss: np.ndarray = NONE,
    accuracy: np.ndarray = NONE,
    val_accuracy: np.ndarray = NONE,
    **facts: object,
) -> RunCurves:
    made = RunCurves(
        loss=loss,
        val_loss=val_loss,
        accuracy=accuracy,
        val_accuracy=val_accuracy,
        batch_losses=NONE,
        classes=10,
        validation_images=2000,
        is_over=True,
    )
    return replace(made, **facts)  # type: ignore[arg-type]


def noise(size: float, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, size, len(E))


def healthy(seed: int = 0) -> RunCurves:
    """Both losses come to rest close together, as they should."""
    fall = 2.2 * np.exp(-E / 3)
    return curves(
        0.25 + fall - 0.002 * E + noise(0.002, seed),
        0.33 + fall + noise(0.01, seed + 1),
        0.92 - 0.8 * np.exp(-E / 3),
        0.90 - 0.8 * np.exp(-E / 3) + noise(0.004, seed + 2),
    )


def over_fitted(seed: int = 0) -> RunCurves:
    return curves(
        2.2 * np.exp(-E / 4) + 0.02,
        2.2 * np.exp(-E / 4) + 0.3 + 0.03 * np.maximum(0, E - 8) + noise(0.005, seed),
        1 - 0.8 * np.exp(-E / 4),
        0.88 - 0.7 * np.exp(-E / 4),
    )


def wrong_labels() -> RunCurves:
    accuracy = np.concatenate([np.linspace(0.3, 0.7, 6), np.linspace(0.72, 0.99, 14)])
    validation = np.concatenate([np.linspace(0.4, 0.8, 6), np.linspace(0.79, 0.62, 14)])
    return curves(np.linspace(2.0, 0.05, 20), 1 + 0.05 * np.abs(E - 6), accuracy, validation, classes=10)


def swinging() -> RunCurves:
    return curves(np.where(E % 2 == 0, 0.8, 2.0))


CASES: dict[str, Callable[[], RunCurves]] = {
    "over_fitting": over_fitted,
    "under_fitting": lambda: curves(
        1.2 + np.exp(-E), 1.22 + np.exp(-E), 0.55 - 0.4 * np.exp(-E), 0.55 - 0.4 * np.exp(-E)
    ),
    "learning_rate_high": swinging,
    "learning_rate_low": lambda: curves(
        2.30 - 0.004 * E,
        2.30 - 0.004 * E,
        0.2 + 0.01 * E,
        0.2 + 0.01 * E,
        plan=TrainingPlan(learning_rate=1e-6),
    ),
    "dead_network": lambda: curves(math.log(10) + noise(0.002), math.log(10) + noise(0.002, 1), 0.1 + 0 * E),
    "label_noise": wrong_labels,
    "too_short": lambda: curves(2.2 * 0.95**E, 2.3 * 0.95**E, 1 - 0.8 * 0.95**E),
    "validation_noise": lambda: replace(healthy(), validation_images=40),
    "gap": lambda: curves(
        np.linspace(2, 0.1, 20),
        np.linspace(2, 0.5, 20),
        np.linspace(0.3, 0.96, 20),
        np.linspace(0.3, 0.84, 20),
    ),
    "plateau": lambda: curves(0.3 + 2 * np.exp(-E), 0.4 + 2 * np.exp(-E) + noise(0.001)),
}


def codes(found: RunCurves) -> list[str]:
    return [finding.code for finding in diagnose(found)]


@pytest.mark.parametrize("code", CASES)
def test_trouble_is_named(code: str) -> None:
    assert code in codes(CASES[code]())


@pytest.mark.parametrize("seed", range(20))
def test_a_healthy_run_is_never_scared(seed: int) -> None:
    assert not [finding for finding in diagnose(healthy(seed)) if finding.severity == "warning"]


@pytest.mark.parametrize("code", [code for code in CASES if code != "validation_noise"])
def test_no_rule_speaks_before_there_are_two_epochs(code: str) -> None:
    whole = CASES[code]()
    first = replace(
        whole,
        **{name: getattr(whole, name)[:1] for name in ("loss", "val_loss", "accuracy", "val_accuracy")},
    )
    assert codes(first) == []


def test_over_fitting_names_the_epoch_since_when() -> None:
    (finding,) = [one for one in diagnose(over_fitted()) if one.code == "over_fitting"]
    found = int(str(finding.title).rpartition(" ")[2])
    assert found == int(over_fitted().val_loss.argmin()) + 1


@pytest.mark.parametrize("seed", range(20))
def test_noise_around_a_level_validation_loss_is_not_over_fitting(seed: int) -> None:
    level = curves(0.3 + np.exp(-E) - 0.005 * E, 0.5 + np.exp(-E) + noise(0.02, seed))
    assert "over_fitting" not in codes(level)


def test_a_rising_validation_loss_beside_a_rising_training_loss_is_not_over_fitting() -> None:
    assert "over_fitting" not in codes(curves(0.5 + 0.02 * E, 0.6 + 0.02 * E))


@pytest.mark.parametrize(
    "lost", [curves(np.array([1.0, math.nan])), curves(np.array([2.0]), batch_losses=np.array([2, math.inf]))]
)
def test_a_loss_that_is_no_number_asks_for_a_tenth_of_the_learning_rate(lost: RunCurves) -> None:
    (finding,) = diagnose(lost)
    assert finding.code == "learning_rate_high"
    assert finding.remedies[0].settings == {"learning_rate": pytest.approx(lost.plan.learning_rate / 10)}


def test_an_exploding_loss_is_too_high_a_learning_rate_and_nothing_else() -> None:
    assert codes(curves(2.3 * 1.5**E)) == ["learning_rate_high"]


def test_a_smooth_fall_with_little_noise_does_not_swing() -> None:
    assert "learning_rate_high" not in codes(curves(0.3 + np.exp(-E / 3) + noise(0.03)))


def test_chance_is_not_called_dead_where_accuracy_says_otherwise() -> None:
    assert "dead_network" not in codes(curves(math.log(10) + 0 * E, NONE, np.linspace(0.1, 0.6, 20)))


def test_a_loss_like_ln_classes_of_a_regression_says_nothing() -> None:
    squared = curves(math.log(10) + 0 * E, plan=TrainingPlan(loss="mean_squared_error"))
    assert "dead_network" not in codes(squared)


def test_of_several_numbers_no_chance_is_reckoned() -> None:
    record = RunRecord(run_id="a", classes=("age", "size", "weight"), task="regression")
    assert math.isnan(RunCurves.of_record(TrainingRun(run_id="a"), record).chance_loss)
    classes = RunRecord(run_id="a", classes=("a", "b"), data={"validation": 9})
    found = RunCurves.of_record(TrainingRun(run_id="a"), classes)
    assert (found.classes, found.validation_images) == (2, 9)


def test_a_fast_first_epoch_is_not_a_low_learning_rate() -> None:
    assert "learning_rate_low" not in codes(curves(0.3 + 2 * np.exp(-E)))


def test_a_high_learning_rate_is_never_called_low() -> None:
    slow = replace(CASES["learning_rate_low"](), plan=TrainingPlan(learning_rate=0.1))
    assert "learning_rate_low" not in codes(slow)


def test_plain_over_fitting_without_loss_of_accuracy_does_not_accuse_the_labels() -> None:
    assert "label_noise" not in codes(over_fitted())


def test_suspected_labels_are_told_as_a_suspicion() -> None:
    (finding,) = [one for one in diagnose(wrong_labels()) if one.code == "label_noise"]
    assert finding.severity == "hint"
    assert "may also be" in str(finding.message)


def test_a_run_that_goes_on_is_not_called_too_short() -> None:
    assert "too_short" not in codes(replace(CASES["too_short"](), is_over=False))


def test_many_validation_images_make_no_noise() -> None:
    assert "validation_noise" not in codes(healthy())


def test_a_schedule_that_lowers_the_rate_ends_in_no_plateau() -> None:
    assert "plateau" not in codes(replace(CASES["plateau"](), plan=TrainingPlan(schedule="cosine")))


def test_the_epochs_of_a_warm_up_are_not_called_slow() -> None:
    slow = CASES["learning_rate_low"]()
    assert "learning_rate_low" not in codes(replace(slow, plan=replace(slow.plan, warmup_epochs=18)))


def test_what_the_plan_has_already_is_not_advised_again() -> None:
    plan = TrainingPlan(stopping_patience=3, weight_decay=0.1)
    (finding,) = [one for one in diagnose(replace(over_fitted(), plan=plan)) if one.code == "over_fitting"]
    assert not [remedy for remedy in finding.remedies if remedy.settings]


@pytest.mark.parametrize("code", ["over_fitting", "gap"])
@pytest.mark.parametrize(
    ("layers", "advice"),
    [
        (("Conv2D", "Dense"), "Augment the images, or add Dropout before the last layers"),
        (("RandomFlip", "Conv2D"), "Augment the images more strongly, or add Dropout before the last layers"),
        (("Conv2D", "SpatialDropout2D"), "Augment the images, or let Dropout leave out more"),
        (("RandomZoom", "Dropout"), "Augment the images more strongly, or let Dropout leave out more"),
        (("Normalization", "Rescaling"), "Augment the images, or add Dropout before the last layers"),
    ],
)
def test_what_the_network_does_already_is_advised_more_of_and_not_as_new(
    code: str, layers: tuple[str, ...], advice: str
) -> None:
    found = replace(CASES[code](), layers=frozenset(layers))
    (finding,) = [one for one in diagnose(found) if one.code == code]
    assert str(finding.remedies[0].label) == advice


def test_less_of_what_holds_back_is_advised_where_there_is_any() -> None:
    held_back = CASES["under_fitting"]()
    for layers, advice in (
        (("Conv2D",), "More filters or layers"),
        (("RandomFlip", "Dropout"), "More filters or layers; less dropout and augmentation"),
        (("RandomFlip",), "More filters or layers; less augmentation"),
        (("Dropout",), "More filters or layers; less dropout"),
    ):
        found = replace(held_back, layers=frozenset(layers))
        (finding,) = [one for one in diagnose(found) if one.code == "under_fitting"]
        assert str(finding.remedies[0].label) == advice


def test_layers_in_blocks_are_seen() -> None:
    network = Network.of([Node(id="augment1", type="RandomFlip"), Node(id="conv1", type="Conv2D")])
    inner = Network.of([Node(id="block1", type="Block", block=Block(network=network))])
    found = RunCurves.of(TrainingRun(run_id="a"), network=inner)
    assert found.augments
    assert not found.drops_out


def test_a_falling_validation_loss_is_no_plateau() -> None:
    assert "plateau" not in codes(curves(2 * 0.93**E, 2 * 0.93**E))


@pytest.mark.parametrize("code", CASES)
def test_one_click_remedies_make_plans_that_can_be_trained(code: str) -> None:
    found = CASES[code]()
    for finding in diagnose(found):
        assert finding.remedies
        for remedy in finding.remedies:
            plan = TrainingPlan.from_json({**found.plan.to_json(), **remedy.settings})
            assert (plan != found.plan) == bool(remedy.settings)


def test_a_run_is_read_with_its_facts() -> None:
    run = TrainingRun(run_id="a").apply(PhaseChanged(run_id="a", phase="training", steps_per_epoch=2))
    run = run.apply(BatchEnded(run_id="a", epoch=1, first_step=1, losses=(2.3, 2.2)))
    for epoch in (1, 2):
        run = run.apply(EpochEnded(run_id="a", epoch=epoch, step=2 * epoch, metrics={"loss": 2.0 / epoch}))
    run = run.apply(RunEnded(run_id="a", state="finished"))
    found = RunCurves.of(run, classes=10, validation_images=7)
    assert found.loss.tolist() == [2.0, 1.0]
    assert len(found.val_loss) == 0
    assert found.batch_losses.tolist() == [2.3, 2.2]
    assert (found.is_over, found.classes, found.validation_images) == (True, 10, 7)
    assert found.chance_loss == pytest.approx(2.302585)


# LeNet-5 and a small network on the sample of 4,000 Fashion-MNIST images, trained with real Keras.
REAL = {
    "too_short": {
        "loss": [1.3625, 0.7872, 0.7239, 0.6525, 0.6142, 0.5896, 0.5502, 0.5421, 0.5109, 0.4956],
        "val_loss": [0.8985, 0.7573, 0.71, 0.7344, 0.6601, 0.6389, 0.5923, 0.5797, 0.5926, 0.5701],
        "accuracy": [0.5409, 0.7053, 0.7297, 0.7506, 0.7669, 0.7738, 0.7881, 0.7928, 0.8106, 0.8153],
        "val_accuracy": [0.6463, 0.7125, 0.7513, 0.7275, 0.7563, 0.7788, 0.8025, 0.8, 0.7925, 0.805],
    },
    "over_fitting": {
        "loss": [
            1.0426,
            0.6818,
            0.5857,
            0.5223,
            0.4764,
            0.4683,
            0.438,
            0.4237,
            0.3604,
            0.3576,
            0.3279,
            0.3301,
            0.3112,
            0.2904,
            0.3255,
            0.2813,
            0.2817,
            0.2749,
            0.2392,
            0.2174,
            0.2147,
            0.213,
            0.2888,
            0.2134,
        ],
        "val_loss": [
            0.7665,
            0.6349,
            0.6283,
            0.5416,
            0.5484,
            0.5329,
            0.5365,
            0.4947,
            0.5071,
            0.5063,
            0.534,
            0.4923,
            0.5573,
            0.612,
            0.6649,
            0.6303,
            0.6348,
            0.6032,
            0.6591,
            0.5924,
            0.7131,
            0.7191,
            0.551,
            0.655,
        ],
        "accuracy": [
            0.6041,
            0.7412,
            0.7719,
            0.7997,
            0.8231,
            0.8184,
            0.8334,
            0.8394,
            0.8572,
            0.8678,
            0.8728,
            0.8734,
            0.8778,
            0.8878,
            0.8825,
            0.8941,
            0.9006,
            0.8928,
            0.9106,
            0.9197,
            0.9131,
            0.9216,
            0.8953,
            0.9191,
        ],
        "val_accuracy": [
            0.7225,
            0.7613,
            0.7788,
            0.7987,
            0.8213,
            0.8263,
            0.8025,
            0.8238,
            0.8288,
            0.8338,
            0.8375,
            0.84,
            0.8413,
            0.8075,
            0.81,
            0.84,
            0.82,
            0.835,
            0.82,
            0.8637,
            0.8275,
            0.8288,
            0.8338,
            0.8188,
        ],
    },
    "dead_network": {
        "loss": [2.3134, 2.3108, 2.3084, 2.3063, 2.3045, 2.3029],
        "val_loss": [2.312, 2.3096, 2.3074, 2.3055, 2.3038, 2.3023],
        "accuracy": [0.0812, 0.0756, 0.0728, 0.0725, 0.0681, 0.0662],
        "val_accuracy": [0.075, 0.0725, 0.07, 0.0712, 0.0787, 0.0775],
    },
    "gap": {
        "loss": [0.855, 0.4731, 0.3781, 0.3212, 0.2887, 0.2371, 0.1964, 0.1758, 0.1536, 0.1295],
        "val_loss": [0.6142, 0.5414, 0.5008, 0.5323, 0.5149, 0.4929, 0.491, 0.4941, 0.5099, 0.505],
        "accuracy": [0.7063, 0.8372, 0.8775, 0.8934, 0.9122, 0.9272, 0.9403, 0.9481, 0.9559, 0.9581],
        "val_accuracy": [0.8025, 0.8313, 0.8438, 0.8225, 0.8363, 0.8388, 0.8438, 0.8462, 0.8375, 0.8413],
    },
}


@pytest.mark.parametrize("code", REAL)
def test_real_runs_on_the_sample_are_read_as_a_person_would(code: str) -> None:
    found = curves(**{name: np.array(values) for name, values in REAL[code].items()}, validation_images=800)
    assert codes(found) == [code]
