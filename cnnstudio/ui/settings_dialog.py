"""The settings of one user: how shapes are read, hints, theme, language, history, room for images. In force at once, kept by QSettings."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.data.keeping.limits import Limits
from cnnstudio.ui.image_room import ImageRoom
from cnnstudio.ui.motion import want_motion
from cnnstudio.ui.session import Session
from cnnstudio.ui.settings import Settings
from cnnstudio.ui.shape_text import count_text, shape_order
from cnnstudio.ui.theme import GRID, theme_state

STEPS = (0, 50, 200, 1_000, 5_000)
"""Depths of the history to choose among; 0 is without limit."""


class SettingsDialog(QDialog):
    """Every choice is in force as soon as it is made; Cancel brings the former ones back."""

    def __init__(
        self,
        session: Session,
        settings: Settings,
        parent: QWidget | None = None,
        *,
        choose_rules: Callable[[], None] | None = None,
        show_minimap: Callable[[bool], None] | None = None,
        limit_images: Callable[[Limits], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._show_minimap = show_minimap
        self._limit_images = limit_images
        self.setObjectName("settingsDialog")
        self.setWindowTitle(self.tr("Settings"))
        self._before = (
            settings.theme,
            settings.channels_first,
            settings.undo_depth,
            settings.flag("canvas/minimap", default=True),
            settings.flag("motion", default=True),
        )
        self._limits_before = settings.image_limits
        self.theme = self._theme_choice()
        self.order = self._order_choice()
        self.language = self._language_choice()
        self.steps = QComboBox(self)
        for count in STEPS:
            self._offer_steps(count)
        self.minimap = QCheckBox(self.tr("Show a map where a network is larger than the canvas"), self)
        self.motion = QCheckBox(self.tr("Let cards glide and drawings move"), self)
        self.rules = self._rules_button(choose_rules)
        self.images = ImageRoom(self._limits_before, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 3, GRID * 3, GRID * 3, GRID * 2)
        column.setSpacing(GRID * 3)
        column.addLayout(self._form())
        column.addWidget(self._buttons())
        self._show(*self._before)
        self.theme.currentIndexChanged.connect(self._apply)
        self.order.currentIndexChanged.connect(self._apply)
        self.steps.currentIndexChanged.connect(self._apply_depth)
        self.minimap.toggled.connect(self._apply)
        self.motion.toggled.connect(self._apply)
        self.images.edited.connect(self._apply_limits)

    def _theme_choice(self) -> QComboBox:
        theme = QComboBox(self)
        for key, text in (
            ("system", self.tr("As the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            theme.addItem(text, key)
        return theme

    def _order_choice(self) -> QComboBox:
        order = QComboBox(self)
        order.addItem(self.tr("Channels last, 28 × 28 × 6 (Keras)"), False)
        order.addItem(self.tr("Channels first, 6 × 28 × 28 (lecture notes)"), True)
        return order

    def _language_choice(self) -> QComboBox:
        language = QComboBox(self)
        language.addItem("English", "en")
        language.setToolTip(self.tr("Other languages are chosen here when there are translations"))
        return language

    def _rules_button(self, choose: Callable[[], None] | None) -> QPushButton:
        rules = QPushButton(self.tr("Rules of thumb…"), self)
        rules.setAutoDefault(False)
        rules.setVisible(choose is not None)
        if choose is not None:
            rules.clicked.connect(choose)
        return rules

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(GRID * 3)
        form.setVerticalSpacing(GRID + 4)
        for text, name, widget in (
            (self.tr("&Theme"), "settingsTheme", self.theme),
            (self.tr("&Shapes"), "settingsShapes", self.order),
            (self.tr("&Language"), "settingsLanguage", self.language),
            (self.tr("&History"), "settingsHistory", self.steps),
            (self.tr("&Map"), "settingsMinimap", self.minimap),
            (self.tr("M&otion"), "settingsMotion", self.motion),
            (self.tr("H&ints"), "settingsHints", self.rules),
            (self.tr("Images in m&emory"), "settingsImageMemory", self.images.memory),
            (self.tr("Images in &files"), "settingsImageFile", self.images.file),
            ("", "settingsImagesUsed", self.images),
        ):
            label = QLabel(text, self)
            label.setBuddy(widget)
            widget.setObjectName(name)
            widget.setAccessibleName(text.replace("&", "") or self.tr("Files of decoded images"))
            form.addRow(label, widget)
        return form

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok
            | QDialogButtonBox.StandardButton.Cancel
            | QDialogButtonBox.StandardButton.RestoreDefaults,
            self,
        )
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        box.button(QDialogButtonBox.StandardButton.RestoreDefaults).clicked.connect(self._restore_defaults)
        return box

    def reject(self) -> None:
        """Bring back what was set when the dialog opened."""
        self._show(*self._before)
        self.images.show_limits(self._limits_before)
        self._apply()
        self._apply_depth()
        super().reject()

    def accept(self) -> None:
        """Keep what is set."""
        self._session.document.depth = self._settings.undo_depth
        self._settings.flush()
        super().accept()

    def _offer_steps(self, count: int) -> None:
        text = self.tr("{count} steps").format(count=count_text(count)) if count else self.tr("Without limit")
        self.steps.addItem(text, count)

    def _restore_defaults(self) -> None:
        self._show("system", False, 0, True, True)
        self.images.show_limits(Limits())

    def _show(self, theme: str, channels_first: bool, depth: int, minimap: bool, motion: bool) -> None:
        self.theme.setCurrentIndex(max(self.theme.findData(theme), 0))
        self.order.setCurrentIndex(int(channels_first))
        if self.steps.findData(depth) < 0:
            self._offer_steps(depth)
        self.steps.setCurrentIndex(self.steps.findData(depth))
        self.minimap.setChecked(minimap)
        self.motion.setChecked(motion)

    def _apply(self) -> None:
        self._settings.theme = self.theme.currentData()
        theme_state().choose(self._settings.theme)
        self._settings.channels_first = bool(self.order.currentData())
        shape_order().choose(self._settings.channels_first)
        self._settings.set_flag("canvas/minimap", self.minimap.isChecked())
        if self._show_minimap is not None:
            self._show_minimap(self.minimap.isChecked())
        self._settings.set_flag("motion", self.motion.isChecked())
        want_motion(self.motion.isChecked())

    def _apply_limits(self) -> None:
        if self.images.limits != self._settings.image_limits:
            self._settings.image_limits = self.images.limits
            if self._limit_images is not None:
                self._limit_images(self.images.limits)

    def _apply_depth(self) -> None:
        # The document forgets steps only when the dialog is accepted: they could not be brought back.
        self._settings.undo_depth = self.steps.currentData()
