"""What can go wrong with keys and certificates."""


class CertificateFault(Exception):
    """A key or certificate cannot be used; the text is a sentence that names the file."""
