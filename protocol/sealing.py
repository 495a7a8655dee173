"""The text that is authenticated of a command, the same on both sides whatever order their JSON has.

Decides the form and nothing else: one line each, `name=value`, ended by a line feed, ASCII; first the kind
and the device, then version and counter, then the values by name. Who holds the key, and what is refused, is
decided elsewhere.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def settings_text(device: str, version: int, counter: int, values: "dict[str, Any]") -> bytes:
    """Return what the signature of a `settings` command to this device is made of."""
    lines = ["settings", "device=" + device, "version=" + str(version), "counter=" + str(counter)]
    lines += [name + "=" + str(values[name]) for name in sorted(values)]
    return ("\n".join(lines) + "\n").encode()
