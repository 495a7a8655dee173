"""The key by which a device knows that a change of its settings, or a release, comes from its base station.

Decides that it follows from the device's secret and from a seed of this site that never leaves the database:
so a new log-in has a new key, and whoever knows a log-in, as the operator of a further broker does, has none.
Keys and seals are hexadecimal.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from sqlalchemy import select

from basestation.broker.credential import Credential
from basestation.store.committer import Work
from basestation.store.database import insert_new
from basestation.store.tables import station
from protocol.sealing import settings_text

_SEED = "settings_seed"
_SEED_BYTES = 32


async def key_of(work: Work, credential: Credential) -> str:
    """Return the key that this log-in goes with; makes the site's seed at the first use."""
    row = {"key": _SEED, "value": secrets.token_hex(_SEED_BYTES)}
    await insert_new(work.connection, station, row)
    query = select(station.c.value).where(station.c.key == _SEED)
    seed = str((await work.connection.execute(query)).scalar_one())
    text = f"settings of {credential.name}: {credential.secret}"
    return hmac.new(bytes.fromhex(seed), text.encode(), hashlib.sha256).hexdigest()


def sealed(key: str, device: str, version: int, counter: int, values: Mapping[str, int]) -> str:
    """Return the seal of a `settings` command."""
    text = settings_text(device, version, counter, dict(values))
    return hmac.new(key.encode(), text, hashlib.sha256).hexdigest()
