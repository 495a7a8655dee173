"""The label of a device: its name, what people call it, the site, and the name again as a QR code.

Decides its size (50 mm x 25 mm, a usual roll) and what stands in the code: `rufweite:NAME`, nothing
secret, so that it may be read by anybody who holds the device. SVG, sizes in mm.
"""

from html import escape

import segno

WIDTH_MM, HEIGHT_MM, MARGIN_MM = 50, 25, 2
_CODE_MM = HEIGHT_MM - 2 * MARGIN_MM
_TEXT_X_MM = 2 * MARGIN_MM + _CODE_MM
#: Of a sans-serif letter, per mm of its size; long names are set smaller, not cut.
_LETTER_WIDTH = 0.6
_NAME_MM_MAX, _TEXT_MM_MAX = 5.0, 3.0


def code_of(name: str) -> str:
    """Return what stands in the QR code of a device."""
    return f"rufweite:{name}"


def label_svg(name: str, label: str, site: str) -> str:
    """Return the label as an SVG drawing."""
    modules = [list(row) for row in segno.make(code_of(name), error="m", micro=False).matrix]
    size = len(modules)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(modules) for x, dark in enumerate(row) if dark)
    texts = [
        _text(name, 9.5, _NAME_MM_MAX, "bold"),
        _text(label, 15.0, _TEXT_MM_MAX, "normal"),
        _text(site, 21.0, _TEXT_MM_MAX, "normal"),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH_MM}mm" height="{HEIGHT_MM}mm" '
        f'viewBox="0 0 {WIDTH_MM} {HEIGHT_MM}">\n'
        f"<title>{escape(name)}</title>\n"
        f'<rect width="{WIDTH_MM}" height="{HEIGHT_MM}" fill="#fff"/>\n'
        f'<path transform="translate({MARGIN_MM} {MARGIN_MM}) scale({_CODE_MM / size:.4f})" d="{path}"/>\n'
        + "".join(texts)
        + "</svg>\n"
    )


def label_on_terminal(name: str) -> str:
    """Return the QR code for a terminal: two rows of it in each line, dark on light."""
    rows = [list(row) for row in segno.make(code_of(name), error="m", micro=False).matrix_iter(border=2)]
    rows += [[0] * len(rows[0])] * (len(rows) % 2)
    signs = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    return "\n".join(
        "".join(signs[bool(upper), bool(lower)] for upper, lower in zip(rows[y], rows[y + 1], strict=True))
        for y in range(0, len(rows), 2)
    )


def _text(text: str, y_mm: float, size_mm_max: float, weight: str) -> str:
    if not text:
        return ""
    room_mm = WIDTH_MM - _TEXT_X_MM - MARGIN_MM
    size_mm = min(size_mm_max, room_mm / (len(text) * _LETTER_WIDTH))
    return (
        f'<text x="{_TEXT_X_MM}" y="{y_mm}" font-family="sans-serif" font-weight="{weight}" '
        f'font-size="{size_mm:.2f}">{escape(text)}</text>\n'
    )
