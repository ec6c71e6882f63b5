"""The local Mensatek service: real HTTP on loopback, with a ledger that says what was really accepted.

It judges the plugin, so it shares no code with it. In a test or a demo::

    with LocalMensatek(credits=50) as mensatek:
        ...  # talk HTTP to mensatek.url as mensatek.user with mensatek.token
        assert [message.text for message in mensatek.ledger.messages] == ["¡Hola, Begoña!"]

From the command line: `python -m fake_host.mensatek --port 0`. Importing this package loads no web framework.
"""

from fake_host.mensatek.clock import Clock
from fake_host.mensatek.faults import FAULTS, Fault, FaultTable
from fake_host.mensatek.ledger import Ledger, Message, Request, read_ledger
from fake_host.mensatek.local import LocalMensatek
from fake_host.mensatek.outcomes import SCRIPTS, Outcomes

__all__ = [
    "FAULTS",
    "SCRIPTS",
    "Clock",
    "Fault",
    "FaultTable",
    "Ledger",
    "LocalMensatek",
    "Message",
    "Outcomes",
    "Request",
    "read_ledger",
]
