"""The window: start page, rail, top bar, workspaces, menus and status bar around one session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cnnstudio import __version__
from cnnstudio.core.change import Change
from cnnstudio.core.project import Project
from cnnstudio.ui.appearance import dress
from cnnstudio.ui.autosave import Autosave, Recovered
from cnnstudio.ui.canvas.context_menu import align_menu
from cnnstudio.ui.commands import Commands
from cnnstudio.ui.design.design_workspace import DesignWorkspace
from cnnstudio.ui.design.problems import OfferFixes
from cnnstudio.ui.file_drop import FileDrop
from cnnstudio.ui.large_steps import LargeSteps
from cnnstudio.ui.motion import want_motion
from cnnstudio.ui.picture.dialog import PictureDialog, copy_picture, drawing_of
from cnnstudio.ui.picture.files import PictureError
from cnnstudio.ui.project_files import ProjectFiles
from cnnstudio.ui.rail import WorkspaceRail
from cnnstudio.ui.recovery_banner import RecoveryBanner
from cnnstudio.ui.session import Session, translated
from cnnstudio.ui.settings import Settings
from cnnstudio.ui.shape_text import shape_order
from cnnstudio.ui.start_page import StartPage
from cnnstudio.ui.status_line import StatusLine
from cnnstudio.ui.theme import ThemeChoice, theme_state
from cnnstudio.ui.top_bar import TopBar

SMALLEST = QSize(880, 520)
FIRST_SIZE = QSize(1280, 800)
TITLE_BAR = 40
"""Pixels; more than most window managers put above a window."""

WorkspaceFactory = Callable[[], QWidget]
CloseGuard = Callable[[], bool]


class MainWindow(QMainWindow):
    """Workspaces are handed in with `add_workspace`; Design is there from the start."""

    train_requested = Signal()
    export_requested = Signal()
    sample_requested = Signal()
    """“Try it with the sample data set” on the start page."""
    workspace_shown = Signal(str)
    image_limits_chosen = Signal(object)
    """The `Limits` that decoded images are to keep from now on."""
    closed = Signal()
    """The window is really going; stop what runs for it."""

    def __init__(
        self,
        session: Session,
        *,
        settings: Settings | None = None,
        offer_fixes: OfferFixes | None = None,
        recovery_folder: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.settings = settings or Settings()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        dress(application, self.settings.theme)
        shape_order().choose(self.settings.channels_first)
        want_motion(self.settings.flag("motion", default=True))
        session.document.depth = self.settings.undo_depth
        self.setObjectName("mainWindow")
        self.setMinimumSize(SMALLEST)
        self.commands = Commands(self)
        self.files = ProjectFiles(session, self.settings, self)
        self.large_steps = LargeSteps(self, session)
        self.autosave = Autosave(session, recovery_folder, parent=self)
        self.recovery = RecoveryBanner(self)
        self.design = DesignWorkspace(session, self.settings, self, offer_fixes=offer_fixes)
        self.start_page = StartPage(session.catalogue, self.files.recent, self)
        self.rail = WorkspaceRail(self)
        self.top_bar = TopBar(session, self.commands, self)
        self.status_line = StatusLine(session, self)
        self.setStatusBar(self.status_line)
        self.file_drop = FileDrop(self, self.files, self.design.canvas)
        self._factories: dict[str, WorkspaceFactory] = {}
        self._workspaces: dict[str, QWidget] = {}
        self._guards: list[CloseGuard] = []
        self._was_shown = False
        self._stack = QStackedWidget(self)
        self._pages = QStackedWidget(self)
        self._build()
        self._fill_menus()
        self._connect()
        self.add_workspace("design", self.tr("Design"), "design", self.design)
        self._restore()
        self.show_start_page()
        self._show_title()

    # --- what app uses -------------------------------------------------------------------------

    def add_workspace(self, key: str, title: str, icon_name: str, widget: QWidget | WorkspaceFactory) -> None:
        """Put a workspace on the rail. A function is called when the workspace is first wanted."""
        self.rail.add(key, title, icon_name)
        if isinstance(widget, QWidget):
            self._put(key, widget)
        else:
            self._factories[key] = widget

    def make_workspace(self, key: str) -> QWidget:
        """The workspace's widget, made now if it was not yet. Raises KeyError for an unknown one."""
        factory = self._factories.pop(key, None)
        if factory is not None:
            self._put(key, factory())
        return self._workspaces[key]

    def show_workspace(self, key: str) -> QWidget:
        """Leave the start page and show a workspace; gives its widget. Raises KeyError for an unknown one."""
        widget = self.make_workspace(key)
        self._stack.setCurrentWidget(widget)
        self._pages.setCurrentIndex(1)
        self.status_line.show()
        self.rail.show_current(key)
        (self.design.canvas if key == "design" else widget).setFocus()
        self._enable_canvas_commands(key == "design")
        self.workspace_shown.emit(key)
        return widget

    def show_start_page(self) -> None:
        """Show templates and recent projects."""
        self.start_page.refresh()
        self._pages.setCurrentIndex(0)
        self.status_line.hide()
        self._enable_canvas_commands(False)

    def offer_recovery(self) -> None:
        """Offer what a crash left behind; done by itself when the window is first shown."""
        self.recovery.offer(self.autosave.find_lost())

    def set_device(self, text: str, explanation: str) -> None:
        """Name the device in the top bar, and in its tooltip why it is that one."""
        self.top_bar.set_device(text, explanation)

    def notice(self, text: str) -> None:
        """Say one sentence in the status bar."""
        self.status_line.notice(text)

    def tell(self, title: str, text: str, cure: str) -> None:
        """Say what went wrong, and what helps, in a box."""
        box = QMessageBox(QMessageBox.Icon.Warning, title, text, QMessageBox.StandardButton.Ok, self)
        box.setInformativeText(cure)
        box.exec()
        box.deleteLater()

    def open_path(self, path: Path) -> bool:
        """Open a project file."""
        return self.files.open_path(path)

    def add_close_guard(self, guard: CloseGuard) -> None:
        """`guard` is asked before the window closes; False keeps it open (a training that goes on, say)."""
        self._guards.append(guard)

    # --- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        work = QWidget(self)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self.rail)
        body.addWidget(self._stack, 1)
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addLayout(body, 1)
        self._pages.addWidget(self.start_page)
        self._pages.addWidget(work)
        center = QWidget(self)
        self._center = QVBoxLayout(center)
        self._center.setContentsMargins(0, 0, 0, 0)
        self._center.setSpacing(0)
        self._center.addWidget(self.recovery)
        self._center.addWidget(self._pages, 1)
        self.setCentralWidget(center)

    def _fill_menus(self) -> None:
        menus = self.commands.fill(self.menuBar())
        self._recent_menu = QMenu(self.tr("Open &recent"), menus["file"])
        self._recent_menu.aboutToShow.connect(self._fill_recent)
        menus["file"].insertMenu(self.commands["start"], self._recent_menu)
        menus["network"].insertMenu(self.commands["train"], align_menu(self.design.canvas, menus["network"]))
        themes = QActionGroup(self)
        for choice in ("system", "light", "dark"):
            action = self.commands[f"theme_{choice}"]
            action.setData(choice)
            themes.addAction(action)
        themes.triggered.connect(self._on_theme)
        self.commands[f"theme_{self.settings.theme}"].setChecked(True)

    def _connect(self) -> None:
        commands, canvas = self.commands, self.design.canvas
        slots: dict[str, Callable[[], object]] = {
            "new": self._on_new,
            "open": self.files.open,
            "start": self.show_start_page,
            "save": self.files.save,
            "save_as": self.files.save_as,
            "export": self.export_requested.emit,
            "export_picture": canvas.export_picture,
            "copy_picture": canvas.copy_picture,
            "settings": self._on_settings,
            "quit": self.close,
            "undo": self.session.undo,
            "redo": self.session.redo,
            "cut": self._on_cut,
            "copy": self._on_copy,
            "paste": self._on_paste,
            "duplicate": canvas.duplicate,
            "delete": canvas.delete,
            "select_all": self._on_select_all,
            "find_node": canvas.find_node,
            "find_layer": self.design.palette_panel.focus_search,
            "zoom_in": canvas.zoom_in,
            "zoom_out": canvas.zoom_out,
            "zoom_reset": canvas.zoom_reset,
            "fit": canvas.fit,
            "arrange": canvas.arrange,
            "group": canvas.group,
            "ungroup": canvas.ungroup,
            "train": self.train_requested.emit,
            "about": self._on_about,
        }
        for name, slot in slots.items():
            commands[name].triggered.connect(slot)
        commands["channels_first"].setChecked(shape_order().channels_first)
        commands["channels_first"].toggled.connect(shape_order().choose)
        shape_order().changed.connect(self._on_shape_order)
        commands["minimap"].setChecked(self.settings.flag("canvas/minimap", default=True))
        canvas.minimap.switch(commands["minimap"].isChecked())
        commands["minimap"].toggled.connect(self._on_minimap)
        commands["panel"].setChecked(not self.design.panel.folded)
        commands["panel"].toggled.connect(self.design.set_panel_shown)
        self.design.panel_folded.connect(self._on_panel_folded)
        canvas.picture_requested.connect(self._on_picture)
        canvas.zoom_changed.connect(self.status_line.show_zoom)
        self.status_line.zoom_clicked.connect(canvas.zoom_reset)
        self.status_line.problems_clicked.connect(self._on_problems_clicked)
        self.rail.chosen.connect(self.show_workspace)
        self.top_bar.name_edited.connect(self.session.document.set_name)
        self.session.changed.connect(self._on_changed)
        self.files.path_changed.connect(self._show_title)
        self.files.path_changed.connect(self._on_path_changed)
        self.files.opened.connect(self._on_opened)
        self.files.saved.connect(self._on_saved)
        self.autosave.failed.connect(self._on_autosave_failed)
        self.recovery.restore_chosen.connect(self._on_restore)
        self.recovery.discard_chosen.connect(self._on_discard)
        self.start_page.new_requested.connect(self._on_new)
        self.start_page.open_requested.connect(self.files.open)
        self.start_page.path_chosen.connect(self.files.open_path)
        self.start_page.template_chosen.connect(self._on_template)
        self.start_page.sample_requested.connect(self.sample_requested)

    def _put(self, key: str, widget: QWidget) -> None:
        self._workspaces[key] = widget
        self._stack.addWidget(widget)

    def _restore(self) -> None:
        geometry = self.settings.state("window/geometry")
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            self.resize(FIRST_SIZE)

    def fill_small_screen(self) -> None:
        """Take the whole of a screen that the window and its title bar are too large for; before it is shown."""
        room = self.screen().availableGeometry().size()
        wanted = self.size() + QSize(0, TITLE_BAR)
        if wanted.boundedTo(room) != wanted:
            self.setWindowState(self.windowState() | Qt.WindowState.WindowMaximized)

    # --- commands ------------------------------------------------------------------------------

    def _on_new(self) -> None:
        if self.files.new():
            self.show_workspace("design")

    def _on_template(self, project: Project) -> None:
        self.files.show_project(project, saved=True)

    def _on_opened(self) -> None:
        self.show_workspace("design")

    def _on_cut(self) -> None:
        field = self._text_field()
        field.cut() if field is not None else self.design.canvas.cut()

    def _on_copy(self) -> None:
        field = self._text_field()
        field.copy() if field is not None else self.design.canvas.copy()

    def _on_paste(self) -> None:
        field = self._text_field()
        field.paste() if field is not None else self.design.canvas.paste()

    def _on_select_all(self) -> None:
        field = self._text_field()
        field.selectAll() if field is not None else self.design.canvas.select_all()

    def _text_field(self) -> QLineEdit | QPlainTextEdit | None:
        """The text field that has the focus: editing commands are for it."""
        focused = QApplication.focusWidget()
        return focused if isinstance(focused, (QLineEdit, QPlainTextEdit)) else None

    def _on_picture(self, to_clipboard: bool) -> None:
        name = self.session.document.project.name
        if to_clipboard:
            try:
                copy_picture(drawing_of(self.design.canvas.canvas), name)
                self.notice(self.tr("The network is on the clipboard as a picture."))
            except PictureError as error:
                self.notice(translated(error.message))
            return
        dialog = PictureDialog(self.design.canvas.canvas, title=name, folder=self.files.folder, parent=self)
        dialog.exec()
        if dialog.saved_to is not None:
            self.notice(self.tr("Saved {name}").format(name=dialog.saved_to.name))
        dialog.deleteLater()

    def _on_problems_clicked(self) -> None:
        self.show_workspace("design")
        self.design.panel.show_tab(0)

    def _on_panel_folded(self, folded: bool) -> None:
        self.commands["panel"].setChecked(not folded)

    def _on_settings(self) -> None:
        from cnnstudio.ui.settings_dialog import SettingsDialog  # noqa: PLC0415 - brings NumPy, which the start can spare

        dialog = SettingsDialog(
            self.session,
            self.settings,
            self,
            choose_rules=self.design.choose_rules,
            show_minimap=self.commands["minimap"].setChecked,
            limit_images=self.image_limits_chosen.emit,
        )
        dialog.exec()
        dialog.deleteLater()
        self.commands[f"theme_{self.settings.theme}"].setChecked(True)

    def _on_minimap(self, on: bool) -> None:
        self.settings.set_flag("canvas/minimap", on)
        self.design.canvas.minimap.switch(on)

    def _on_shape_order(self) -> None:
        first = shape_order().channels_first
        self.settings.channels_first = first
        self.commands["channels_first"].setChecked(first)

    def _on_theme(self, action: QAction) -> None:
        choice: ThemeChoice = action.data()
        self.settings.theme = choice
        theme_state().choose(choice)

    def _on_about(self) -> None:
        QMessageBox.about(
            self,
            self.tr("About CNN Studio"),
            self.tr(
                "<h3>CNN Studio {version}</h3>"
                "<p>Assemble convolutional networks by dragging layers, see every shape with its sum, "
                "train them and take the saved model away.</p>"
                "<p>Built on Keras, TensorFlow and Qt. MIT licence.</p>"
            ).format(version=__version__),
        )

    def _fill_recent(self) -> None:
        self._recent_menu.clear()
        paths = self.files.recent.paths
        for path in paths:
            action = self._recent_menu.addAction(path.name)
            action.setToolTip(str(path))
            action.setData(str(path))
            action.triggered.connect(self._on_recent)
        if not paths:
            self._recent_menu.addAction(self.tr("No project yet")).setEnabled(False)
            return
        self._recent_menu.addSeparator()
        self._recent_menu.addAction(self.tr("Clear the list")).triggered.connect(self.files.recent.clear)

    def _on_recent(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.files.open_path(Path(str(action.data())))

    def _enable_canvas_commands(self, able: bool) -> None:
        for name in (
            "duplicate",
            "delete",
            "find_node",
            "find_layer",
            "zoom_in",
            "zoom_out",
            "zoom_reset",
            "fit",
            "arrange",
            "group",
            "ungroup",
        ):
            self.commands[name].setEnabled(able)

    # --- files ---------------------------------------------------------------------------------

    def _on_path_changed(self) -> None:
        self.autosave.set_path(self.files.path)
        self.top_bar.show_file(self.files.path)

    def _on_saved(self, path: Path) -> None:
        self.notice(self.tr("Saved {name}").format(name=path.name))
        self.autosave.write_now()

    def _on_autosave_failed(self, problem: str) -> None:
        self.notice(
            self.tr("Your work is not being backed up: {problem} Save it yourself.").format(problem=problem)
        )

    def _on_restore(self, lost: Recovered) -> None:
        if self.files.show_project(lost.project, path=lost.path, saved=False):
            self.autosave.write_now()
            self.autosave.flush()  # the old file goes only when the new one is there
            self.autosave.discard(lost)
            self.recovery.settle(lost)

    def _on_discard(self, lost: Recovered) -> None:
        self.autosave.discard(lost)
        self.recovery.settle(lost)

    # --- state ---------------------------------------------------------------------------------

    def _on_changed(self, _change: Change) -> None:
        self._show_title()

    def _show_title(self) -> None:
        name = self.session.document.project.name or self.tr("Untitled")
        self.setWindowTitle(f"{name}[*] – CNN Studio")
        self.setWindowModified(self.session.document.is_modified)
        self.setWindowFilePath(str(self.files.path) if self.files.path is not None else "")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            QTimer.singleShot(0, self, self.offer_recovery)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not all(guard() for guard in self._guards) or not self.files.may_leave():
            event.ignore()
            return
        self.settings.set_state("window/geometry", self.saveGeometry())
        self.settings.flush()
        self.autosave.close()
        self.start_page.stop()
        self.closed.emit()
        event.accept()
