"""The heap of a device: collected early while modules are loaded, and rid of what only the start needs.

Decides when the collector runs by itself (MicroPython moves nothing, so what is collected late leaves a heap
full of holes) and how a module is forgotten. Never decides which. Does nothing in CPython.
"""

import gc
import sys

#: The collector runs after so many bytes in any case: while modules are loaded, and afterwards.
LOADING_COLLECT_BYTES = 1024
COLLECT_BYTES = 4096

if hasattr(gc, "mem_alloc"):
    gc.threshold(LOADING_COLLECT_BYTES)


#: What only a change of the settings needs.
_FOR_CHANGES = (
    ("firmware.boards", "kept_settings"), ("firmware", "settings"), ("firmware", "sealed"),
    ("firmware", "amendment"), ("protocol", "sealing"),
)  # fmt: skip


def forget_changes() -> None:
    """Give back the memory of what only a change of the settings needs, as far as it is loaded."""
    forget_modules(_FOR_CHANGES)


def forget_module(package: str, name: str) -> None:
    """Give back the memory of a module that only the start needed; an import would load it again."""
    forget_modules(((package, name),))


def forget_modules(modules: "tuple[tuple[str, str], ...]") -> None:
    """Give back the memory of those modules, each as (package, name), that are loaded; collects once."""
    if not hasattr(gc, "mem_alloc"):
        return
    is_any = False
    for package, name in modules:
        if sys.modules.pop(package + "." + name, None) is not None:
            delattr(sys.modules[package], name)
            is_any = True
    if is_any:
        gc.collect()
        gc.threshold(COLLECT_BYTES)
