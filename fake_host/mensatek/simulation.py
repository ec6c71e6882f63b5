"""`/_sim/`: the handles by which a test or a developer moves the service. No credentials; loopback only."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fake_host.mensatek.ledger import number

if TYPE_CHECKING:
    from fake_host.mensatek.local import LocalMensatek

Handle = Callable[["LocalMensatek", dict[str, Any]], Mapping[str, object]]


def simulation_routes(service: "LocalMensatek") -> list[Route]:
    async def ledger(_: Request) -> Response:
        return JSONResponse(service.ledger.as_json())

    posts: dict[str, Handle] = {
        "faults": _add_fault,
        "clock": _move_clock,
        "outcomes": _set_outcome,
        "credits": _set_credits,
        "reset": _reset,
    }
    return [
        Route("/_sim/ledger", ledger, methods=["GET"]),
        *(Route(f"/_sim/{name}", _post(service, handle), methods=["POST"]) for name, handle in posts.items()),
    ]


def _post(service: "LocalMensatek", handle: Handle) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            order = await request.json() if await request.body() else {}
            if not isinstance(order, dict):
                raise ValueError("an order is a JSON object")
            return JSONResponse(handle(service, order))
        except (ValueError, TypeError, KeyError, InvalidOperation) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)

    return endpoint


def _add_fault(service: "LocalMensatek", order: dict[str, Any]) -> Mapping[str, object]:
    service.faults.add(order.pop("function"), order.pop("fault"), **order)
    return {"faults": [asdict(fault) for fault in service.faults.pending]}


def _move_clock(service: "LocalMensatek", order: dict[str, Any]) -> Mapping[str, object]:
    if "speed" in order:
        service.clock.set_speed(float(order["speed"]))
    if "advance_s" in order:
        service.clock.advance(float(order["advance_s"]))
    return {"now": service.clock.now()}


def _set_outcome(service: "LocalMensatek", order: dict[str, Any]) -> Mapping[str, object]:
    service.set_outcome(str(order["phone"]), order["script"])
    return {}


def _set_credits(service: "LocalMensatek", order: dict[str, Any]) -> Mapping[str, object]:
    service.credits = Decimal(str(order["credits"]))
    return {"credits": number(service.credits)}


def _reset(service: "LocalMensatek", _: dict[str, Any]) -> Mapping[str, object]:
    service.reset()
    return {}
