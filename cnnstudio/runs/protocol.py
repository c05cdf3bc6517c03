"""What is said to the engine process and what it says back: frozen values of built-in types and NumPy arrays.

A request carries a number, `request`, that every report about it repeats. One request is worked on at a time, the
others wait in order; `Control` values act at once. Every request ends in exactly one `Reply` or `Failure`; a
training run also streams `RunEvent`s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.runs.events import RunEvent

if TYPE_CHECKING:  # the window speaks this language before it has any array
    import numpy as np
    from numpy.typing import NDArray

# ------------------------------------------------------------------------------------------------ requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Warm:
    """Import Keras and trace a tiny network, so that the first click finds the engine ready. Reply: None."""

    request: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDevices:
    """Reply: a list of dictionaries, `DeviceInfo.to_json()`."""

    request: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Ask what a run would need. Reply: dictionary, see `cnnstudio.engine.forecast`."""

    request: int
    project: str
    """Text of a project file."""
    plan: Mapping[str, object] = field(default_factory=dict)
    images: int = 0
    """Number of training images."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindLearningRate:
    """Try rising learning rates on real batches with a copy of the network. Streams `RateTried`.

    Reply: dictionary, see `cnnstudio.engine.learning_rate_test.RateTest`.
    """

    request: int
    project: str
    """Text of a project file."""
    data: str
    plan: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Train:
    """Train a project on a data folder into a run folder. Reply: dictionary of run.json. Streams run events."""

    request: int
    run_id: str
    project: str
    """Text of a project file."""
    data: str
    run_dir: str
    plan: Mapping[str, object] = field(default_factory=dict)
    """`TrainingPlan.to_json()`; empty: the project's own training settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRun:
    """Go on after the last finished epoch of a run. Reply and events as for `Train`."""

    request: int
    run_id: str
    run_dir: str
    data: str = ""
    """Where the images are now; empty: where they were."""
    epochs: int = 0
    """Epochs in all; 0: as planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluate:
    """Measure a run's best model on a data folder. Reply: dictionary, see `cnnstudio.engine.evaluation`."""

    request: int
    run_dir: str
    data: str
    part: str = ""
    """`validation`, `test`, `train`, or empty: all images."""
    every_guess: bool = False
    """Whether the reply also holds `guesses`: path, true, predicted and probability of every image."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predict:
    """Classify images with a run's best model: files, or a uint8 array (images, height, width, channels).

    Reply: list of dictionaries, see `cnnstudio.engine.evaluation`.
    """

    request: int
    run_dir: str
    paths: tuple[str, ...] = ()
    images: NDArray[np.uint8] | None = None
    top: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Write a run's best model in another format, then check the file in its own runtime. Reply: dictionary."""

    request: int
    run_dir: str
    format: str
    path: str
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Augment:
    """Ask what a network's augmentation layers make of pictures. Reply: dictionary, see `cnnstudio.engine.augmentation`."""

    request: int
    project: str
    """Text of a project file; what is behind those layers may be missing."""
    paths: tuple[str, ...]
    raw: bool
    """Whether the whole network is fed pixels of 0 to 255, as it scales them itself."""
    resize: str = "stretch"
    draw: int = 0
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWeights:
    """Look at the weights of a run's best model, or, with `run_dir` empty, at those that a project's run would begin with.

    Reply: dictionary, see `weights_of` in `cnnstudio.engine.understanding.weights`; with `layer` also `layer` and `values`, see
    `layer_values` there.
    """

    request: int
    run_dir: str = ""
    project: str = ""
    """Text of a project file."""
    layer: str = ""
    """The layer whose values are wanted too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureGradients:
    """Ask how large the loss's gradient is for the weights of each layer, of a run's best model or of a fresh network.

    Reply: dictionary, see `cnnstudio.engine.understanding.gradients`.
    """

    request: int
    run_dir: str = ""
    project: str = ""
    """Text of a project file, for the network with fresh weights where `run_dir` is empty."""
    data: str = ""
    """Where the images are; empty: where they were when the run was trained, or where the project says."""


Request: TypeAlias = (
    Warm
    | ListDevices
    | Forecast
    | FindLearningRate
    | Train
    | ResumeRun
    | Evaluate
    | Predict
    | Export
    | Augment
    | ReadWeights
    | MeasureGradients
)

# ------------------------------------------------------------------------------------------------ controls


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Hold the run after the batch it is at."""

    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Continue:
    """Go on after a pause."""

    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAfterEpoch:
    """End the run when its current epoch is done; the result is kept."""

    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopNow:
    """End the run within a batch; finished epochs are kept."""

    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Give up a request, waiting or worked on; it ends in a `Failure` with `cancelled` set. A run stops now."""

    request: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quit:
    """End the process; a run stops as by `StopNow`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitImages:
    """How many bytes decoded images may take from now on: in memory (None: a share of what is free), and in files."""

    memory: int | None
    file: int


Control: TypeAlias = Pause | Continue | StopAfterEpoch | StopNow | Cancel | LimitImages | Quit

# ------------------------------------------------------------------------------------------------ reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Keras is warm. `devices` as the reply to `ListDevices`; `versions`: package name to version."""

    versions: Mapping[str, str]
    devices: tuple[Mapping[str, object], ...]
    backend: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a request is. `total` is 0 while it is not known."""

    request: int
    done: int
    total: int
    message: Message = NO_MESSAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTried:
    """A batch was trained at this learning rate; `loss` is smoothed."""

    request: int
    rate: float
    loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A request was done."""

    request: int
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A request could not be done: why, and the cure. `details` is for the log, not for the user's face."""

    request: int
    message: Message
    hint: Message = NO_MESSAGE
    details: str = ""
    cancelled: bool = False


Report: TypeAlias = Ready | Progress | RateTried | Reply | Failure | RunEvent
