"""A small dental program to run plugins in, and the local Mensatek service beside it.

Use it as a test uses it::

    with FakeHost(patients=200) as host:
        host.context.notify(NotifyLevel.INFO, "Listo")

Importing this package loads neither Qt nor a database: `FakeHost` arrives on first use.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fake_host.host import FakeHost

__all__ = ["FakeHost"]


def __getattr__(name: str) -> Any:
    if name == "FakeHost":
        from fake_host.host import FakeHost

        return FakeHost
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
