"""How images are put together before they are split, and how they are resized: the rules below the shares."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from cnnstudio.data.group_preview import GroupPreview, preview_groups
from cnnstudio.data.grouping import check_pattern
from cnnstudio.data.problem import DataError
from cnnstudio.data.report import DataReport, ImageEntry
from cnnstudio.data.settings import RESIZES, DataSettings
from cnnstudio.ui.data.latest_work import LatestWork
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID, monospace

_TYPING_PAUSE = 150
_NAME_LENGTH = 22
"""Signs of a file's name that find room beside its group."""
_GROUP_LENGTH = 8


class SplitRules(QWidget):
    """`splitRules`: stratified, look-alikes together, groups by name with a preview."""

    edited = Signal(object)
    """A dictionary of `DataSettings` fields."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("splitRules")
        self._report: DataReport | None = None
        self._settings = DataSettings()
        self._stratified = QCheckBox(self.tr("each class alike (stratified)"), self)
        self._stratified.setObjectName("stratified")
        self._stratified.setToolTip(self.tr("Every class gives its share to each part"))
        self._alike = QCheckBox(self.tr("look-alikes in one part"), self)
        self._alike.setObjectName("keepAlikeSwitch")
        self._alike.setToolTip(
            self.tr("Images that look alike are never split over train, validation and test")
        )
        self._pattern = QLineEdit(self)
        self._pattern.setObjectName("groupBy")
        self._pattern.setFont(monospace())
        self._pattern.setAccessibleName(self.tr("Pattern of file names"))
        self._pattern.setPlaceholderText("patient_*_*.png")
        self._pattern.setToolTip(
            self.tr(
                "Images of one group stay in one part. * is any characters, # digits, ? one character;\nround brackets around one of them make it the group's name, else it is the first. (*)/* groups by folder."
            )
        )
        self._preview = QLabel(self)
        self._preview.setObjectName("groupPreview")
        self._preview.setWordWrap(True)
        self._examples = QLabel(self)
        self._examples.setObjectName("groupExamples")
        self._examples.setAccessibleName(self.tr("Examples of names and their groups"))
        self._examples.setTextFormat(Qt.TextFormat.PlainText)
        self._examples.setFont(monospace())
        self._previewed: tuple[str, tuple[ImageEntry, ...]] = ("", ())
        self._previewing = LatestWork(self)
        self._previewing.answered.connect(self._on_previewed)
        self._previewing.failed.connect(self._on_refused)
        self._previewing.working.connect(self._on_working)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE)
        self._pause.timeout.connect(self.show_preview)
        form = QFormLayout()
        form.setSpacing(GRID)
        form.addRow(self.tr("groups"), self._pattern)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self._stratified)
        column.addWidget(self._alike)
        column.addLayout(form)
        column.addWidget(self._preview)
        column.addWidget(self._examples)
        self._stratified.toggled.connect(self._on_edited)
        self._alike.toggled.connect(self._on_edited)
        self._pattern.textEdited.connect(self._on_typed)
        self._pattern.editingFinished.connect(self._on_edited)
        self._tell("")

    def show_settings(self, settings: DataSettings) -> None:
        """Show a project's rules."""
        self._settings = settings
        for box, value in ((self._stratified, settings.stratified), (self._alike, settings.keep_alike)):
            box.blockSignals(True)
            box.setChecked(value)
            box.blockSignals(False)
        if not self._pattern.hasFocus() and self._pattern.text() != settings.group_by:
            self._pattern.setText(settings.group_by)
        self.show_preview()

    def show_report(self, report: DataReport | None) -> None:
        """Preview the groups of a report's images."""
        self._report = report
        self.show_preview()

    def show_preview(self) -> None:
        """Find out, beside the window, how many groups the pattern makes and show some, or why it makes none."""
        pattern, report = self._pattern.text().strip(), self._report
        asked = (pattern, report.images if report is not None else ())
        if asked[0] == self._previewed[0] and asked[1] is self._previewed[1]:
            return
        self._previewed = asked
        self._previewing.drop()
        if not pattern or report is None:
            self._tell("")
            return
        try:
            check_pattern(pattern)
        except DataError as error:
            self._on_refused(error)
            return
        self._previewing.ask(
            lambda cancelled: preview_groups(
                [image.path for image in report.images], pattern, cancelled=cancelled
            )
        )

    def stop(self) -> None:
        """End what runs in the background, for the program's end."""
        self._previewing.stop()

    def _tell(self, text: str, examples: str = "", role: str = "muted") -> None:
        self._preview.setProperty("role", role)
        self._preview.style().unpolish(self._preview)
        self._preview.style().polish(self._preview)
        self._preview.setText(text)
        self._preview.setVisible(bool(text))
        self._examples.setText(examples)
        self._examples.setVisible(bool(examples))

    def _on_working(self) -> None:
        self._tell(self.tr("Looking at the names…"))

    def _on_refused(self, error: DataError) -> None:
        self._tell(f"{translated(error.message)} {translated(error.hint)}", role="error")

    def _on_previewed(self, found: GroupPreview) -> None:
        text = self.tr("The pattern fits no image.")
        if found.groups:
            text = self.tr("{count:,} groups of {least} to {most} images: {few}").format(
                count=found.groups, least=found.least, most=found.most, few=", ".join(found.names)
            )
            text += "…" if found.groups > len(found.names) else "."
            if found.alone:
                text += " " + self.tr("Images that it does not fit: {count:,}; each stands alone.").format(
                    count=found.alone
                )
        width = max((min(len(path), _NAME_LENGTH) for path, _ in found.examples), default=0)
        lines = [
            f"{_shortened(path, _NAME_LENGTH):<{width}} → {self.tr('alone') if group is None else _shortened(group, _GROUP_LENGTH)}"
            for path, group in found.examples
        ]
        self._tell(text, "\n".join(lines))

    def _on_typed(self) -> None:
        self._pause.start()

    def _on_edited(self) -> None:
        pattern = self._pattern.text().strip()
        try:
            check_pattern(pattern)
        except DataError:
            pattern = self._settings.group_by
        self.show_preview()
        values = {
            "stratified": self._stratified.isChecked(),
            "keep_alike": self._alike.isChecked(),
            "group_by": pattern,
        }
        if any(getattr(self._settings, name) != value for name, value in values.items()):
            self.edited.emit(values)


