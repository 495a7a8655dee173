"""What a loop is made of, by the configuration of a device; needed only at the start.

Decides in which order configuration, settings, board and brokers are judged, and that the first of them that
cannot be used ends the start with its sentence. Never starts anything.
"""

from firmware.boards.choice import open_board
from firmware.boards.config import ConfigError, load_config
from firmware.boards.memory import forget_changes, forget_module
from firmware.journal_open import JournalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.boards.board import Board
    from firmware.boards.brokers import Route
    from firmware.settings import Settings

    #: Configuration, settings, board, how each broker is reached, and what is kept of changes.
    Parts = tuple[dict[str, Any], Settings, Board, list[Route], dict[str, Any]]


def opened(path: str) -> "tuple[Parts | None, str]":
    """Return the parts by the configuration at `path` and "", or None and a sentence that says why not."""
    try:
        config = load_config(path)
        settings, kept = _settings(config)
        # The rules by which they were judged are large, and the board needs the room.
        forget_changes()
        return (config, settings, open_board(config), _routes(config["brokers"]), kept), ""
    except (ConfigError, JournalError) as error:
        return None, str(error)


def _settings(config: "dict[str, Any]") -> "tuple[Settings, dict[str, Any]]":
    """Return the settings in force and what is kept of changes; raises ConfigError."""
    from firmware.boards.kept_settings import begin
    from firmware.settings import SettingsError

    try:
        return begin(config["journal"] + ".settings", config["settings"], config["settings_key"])
    except SettingsError as error:
        raise ConfigError(str(error)) from error


def _routes(brokers: "list[dict[str, Any]]") -> "list[Route]":
    """Return how each broker is reached; a device without one has no memory for it."""
    if not brokers:
        return []
    from firmware.boards.brokers import routes

    found = routes(brokers)
    forget_module("firmware.boards", "brokers")
    return found
