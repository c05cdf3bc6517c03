"""What the data are and how they are split, and the two buttons that fit the network to them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.network import Network
from cnnstudio.data.keeping.limits import Keeping
from cnnstudio.data.leakage import Division
from cnnstudio.data.report import DataReport
from cnnstudio.data.settings import DataSettings
from cnnstudio.layers.head import head, image_input, softmax_at_end
from cnnstudio.ui.data.split_rules import ResizeRule, SplitRules
from cnnstudio.ui.design.section import ValueLine, section_label
from cnnstudio.ui.image_room import explanation, place_text, size_text
from cnnstudio.ui.settings_edits import leave_undo_to_document
from cnnstudio.ui.theme import GRID, monospace

Shape = tuple[int, int, int]


TABLES = (".csv", ".tsv", ".tab", ".txt")
USUAL_SIDES = (16, 28, 32, 48, 64, 96, 128, 160, 192, 224)
"""Sides of square inputs that halve well; one of them is proposed for images of many sizes."""


def data_shape(report: DataReport) -> Shape | None:
    """(height, width, channels) that fits the data: grey when all images are.

    The size that at least half of the images have. Where none is that frequent, the largest usual square that does
    not enlarge the typical (median) image.
    """
    if not report.sizes:
        return None
    width, height, count = report.sizes[0]
    if 2 * count >= len(report.images):
        return height, width, report.suggested_channels
    side = max((side for side in USUAL_SIDES if side <= report.typical_side), default=USUAL_SIDES[0])
    return side, side, report.suggested_channels


class FactsPanel(QScrollArea):
    """The right column of the Data workspace."""

    split_edited = Signal(float, float, int)
    """Validation share, test share, seed."""
    reading_requested = Signal()
    """The user wants to say how the table is read."""
    input_requested = Signal()
    classes_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setProperty("surface", "panel")
        body = QFrame(self)
        body.setProperty("surface", "panel")
        self.setWidget(body)
        column = QVBoxLayout(body)
        column.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID * 2)
        column.setSpacing(GRID)
        column.addWidget(section_label(self.tr("Images"), body))
        self._images = ValueLine(self.tr("usable"), body)
        self._task = ValueLine(self.tr("to learn"), body)
        self._sizes = ValueLine(self.tr("width × height"), body)
        self._modes = ValueLine(self.tr("colours"), body)
        self._formats = ValueLine(self.tr("files"), body)
        self._kept = ValueLine(self.tr("decoded images"), body)
        self._kept.setObjectName("imagesKept")
        for line in (self._images, self._task, self._sizes, self._modes, self._formats, self._kept):
            column.addWidget(line)
        self._reading = QPushButton(self.tr("How the table is read…"), body)
        self._reading.setObjectName("tableReading")
        self._reading.clicked.connect(self.reading_requested)
        self._reading.hide()
        column.addWidget(self._reading)
        self.resize_rule = ResizeRule(body)
        column.addWidget(self.resize_rule)
        column.addWidget(section_label(self.tr("Split"), body))
        form = QFormLayout()
        form.setSpacing(GRID)
        self._validation = self._share(
            "validationSplit", self.tr("Share of the images kept aside to validate")
        )
        self._test = self._share("testSplit", self.tr("Share of the images kept aside for a last test"))
        self._seed = QSpinBox(body)
        _plain(self._seed)
        self._seed.setObjectName("splitSeed")
        self._seed.setRange(0, 2**31 - 1)
        self._seed.setToolTip(self.tr("The same seed gives the same split on every machine"))
        form.addRow(self.tr("validation"), self._validation)
        form.addRow(self.tr("test"), self._test)
        form.addRow(self.tr("seed"), self._seed)
        column.addLayout(form)
        self._to_train_on = 0
        self._counts = QLabel(body)
        self._counts.setProperty("role", "muted")
        self._counts.setWordWrap(True)
        column.addWidget(self._counts)
        self.rules = SplitRules(body)
        column.insertWidget(column.indexOf(self._counts), self.rules)
        column.addWidget(section_label(self.tr("Network"), body))
        self._fits = QLabel(body)
        self._fits.setWordWrap(True)
        column.addWidget(self._fits)
        self._input = QPushButton(body)
        self._input.setObjectName("takeInput")
        self._input.clicked.connect(self.input_requested)
        self._classes = QPushButton(body)
        self._classes.setObjectName("takeClasses")
        self._classes.clicked.connect(self.classes_requested)
        column.addWidget(self._input)
        column.addWidget(self._classes)
        column.addStretch(1)
        for field in (self._validation, self._test, self._seed):
            field.editingFinished.connect(self._on_split)
            leave_undo_to_document(field, field.lineEdit())

    def show_settings(self, settings: DataSettings) -> None:
        """Show how the images are split, and for a table the way to say how it is read."""
        self._reading.setVisible(Path(settings.path).suffix.lower() in TABLES)
        values = ((self._validation, settings.validation_split), (self._test, settings.test_split))
        for field, value in values:
            field.blockSignals(True)
            field.setValue(value * 100)
            field.blockSignals(False)
        self._seed.blockSignals(True)
        self._seed.setValue(settings.seed)
        self._seed.blockSignals(False)
        self.rules.show_settings(settings)
        self.resize_rule.show_settings(settings)

    def show_report(self, report: DataReport | None) -> None:
        """Show what was found in the folder; `show_split` shows how it is split."""
        self._to_train_on = 0
        self.rules.show_report(report)
        if report is None:
            for line in (self._images, self._task, self._sizes, self._modes, self._formats):
                line.show_text("–")
            self._counts.clear()
            return
        self._images.show_text(f"{len(report.images):,}")
        self._task.show_text(self._task_text(report))
        sizes = [f"{width} × {height}" for width, height, _ in report.sizes[:3]]
        more = len(report.sizes) - len(sizes)
        self._sizes.show_text(
            "\n".join(sizes + ([self.tr("and {count} more").format(count=more)] if more > 0 else [])) or "–"
        )
        self._modes.show_text(_listed(_in_words(report.modes)))
        self._formats.show_text(_listed(report.formats))
        fixed = report.layout == "parts"
        for field in (self._validation, self._test, self._seed):
            field.setEnabled(not fixed)

    def show_split(self, division: Division) -> None:
        """Show how many images train, validate and test."""
        self._to_train_on = len(division.parts.train) if division.parts is not None else 0
        self._counts.setText(self._split_text(division))

    def show_splitting(self) -> None:
        """Say that the split is being worked out."""
        self._counts.setText(self.tr("Working out the split…"))

    def show_no_split(self) -> None:
        """Say nothing of a split: the images are looked at anew."""
        self._counts.clear()

    def show_reading(self, *, busy: bool) -> None:
        """Say that the table is being read for the dialog, or that it can be asked for."""
        self._reading.setEnabled(not busy)
        self._reading.setText(self.tr("Reading the table…") if busy else self.tr("How the table is read…"))

    def show_keeping(self, keeping: Keeping | None) -> None:
        """Say where the images are kept when they are decoded at the network's input size; None: not known."""
        if keeping is None:
            self._kept.show_text("–")
        else:
            self._kept.show_text(f"{place_text(keeping)}\n{size_text(keeping)}", explanation(keeping))

    def show_fit(self, report: DataReport | None, network: Network) -> None:
        """Say whether the network fits the data, and offer what makes it fit."""
        shape = data_shape(report) if report is not None else None
        self._input.hide()
        self._classes.hide()
        if report is None or shape is None or not network.nodes:
            self._fits.setText("")
            return
        said: list[str] = []
        node_id = image_input(network)
        wanted = " × ".join(map(str, shape))
        if node_id is not None and network.nodes[node_id].params.get("shape") != shape:
            said.append(self._input_text(report, shape, network.nodes[node_id].params.get("shape")))
            self._input.setText(self.tr("Set the input to {shape}").format(shape=wanted))
            self._input.show()
        found, outputs = head(network), len(report.told)
        if found is not None and outputs >= (2 if report.task == "classification" else 1):
            softmax = None if report.task == "classification" else softmax_at_end(network)
            if network.nodes[found[0]].params.get(found[1]) != outputs:
                said.append(self._ends_text(report))
            if softmax is not None:
                said.append(self.tr("Its softmax lets only one of them be large."))
            if network.nodes[found[0]].params.get(found[1]) != outputs or softmax is not None:
                self._classes.setText(self._ending_text(report, network.nodes[found[0]].label, softmax))
                self._classes.show()
        fits = self.tr("Input {shape} and {told} fit.").format(shape=wanted, told=self._task_text(report))
        self._fits.setText(" ".join(said) or fits)

    def _task_text(self, report: DataReport) -> str:
        """`10 classes`, `4 labels`, `1 number`."""
        count = len(report.told)
        if not count:
            return "–"
        if report.task == "classification":
            return self.tr("1 class") if count == 1 else self.tr("{count} classes").format(count=count)
        if report.task == "multi_label":
            return self.tr("1 label") if count == 1 else self.tr("{count} labels").format(count=count)
        return self.tr("1 number") if count == 1 else self.tr("{count} numbers").format(count=count)

    def _ends_text(self, report: DataReport) -> str:
        return {
            "classification": self.tr("The network's last layer does not have one output per class."),
            "multi_label": self.tr("The network's last layer does not have one output per label."),
            "regression": self.tr("The network's last layer does not have one output per number."),
        }[report.task]

    def _ending_text(self, report: DataReport, name: str, softmax: str | None) -> str:
        count = len(report.told)
        outputs = self.tr("1 output") if count == 1 else self.tr("{count} outputs").format(count=count)
        text = self.tr("Set {name} to {outputs}")
        if softmax is not None:
            text = (
                self.tr("Set {name} to {outputs}, sigmoid")
                if report.task == "multi_label"
                else self.tr("Set {name} to {outputs}, no activation")
            )
        return text.format(name=name, outputs=outputs)

    def _input_text(self, report: DataReport, shape: Shape, present: object) -> str:
        if len(report.sizes) > 1:
            return self.tr("The images differ in size; each is resized to the network's input.")
        if isinstance(present, tuple) and present[:2] == shape[:2]:
            return self.tr("The network's input has other colours than the images; they would be converted.")
        return self.tr("The network's input differs from the images; they would be resized.")

    @property
    def to_train_on(self) -> int:
        """How many images the shown split leaves for training; 0 when there is none."""
        return self._to_train_on

    def _split_text(self, division: Division) -> str:
        report, settings, parts = division.report, division.settings, division.parts
        if parts is None:
            return str(division.error)
        if not report.images:
            return ""
        text = self.tr("{train:,} train, {validation:,} validate, {test:,} test.").format(
            train=len(parts.train), validation=len(parts.validation), test=len(parts.test)
        )
        if report.layout == "parts":
            return f"{text} " + self.tr("Fixed by the data.")
        if settings.group_by or settings.keep_alike:
            return f"{text} " + self.tr("Images that belong together stay together.")
        if not settings.stratified:
            return f"{text} " + self.tr("All images are split at once.")
        alike = {
            "classification": self.tr("Each class is split alike."),
            "multi_label": self.tr("Each set of labels is split alike."),
            "regression": self.tr("Which is which is left to the seed."),
        }
        return f"{text} {alike[report.task]}"

    def _share(self, name: str, explanation: str) -> QDoubleSpinBox:
        field = QDoubleSpinBox(self)
        _plain(field)
        field.setObjectName(name)
        field.setRange(0, 90)
        field.setDecimals(0)
        field.setSingleStep(5)
        field.setSuffix(" %")
        field.setToolTip(explanation)
        return field

    def _on_split(self) -> None:
        self.split_edited.emit(self._validation.value() / 100, self._test.value() / 100, self._seed.value())