def _shortened(text: str, length: int) -> str:
    """The text, its middle left out where it is longer."""
    if len(text) <= length:
        return text
    end = (length - 1) // 2
    return f"{text[: length - 1 - end]}…{text[-end:]}"


class ResizeRule(QWidget):
    """`resizeRule`: how an image of another shape becomes the network's, in a word and in a sentence."""

    edited = Signal(object)
    """A dictionary of `DataSettings` fields."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QComboBox(self)
        self._box.setObjectName("resizeRule")
        self._box.setAccessibleName(self.tr("How images are resized"))
        for rule, name in zip(
            RESIZES, (self.tr("stretch"), self.tr("fill and cut"), self.tr("fit in, on black")), strict=True
        ):
            self._box.addItem(name, rule)
        self._sentences = {
            "stretch": self.tr(
                "Images of another shape are stretched to the input; the aspect ratio is not kept."
            ),
            "crop": self.tr(
                "Images of another shape fill the input; what stands out at two sides is cut off."
            ),
            "pad": self.tr("Images of another shape are fitted into the input whole; the rest is black."),
        }
        self._said = QLabel(self)
        self._said.setProperty("role", "muted")
        self._said.setWordWrap(True)
        form = QFormLayout()
        form.setSpacing(GRID)
        form.addRow(self.tr("resize"), self._box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addLayout(form)
        column.addWidget(self._said)
        self._box.activated.connect(self._on_activated)
        self.show_settings(DataSettings())

    def show_settings(self, settings: DataSettings) -> None:
        """Show a project's rule."""
        self._box.setCurrentIndex(self._box.findData(settings.resize))
        self._said.setText(self._sentences[settings.resize])

    def _on_activated(self) -> None:
        self.edited.emit({"resize": self._box.currentData()})
