"""Send, report and credits as a caller over HTTP meets them."""

import threading
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from fake_host.mensatek import LocalMensatek
from tests.fake_host.mensatek.caller import ANA, EVA, LEO, Caller, send_fields

MADRID = ZoneInfo("Europe/Madrid")


def test_that_an_accepted_send_answers_with_exactly_the_documented_keys(caller: Caller) -> None:
    answer = caller.send(ANA, LEO)

    msgid = answer.pop("Msgid")
    assert isinstance(msgid, int)
    assert answer == {
        "Res": 2,
        "Cred": 98,
        "Mensajes": 2,
        "Destinatarios": 2,
        "NoEnviados": 0,
        "CreditosUsados": 2,
    }
    assert isinstance(answer["Res"], int)


def test_that_without_unicode_what_gsm_has_stays_and_the_rest_becomes_the_closest_character(
    mensatek: LocalMensatek, caller: Caller
) -> None:
    caller.send(ANA, text="¡Año nuevo, café a 5 €, mañana aquí: ç º “ok” 😀!")

    (message,) = mensatek.ledger.messages
    assert message.text == '¡Año nuevo, café a 5 €, mañana aqui: c o "ok" ?!'
    assert not message.unicode


def test_that_with_unicode_the_text_leaves_as_it_came(mensatek: LocalMensatek, caller: Caller) -> None:
    text = "¡Año nuevo, café a 5 €, mañana aquí: ç º “ok” 😀!"

    caller.send(ANA, text=text, Unicode="1")

    (message,) = mensatek.ledger.messages
    assert message.text == text
    assert message.unicode


@pytest.mark.parametrize(
    ("text", "unicode", "parts"),
    [
        ("a" * 160, "0", 1),
        ("a" * 161, "0", 2),
        ("a" * 306, "0", 2),
        ("a" * 307, "0", 3),
        ("a" * 158 + "€", "0", 1),
        ("a" * 159 + "€", "0", 2),
        # 152 + a pair: the pair moves whole into the second part, so 305 positions need three.
        ("a" * 152 + "€" + "a" * 152, "0", 3),
        ("a" * 151 + "€" + "a" * 153, "0", 2),
        ("á" * 160, "0", 1),
        ("ñ" * 70, "1", 1),
        ("ñ" * 71, "1", 2),
        ("ñ" * 134, "1", 2),
        ("ñ" * 135, "1", 3),
        ("a" * 71, "1", 2),
        ("a" * 69 + "😀", "1", 2),
        ("a" * 66 + "😀" + "a" * 66, "1", 3),
    ],
)
def test_that_credits_are_taken_by_parts_to_the_exact_character(
    mensatek: LocalMensatek, caller: Caller, text: str, unicode: str, parts: int
) -> None:
    answer = caller.send(ANA, text=text, Unicode=unicode)

    assert answer["CreditosUsados"] == parts
    assert answer["Cred"] == 100 - parts
    (message,) = mensatek.ledger.messages
    assert message.parts == message.credits == parts


def test_that_the_price_of_a_part_multiplies_what_a_send_costs(mensatek: LocalMensatek, caller: Caller) -> None:
    mensatek.price = 9

    answer = caller.send(ANA, LEO, text="a" * 161)

    assert (answer["CreditosUsados"], answer["Cred"], answer["Mensajes"]) == (36, 64, 2)


def test_that_a_price_in_fractions_adds_up_without_rounding(mensatek: LocalMensatek, caller: Caller) -> None:
    mensatek.price = 0.1

    for _ in range(3):
        caller.send(ANA)

    assert mensatek.credits == Decimal("99.7")
    assert caller.credits() == {"Cred": "99.70"}


def test_that_a_send_dearer_than_the_balance_is_refused_whole_and_says_what_it_needs(
    mensatek: LocalMensatek, caller: Caller
) -> None:
    mensatek.credits = 3

    answer = caller.send(ANA, LEO, text="a" * 161)

    assert (answer["Res"], answer["CredNecesarios"]) == (-2, 4)
    assert "Msgid" not in answer
    assert mensatek.ledger.messages == ()
    assert mensatek.credits == 3


def test_that_the_last_credit_can_be_spent(mensatek: LocalMensatek, caller: Caller) -> None:
    mensatek.credits = 2

    assert caller.send(ANA, LEO)["Cred"] == 0


