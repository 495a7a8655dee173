"""How channels that speak HTTPS send: where a request may go, one request, and a machine that takes it.

destination   which addresses a request of ours may go to
errands       blocking work apart from the loop
post          one request, and how it ended
twin          a machine that takes requests, with faults that can be set, for tests and demonstrations
"""

from basestation.outgoing.channels.https.counters import HttpsCounters
from basestation.outgoing.channels.https.post import Posted, Poster
from basestation.outgoing.channels.https.twin import Fault, Heard, TwinServer

__all__ = ["Fault", "Heard", "HttpsCounters", "Posted", "Poster", "TwinServer"]
