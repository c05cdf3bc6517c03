"""The parts of the plan that a beginner need not see: optimizer, schedule, stopping, regularising, start, device."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QMenu, QPushButton, QVBoxLayout, QWidget

from cnnstudio.core.params import Params, Value
from cnnstudio.runs.backends import AUTO, BACKENDS, is_installed, title
from cnnstudio.runs.optimizer_settings import SETTINGS
from cnnstudio.runs.plan import METRICS, SCHEDULES, TrainingPlan
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.ui.design.inspector.number_field import NumberField
from cnnstudio.ui.session import Session
from cnnstudio.ui.settings_edits import set_training
from cnnstudio.ui.theme import GRID
from cnnstudio.ui.train.plan_section import PlanSection, add_row
from cnnstudio.ui.train.plan_values import is_empty, parsed, stepped, text_of
from cnnstudio.ui.train.runs_table import run_title

_DEFAULTS = TrainingPlan()
_OF_OPTIMIZER = (
    "beta_1",
    "beta_2",
    "rho",
    "epsilon",
    "initial_accumulator_value",
    "nesterov",
    "amsgrad",
    "centered",
)
_CLIPS = ("clipnorm", "global_clipnorm", "clipvalue")
_SCHEDULE = ("schedule", "warmup_epochs", "decay_epochs", "decay_factor", "minimum_rate")
_STOPPING = ("stopping_patience", "stopping_min_delta", "stopping_metric", "best_metric")
_REGULARISING = ("label_smoothing", "class_weights", "use_ema", "ema_momentum", "auxiliary_weight")
_START = ("initial_weights", "frozen")
_DEVICE = ("device", "mixed_precision", "seed", "deterministic", "backend")
_CHOICES = {
    "schedule": SCHEDULES,
    "stopping_metric": METRICS,
    "best_metric": ("auto", *METRICS),
    "class_weights": ("none", "balanced"),
}
_CHECKS = ("nesterov", "amsgrad", "centered", "use_ema", "deterministic")
_SHORT = {
    "initial_accumulator_value": "accumulator",
    "stopping_patience": "patience",
    "stopping_min_delta": "min_delta",
    "stopping_metric": "metric",
    "best_metric": "best epoch by",
    "initial_weights": "weights from",
    "auxiliary_weight": "other ends",
}


class PlanSections(QWidget):
    """Reads and writes the settings of `document.project.training` that the form above it has no row for."""

    edited = Signal()
    """A setting was changed here."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runs: list[RunFolder] = []
        self.numbers: dict[str, NumberField] = {}
        self.choices: dict[str, QComboBox] = {}
        self.checks: dict[str, QCheckBox] = {}
        self.optimizer = PlanSection("optimizer", self.tr("Optimizer"))
        self.schedule = PlanSection("schedule", self.tr("Schedule"))
        self.stopping = PlanSection("stopping", self.tr("Stopping"))
        self.regularising = PlanSection("regularising", self.tr("Regularising"))
        self.start = PlanSection("start", self.tr("Start from"))
        self.device = PlanSection("device", self.tr("Device and seed"))
        self._names = {
            self.optimizer: (*_OF_OPTIMIZER, *_CLIPS),
            self.schedule: _SCHEDULE,
            self.stopping: _STOPPING,
            self.regularising: _REGULARISING,
            self.start: _START,
            self.device: _DEVICE,
        }
        self._tips = self._explanations()
        self.frozen = QPushButton()
        self.frozen.setObjectName("planFrozen")
        self.frozen.setAccessibleName("frozen")
        self._nodes = QMenu(self)
        self._nodes.aboutToShow.connect(self._fill_nodes)
        self._nodes.triggered.connect(self._on_frozen)
        self.frozen.setMenu(self._nodes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        for section, names in self._names.items():
            column.addWidget(section)
            for name in names:
                if section is not self.device:
                    self._add(section, name)

    def finish(self) -> None:
        """All rows are there: show the project, and unfold what is not at its default."""
        self._add(self.device, "deterministic")
        self._add(self.device, "backend")
        self._fill_backends()
        self._session.changed.connect(self.show_project)
        self.show_project()
        for section, names in self._names.items():
            section.unfold(bool(self._changed(names)))

    # --- from the document -----------------------------------------------------------------------------

    def show_project(self, _change: object = None) -> None:
        """Show what the document holds."""
        own = SETTINGS.get(str(self._value("optimizer")), {})
        for name, field in self.numbers.items():
            value = self._value(name)
            if not field.hasFocus() or parsed(name, field.text()) != value:
                field.show_text(text_of(value))
            if name in own:
                field.setPlaceholderText(text_of(own[name]))
        for name, box in self.choices.items():
            self._show_choice(name, box)
        for name, check in self.checks.items():
            with QSignalBlocker(check):
                check.setChecked(self._value(name) is True)
        self._show_rows(own)
        frozen = self._frozen()
        many = self.tr("{count} layers").format(count=len(frozen))
        self.frozen.setText(many if len(frozen) > 1 else frozen[0] if frozen else self.tr("none"))
        self.frozen.setToolTip(", ".join(frozen) or self._tips["frozen"])
        for section, names in self._names.items():
            section.show_changes(self._changed(names))

    def show_runs(self, folders: Sequence[RunFolder]) -> None:
        """Offer these runs to start from."""
        self._runs = [folder for folder in folders if folder.has_model]
        self._show_choice("initial_weights", self.choices["initial_weights"])

    def mark(self, wrong: str) -> None:
        """Mark the field of this name as wrong, all others as right; a wrong one is seen."""
        for name, field in self.numbers.items():
            bad = parsed(name, field.text()) is None and not is_empty(name, field.text())
            field.mark_invalid(name == wrong or bad)
        for section, names in self._names.items():
            if wrong in names:
                section.unfold()

    def _fill_backends(self) -> None:
        """Offer the installed backends."""
        box = self.choices["backend"]
        box.addItem(AUTO, AUTO)
        for backend in BACKENDS:
            if is_installed(backend):
                box.addItem(title(backend), backend)

    def _show_rows(self, own: object) -> None:
        """Only what the other settings leave in use."""
        schedule = self._value("schedule")
        stops = self._value("stopping_patience") != 0 or schedule == "plateau"
        network = self._session.whole.network
        ends = sum(1 for node in network.nodes if not network.outputs(node))
        visible = {name: isinstance(own, dict) and name in own for name in _OF_OPTIMIZER} | {
            "decay_epochs": schedule in ("step", "plateau"),
            "decay_factor": schedule in ("step", "plateau"),
            "minimum_rate": schedule in ("cosine", "plateau"),
            "stopping_min_delta": stops,
            "stopping_metric": stops,
            "ema_momentum": self._value("use_ema") is True,
            "auxiliary_weight": ends > 1,
        }
        for section, names in self._names.items():
            for name in names:
                if name in visible:
                    section.form.setRowVisible(self._widget(name), visible[name])

    def _show_choice(self, name: str, box: QComboBox) -> None:
        value = self._value(name)
        with QSignalBlocker(box):
            if name == "initial_weights":
                box.clear()
                box.addItem(self.tr("random"), "")
                for folder in self._runs:
                    box.addItem(run_title(folder), str(folder.path))
                if value and box.findData(value) < 0:
                    box.addItem(Path(str(value)).name, str(value))
                box.addItem(self.tr("Choose a run…"), None)
                box.setToolTip(str(value) or self._tips[name])
            if name == "class_weights":
                while box.count() > len(_CHOICES[name]):
                    box.removeItem(box.count() - 1)
                if isinstance(value, Params):
                    box.addItem(self.tr("by class"), None)
                    box.setToolTip(", ".join(f"{one}: {weight}" for one, weight in value.items()))
                    box.setCurrentIndex(box.count() - 1)
                    return
            if name == "backend" and box.count() and box.findData(str(value)) < 0:
                box.addItem(self.tr("{backend}: missing").format(backend=title(str(value))), str(value))
            box.setCurrentIndex(max(0, box.findData(str(value))))

    def _changed(self, names: Sequence[str]) -> list[str]:
        """The settings that are not at their default, and in use."""
        found = []
        own = SETTINGS.get(str(self._value("optimizer")), {})
        for name in names:
            value = self._value(name)
            default = getattr(_DEFAULTS, name)
            used = name not in _OF_OPTIMIZER or name in own
            if used and value != default:
                told = value if name == "schedule" else _SHORT.get(name, name)
                found.append(str(told))
        return found

    def _value(self, name: str) -> Value:
        value: Value = self._session.document.project.training.get(name, getattr(_DEFAULTS, name))
        return value

    def _frozen(self) -> tuple[str, ...]:
        value = self._value("frozen")
        return tuple(str(name) for name in value) if isinstance(value, tuple) else ()

    def _widget(self, name: str) -> QWidget:
        if name in self.numbers:
            return self.numbers[name]
        return self.checks[name] if name in self.checks else self.choices[name]

    # --- to the document -------------------------------------------------------------------------------

    def _set(self, name: str, value: Value) -> None:
        document = self._session.document
        if self._value(name) == value:
            return
        training = document.project.training
        is_usual = value == getattr(_DEFAULTS, name)
        set_training(
            self._session,
            training.without(name) if is_usual else training.with_value(name, value),
            merge_key=f"training.{name}" if name in self.numbers else "",
        )
        self.edited.emit()

    def _on_typed(self, text: str) -> None:
        for name, field in self.numbers.items():
            if field is self.sender():
                value = parsed(name, text)
                if value is not None or is_empty(name, text):
                    self._set(name, value)
                field.mark_invalid(value is None and not is_empty(name, text))

    def _on_stepped(self, steps: int) -> None:
        for name, field in self.numbers.items():
            if field is self.sender():
                given = parsed(name, field.text())
                if given is None:
                    given = parsed(name, field.placeholderText())
                self._set(name, 1.0 if given is None else stepped(name, given, steps))
                field.show_text(text_of(self._value(name)))

    def _on_left(self) -> None:
        self._session.document.end_merging()
        self.show_project()

    def _on_choice(self) -> None:
        for name, box in self.choices.items():
            if box is not self.sender():
                continue
            value = box.currentData()
            if name == "initial_weights" and value is None:
                start = str(self._runs[0].path.parent) if self._runs else ""
                value = QFileDialog.getExistingDirectory(self, self.tr("Choose the folder of a run"), start)
            if value is not None and not (
                name == "initial_weights" and box.currentData() is None and not value
            ):
                self._set(name, str(value))
        self.show_project()

    def _on_check(self, checked: bool) -> None:
        for name, check in self.checks.items():
            if check is self.sender():
                self._set(name, checked)

    def _fill_nodes(self) -> None:
        self._nodes.clear()
        frozen = self._frozen()
        network = self._session.document.network
        for node in network.nodes.values():
            known = self._session.whole.nodes.get(node.id)
            if node.block is not None or (known is not None and known.param_count):
                self._add_node(node.label, node.id, frozen=node.id in frozen)
        for name in frozen:
            if name not in network.nodes:  # in a block, or no longer there
                self._add_node(name, name, frozen=True)
        if self._nodes.isEmpty():
            self._nodes.addAction(self.tr("No layer has weights")).setEnabled(False)

    def _add_node(self, label: str, name: str, *, frozen: bool) -> None:
        action = self._nodes.addAction(label)
        action.setCheckable(True)
        action.setChecked(frozen)
        action.setData(name)

    def _on_frozen(self, action: QAction) -> None:
        name = str(action.data())
        others = tuple(one for one in self._frozen() if one != name)
        self._set("frozen", (*others, name) if action.isChecked() else others)

    # --- parts -----------------------------------------------------------------------------------------

    def _add(self, section: PlanSection, name: str) -> None:
        widget: QWidget
        if name == "frozen":
            widget = self.frozen
        elif name in _CHECKS:
            widget = self.checks[name] = QCheckBox()
            widget.toggled.connect(self._on_check)
        elif name in _CHOICES or name in ("initial_weights", "backend"):
            widget = self.choices[name] = QComboBox()
            widget.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            for option in _CHOICES.get(name, ()):
                widget.addItem(option, option)
            widget.activated.connect(self._on_choice)
        else:
            widget = self.numbers[name] = NumberField()
            widget.typed.connect(self._on_typed)
            widget.stepped.connect(self._on_stepped)
            widget.left.connect(self._on_left)
            if name in _CLIPS:
                widget.setPlaceholderText(self.tr("none"))
        widget.setObjectName("plan" + name.title().replace("_", ""))
        widget.setAccessibleName(name)
        add_row(section.form, _SHORT.get(name, name), widget, self._tips.get(name, name))

    def _explanations(self) -> dict[str, str]:
        return {
            "beta_1": self.tr("How much of the mean gradient so far is kept at each step."),
            "beta_2": self.tr("How much of the mean squared gradient so far is kept at each step."),
            "rho": self.tr("How much of the mean squared gradient so far is kept at each step."),
            "epsilon": self.tr("Keeps the division by small gradients from running away."),
            "initial_accumulator_value": self.tr(
                "initial_accumulator_value: where the sum of squares begins."
            ),
            "nesterov": self.tr("Look ahead along the momentum before the step. Needs a momentum above 0."),
            "amsgrad": self.tr("Never let the steps grow again once gradients were large."),
            "centered": self.tr("Divide by the variance of the gradients instead of their mean square."),
            "clipnorm": self.tr("Longest gradient of a single weight array."),
            "global_clipnorm": self.tr("Longest gradient of all weights together."),
            "clipvalue": self.tr("Largest single value of a gradient."),
            "schedule": self.tr(
                "How the learning rate goes down: not at all, by a factor every few epochs, along a cosine to"
                " the end of the run, or when the metric makes no more progress."
            ),
            "warmup_epochs": self.tr("Epochs in which the learning rate rises in a straight line."),
            "decay_epochs": self.tr("Step: epochs between two falls. Plateau: epochs without progress."),
            "decay_factor": self.tr("What a fall multiplies the learning rate with."),
            "minimum_rate": self.tr("The learning rate goes no lower."),
            "stopping_patience": self.tr(
                "End the run after this many epochs without progress; 0: never before its last epoch."
            ),
            "stopping_min_delta": self.tr("How much better an epoch must be to count as progress."),
            "stopping_metric": self.tr("What progress is measured by."),
            "best_metric": self.tr("The epoch that is best by this is kept as the run's model."),
            "label_smoothing": self.tr("Share of each label that is spread over all classes."),
            "class_weights": self.tr("Balanced: classes with few images count as much as those with many."),
            "use_ema": self.tr("Validate and keep a moving average of the weights instead of the last ones."),
            "ema_momentum": self.tr("How much of the average so far is kept at each step."),
            "auxiliary_weight": self.tr("Weight of the loss at every end of the network but the main one."),
            "initial_weights": self.tr(
                "Begin with another run's weights, wherever a layer has the same name and shapes."
            ),
            "frozen": self.tr("Layers that keep their weights while the others learn."),
            "backend": self.tr(
                "What computes: the installed ones of TensorFlow, JAX and PyTorch. A change starts the engine anew."
            ),
            "deterministic": self.tr("The same numbers bit by bit every time; slower on a GPU."),
        }