@pytest.mark.parametrize(
    "change",
    [
        {"Mensaje": ""},
        {"Destinatarios": ""},
        {"Destinatarios": "[]"},
        {"Destinatarios": ";"},
        {"Destinatarios": "[{"},
        {"Destinatarios": "[" * 100_000},
        {"Destinatarios": '{"Movil": "34600555111"}'},
        {"Destinatarios": '["34600555111"]'},
        {"Destinatarios": '[{"Telefono": "34600555111"}]'},
        {"Unicode": "si"},
        {"idMensaje": "77"},
        {"Fecha": "mañana"},
        {"Fecha": "2999-01-01 10:00"},
        {"Resp": "PDF"},
    ],
    ids=lambda change: str(change)[:40],
)
def test_that_bad_data_is_refused_with_a_reason_and_nothing_is_charged(
    mensatek: LocalMensatek, caller: Caller, change: dict[str, str]
) -> None:
    answer = caller.answer_of("EnviarSMS", send_fields(ANA) | change)

    assert answer["Res"] == -3
    assert answer["Error"]
    assert mensatek.ledger.messages == ()
    assert mensatek.credits == 100
    assert len(mensatek.ledger.requests) == 1


def test_that_a_missing_parameter_is_bad_data(caller: Caller) -> None:
    fields = send_fields(ANA)
    del fields["Mensaje"]

    assert caller.answer_of("EnviarSMS", fields)["Res"] == -3


def test_that_repeated_and_malformed_numbers_are_counted_as_not_sent(mensatek: LocalMensatek, caller: Caller) -> None:
    answer = caller.send(ANA, f"+{ANA}", "0034", "34 600 555 222", "34600555x22", LEO)

    assert (answer["Res"], answer["Destinatarios"], answer["NoEnviados"]) == (2, 6, 4)
    assert [message.phone for message in mensatek.ledger.messages] == [ANA, LEO]


def test_that_a_send_none_of_whose_numbers_will_do_sends_nothing_and_costs_nothing(
    mensatek: LocalMensatek, caller: Caller
) -> None:
    answer = caller.send("123")

    assert (answer["Res"], answer["NoEnviados"], answer["CreditosUsados"]) == (0, 1, 0)
    assert "Msgid" not in answer
    assert mensatek.credits == 100


def test_that_a_semicolon_list_of_older_versions_names_recipients_too(mensatek: LocalMensatek, caller: Caller) -> None:
    caller.answer_of("EnviarSMS", send_fields() | {"Destinatarios": f"{ANA};+{LEO};"})

    assert [message.phone for message in mensatek.ledger.messages] == [ANA, LEO]


def test_that_parameter_names_count_whatever_their_capitals(mensatek: LocalMensatek, caller: Caller) -> None:
    fields = {name.upper(): value for name, value in send_fields(ANA, text="¡Sí, €!", Referencia="r-1").items()}
    fields["RESP"] = "json"

    msgid = caller.answer_of("EnviarSMS", fields)["Msgid"]

    assert caller.answer_of("GetReportSMS", {"IDMENSAJE": str(msgid), "resp": "JSON"})["Res"] == 1
    (message,) = mensatek.ledger.messages
    assert (message.ref, message.text) == ("r-1", "¡Si, €!")


def test_that_a_past_date_means_now(mensatek: LocalMensatek, caller: Caller) -> None:
    caller.send(ANA, Fecha="2020-01-01 10:00")

    assert len(mensatek.ledger.messages) == 1


def test_that_a_send_filed_under_an_earlier_id_keeps_its_sender_and_refuses_a_phone_it_has(
    mensatek: LocalMensatek, caller: Caller
) -> None:
    msgid = caller.send(ANA, Remitente="PRIMERO")["Msgid"]

    again = caller.send(ANA, LEO, Remitente="OTRO", idMensaje=str(msgid))
    repeated = caller.send(ANA, idMensaje=str(msgid))

    assert (again["Msgid"], again["Res"], again["NoEnviados"]) == (msgid, 1, 1)
    assert (repeated["Res"], repeated["NoEnviados"]) == (0, 1)
    assert [(message.phone, message.sender) for message in mensatek.ledger.messages] == [
        (ANA, "PRIMERO"),
        (LEO, "PRIMERO"),
    ]
    assert caller.codes(msgid).keys() == {ANA, LEO}
    assert mensatek.credits == 98


def test_that_idmensaje_of_nought_starts_a_send_of_its_own(caller: Caller) -> None:
    first, second = caller.send(ANA, idMensaje="0"), caller.send(ANA, idMensaje="0")

    assert first["Msgid"] != second["Msgid"]


