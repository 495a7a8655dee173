"""The table of tokens that let programs in. Only the digest of a token is kept (SHA-256, hexadecimal).

`scopes` are words with a space between them. A token is revoked and never deleted: the log names it. Times
are `*_at_ms`: milliseconds since 1970, UTC.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table, Text

from basestation.store.schema import HASH, Identity, metadata

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("digest", HASH, nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    #: Who made it: it may never do more than this person may now.
    Column("user_id", Identity, ForeignKey("users.id"), nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("used_at_ms", BigInteger),
    Column("revoked_at_ms", BigInteger),
    Column("revoked_by", Text),
)
