"""find-rate: the learning-rate range test in this process. Keras is imported once all else is checked."""

from __future__ import annotations

from argparse import Namespace

from cnnstudio.commands.failure import DONE, ENDED_BADLY
from cnnstudio.commands.output import remark, say, say_json
from cnnstudio.commands.progress import Bar
from cnnstudio.commands.settings import read_settings
from cnnstudio.commands.training import refuse_errors, use_backend, what_to_train
from cnnstudio.core.message import Message


def find_rate(arguments: Namespace) -> int:
    """`find-rate`: which learning rate the project's network learns at."""
    project, data, plan = what_to_train(arguments.file, arguments.data, read_settings(arguments.param))
    refuse_errors(project)
    use_backend(plan.backend)
    with Bar("Starting Keras") as bar:
        from cnnstudio.engine.learning_rate_test import find_learning_rate

        tried = 0

        def tell(rate: float, loss: float) -> None:
            nonlocal tried
            tried += 1
            bar.show(tried, 0, f"rate {rate:.2g}  loss {loss:.3f}", title="Trying rates")

        tested = find_learning_rate(project, data, plan, tell=tell)
    if arguments.json:
        say_json({"ok": tested.suggestion is not None, **tested.to_json()})
    elif tested.suggestion is not None:
        away = f"; the loss runs away at {tested.diverged_at:.2g}" if tested.diverged_at is not None else ""
        say(f"learning_rate={tested.suggestion:g}{away}")
    if tested.suggestion is None:
        remark(
            Message("The loss fell at none of the rates."),
            Message(
                "Look at the network: does its end fit the data, and can gradients reach its first layers?"
            ),
        )
        return ENDED_BADLY
    return DONE
