"""`python -m tests.faults`: see `command`. The mounts come first, before any thread of a library."""

from tests.faults.small_disk import enter_private_mounts

if __name__ == "__main__":
    enter_private_mounts()
    from tests.faults.command import main

    main()
