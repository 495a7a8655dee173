"""Virtual devices for instruction and drills: the real firmware as a child process, always marked.

    Training(engine, clock).session(mark, user)   a context manager, bounded in number and time

Nothing of such a device can become a real case: its messages have no other way in than `edge`, which gives
each of them its mark, and nobody knows a log-in by which it could speak to a broker.
"""
