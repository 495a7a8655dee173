"""Which board this device is: the only place that knows them all.

Decides by the `board` of the configuration, and loads no other; a board that is not there is a mistake of who
made the device ready, and ends the start with Python's own sentence.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.boards.board import Board


def open_board(config: "dict[str, Any]") -> "Board":
    """Return the board of a configuration that `config.load_config` has accepted.

    Raises:
        ConfigError: the board cannot be opened as it is configured.
    """
    name = config["board"]
    if name == "esp32s3":
        from firmware.boards import esp32s3

        return esp32s3.open_board(config)
    if name == "m5stickc_plus2":
        from firmware.boards import m5stickc_plus2

        return m5stickc_plus2.open_board(config)
    from firmware.boards import unix

    return unix.Board(config)