def test_that_a_report_says_waiting_and_then_delivered_as_the_clock_goes(
    mensatek: LocalMensatek, caller: Caller
) -> None:
    mensatek.clock.set_speed(0)
    msgid = caller.send(ANA, LEO)["Msgid"]

    before = caller.report(msgid)
    mensatek.clock.advance(3.9)
    nearly = caller.codes(msgid)
    mensatek.clock.advance(0.1)
    after = caller.report(msgid)

    sent_at = datetime.fromtimestamp(mensatek.ledger.messages[0].accepted_at, MADRID)
    assert before == {
        "Cred": "98.00",
        "Res": 1,
        "Destinatarios": 2,
        "Informe": [
            {
                "Fecha": sent_at.strftime("%Y-%m-%d %H:%M:%S"),
                "Tiempo": "0",
                "Telefono": phone,
                "Resultado": "10",
                "Estado": "Esperando entrega",
            }
            for phone in (ANA, LEO)
        ],
    }
    assert nearly == {ANA: "10", LEO: "10"}
    assert [(line["Resultado"], line["Tiempo"], line["Estado"]) for line in after["Informe"]] == [
        ("13", "4", "Entregado al teléfono")
    ] * 2


@pytest.mark.parametrize(
    ("script", "code", "state"),
    [
        ("delivered", "13", "delivered"),
        ("delivered_11", "11", "delivered"),
        ("pending", "10", "waiting"),
        ("failed_number", "50", "failed"),
        ("expired", "53", "failed"),
        ("blacklisted", "54", "failed"),
        ("wrong_number", "104", "failed"),
        ("returned", "200", "returned"),
    ],
)
def test_that_each_phone_follows_its_own_script(
    mensatek: LocalMensatek, caller: Caller, script: str, code: str, state: str
) -> None:
    assert caller.sim("outcomes", {"phone": f"+{ANA}", "script": script}).ok
    msgid = caller.send(ANA, EVA)["Msgid"]

    mensatek.clock.advance(60)

    assert caller.codes(msgid) == {ANA: code, EVA: "13"}
    assert [message.state for message in mensatek.ledger.messages] == [state, "delivered"]


def test_that_a_script_can_be_written_step_by_step(mensatek: LocalMensatek, caller: Caller) -> None:
    mensatek.clock.set_speed(0)
    mensatek.set_outcome(ANA, [(0, 10), (60, 121), (120, 13)])
    msgid = caller.send(ANA)["Msgid"]

    seen = []
    for seconds in (0, 60, 60):
        mensatek.clock.advance(seconds)
        seen.append(caller.codes(msgid)[ANA])

    assert seen == ["10", "121", "13"]


def test_that_a_returned_message_gives_its_credits_back_once(mensatek: LocalMensatek, caller: Caller) -> None:
    mensatek.set_outcome(ANA, "returned")
    msgid = caller.send(ANA, LEO, text="a" * 161)["Msgid"]
    charged = mensatek.credits

    mensatek.clock.advance(60)
    caller.report(msgid)
    caller.report(msgid)

    assert charged == 96
    assert mensatek.credits == 98
    assert caller.credits() == {"Cred": "98.00"}


def test_that_returned_credits_can_be_spent_by_the_next_send(mensatek: LocalMensatek, caller: Caller) -> None:
    mensatek.credits = 1
    mensatek.set_outcome(ANA, "returned")
    caller.send(ANA)

    mensatek.clock.advance(60)

    assert caller.send(LEO)["Res"] == 1


def test_that_a_report_of_an_unknown_id_is_refused(caller: Caller) -> None:
    assert caller.report(4711)["Res"] == -4
    assert caller.report("")["Res"] == -3


def test_that_concurrent_sends_are_answered_side_by_side_and_charged_once_each(mensatek: LocalMensatek) -> None:
    mensatek.latency_ms = 300
    together = threading.Barrier(16)
    ids: list[int] = []

    def send(number: int) -> None:
        with Caller(mensatek.url, mensatek.user, mensatek.token) as caller:
            together.wait(10)
            ids.append(caller.send(f"3460055500{number:02}", Referencia=f"r-{number}")["Msgid"])

    threads = [threading.Thread(target=send, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    # All sixteen are accepted before the first is answered: nobody waits for another's latency.
    assert mensatek.ledger.wait_until(lambda ledger: len(ledger.messages) == 16)
    unanswered = sum(not request.answered for request in mensatek.ledger.requests)
    for thread in threads:
        thread.join(10)

    assert unanswered > 8
    assert len(set(ids)) == 16
    assert {message.ref for message in mensatek.ledger.messages} == {f"r-{number}" for number in range(16)}
    assert mensatek.credits == 84
