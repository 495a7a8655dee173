"""`network` over a model: an interface that is never joined."""


class WLAN:
    """A radio without networks."""

    IF_STA = 0

    def __init__(self, interface):
        pass

    def active(self, is_active):
        """Switch on."""

    def config(self, **options):
        """Set options."""

    def isconnected(self):
        """Tell whether frames pass."""
        return False

    def status(self, what=""):
        """Be idle."""
        return 1000
