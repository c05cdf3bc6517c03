"""The network as a picture to take away: SVG, PNG and PDF files and the clipboard, with or without a window."""
