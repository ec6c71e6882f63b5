"""What the provider does with a call, whatever version and format it came in.

Functions take the parameters of a call and return the answer as a mapping; how it is written is the wire's business.
Source: Mensatek API 5.8 and the public pages of 7.0. What neither says is a choice of ours, marked "choice".
"""

import json
import random
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from fake_host.mensatek.account import Account
from fake_host.mensatek.alphabet import parts_of, transliterate
from fake_host.mensatek.clock import MADRID, Clock, wire_time
from fake_host.mensatek.ledger import Ledger, Message, number
from fake_host.mensatek.outcomes import ESTADO, REFUNDED, Outcomes, Step, state_word

Answer = dict[str, object]

NOTHING_SENT = 0
NO_AUTH = -1
NO_CREDITS = -2
BAD_DATA = -3
NO_SUCH_SEND = -4

_ERROR_TEXT: Mapping[int, str] = {
    NO_AUTH: "Error de autentificación",
    NO_CREDITS: "No hay créditos suficientes",
    BAD_DATA: "Error en los datos de la llamada",
    NO_SUCH_SEND: "No hay datos de ese envío",
}
# International, no leading zero; E.164 allows 15 digits.
_PHONE = re.compile(r"[1-9][0-9]{6,14}")
_ID_NAMES = ("idm", "msgid", "idmensaje")


class Parameters:
    """The parameters of a call, found whatever their capitals; of a repeated one the last counts."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = {name.lower(): value for name, value in given.items()}

    def text(self, name: str) -> str:
        """The value, or an empty string."""
        return self._given.get(name.lower(), "")

    def flag(self, name: str) -> bool:
        value = self.text(name).strip()
        if value not in {"", "0", "1"}:
            raise BadDataError(f"{name} es 0 o 1")
        return value == "1"

    @property
    def ref(self) -> str | None:
        return self.text("Referencia") or None

    @property
    def send_id(self) -> str:
        """The id of an earlier send under any name the versions give it; empty without one."""
        return next((self.text(name).strip() for name in _ID_NAMES if self.text(name).strip()), "")

    @cached_property
    def phones(self) -> tuple[str, ...]:
        """Recipients as they came, without `+`; empty if they cannot be read."""
        try:
            return tuple(read_recipients(self.text("Destinatarios")))
        except BadDataError:
            return ()


class BadDataError(Exception):
    """The call is answered with -3 and this text."""


@dataclass(slots=True)
class _Send:
    """All that was filed under one id."""

    sender: str
    messages: dict[str, Message] = field(default_factory=dict)


class Provider:
    """The functions of the service over one account. Safe from any thread.

    Args:
        account: Charged when messages are accepted.
        clock: Decides how far each message has come.
        outcomes: What becomes of messages, by phone.
        ledger: Gets every message at the moment it is accepted.
    """

    def __init__(self, account: Account, clock: Clock, outcomes: Outcomes, ledger: Ledger) -> None:
        self._account = account
        self._clock = clock
        self._outcomes = outcomes
        self._ledger = ledger
        self._lock = threading.RLock()
        self._sends: dict[str, _Send] = {}
        self._to_phone: dict[str, list[Message]] = {}
        self._refunded: set[tuple[str, str]] = set()
        # A service started again must not hand out ids that a client still holds from before.
        self._last_id = random.randrange(50_000_000, 900_000_000)

    def carry_out(self, function: str, given: Parameters) -> Answer:
        """Do what the function of this name does."""
        try:
            with self._lock:
                if function == "send":
                    return self._send(given)
                if function == "report":
                    return self._report(given)
                return self._credits()
        except BadDataError as error:
            return {"Res": BAD_DATA, "Error": str(error)}

    def refusal(self, code: int, function: str, given: Parameters) -> Answer:
        """The answer that refuses a call with this code, for faults and failed credentials."""
        if code == NOTHING_SENT:
            return self._nothing_sent(len(given.phones))
        answer: Answer = {"Res": code, "Error": _ERROR_TEXT[code]}
        if code == NO_CREDITS and function == "send":
            cost = self._account.price * self._leaving(given)[1]
            answer["CredNecesarios"] = number(cost * max(1, len(given.phones)))
        return answer

    def phones_of(self, function: str, given: Parameters) -> tuple[str, ...]:
        """The phones that a call concerns."""
        if function == "send":
            return given.phones
        with self._lock:
            send = self._sends.get(given.send_id) if function == "report" else None
            return tuple(send.messages) if send else ()

    @property
    def credits(self) -> Decimal:
        """Credits left, refunds that have fallen due included."""
        with self._lock:
            self._refund()
            return self._account.credits

    def set_credits(self, credits: Decimal) -> None:
        """Set what is left; a refund that was due already does not come on top."""
        with self._lock:
            self._refund()
            self._account.set_credits(credits)

    def forget(self) -> None:
        """Forget every send; ids are not used again."""
        with self._lock:
            self._sends.clear()
            self._to_phone.clear()
            self._refunded.clear()

    # --- functions

    def _send(self, given: Parameters) -> Answer:
        phones = given.phones or read_recipients(given.text("Destinatarios"))  # the latter says what is wrong
        if not given.text("Mensaje"):
            raise BadDataError("Falta el parámetro Mensaje")
        unicode = given.flag("Unicode")
        self._refuse_schedule(given.text("Fecha").strip())
        msgid, send = self._file_for(given)

        taken = list(dict.fromkeys(phone for phone in phones if _PHONE.fullmatch(phone)))
        taken = [phone for phone in taken if phone not in send.messages]
        text, parts = self._leaving(given)
        cost = self._account.price * parts
        self._refund()
        total = cost * len(taken)
        if not self._account.charge(total):
            return {
                "Res": NO_CREDITS,
                "Error": _ERROR_TEXT[NO_CREDITS],
                "CredNecesarios": number(total),
            }
        if not taken:
            return self._nothing_sent(len(phones))

        now = self._clock.now()
        accepted = [Message(given.ref, msgid, phone, text, unicode, parts, cost, send.sender, now) for phone in taken]
        self._sends[msgid] = send
        for message in accepted:
            send.messages[message.phone] = message
            self._to_phone.setdefault(message.phone, []).append(message)
        self._ledger.accepted(accepted)
        return {
            "Res": len(taken),
            "Msgid": int(msgid),
            "Cred": number(self._account.credits),
            "Mensajes": len(taken),
            "Destinatarios": len(phones),
            "NoEnviados": len(phones) - len(taken),
            "CreditosUsados": number(total),
        }

    def _report(self, given: Parameters) -> Answer:
        msgid = given.send_id
        if not msgid:
            raise BadDataError("Falta el parámetro idM")
        send = self._sends.get(msgid)
        if send is None:
            return {"Res": NO_SUCH_SEND, "Error": _ERROR_TEXT[NO_SUCH_SEND]}
        return {
            "Cred": f"{self.credits:.2f}",
            "Res": 1,
            "Destinatarios": len(send.messages),
            "Informe": [self._report_line(message) for message in send.messages.values()],
        }

    def _credits(self) -> Answer:
        return {"Cred": f"{self.credits:.2f}"}

    # --- parts of them

    def _leaving(self, given: Parameters) -> tuple[str, int]:
        """The text as it leaves, and its parts."""
        unicode = given.text("Unicode").strip() == "1"
        text = given.text("Mensaje") if unicode else transliterate(given.text("Mensaje"))
        return text, parts_of(text, unicode=unicode)

    def _nothing_sent(self, recipients: int) -> Answer:
        """Every recipient was turned down. Choice: the figures of a success, all nought, and no id."""
        return {
            "Res": NOTHING_SENT,
            "Cred": number(self.credits),
            "Mensajes": 0,
            "Destinatarios": recipients,
            "NoEnviados": recipients,
            "CreditosUsados": 0,
        }

    def _file_for(self, given: Parameters) -> tuple[str, _Send]:
        """Where this send is filed: under the id it names, with the first send's sender, or under a new one."""
        named = given.text("idMensaje").strip()
        if named in {"", "0"}:
            self._last_id += 1
            return str(self._last_id), _Send(given.text("Remitente"))
        if named not in self._sends:
            raise BadDataError("idMensaje no es de un envío anterior")  # choice
        return named, self._sends[named]

    def _refuse_schedule(self, date: str) -> None:
        """Take a past date as now (choice); a future one is not served yet, and to send at once would lie."""
        if not date:
            return
        try:
            due = datetime.strptime(date, "%Y-%m-%d %H:%M").replace(tzinfo=MADRID)
        except ValueError as error:
            raise BadDataError("Fecha se escribe YYYY-MM-DD HH:MM") from error
        if due.timestamp() > self._clock.now():
            raise BadDataError("Este servicio local no programa envíos")

    def _step(self, message: Message) -> Step:
        return self._outcomes.step_of(message.phone, self._clock.now() - message.accepted_at)

    def _report_line(self, message: Message) -> dict[str, str]:
        step = self._step(message)
        return {
            "Fecha": wire_time(message.accepted_at + step.after_s),
            "Tiempo": str(int(step.after_s)),
            "Telefono": message.phone,
            "Resultado": str(step.code),
            "Estado": ESTADO.get(step.code, f"Resultado {step.code}"),
        }

    def _refund(self) -> None:
        """Give back, once each, what messages cost that have ended in a code that returns credits."""
        for phone in self._outcomes.refunding_phones():
            for message in self._to_phone.get(phone, ()):
                key = (message.msgid, message.phone)
                if key not in self._refunded and self._step(message).code in REFUNDED:
                    self._refunded.add(key)
                    self._account.give_back(message.credits)


