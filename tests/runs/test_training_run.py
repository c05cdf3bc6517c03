"""A run as its events tell it."""

from __future__ import annotations

from cnnstudio.runs.events import BatchEnded, EpochEnded, PhaseChanged, RunEnded
from cnnstudio.runs.training_run import TrainingRun


def started() -> TrainingRun:
    run = TrainingRun(run_id="r")
    return run.apply(PhaseChanged(run_id="r", phase="training", steps_per_epoch=10, epochs=4))


def test_applying_an_event_leaves_the_old_value_alone() -> None:
    before = started()
    after = before.apply(
        BatchEnded(run_id="r", epoch=1, first_step=1, losses=(2.0, 1.0), accuracies=(0.1, 0.2))
    )
    assert before.step == 0
    assert before.batches == {}
    assert after.step == 2
    assert after.batches["loss"].xs.tolist() == [0.1, 0.2]
    assert after.batches["accuracy"].ys.tolist() == [0.1, 0.2]


def test_an_event_of_another_run_changes_nothing() -> None:
    run = started()
    assert run.apply(RunEnded(run_id="other", state="failed")) is run


def test_progress_and_time_left_follow_batches_and_epochs() -> None:
    run = started()
    assert run.seconds_left is None
    run = run.apply(EpochEnded(run_id="r", epoch=1, step=10, metrics={"loss": 1.0}, seconds=8.0))
    assert run.progress == 0.25
    assert run.seconds_left == 24.0
    run = run.apply(BatchEnded(run_id="r", epoch=2, first_step=11, losses=(1.0,) * 5))
    assert run.progress == 0.375
    assert run.seconds_left == 20.0


def test_the_best_epoch_is_the_one_that_was_called_best() -> None:
    run = started()
    for epoch, accuracy, best in ((1, 0.5, True), (2, 0.8, True), (3, 0.7, False)):
        run = run.apply(
            EpochEnded(
                run_id="r", epoch=epoch, step=10 * epoch, metrics={"val_accuracy": accuracy}, is_best=best
            )
        )
    assert run.best_epoch == 2
    assert run.best_metrics == {"val_accuracy": 0.8}
    assert run.history["val_accuracy"].ys.tolist() == [0.5, 0.8, 0.7]


def test_an_epoch_told_late_does_not_turn_the_clock_back() -> None:
    run = started().apply(BatchEnded(run_id="r", epoch=2, first_step=11, losses=(1.0, 1.0)))
    run = run.apply(EpochEnded(run_id="r", epoch=1, step=10, metrics={"loss": 1.0}))
    assert (run.epoch, run.step, run.epochs_done) == (2, 12, 1)


def test_pausing_and_going_on_shows_in_the_state() -> None:
    run = started().apply(PhaseChanged(run_id="r", phase="paused"))
    assert run.state == "paused"
    run = run.apply(PhaseChanged(run_id="r", phase="training"))
    assert run.state == "running"
    run = run.apply(RunEnded(run_id="r", state="stopped"))
    assert run.is_over
