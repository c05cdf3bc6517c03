"""The application's style sheet, written from the tokens of a theme on an 8-pixel grid."""

from __future__ import annotations

from string import Template

from cnnstudio.ui.theme import Theme

_STYLE = Template("""
QWidget { color: $text; }
QMainWindow, QDialog, QMessageBox { background: $window; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QToolTip { background: $surface; color: $text; border: 1px solid $border_strong; padding: 6px 8px; }

QMenuBar { background: $surface; border: none; padding: 0 8px; }
QMenuBar::item { padding: 5px 10px; background: transparent; border-radius: 5px; color: $text_muted; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $sunken; color: $text; }
QMenu { background: $surface; border: 1px solid $border_strong; padding: 6px; }
QMenu::item { padding: 6px 24px 6px 8px; border-radius: 5px; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $border_strong; }
QMenu::separator { height: 1px; background: $border; margin: 6px 4px; }
QMenu::icon { padding-left: 8px; }

QLabel { background: transparent; }
QLabel[role="muted"] { color: $text_muted; }
QLabel[role="section"] { color: $text_muted; font-weight: 600; letter-spacing: 1px; }
QLabel[role="title"] { font-weight: 600; }
QLabel[role="readout"] { background: $surface; border: 1px solid $border_strong; border-radius: 6px; padding: 5px 8px; }
QLabel[role="error"] { color: $error; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="pill"] {
    border: 1px solid $border; border-radius: 13px; padding: 4px 12px; background: $sunken; color: $text_muted; }

QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit, QTextEdit {
    background: $sunken; border: 1px solid $border; border-radius: 6px; padding: 4px 6px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:hover, QComboBox:hover, QAbstractSpinBox:hover { border-color: $border_strong; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus { border-color: $accent; }
QLineEdit[invalid="true"] { border-color: $error; background: $error_soft; }
QLineEdit:disabled, QComboBox:disabled { color: $border_strong; }
QLineEdit[role="flat"] { background: transparent; border: 1px solid transparent; font-weight: 600; padding: 3px 6px; }
QLineEdit[role="flat"]:hover { border-color: $border; }
QLineEdit[role="flat"]:focus { border-color: $accent; background: $sunken; }
QAbstractSpinBox QLineEdit { border: none; padding: 0; background: transparent; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; height: 0; border: none; }
QComboBox { padding-right: 4px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url("$arrow"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $border_strong; padding: 4px; outline: none;
    selection-background-color: $accent_soft; selection-color: $text; }

QCheckBox { spacing: 8px; }
QCheckBox::indicator, QListView::indicator { width: 16px; height: 16px; border: 1px solid $border_strong; border-radius: 4px;
    background: $sunken; }
QListView::indicator:hover, QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: $accent; }
QCheckBox::indicator:checked, QListView::indicator:checked { background: $accent; border-color: $accent; image: url("$check"); }
#rulesList::item { padding: 3px 0; }
QCheckBox:focus { color: $accent; }

QPushButton { background: $surface; border: 1px solid $border_strong; border-radius: 6px; padding: 5px 12px;
    min-height: 16px; }
QPushButton:hover { background: $sunken; }
QPushButton:focus { border-color: $accent; }
QPushButton:pressed { background: $accent_soft; }
QPushButton:disabled { color: $border_strong; border-color: $border; }
QPushButton[role="primary"], QPushButton:default {
    background: $accent; border-color: $accent; color: $on_accent; font-weight: 600; }
QPushButton[role="primary"]:hover, QPushButton:default:hover {
    background: $accent_hover; border-color: $accent_hover; }
QPushButton[role="primary"]:focus { border: 2px solid $text; padding: 4px 11px; }
QPushButton[role="primary"]:disabled { background: $border; border-color: $border; color: $text_muted; }
QPushButton[role="accent"] { border-color: $accent; color: $accent; }
QPushButton[role="link"] { border: none; background: transparent; color: $accent; padding: 2px 4px; text-align: left; }
QPushButton[role="link"]:hover { color: $accent_hover; text-decoration: underline; }
QPushButton[role="link"]:focus { text-decoration: underline; }
QPushButton[role="status"] { border: none; background: transparent; color: $text_muted; padding: 1px 6px;
    border-radius: 4px; }
QPushButton[role="status"]:hover, QPushButton[role="status"]:focus { background: $sunken; color: $text; }
QPushButton[role="status"][severity="error"] { color: $error; }
QPushButton[role="status"][severity="warning"] { color: $warning; }

QToolButton { border: 1px solid transparent; border-radius: 6px; padding: 4px; background: transparent; }
QToolButton:hover { background: $sunken; border-color: $border; }
QToolButton:focus { border-color: $accent; }
QToolButton:pressed, QToolButton:checked { background: $accent_soft; }
QToolButton::menu-indicator { image: none; }

QScrollArea, QAbstractScrollArea { background: transparent; border: none; }
QPlainTextEdit[role="field"] { background: $sunken; border: 1px solid $border; }
QPlainTextEdit[role="field"]:focus { border-color: $accent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $border_strong; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: $text_muted; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
    background: transparent; border: none; width: 0; height: 0; }

QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; border: none; border-bottom: 2px solid transparent; color: $text_muted;
    padding: 7px 4px 6px 4px; margin: 0 8px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $accent; border-bottom-color: $accent; }
QTabBar::tab:focus { color: $text; border-bottom-color: $text; }
QTabWidget::pane { border: none; }

QTreeView, QListView, QTableView { background: transparent; border: none; outline: none;
    alternate-background-color: $sunken; }
QTableView { gridline-color: transparent; selection-background-color: $accent_soft; selection-color: $text; }
QTreeView { selection-background-color: $accent_soft; selection-color: $text; }
QTreeView#dataProblems::item:selected { background: $accent_soft; color: $text; }
QTableView::item { padding: 2px 5px; border-bottom: 1px solid $border; }
QTableView::item:selected { background: $accent_soft; color: $text; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: $surface; border: none; border-bottom: 1px solid $border_strong;
    color: $text_muted; padding: 5px 8px; font-weight: 600; }
QHeaderView::section:hover { color: $text; }
QHeaderView::up-arrow { image: url("$arrow_up"); width: 10px; height: 10px; }
QHeaderView::down-arrow { image: url("$arrow"); width: 10px; height: 10px; }
QTableCornerButton::section { background: transparent; border: none; }

QSplitter::handle { background: $border; }
QSplitter::handle:hover { background: $accent; }
QProgressBar { background: $border; border: none; border-radius: 4px; max-height: 8px; min-height: 8px; }
QProgressBar::chunk { background: $accent; border-radius: 4px; }
QStatusBar { background: $surface; border-top: 1px solid $border; color: $text_muted; }
QStatusBar::item { border: none; }

QWidget[surface="panel"] { background: $surface; }
QWidget[surface="window"] { background: $window; }
QWidget[surface="sunken"] { background: $sunken; }
QFrame[surface="card"] { background: $sunken; border: 1px solid $border; border-radius: 8px; }
QFrame[surface="plot"] { background: $surface; border: 1px solid $border; border-radius: 8px; }
QFrame[surface="notice"] { background: $accent_soft; border: none; border-bottom: 1px solid $border; }
QFrame[surface="tile"] { background: $surface; border: 1px solid $border; border-radius: 10px; }
QFrame[surface="tile"]:hover { border-color: $border_strong; }
QFrame[surface="tile"]:focus { border: 2px solid $accent; }
QFrame[surface="problem"] { background: $surface; border: 1px solid $border; border-left: 3px solid $text_muted;
    border-radius: 6px; }
QFrame[surface="problem"][severity="error"] { border-left-color: $error; }
QFrame[surface="problem"][severity="warning"] { border-left-color: $warning; }
QFrame[surface="problem"][severity="hint"] { border-left-color: $hint; }
QFrame[surface="problem"]:hover, QFrame[surface="problem"]:focus { border-color: $accent; }
QFrame[line="horizontal"] { background: $border; border: none; max-height: 1px; min-height: 1px; }
#topBar { background: $surface; border-bottom: 1px solid $border; }
#workspaceRail { background: $surface; border-right: 1px solid $border; }
#workspaceRail QToolButton { color: $text_muted; border-radius: 8px; padding: 6px 2px; border: 1px solid transparent; }
#workspaceRail QToolButton:hover { background: $sunken; color: $text; }
#workspaceRail QToolButton:checked { background: $accent_soft; color: $accent; }
#workspaceRail QToolButton:focus { border-color: $accent; }
#planPanel { border-right: 1px solid $border; }
#runsPanel { border-left: 1px solid $border; }
#understandSubjects { border-right: 1px solid $border; }
#codeView { background: $sunken; border: none; border-radius: 0; padding: 8px 12px; }
""")


def style_sheet(theme: Theme, *, arrow: str, arrow_up: str, check: str) -> str:
    """The style sheet of a theme. The three drawings are paths of image files in the theme's colours."""
    tokens = {
        name: value
        for name in theme.__slots__
        if isinstance(value := getattr(theme, name), str) and value.startswith("#")
    }
    return _STYLE.substitute(tokens, arrow=arrow, arrow_up=arrow_up, check=check)
