"""Durations, moments and sizes in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, Qt


def duration_text(seconds: float) -> str:
    """A duration with one or two units: `7 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return _say("{seconds} s").format(seconds=whole)
    if whole < 3600:
        return _say("{minutes} min {seconds} s").format(minutes=whole // 60, seconds=whole % 60)
    return _say("{hours} h {minutes} min").format(hours=whole // 3600, minutes=whole % 3600 // 60)


def short_seconds(seconds: float) -> str:
    """A short time with sensible decimals: `0.9 s`, `12 s`, `3 min 20 s`."""
    return _say("{seconds} s").format(seconds=f"{seconds:.1f}") if seconds < 10 else duration_text(seconds)


def when_text(moment: str) -> str:
    """An ISO 8601 moment as people say it: the time for today, else the date. Empty for a broken one."""
    time = QDateTime.fromString(moment, Qt.DateFormat.ISODate).toLocalTime()
    if not time.isValid():
        return ""
    if time.date() == QDate.currentDate():
        return QLocale().toString(time.time(), QLocale.FormatType.ShortFormat)
    return QLocale().toString(time.date(), QLocale.FormatType.ShortFormat)


def bytes_text(count: float) -> str:
    """An amount of memory: `212 MB`."""
    return QLocale().formattedDataSize(
        int(count), 1 if count >= 1e9 else 0, QLocale.DataSizeFormat.DataSizeSIFormat
    )


def _say(text: str) -> str:
    return QCoreApplication.translate("time_text", text)