def state_of(message: Message, clock: Clock, outcomes: Outcomes) -> str:
    """What has become of a message by the service's clock, in the ledger's words."""
    return state_word(outcomes.step_of(message.phone, clock.now() - message.accepted_at).code)


def read_recipients(given: str) -> list[str]:
    """Read `Destinatarios`: a JSON array of objects with `Movil` (v7), or phones joined by `;` (v5, v6)."""
    given = given.strip()
    if not given:
        raise BadDataError("Falta el parámetro Destinatarios")
    phones = _json_phones(given) if given[0] in "[{" else given.split(";")
    phones = [phone.strip().removeprefix("+") for phone in phones if phone.strip()]
    if not phones:
        raise BadDataError("Destinatarios está vacío")
    return phones


def _json_phones(given: str) -> list[str]:
    try:
        people: object = json.loads(given)
    except (ValueError, RecursionError) as error:
        raise BadDataError("Destinatarios no es JSON") from error
    if not isinstance(people, list):
        raise BadDataError("Destinatarios no es una lista")
    phones: list[str] = []
    for person in people:
        fields = {name.lower(): value for name, value in person.items()} if isinstance(person, dict) else {}
        phone = fields.get("movil")
        if isinstance(phone, bool) or not isinstance(phone, str | int):
            raise BadDataError("Cada destinatario lleva Movil")
        phones.append(str(phone))
    return phones
