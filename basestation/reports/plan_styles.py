"""How a plan's marks look on paper: the page's style sheet in the units of the drawing, inside the picture.

Decides colours and widths only; shapes are `plans.drawn`'s. Widths are parts of the drawing's own width,
because paper has no pixels.
"""

#: Strokes across the width of a plan.
STROKES_ACROSS = 320


def styled(svg: str, width: float) -> str:
    """Return an <svg> of a plan that stands alone."""
    stroke = width / STROKES_ACROSS
    style = (
        ".plan-ground{fill:#fff}"
        ".plan-drawing{color:#14181d}"
        ".plan-mark circle,.plan-mark polygon,.plan-mark rect{fill:#fff;stroke:#0a2a66}"
        f".plan-mark circle,.plan-mark polygon,.plan-mark rect{{stroke-width:{stroke:g}}}"
        f".plan-place circle,.plan-place polygon{{stroke:#a30f1c;stroke-width:{stroke * 1.6:g}}}"
        f".plan-mark .plan-core{{fill:#0a2a66;stroke:#fff;stroke-width:{stroke / 3:g}}}"
        ".plan-place .plan-core{fill:#a30f1c}"
        ".plan-mark polyline{fill:none;stroke-linejoin:round;stroke-linecap:round}"
        f".plan-mark .plan-way-edge{{stroke:#fff;stroke-width:{stroke * 3:g}}}"
        f".plan-mark .plan-way{{stroke:#0a2a66;stroke-width:{stroke * 1.6:g}}}"
        f".plan-mark .plan-way{{stroke-dasharray:{stroke * 4:g} {stroke * 2:g}}}"
        ".plan-label,.plan-sign{font-weight:700;fill:#14181d}"
    )
    head, _, rest = svg.partition(">")
    return f'{head} xmlns="http://www.w3.org/2000/svg"><style>{style}</style>{rest}'
