"""Copies the browser packages out of node_modules into `static/vendor`, with their licences.

`python -m basestation.web.assets` is what `make install` runs after `npm ci`. It decides which files
the page loads, copies those only, and does nothing when they are up to date. It downloads nothing.
"""

import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
NODE_MODULES = _ROOT / "node_modules"
VENDOR = Path(__file__).parent / "static" / "vendor"

#: Where a file lies in node_modules, and what it is called in `static/vendor`.
FILES = {
    "preact/dist/preact.mjs": "preact.js",
    "preact/hooks/dist/hooks.mjs": "preact-hooks.js",
    "preact/LICENSE": "preact.LICENSE",
    "@preact/signals/dist/signals.mjs": "signals.js",
    "@preact/signals/LICENSE": "signals.LICENSE",
    "@preact/signals-core/dist/signals-core.mjs": "signals-core.js",
    "@preact/signals-core/LICENSE": "signals-core.LICENSE",
    "htm/dist/htm.mjs": "htm.js",
    "htm/LICENSE": "htm.LICENSE",
    "uplot/dist/uPlot.esm.js": "uplot.js",
    "uplot/dist/uPlot.min.css": "uplot.css",
    "uplot/LICENSE": "uplot.LICENSE",
}

_SOURCE_MAP = b"//# sourceMappingURL="


class AssetsMissing(Exception):
    """A browser package is not there; the text says what to run."""


def copy_assets(node_modules: Path, vendor: Path) -> int:
    """Bring `vendor` up to date and return how many files were written or removed.

    Raises:
        AssetsMissing: a package is not in `node_modules`.
    """
    wanted = {name: _content(node_modules / path) for path, name in FILES.items()}
    vendor.mkdir(parents=True, exist_ok=True)
    changed = 0
    for stray in sorted(vendor.iterdir()):
        if stray.name not in wanted:
            stray.unlink()
            changed += 1
    for name, content in wanted.items():
        target = vendor / name
        if not target.is_file() or target.read_bytes() != content:
            target.write_bytes(content)
            changed += 1
    return changed


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise AssetsMissing(
            f"{path} is missing: run `npm ci --ignore-scripts` in the project's folder first."
        )
    content = path.read_bytes()
    # The source maps are not served; a pointer to them would only be a failed request.
    lines = [line for line in content.splitlines(keepends=True) if not line.startswith(_SOURCE_MAP)]
    return b"".join(lines)


def main() -> int:
    """Copy, and say in one line what happened."""
    try:
        changed = copy_assets(NODE_MODULES, VENDOR)
    except AssetsMissing as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"browser packages: {changed} files changed, {len(FILES)} in place\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
