"""Everything that is set for the case of an alarm, as values, read again only after it was changed.

Every change puts a new random token into the database, in its own transaction; whoever finds the token they
know has what is set. So two hundred cases at once read it once, and every replica sees a change at its next
step. Decides nothing.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.chain import Chain, ChainError
from basestation.cases.chain_choice import Rule
from basestation.cases.directory import Directory
from basestation.site.directory_rows import read_chains, read_directory, read_rules, read_zones
from basestation.store.rescue_token import current
from basestation.store.tables import chains

_DEFAULT = select(chains.c.name).where(chains.c.is_default)
#: What is kept; more than one only where a process has several databases.
_KEPT_MAX = 4

_kept: OrderedDict[str, "RescueSettings"] = OrderedDict()


@dataclass(frozen=True, slots=True)
class RescueSettings:
    """What is set; proofs of addresses may be older, nobody is found by them."""

    directory: Directory
    rules: tuple[Rule, ...]
    #: By name; one that cannot be read as the reason why.
    chains: Mapping[str, Chain | ChainError]
    #: Name of the default chain, if one was ever set.
    default: str | None
    #: By number of the site.
    zones: Mapping[int, tzinfo]


async def rescue_settings(connection: AsyncConnection) -> RescueSettings:
    """Return what is set, as of this transaction."""
    token = await current(connection)
    if token is not None and token in _kept:
        return _kept[token]
    found = RescueSettings(
        await read_directory(connection),
        await read_rules(connection),
        await read_chains(connection),
        (await connection.execute(_DEFAULT)).scalar(),
        await read_zones(connection),
    )
    if token is not None:
        _kept[token] = found
        while len(_kept) > _KEPT_MAX:
            _kept.popitem(last=False)
    return found
