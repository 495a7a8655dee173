"""Text messages over a modem with AT commands on a serial line (3GPP TS 27.005, TS 23.040, TS 23.038).

Reading order, the way of a notice out and of an answer back:

    settings    the port, the PIN, the limits
    wording     notice -> text
    alphabet    text <-> septets or UCS-2
    addresses   numbers: E.164 here, semi-octets there
    submit      text -> parts as PDUs
    waiting     which part goes next; sending: what became of it
    channel     `ModemChannel`: the line kept, parts sent, reports and answers passed on
    session     what is said to the modem and in which order
    line, port  one command at a time over a serial line
    readings    what the lines of an answer say
    dialogue    bytes -> answers, and what the modem says unasked
    received    PDUs -> messages and delivery reports
    joining     parts -> messages
    deliveries  reports -> notices
    postbox     messages and reports passed on, and only then deleted
    hints       how many answers a sender gets
    reasons     error numbers -> words
    twin, twin_commands, twin_network
                a modem on a pty with SIM, network and faults

All but `channel`, `sending`, `postbox`, `session`, `line`, `port` and the twin is pure.
"""
