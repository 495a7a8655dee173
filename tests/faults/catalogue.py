"""All faults, in the order of the table."""

from tests.faults.databases import DATABASES
from tests.faults.disks import DISKS
from tests.faults.kills import KILLS
from tests.faults.networks import NETWORKS
from tests.faults.times import TIMES

FAULTS = (*KILLS, *DISKS, *DATABASES, *NETWORKS, *TIMES)
