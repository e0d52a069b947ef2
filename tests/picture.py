# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Draws the picture in README.md: an SVG of what a terminal showed at some moments."""

import html

# In pixels, for a monospaced font
FONT_SIZE, CHARACTER, LINE = 14, 8.4, 20
PADDING, TITLE, RADIUS = 14, 26, 6

HEAD = '''<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description" \
xml:space="preserve" viewBox="0 0 {width} {height}" width="{width}" height="{height}">
<!-- SPDX-License-Identifier: GPL-2.0-or-later -->
<!-- Made by tests/demo with the option "picture" -->
<title id="title">{title}</title>
<desc id="description">{description}</desc>
<style>
text {{ font: {size}px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace }}
.window {{ fill: #1f242b; stroke: #57606a }}
.line {{ fill: #dde3ea }}
.command {{ fill: #7ee787 }}
/* Readable on any background */
.caption {{ font-family: sans-serif; fill: #7d8590 }}
</style>
'''


def _escape(text):
    return html.escape(text, quote=False)


def _draw_text(kind, x, y, text, width=None):
    # The length makes the text fit with any font
    length = f' textLength="{width:g}" lengthAdjust="spacingAndGlyphs"' if width else ''
    return f'<text class="{kind}" x="{x:g}" y="{y:g}"{length}>{_escape(text)}</text>'


def _draw_moment(caption, command, lines, top, width):
    """Yields the elements of a window with a caption."""
    yield _draw_text('caption', PADDING, top + TITLE - 8, caption)
    top += TITLE
    height = (1 + len(lines)) * LINE + PADDING
    yield (f'<rect class="window" x="0.5" y="{top + 0.5:g}" width="{width - 1:g}" '
           f'height="{height:g}" rx="{RADIUS}"/>')
    y = top + LINE
    for kind, line in [('command', command), *(('line', line) for line in lines)]:
        yield _draw_text(kind, PADDING, y, line, CHARACTER * len(line))
        y += LINE


def draw(title, command, moments):
    """Returns the SVG. A moment is a caption and the lines below the command."""
    longest = max(len(line) for _, lines in moments for line in [command, *lines])
    width = round(CHARACTER * longest + 2 * PADDING)
    elements, top = [], 0
    for caption, lines in moments:
        elements += _draw_moment(caption, command, lines, top, width)
        top += TITLE + (1 + len(lines)) * LINE + PADDING
    description = '\n'.join(line for caption, lines in moments
                            for line in [f'{caption}:', command, *lines])
    head = HEAD.format(width=width, height=top + 2, title=_escape(title),
                       description=_escape(description), size=FONT_SIZE)
    return head + '\n'.join(elements) + '\n</svg>\n'
