"""What can go wrong in the store, each with a sentence for the person who reads it.

StoreError
 ├─ DatabaseTooNew   a newer program has used this database
 ├─ CommitFailed     nothing of this transaction was kept; try again
 └─ StoreBusy        the queue of the committer is full; try again
"""


class StoreError(Exception):
    """Something is wrong with the store."""


class DatabaseTooNew(StoreError):
    """The database belongs to a newer version of the program; the sentence says what to do."""


class CommitFailed(StoreError):
    """The transaction was not committed: nothing of it was kept, whatever its jobs had done."""


class StoreBusy(StoreError):
    """The committer's queue is full: the job was not taken."""
