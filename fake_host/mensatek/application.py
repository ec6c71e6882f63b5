"""Puts the routes together. Loaded only when a service starts."""

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Route

from fake_host.mensatek.account import Credentials
from fake_host.mensatek.provider import Provider
from fake_host.mensatek.simulation import simulation_routes
from fake_host.mensatek.wire import Service, greeting, v7_routes

if TYPE_CHECKING:
    from fake_host.mensatek.local import LocalMensatek


def application(local: "LocalMensatek", provider: Provider, credentials: Credentials) -> tuple[Starlette, Service]:
    """Build the application, and the service behind it that still has to be told its connections."""
    service = Service(provider, local.ledger, local.faults, credentials, lambda: local.latency_ms)
    routes = [*v7_routes(service), *simulation_routes(local), Route("/", greeting)]
    return Starlette(routes=routes), service
