"""A small client written from the provider's manual, apart from the plugin's adapter."""

import json
from types import TracebackType
from typing import Any, Self

import requests

ANA = "34600555111"
LEO = "34600555222"
EVA = "34600555333"


class Caller:
    """Calls a service; each method returns the decoded JSON answer."""

    def __init__(self, url: str, user: str, token: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = (user, token)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._session.close()

    def post(self, function: str, fields: dict[str, str], *, timeout_s: float = 10) -> requests.Response:
        return self._session.post(f"{self.url}/v7/{function}", data=fields, timeout=timeout_s)

    def send(self, *phones: str, text: str = "Hola", **more: str) -> dict[str, Any]:
        return self.answer_of("EnviarSMS", send_fields(*phones, text=text, **more))

    def report(self, msgid: object) -> dict[str, Any]:
        return self.answer_of("GetReportSMS", {"idM": str(msgid), "Resp": "JSON"})

    def credits(self) -> dict[str, Any]:
        return self.answer_of("GetCreditos", {"Resp": "JSON"})

    def codes(self, msgid: object) -> dict[str, str]:
        """Result code of each phone of a send."""
        return {line["Telefono"]: line["Resultado"] for line in self.report(msgid)["Informe"]}

    def sim(self, name: str, order: dict[str, Any] | None = None) -> requests.Response:
        """Pull a handle under `/_sim/`; without an order, read it."""
        address = f"{self.url}/_sim/{name}"
        if order is None:
            return self._session.get(address, timeout=10)
        return self._session.post(address, json=order, timeout=10)

    def answer_of(self, function: str, fields: dict[str, str]) -> dict[str, Any]:
        response = self.post(function, fields)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer


def send_fields(*phones: str, text: str = "Hola", **more: str) -> dict[str, str]:
    """Fields of a send; the recipients as the JSON array of version 7."""
    return {
        "Destinatarios": json.dumps([{"Movil": phone} for phone in phones]),
        "Mensaje": text,
        "Remitente": "CLINICA",
        "Unicode": "0",
        "Resp": "JSON",
        **more,
    }
