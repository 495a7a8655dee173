"""What can be wrong with a release or its key, each with a sentence for whoever gave it."""


class ReleaseRefused(Exception):
    """The release or its key cannot be used; the text says why and what to do."""
