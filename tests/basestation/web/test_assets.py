"""The files of the page: complete, copied only when needed, allowed by the policy."""

import json
import re

import pytest

from basestation.web.assets import FILES, NODE_MODULES, AssetsMissing, copy_assets
from basestation.web.pages import STATIC


def a_tree(folder):
    """Write stand-ins for the packages."""
    for path in FILES:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"// {path}\n//# sourceMappingURL=x.map\n")
    return folder


def test_a_second_copy_changes_nothing(tmp_path):
    """`make install` may run it every time."""
    packages, vendor = a_tree(tmp_path / "node_modules"), tmp_path / "vendor"
    assert copy_assets(packages, vendor) == len(FILES)
    assert copy_assets(packages, vendor) == 0


def test_a_changed_file_is_copied_and_a_stray_one_removed(tmp_path):
    """What the page loads is exactly what the packages hold, without pointers to source maps."""
    packages, vendor = a_tree(tmp_path / "node_modules"), tmp_path / "vendor"
    copy_assets(packages, vendor)
    (vendor / "stray.js").write_text("")
    (vendor / "htm.js").write_text("old")
    assert copy_assets(packages, vendor) == 2
    assert {file.name for file in vendor.iterdir()} == set(FILES.values())
    assert (vendor / "htm.js").read_text() == "// htm/dist/htm.mjs\n"


def test_a_missing_package_is_named_with_what_to_do(tmp_path):
    """Half a page would fail in the control room, not here."""
    with pytest.raises(AssetsMissing, match="npm ci"):
        copy_assets(tmp_path, tmp_path / "vendor")


def test_every_module_the_page_imports_is_there():
    """By relative path or by the import map; each package with its licence."""
    page = (STATIC / "index.html").read_text()
    names = json.loads(re.search(r'importmap">(.*?)</script>', page, re.DOTALL).group(1))["imports"]
    assert {address.removeprefix("/static/vendor/") for address in names.values()} <= set(FILES.values())
    for module in STATIC.glob("*.js"):
        for wanted in re.findall(r'from "([^"]+)"', module.read_text()):
            is_there = {
                ".": (STATIC / wanted).is_file(),
                "/": wanted.removeprefix("/static/vendor/") in FILES.values(),
            }.get(wanted[0], wanted in names)
            assert is_there, (module.name, wanted)
    for address in re.findall(r'(?:href|src)="/static/([^"]+)"', page):
        assert (STATIC / address).is_file() or address.startswith("vendor/"), address
    packages = {path.removesuffix("/LICENSE") for path in FILES if path.endswith("LICENSE")}
    assert all(any(path.startswith(package + "/") for package in packages) for path in FILES)


def test_the_packages_in_place_are_those_of_the_lock():
    """Whoever runs the tests sees the page that is shipped."""
    if not NODE_MODULES.is_dir():
        pytest.skip("node_modules is not there: make install brings it")
    assert copy_assets(NODE_MODULES, STATIC / "vendor") == 0


def test_no_file_of_the_page_is_long_or_names_another_site():
    """Short enough to read; nothing is fetched from elsewhere."""
    for file in sorted(STATIC.glob("*.*")):
        text = file.read_text()
        assert len(text.splitlines()) <= 300, file.name
        addresses = set(re.findall(r"https?://[^\s\"')]+", text)) - {"http://www.w3.org/2000/svg"}
        assert not addresses, (file.name, addresses)
        assert "innerHTML" not in text, file.name
