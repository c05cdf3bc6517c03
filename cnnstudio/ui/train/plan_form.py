"""The form of the training plan. What is typed goes into the document, so that the project file keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.analysis import Analysis
from cnnstudio.core.message import Message
from cnnstudio.core.params import Params, Value
from cnnstudio.data.problem import DataError
from cnnstudio.data.settings import DataSettings
from cnnstudio.runs.plan import LOSSES, OPTIMIZERS, PlanError, TrainingPlan
from cnnstudio.runs.protocol import Ready
from cnnstudio.ui.design.inspector.number_field import NumberField
from cnnstudio.ui.icons import icon
from cnnstudio.ui.session import Session, translated
from cnnstudio.ui.settings_edits import set_training
from cnnstudio.ui.theme import GRID
from cnnstudio.ui.train.loss_choice import automatic_loss
from cnnstudio.ui.train.plan_section import FIELD_WIDTH, add_row, plan_rows
from cnnstudio.ui.train.plan_sections import PlanSections
from cnnstudio.ui.train.plan_values import parsed, stepped, text_of

_DEFAULTS = TrainingPlan()
_NUMBERS = ("learning_rate", "momentum", "weight_decay", "batch_size", "epochs", "seed")
_ONLY_FOR = {"momentum": ("sgd", "rmsprop"), "weight_decay": ("adamw", "sgd", "lion")}


class PlanForm(QWidget):
    """Reads and writes `document.project.training`; says in words what is wrong with a value."""

    data_wanted = Signal()
    """The user wants to choose other data."""
    rate_wanted = Signal()
    """The user wants to find a learning rate by trying."""
    edited = Signal()
    """A setting was changed here."""

    def __init__(
        self, session: Session, parent: QWidget | None = None, *, sections: PlanSections | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.data_button = QPushButton()
        self.data_button.setObjectName("planData")
        self.data_button.setAccessibleName(self.tr("Data"))
        self.data_button.clicked.connect(self.data_wanted)
        self.optimizer = self._choice("optimizer", OPTIMIZERS)
        self.loss = self._choice("loss", LOSSES)
        self.device = QComboBox()
        self.device.setObjectName("planDevice")
        self.device.setAccessibleName(self.tr("Device"))
        self.device.activated.connect(self._on_device)
        self.numbers = {name: self._number(name) for name in _NUMBERS}
        self.mixed_precision = QCheckBox()
        self.mixed_precision.setObjectName("planMixedPrecision")
        self.mixed_precision.setAccessibleName("mixed_precision")
        self.mixed_precision.setToolTip(
            self.tr("Compute in 16 bits and keep the weights in 32: faster on a recent GPU, slower on a CPU.")
        )
        self.mixed_precision.toggled.connect(self._on_mixed_precision)
        self._form = plan_rows()
        add_row(self._form, "data", self.data_button)
        add_row(self._form, "optimizer", self.optimizer)
        self.rate_button = QToolButton()
        self.rate_button.setObjectName("planFindRate")
        self.rate_button.setAccessibleName(self.tr("Find a learning rate"))
        self.rate_button.setToolTip(self.tr("Find a learning rate by trying many, for a moment each"))
        self.rate_button.setIcon(icon("search"))
        self.rate_button.clicked.connect(self.rate_wanted)
        rate = QWidget()
        beside = QHBoxLayout(rate)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(GRID // 2)
        beside.addWidget(self.rate_button)
        beside.addWidget(self.numbers["learning_rate"], 1)
        add_row(self._form, "learning_rate", rate).setBuddy(self.numbers["learning_rate"])
        add_row(self._form, "momentum", self.numbers["momentum"])
        add_row(self._form, "weight_decay", self.numbers["weight_decay"])
        add_row(self._form, "batch_size", self.numbers["batch_size"])
        add_row(self._form, "epochs", self.numbers["epochs"])
        add_row(self._form, "loss", self.loss)
        self.loss_text = self._note("lossExplanation")
        self._form.addRow(self.loss_text)
        self.problem = QLabel()
        self.problem.setObjectName("planProblem")
        self.problem.setProperty("role", "error")
        self.problem.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(self._form)
        column.addWidget(self.problem)
        self.sections = sections or PlanSections(session)
        self.sections.edited.connect(self.edited)
        device = self.sections.device.form
        add_row(device, "device", self.device)
        add_row(device, "mixed_precision", self.mixed_precision)
        add_row(device, "seed", self.numbers["seed"])
        self.sections.finish()
        column.addWidget(self.sections)
        self.show_devices(None)
        session.changed.connect(self.show_project)
        session.whole_analysed.connect(self.show_loss)
        self.show_project()
        self.show_loss(session.whole)

    # --- from the document -----------------------------------------------------------------------------

    def show_project(self, _change: object = None) -> None:
        """Show what the document holds."""
        project = self._session.document.project
        self._show_data(project.data)
        values = self._values()
        for name, field in self.numbers.items():
            if not field.hasFocus() or text_of(values[name]) != field.text():
                typed = parsed(name, field.text())
                if not field.hasFocus() or typed != values[name]:
                    field.show_text(text_of(values[name]))
        for box, name in ((self.optimizer, "optimizer"), (self.loss, "loss")):
            with QSignalBlocker(box):
                _select(box, str(values[name]))
        with QSignalBlocker(self.device):
            _select(self.device, str(values["device"]))
        with QSignalBlocker(self.mixed_precision):
            self.mixed_precision.setChecked(values["mixed_precision"] is True)
        for name, optimizers in _ONLY_FOR.items():
            # any optimizer decays weights when it is told to; only some are usually told
            decays = name == "weight_decay" and values[name] != 0
            self._form.setRowVisible(self.numbers[name], values["optimizer"] in optimizers or decays)
        self._show_problem()
        self.show_loss(None)

    def show_loss(self, analysis: Analysis | None) -> None:
        """Say which loss `auto` is."""
        automatic = self._values()["loss"] == "auto"
        analysis = analysis or self._session.whole
        message = automatic_loss(analysis.network, analysis, self._session.hint_context.task)
        self.loss_text.setText(translated(message) if automatic else "")
        self.loss_text.setVisible(automatic and bool(message))

    def show_devices(self, ready: Ready | None) -> None:
        """Offer the devices that the engine found."""
        with QSignalBlocker(self.device):
            self.device.clear()
            self.device.addItem(self.tr("auto"), "auto")
            for device in ready.devices if ready is not None else ():
                reason = device.get("reason")
                self.device.addItem(str(device.get("name") or device["id"]), str(device["id"]))
                index = self.device.count() - 1
                text = (
                    translated(reason)
                    if isinstance(reason, Message) and reason
                    else str(device.get("name", ""))
                )
                self.device.setItemData(index, text, Qt.ItemDataRole.ToolTipRole)
            if self.device.count() == 1:
                self.device.addItem(self.tr("CPU"), "cpu")
            _select(self.device, str(self._values()["device"]))

    def _show_data(self, data: Params) -> None:
        try:
            path = DataSettings.from_json(data).path
        except DataError as error:
            path = ""
            self.data_button.setToolTip(translated(error.message))
        name = Path(path).name if path else ""
        room = FIELD_WIDTH - 4 * GRID
        shown = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room)
        self.data_button.setText(shown or self.tr("Choose…"))
        self.data_button.setToolTip(path or self.tr("Choose the images to train on"))

    def _values(self) -> Mapping[str, Value]:
        training = self._session.document.project.training
        return {name: training.get(name, getattr(_DEFAULTS, name)) for name in _DEFAULTS.to_json()}

    def _show_problem(self) -> None:
        wrong, text = "", ""
        try:
            TrainingPlan.from_json(self._session.document.project.training)
        except PlanError as error:
            wrong = error.field
            text = " ".join(translated(part) for part in (error.message, error.hint) if part)
        for name, field in self.numbers.items():
            field.mark_invalid(name == wrong or parsed(name, field.text()) is None)
        if not text:
            bad = next((n for n, f in self.numbers.items() if parsed(n, f.text()) is None), "")
            text = self.tr("{name} must be a number.").format(name=bad) if bad else ""
        self.sections.mark(wrong)
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    # --- to the document -------------------------------------------------------------------------------

    def _set(self, name: str, value: Value) -> None:
        document = self._session.document
        if document.project.training.get(name, getattr(_DEFAULTS, name)) != value:
            is_usual = value == getattr(_DEFAULTS, name)
            training = document.project.training
            training = training.without(name) if is_usual else training.with_value(name, value)
            set_training(self._session, training, merge_key=_key(name))
            self.edited.emit()

    def _on_number(self) -> None:
        for name, field in self.numbers.items():
            if field is self.sender():
                value = parsed(name, field.text())
                if value is not None:
                    self._set(name, value)
        self._show_problem()

    def _on_stepped(self, steps: int) -> None:
        for name, field in self.numbers.items():
            if field is not self.sender():
                continue
            value = parsed(name, field.text())
            if value is None:
                return
            value = stepped(name, value, steps)
            self._set(name, value)
            field.show_text(text_of(value))

    def _on_left(self) -> None:
        self._session.document.end_merging()
        self.show_project()

    def _on_choice(self) -> None:
        self._set("optimizer", self.optimizer.currentText())
        self._set("loss", self.loss.currentText())
        self.show_project()

    def _on_device(self) -> None:
        self._set("device", str(self.device.currentData()))

    def _on_mixed_precision(self, checked: bool) -> None:
        self._set("mixed_precision", checked)

    # --- parts -----------------------------------------------------------------------------------------

    def _choice(self, name: str, options: tuple[str, ...]) -> QComboBox:
        box = QComboBox()
        box.setObjectName("plan" + name.title())
        box.setAccessibleName(name)
        box.addItems(list(options))
        box.activated.connect(self._on_choice)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        return box

    def _number(self, name: str) -> NumberField:
        field = NumberField()
        field.setObjectName("plan" + name.title().replace("_", ""))
        field.setAccessibleName(name)
        field.typed.connect(self._on_number)
        field.stepped.connect(self._on_stepped)
        field.left.connect(self._on_left)
        return field

    def _note(self, name: str) -> QLabel:
        label = QLabel()
        label.setObjectName(name)
        label.setProperty("role", "muted")
        label.setWordWrap(True)
        return label


def _key(name: str) -> str:
    """What is typed into a field, or stepped there, is one step of history until the field is left."""
    return f"training.{name}" if name in _NUMBERS else ""


def _select(box: QComboBox, value: str) -> None:
    index = box.findData(value)
    box.setCurrentIndex(index if index >= 0 else box.findText(value))
