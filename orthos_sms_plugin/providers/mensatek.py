"""The Mensatek adapter: builds its calls and says what their ends mean (protocol §6)."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from orthos_sms_plugin.domain.outcomes import (
    Accepted,
    AskFailed,
    Doubtful,
    ErrorKind,
    NotSent,
    Rejected,
    Report,
    ReportEntry,
    SendOutcome,
)
from orthos_sms_plugin.domain.states import Delivery
from orthos_sms_plugin.domain.text import Encoding
from orthos_sms_plugin.providers.answers import Answer, TxtAnswer, amount, read_answer, send_id, whole_number
from orthos_sms_plugin.providers.calls import Limits, NoReply, Reply, base_address
from orthos_sms_plugin.providers.codes import meaning_of
from orthos_sms_plugin.providers.credentials import Credentials
from orthos_sms_plugin.services.ports import MayStart, OutgoingSms

logger = logging.getLogger(__name__)

NAME: Final = "Mensatek"
WEBSITE: Final = "https://www.mensatek.com/"
ADDRESS: Final = "https://api.mensatek.com"


@dataclass(frozen=True, slots=True)
class Profile:
    """What differs between the versions of the service.

    Attributes:
        path: Between the host and the function's name.
        send: Function that sends.
        report: Function that tells what became of a send.
        credits: Function that tells the balance.
        report_id: Parameter that names a send to `report`.
    """

    path: str
    send: str
    report: str
    credits: str
    report_id: str


# The names of the report call are formed after those of sibling channels: no page that could be read has them.
V7: Final = Profile(path="/v7/", send="EnviarSMS", report="GetReportSMS", credits="GetCreditos", report_id="idM")

# Source: Mensatek API 5.8, results of send and report.
_AUTH, _NO_CREDITS, _BAD_DATA, _NOT_OURS = -1, -2, -3, -4
_OK, _UNAUTHORIZED, _TOO_MANY, _NO_SUCH_CALL = 200, 401, 429, (404, 405)

_PHONE: Final = re.compile(r"[1-9][0-9]{6,14}", re.ASCII)
_MADRID: Final = "Europe/Madrid"


class MensatekProvider:
    """Sends through Mensatek; fulfils the `Provider` port. Safe from any thread.

    Args:
        credentials: API user and token.
        address: Where the service is, without the version's path.
        limits: Times and sizes of a call.
        ca_file: Certificates to trust instead of the usual ones.

    Raises:
        UnsafeAddressError: The address is neither https nor this machine.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        address: str = ADDRESS,
        profile: Profile = V7,
        limits: Limits | None = None,
        ca_file: str | None = None,
    ) -> None:
        self._credentials = credentials
        self._base = base_address(address) + profile.path
        self._profile = profile
        self._limits = limits or Limits()
        self._ca_file = ca_file

    @property
    def account(self) -> str:
        return self._credentials.account("mensatek")

    @property
    def name(self) -> str:
        return NAME

    @property
    def website(self) -> str:
        return WEBSITE

    def send(self, message: OutgoingSms, *, may_start: MayStart) -> SendOutcome:
        fields = _send_fields(message)
        if isinstance(fields, Rejected):
            return fields
        return _send_outcome(self._post(self._profile.send, fields, may_start))

    def report(self, msgid: str) -> Report | AskFailed:
        answer = _asked(self._post(self._profile.report, {self._profile.report_id: msgid}, _always))
        if isinstance(answer, AskFailed):
            return answer
        if whole_number(answer.get("Res")) != 1 or not isinstance(answer.get("Informe"), list):
            return AskFailed(ErrorKind.ODD_ANSWER)
        return Report(tuple(_entries(answer["Informe"])), amount(answer.get("Cred")))

    def credits(self) -> Decimal | AskFailed:
        answer = _asked(self._post(self._profile.credits, {}, _always))
        if isinstance(answer, AskFailed):
            return answer
        balance = amount(answer.get("Cred", answer.get("Saldo")))
        if balance is None:
            return AskFailed(ErrorKind.ODD_ANSWER)
        # The credits call says "credentials rejected" in the figure itself.
        return AskFailed(ErrorKind.AUTH) if balance == _AUTH else balance

    def _post(self, function: str, fields: Mapping[str, str], may_start: MayStart) -> Reply | NoReply:
        # Loaded at the first call: requests would cost the host's start-up a tenth of a second.
        from orthos_sms_plugin.providers.wire import post

        return post(
            self._base + function,
            {**fields, "Resp": "JSON"},
            {"Authorization": self._credentials.basic()},
            may_start=may_start,
            limits=self._limits,
            ca_file=self._ca_file,
        )


def _always() -> bool:
    return True


