"""A report as one HTML file that needs nothing else: no script, no font, no picture from elsewhere."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

from cnnstudio.runs.reports.document import Heading, Matrix, Part, Picture, Table, Text

_STYLE = """
:root { color-scheme: light dark; --text: #1b2330; --muted: #5d6878; --line: #dfe3e8; --ground: #ffffff; --cell: 0,114,178;
  --wrong: 213,94,0; }
@media (prefers-color-scheme: dark) { :root { --text: #e8ebf0; --muted: #9aa5b5; --line: #31373f; --ground: #1e2228;
  --cell: 86,180,233; --wrong: 230,159,0; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); max-width: 960px;
  margin: 32px auto; padding: 0 24px; font-variant-numeric: tabular-nums; }
h1 { font-size: 26px; margin: 0 0 8px; } h2 { font-size: 18px; margin: 40px 0 8px; }
p { margin: 8px 0; } table { border-collapse: collapse; margin: 8px 0 16px; }
th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
th { color: var(--muted); font-weight: 600; } .l { text-align: left; } .facts td:first-child { color: var(--muted); }
.matrix td { padding: 4px 6px; text-align: center; min-width: 26px; border: 2px solid var(--ground); }
.matrix th { padding: 4px 6px; border: none; font-weight: 400; } .wide { overflow-x: auto; }
img { max-width: 100%; background: #ffffff; border-radius: 8px; } .network img { max-height: 900px; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } table, img { break-inside: avoid; } }
"""


def html(title: str, parts: Sequence[Part]) -> str:
    """The whole file. Every text is escaped; pictures are embedded as data, where nothing in them can run."""
    body = "\n".join(_part(part) for part in parts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        "style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _part(part: Part) -> str:
    match part:
        case Heading():
            return f"<h{part.level}>{escape(part.text)}</h{part.level}>"
        case Text():
            return f"<p>{escape(part.text)}</p>"
        case Table():
            return _table(part)
        case Picture():
            data = base64.b64encode(part.content).decode("ascii")
            source = f"data:image/{part.kind};base64,{data}"
            return f'<p class="network"><img alt="{escape(part.alt)}" src="{source}"></p>'
        case Matrix():
            return _matrix(part)


def _table(table: Table) -> str:
    def cells(tag: str, row: tuple[str, ...]) -> str:
        return "".join(
            f"<{tag}{_left(number < table.text_columns)}>{escape(cell)}</{tag}>"
            for number, cell in enumerate(row)
        )

    head = f"<tr>{cells('th', table.head)}</tr>\n" if table.head else ""
    rows = "\n".join(f"<tr>{cells('td', row)}</tr>" for row in table.rows)
    kind = "" if table.head else ' class="facts"'
    return f'<div class="wide"><table{kind}>\n{head}{rows}\n</table></div>'


def _left(left: bool) -> str:
    return ' class="l"' if left else ""


def _matrix(matrix: Matrix) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in matrix.classes)
    lines = [f'<tr><th class="l">{escape(matrix.corner)}</th>{head}</tr>']
    for true, (name, counts) in enumerate(zip(matrix.classes, matrix.counts, strict=True)):
        total = max(1, sum(counts))
        cells = "".join(
            f'<td style="background: rgba(var(--{"cell" if true == told else "wrong"}), '
            f'{0.06 + 0.6 * count / total if count else 0.04:.2f})">{count or ""}</td>'
            for told, count in enumerate(counts)
        )
        lines.append(f'<tr><th class="l">{escape(name)}</th>{cells}</tr>')
    return '<div class="wide"><table class="matrix">\n' + "\n".join(lines) + "\n</table></div>"
