"""The table of what users want of the console: language and theme; an empty field is the browser's own."""

from sqlalchemy import Column, ForeignKey, Table

from basestation.store.schema import NAME, Identity, metadata

user_preferences = Table(
    "user_preferences",
    metadata,
    Column("user_id", Identity, ForeignKey("users.id"), primary_key=True, autoincrement=False),
    Column("language", NAME),
    Column("theme", NAME),
)
