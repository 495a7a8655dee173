"""The alarm spoken over the firm's telephone system (SIP), in English or German, and answered by keys.

settings, words, reasons   what a site sets, and everything that is said
script, conversation, wires   a notice as speech and keys, one call as a table, both without I/O
waiting, calling, line, channel   who gets a line, one call, one line, the way of a notice
process, softphone, speech   the real telephone, in a process of its own (optional extra `voice`)
twin   a telephone system in memory, with faults that can be set
exchange, callee   a telephone system on loopback, and somebody's telephone

This package imports nothing by itself: the telephone process needs little of it, and must start soon.
"""
