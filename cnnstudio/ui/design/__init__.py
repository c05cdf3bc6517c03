"""The Design workspace around the canvas: palette, inspector, problems, summary and code."""