def _send_fields(message: OutgoingSms) -> dict[str, str] | Rejected:
    """Write the parameters of a send; nothing beyond these ever leaves.

    The phone is looked at once more: one that is not plain digits could address several people.
    """
    if not _PHONE.fullmatch(message.phone_digits):
        return Rejected(ErrorKind.NUMBER)
    try:
        message.text.encode()
        message.sender.encode()
    except UnicodeEncodeError:  # half a surrogate pair is no text
        return Rejected(ErrorKind.DATA)
    return {
        "Destinatarios": json.dumps([{"Movil": message.phone_digits}], separators=(",", ":")),
        "Mensaje": message.text,
        "Remitente": message.sender,
        "Unicode": "1" if message.encoding is Encoding.UCS2 else "0",
        "Referencia": message.ref,
        "Report": "0",
    }


def _send_outcome(reply: Reply | NoReply) -> SendOutcome:
    match reply:
        case NoReply(started=False, kind=kind):
            return NotSent(kind)
        case NoReply(kind=kind, status=status):
            return Doubtful(kind, status)
        case Reply(status=status) if status != _OK:
            refusal = _refusing_status(status)
            return Doubtful(ErrorKind.HTTP, status) if refusal is None else NotSent(refusal)
        case Reply(body=body, status=status):
            answer = read_answer(body)
            outcome = None if answer is None else _answered(answer)
            return outcome or Doubtful(ErrorKind.ODD_ANSWER, status)
    assert_never(reply)


def _refusing_status(status: int) -> ErrorKind | None:
    """Name the refusal that a status other than 200 proves; None where it proves nothing."""
    if status == _UNAUTHORIZED:
        return ErrorKind.AUTH
    if status == _TOO_MANY:
        return ErrorKind.BUSY
    return ErrorKind.CONFIG if status in _NO_SUCH_CALL else None


def _answered(answer: Answer) -> SendOutcome | None:
    """Say what the provider decided about one recipient; None when it cannot be told."""
    result = whole_number(answer.get("Res"))
    not_sent = whole_number(answer["NoEnviados"]) if answer.get("NoEnviados") is not None else 0
    if result is None or not_sent is None:
        return None
    if result == _AUTH:
        return NotSent(ErrorKind.AUTH)
    if result == _NO_CREDITS:
        return NotSent(
            ErrorKind.CREDITS,
            credits_needed=amount(answer.get("CredNecesarios")),
            credits_left=_balance(answer),
        )
    if result == _BAD_DATA:
        return Rejected(ErrorKind.DATA)
    if result < 0 or not_sent < 0:
        return None
    if result == 0 or not_sent:
        return Rejected(ErrorKind.NUMBER)
    if isinstance(answer, TxtAnswer) and "Msgid" not in answer:
        return None  # lines know no end: only both of them together are a whole acceptance
    return Accepted(send_id(answer.get("Msgid")), _balance(answer), amount(answer.get("CreditosUsados")))


def _balance(answer: Answer) -> Decimal | None:
    """The balance beside a send; -1 there would be an error code, not a figure."""
    balance = amount(answer.get("Cred"))
    return None if balance == _AUTH else balance


def _asked(reply: Reply | NoReply) -> Answer | AskFailed:
    """Take the answer of a call that changes nothing, or say why there is none."""
    if isinstance(reply, NoReply):
        return AskFailed(reply.kind)
    if reply.status != _OK:
        return AskFailed(_refusing_status(reply.status) or ErrorKind.HTTP)
    answer = read_answer(reply.body)
    if answer is None:
        return AskFailed(ErrorKind.ODD_ANSWER)
    result = whole_number(answer.get("Res"))  # absent from the credits answer
    if result is None or result >= 0:
        return answer
    if result == _AUTH:
        return AskFailed(ErrorKind.AUTH)
    return AskFailed(ErrorKind.DATA if result in (_BAD_DATA, _NOT_OURS) else ErrorKind.ODD_ANSWER)


def _entries(lines: object) -> Iterator[ReportEntry]:
    """Read the report's lines; one that names no phone or no code says nothing and is passed over."""
    for line in lines if isinstance(lines, list) else ():
        if not isinstance(line, dict):
            continue
        phone = str(line.get("Telefono", line.get("Movil", ""))).strip().removeprefix("+")
        code = whole_number(line.get("Resultado"))
        if code is None or not _PHONE.fullmatch(phone):
            continue
        delivery, reason = meaning_of(str(code), str(line.get("Estado") or ""))
        at = None if delivery is Delivery.WAITING else _moment(line.get("Fecha"))
        yield ReportEntry(phone, delivery, str(code), reason.value, at)


def _moment(fecha: object) -> datetime | None:
    """Read a report's time, Spanish local clock."""
    try:
        local = datetime.strptime(str(fecha), "%Y-%m-%d %H:%M:%S")
        return local.replace(tzinfo=ZoneInfo(_MADRID)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
