"""HTTP: reads calls, lets faults strike, writes answers. Loaded only when a service starts."""

import asyncio
import base64
import binascii
import json
import socket
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Protocol
from urllib.parse import parse_qsl

from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from fake_host.mensatek.account import Credentials
from fake_host.mensatek.faults import Cut, Delay, Fault, FaultTable, Hang, Moment, Refuse, Say
from fake_host.mensatek.ledger import Ledger
from fake_host.mensatek.provider import BAD_DATA, NO_AUTH, Answer, Parameters, Provider

# The version's name of each function. Of the plain SMS functions of v7 only two names are known for sure;
# the report's is formed like those of its sibling channels.
V7_FUNCTIONS: Mapping[str, str] = {"EnviarSMS": "send", "GetReportSMS": "report", "GetCreditos": "credits"}


class Connections(Protocol):
    """Finds the transport under a request; ASGI itself hides it."""

    def transport_of(self, scope: Scope) -> asyncio.Transport | None: ...


class Service:
    """What every endpoint needs; `latency_ms` may change while it runs."""

    def __init__(
        self,
        provider: Provider,
        ledger: Ledger,
        faults: FaultTable,
        credentials: Credentials,
        latency_ms: Callable[[], float],
    ) -> None:
        self.provider = provider
        self.ledger = ledger
        self.faults = faults
        self.credentials = credentials
        self.latency_ms = latency_ms
        self.connections: Connections | None = None


class V7Endpoint:
    """One function under `/v7/`: Basic auth, parameters in the body, JSON back."""

    def __init__(self, service: Service, function: str) -> None:
        self._service = service
        self._function = function

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service, function = self._service, self._function
        request = Request(scope, receive)

        fault = service.faults.take(function, (), on_arrival=True)
        if fault is not None:
            number = service.ledger.arrived(function, None, ())
            service.ledger.struck(number, fault.fault)
            await self._drop(scope, receive, reset=True)
            return

        try:
            given = Parameters(await read_form(request))
        except ClientDisconnect:
            return  # half a call is no call
        number = service.ledger.arrived(function, given.ref, given.phones)
        fault = service.faults.take(function, service.provider.phones_of(function, given), on_arrival=False)
        if fault is not None:
            service.ledger.struck(number, fault.fault)

        # Accepted before the latency: a caller that is killed while it waits has sent its message all the same.
        response = self._respond(request, given, fault)
        if not await _gone_within(self._delay_s(fault), receive):
            await self._answer(number, response, scope, receive, send)

    def _respond(self, request: Request, given: Parameters, fault: Fault | None) -> Response | Cut | Hang:
        """Do what the call asks, unless a fault comes first, and choose what the caller gets to see."""
        if fault is None:
            return JsonAnswer(self._carry_out(request, given))
        answer: Answer = {}
        if fault.kind.moment is Moment.AFTER_ACCEPT:
            answer = self._carry_out(request, given)
        match fault.kind.effect:
            case Refuse(code):
                return JsonAnswer(self._service.provider.refusal(code, self._function, given))
            case Say(status, body, content_type):
                return Response(body, status, {"content-type": content_type})
            case Delay():
                return JsonAnswer(answer)
            case effect:
                return effect

    def _carry_out(self, request: Request, given: Parameters) -> Answer:
        provider, function = self._service.provider, self._function
        # A client of the live service reports that `Resp` in the query string makes v7 refuse the credentials.
        if request.scope["query_string"] or not self._may_call(request):
            return provider.refusal(NO_AUTH, function, given)
        if given.text("Resp").strip().upper() != "JSON":
            return {"Res": BAD_DATA, "Error": "Este servicio local solo responde Resp=JSON"}
        return provider.carry_out(function, given)

    def _may_call(self, request: Request) -> bool:
        kind, _, encoded = request.headers.get("authorization", "").partition(" ")
        try:
            user, _, token = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        return kind.lower() == "basic" and self._service.credentials.match(user, token)

    def _delay_s(self, fault: Fault | None) -> float:
        late = fault.delay_ms if fault is not None and isinstance(fault.kind.effect, Delay) else 0
        return (self._service.latency_ms() + late) / 1_000

    async def _answer(
        self, number: int, response: Response | Cut | Hang, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if isinstance(response, Cut):
            await self._drop(scope, receive, reset=response.reset)
        elif isinstance(response, Hang):
            await _until_gone(receive)
        else:
            transport = self._transport(scope)
            if transport is not None and not transport.is_closing():
                await response(scope, receive, send)
                self._service.ledger.answered(number)

    def _transport(self, scope: Scope) -> asyncio.Transport | None:
        connections = self._service.connections
        return None if connections is None else connections.transport_of(scope)

    async def _drop(self, scope: Scope, receive: Receive, *, reset: bool) -> None:
        transport = self._transport(scope)
        if transport is not None:
            if reset:
                abort_with_reset(transport)
            else:
                transport.close()
        await _until_gone(receive)  # the server takes a silent return on an open connection for a bug and says 500


class JsonAnswer(Response):
    """An answer of the provider as JSON in UTF-8."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        return json.dumps(content, ensure_ascii=False).encode()


def v7_routes(service: Service) -> list[Route]:
    """Routes of version 7. It wants POST; anything else gets 405."""
    return [
        Route(f"/v7/{name}", V7Endpoint(service, function), methods=["POST"]) for name, function in V7_FUNCTIONS.items()
    ]


async def greeting(_: Request) -> Response:
    return PlainTextResponse("Local Mensatek service: POST /v7/..., GET /_sim/ledger\n")


def abort_with_reset(transport: asyncio.Transport) -> None:
    """Make the peer see a reset instead of an orderly end."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        with suppress(OSError):  # the peer may have gone first
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def read_form(request: Request) -> dict[str, str]:
    """Read an urlencoded or multipart body as UTF-8, or as Latin-1 where it is not that."""
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        try:
            form = await MultiPartParser(request.headers, request.stream()).parse()
        except (MultiPartException, KeyError):
            return {}
        return {name: value for name, value in form.multi_items() if isinstance(value, str)}
    return parse_urlencoded(await request.body())


def parse_urlencoded(body: bytes) -> dict[str, str]:
    for charset in ("utf-8", "latin-1"):
        with suppress(UnicodeDecodeError):
            return dict(parse_qsl(body.decode(charset), keep_blank_values=True, encoding=charset, errors="strict"))
    raise AssertionError("Latin-1 reads any bytes")


async def _gone_within(seconds: float, receive: Receive) -> bool:
    """Wait, but no longer than the caller does."""
    if seconds <= 0:
        return False
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await _until_gone(receive)
            return True
    return False


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
