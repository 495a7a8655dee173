"""What marks a restored base station, and a folder that is not one yet; every start asks, so it is light."""

from pathlib import Path

from basestation.repair.errors import RepairRefused

#: Numbers that the base station before may have given after the copy are passed over.
GAP = 1_000_000
#: Key in `station`, until the restored base station has told of itself.
RESTORED = "restored"
#: In a folder that is not complete; `serve` starts on none.
UNFINISHED = "unfinished"
#: A passphrase is no shorter.
PASSPHRASE_CHARACTERS_MIN = 12


def refuse_unfinished(data_dir: Path) -> None:
    """Raise RepairRefused for a folder whose restore did not come to its end."""
    if (data_dir / UNFINISHED).exists():
        raise RepairRefused(
            f"Restoring into {data_dir} did not come to its end: empty the folder and restore again."
        )