def _plain(field: QAbstractSpinBox) -> None:
    """A field like the others of the window: the value at the right, keys and wheel instead of small buttons.

    The style sheet takes the buttons away: with `NoButtons` Qt leaves a styled field no room for its text.
    """
    field.setAlignment(Qt.AlignmentFlag.AlignRight)
    field.setFont(monospace())


def _in_words(modes: dict[str, int]) -> dict[str, int]:
    """Counts by what Pillow's modes mean; modes that mean the same are added up."""
    words = {
        "1": QCoreApplication.translate("FactsPanel", "black and white"),
        "L": QCoreApplication.translate("FactsPanel", "grey"),
        "LA": QCoreApplication.translate("FactsPanel", "grey, see-through"),
        "I": QCoreApplication.translate("FactsPanel", "grey, 16 bit"),
        "I;16": QCoreApplication.translate("FactsPanel", "grey, 16 bit"),
        "F": QCoreApplication.translate("FactsPanel", "grey, 32 bit"),
        "P": QCoreApplication.translate("FactsPanel", "palette"),
        "RGBA": QCoreApplication.translate("FactsPanel", "RGB, see-through"),
    }
    counts: dict[str, int] = {}
    for mode, count in modes.items():
        word = words.get(mode, mode)
        counts[word] = counts.get(word, 0) + count
    return counts


def _listed(counts: dict[str, int]) -> str:
    return "\n".join(f"{name} {count:,}" for name, count in list(counts.items())[:3]) or "–"
