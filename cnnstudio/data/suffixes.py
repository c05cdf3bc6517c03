"""What the names of image files end in: known without loading what opens them."""

from __future__ import annotations

FORMAT_OF_SUFFIX = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".bmp": "BMP",
    ".gif": "GIF",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}
"""The format that a file's name promises."""

IMAGE_SUFFIXES = tuple(FORMAT_OF_SUFFIX)
"""The endings, in small letters, of the files that are looked at as images."""
