"""What the strict reader makes of answers: of the provider's, of torn ones and of forged ones (protocol §6)."""

from __future__ import annotations

import json
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orthos_sms_plugin.domain.outcomes import Accepted, Doubtful, ErrorKind, NotSent, Rejected, SendOutcome
from orthos_sms_plugin.providers.answers import amount, read_answer, send_id, whole_number
from tests.orthos_sms_plugin.providers.conftest import MESSAGE, MakeProvider, yes
from tests.orthos_sms_plugin.providers.raw_server import Peer, RawServer

ODD = Doubtful(ErrorKind.ODD_ANSWER, 200)
AUTH = NotSent(ErrorKind.AUTH)
CREDITS = NotSent(ErrorKind.CREDITS)
DATA = Rejected(ErrorKind.DATA)
NUMBER = Rejected(ErrorKind.NUMBER)


def accepted(msgid: str | None = "5", left: str | None = None, used: str | None = None) -> Accepted:
    return Accepted(msgid, None if left is None else Decimal(left), None if used is None else Decimal(used))


BODIES: list[tuple[bytes, SendOutcome]] = [
    # accepted
    (b'{"Res":1,"Msgid":5}', accepted()),
    (b'{"Res":"1","Msgid":"5"}', accepted()),
    (b'{"Res":2,"Msgid":5,"Mensajes":2}', accepted()),
    (b' \r\n{"Res":1,"Msgid":5}\n', accepted()),
    (b'\xef\xbb\xbf{"Res":1,"Msgid":5}', accepted()),
    (b'[{"Res":1,"Msgid":5}]', accepted()),
    (b'{"Res":1,"Msgid":5,"Cred":480.5,"CreditosUsados":9}', accepted("5", "480.5", "9")),
    (b'{"Res":1,"Msgid":5,"Cred":"1.480,50","CreditosUsados":"9,0"}', accepted("5", "1480.50", "9.0")),
    (b'{"Res":1,"Msgid":5,"Cred":"mucho"}', accepted()),
    (b'{"Res":1,"Msgid":5,"Cred":-1}', accepted()),
    (b'{"Res":1,"Msgid":5,"Cred":null}', accepted()),
    (b'{"Res":1,"Msgid":5,"NoEnviados":0}', accepted()),
    (b'{"Res":1,"Msgid":5,"NoEnviados":"0"}', accepted()),
    (b'{"Res":1,"Msgid":5,"NoEnviados":null}', accepted()),
    (b'{"Res":1,"Msgid":5,"Destinatarios":[{"Movil":"34600555123"}]}', accepted()),
    (b'{"Res":1,"Msgid":5,"Error":"<b>x</b>"}', accepted()),
    (b'{"Res":1,"Msgid":5,"Error":"par\xe1metro"}', accepted()),
    (b"Res:1;\nMsgid:5;\nCred:480,5;\n", accepted("5", "480.5")),
    (b"Res:1;Msgid:5;", accepted()),
    (b"Res: 1 ;\r\nMsgid: 5 ;", accepted()),
    # accepted, and no report can be asked
    (b'{"Res":1}', accepted(None)),
    (b'{"Res":1,"Msgid":0}', accepted(None)),
    (b'{"Res":1,"Msgid":"0"}', accepted(None)),
    (b'{"Res":1,"Msgid":-7}', accepted(None)),
    (b'{"Res":1,"Msgid":""}', accepted(None)),
    (b'{"Res":1,"Msgid":null}', accepted(None)),
    (b'{"Res":1,"Msgid":true}', accepted(None)),
    (b'{"Res":1,"Msgid":5.5}', accepted(None)),
    (b'{"Res":1,"Msgid":[5]}', accepted(None)),
    (b'{"Res":1,"Msgid":"<b>5</b>"}', accepted(None)),
    ('{"Res":1,"Msgid":"ñ"}'.encode(), accepted(None)),
    (b'{"Res":1,"Msgid":"\\u0665"}', accepted(None)),
    (b'{"Res":1,"Msgid":"5 5"}', accepted(None)),
    (b'{"Res":1,"Msgid":"5\\n6"}', accepted(None)),
    (b'{"Res":1,"Msgid":"' + b"7" * 64 + b'"}', accepted("7" * 64)),
    (b'{"Res":1,"Msgid":"' + b"7" * 65 + b'"}', accepted(None)),
    (b'{"Res":1,"Msgid":"' + b"7" * 4096 + b'"}', accepted(None)),
    # refused
    (b'{"Res":-1}', AUTH),
    (b'{"Res":"-1","Error":"Credenciales"}', AUTH),
    (b'[{"Res":-1}]', AUTH),
    (b"Res:-1;", AUTH),
    (b'{"Res":-1,"NoEnviados":1}', AUTH),
    (b'{"Res":-2}', CREDITS),
    (b'{"Res":-2,"CredNecesarios":"12,5"}', NotSent(ErrorKind.CREDITS, Decimal("12.5"))),
    (b'{"Res":-2,"CredNecesarios":9,"Cred":3}', NotSent(ErrorKind.CREDITS, Decimal(9), Decimal(3))),
    (b"Res:-2;\nCredNecesarios:9;\n", NotSent(ErrorKind.CREDITS, Decimal(9))),
    (b'{"Res":-3}', DATA),
    (b'{"Res":-3,"Error":"Falta un par\xe1metro"}', DATA),
    (b'{"Res":0}', NUMBER),
    (b'{"Res":"0","NoEnviados":1}', NUMBER),
    (b'{"Res":1,"Msgid":5,"NoEnviados":1}', NUMBER),
    (b'{"Res":1,"Msgid":5,"NoEnviados":"1"}', NUMBER),
    (b"Res:0;", NUMBER),
    # nothing that could be believed
    (b"", ODD),
    (b"   ", ODD),
    (b"\x00", ODD),
    (b"-1", ODD),
    (b"1", ODD),
    (b"null", ODD),
    (b"true", ODD),
    (b'"Res:1;"', ODD),
    (b"OK", ODD),
    (b"{}", ODD),
    (b"[]", ODD),
    (b"[[]]", ODD),
    (b'[[{"Res":1,"Msgid":5}]]', ODD),
    (b'[{"Res":1,"Msgid":5},{"Res":1,"Msgid":6}]', ODD),
    (b'[{"Res":1,"Msgid":5},null]', ODD),
    (b'{"Msgid":5}', ODD),
    (b'{"res":1,"Msgid":5}', ODD),
    (b'{"Resp":1,"Msgid":5}', ODD),
    (b'{"Res":1.0,"Msgid":5}', ODD),
    (b'{"Res":"1.0","Msgid":5}', ODD),
    (b'{"Res":1e0,"Msgid":5}', ODD),
    (b'{"Res":true,"Msgid":5}', ODD),
    (b'{"Res":false}', ODD),
    (b'{"Res":null,"Msgid":5}', ODD),
    (b'{"Res":[1],"Msgid":5}', ODD),
    (b'{"Res":{"Res":1},"Msgid":5}', ODD),
    (b'{"Res":"","Msgid":5}', ODD),
    (b'{"Res":"uno","Msgid":5}', ODD),
    (b'{"Res":" 1","Msgid":5}', ODD),
    (b'{"Res":"1\\n","Msgid":5}', ODD),
    (b'{"Res":"+1","Msgid":5}', ODD),
    (b'{"Res":"01","Msgid":5}', ODD),
    (b'{"Res":"1_0","Msgid":5}', ODD),
    (b'{"Res":"\\u0661","Msgid":5}', ODD),
    (b'{"Res":"-0"}', ODD),
    (b'{"Res":NaN,"Msgid":5}', ODD),
    (b'{"Res":Infinity,"Msgid":5}', ODD),
    (b'{"Res":1,"Msgid":5,"Cred":NaN}', ODD),
    (b'{"Res":1,"Msgid":5,"Cred":-Infinity}', ODD),
    (b'{"Res":' + b"1" * 11 + b',"Msgid":5}', ODD),
    (b'{"Res":' + b"1" * 60_000 + b',"Msgid":5}', ODD),
    (b'{"Res":1,"Msgid":5,"X":' + b"1" * 60_000 + b"}", ODD),
    (b'{"Res":1,"Msgid":5,"X":1e99999999999999999999}', ODD),
    (b'{"Res":-4}', ODD),
    (b'{"Res":-5}', ODD),
    (b'{"Res":-99}', ODD),
    (b'{"Res":1,"Res":1,"Msgid":5}', ODD),
    (b'{"Res":-1,"Res":1,"Msgid":5}', ODD),
    (b'{"Res":1,"RES":-1,"Msgid":5}', ODD),
    (b'{"Res":1,"Msgid":5,"Msgid":6}', ODD),
    (b'{"Res":1,"Msgid":5,"X":{"a":1,"a":2}}', ODD),
    (b'{"Res":1,"Msgid":5,"NoEnviados":"x"}', ODD),
    (b'{"Res":1,"Msgid":5,"NoEnviados":true}', ODD),
    (b'{"Res":1,"Msgid":5,"NoEnviados":1.5}', ODD),
    (b'{"Res":1,"Msgid":5,"NoEnviados":-1}', ODD),
    (b'{"Res":1,"Msgid":5,"X":' + b"[" * 9 + b"]" * 9 + b"}", ODD),
    (b'{"Res":1,"Msgid":5,"X":' + b'{"a":' * 9 + b"1" + b"}" * 9 + b"}", ODD),
    (b'{"Res":1,"Msgid":5,"X":' + b"[" * 20_000 + b"]" * 20_000 + b"}", ODD),
    (b"[" * 60_000, ODD),
    (b'{"Res":1,"Msgid":5', ODD),
    (b'{"Res":1,"Msgid":5,}', ODD),
    (b'{"Res":1,"Msgid":"5', ODD),
    (b'{"Res":1,"Msgid":5}}', ODD),
    (b'{"Res":1,"Msgid":5} {"Res":1}', ODD),
    (b'{"Res":1,"Msgid":5};', ODD),
    (b"{'Res':1,'Msgid':5}", ODD),
    (b"{Res:1,Msgid:5}", ODD),
    (b'<br />\n<b>Warning</b>: x in y.php\n{"Res":1,"Msgid":5}', ODD),
    (b"<!DOCTYPE html><html><body>Res:1;Msgid:5;</body></html>", ODD),
    (b'<?xml version="1.0"?><result><Res>1</Res><Msgid>5</Msgid></result>', ODD),
    (b"Res:1\rMsgid:5\rCred:480,5", ODD),
    (b"Res:1;", ODD),
    (b"Res:1;\nMsgid:5", ODD),
    (b"Msgid:5;", ODD),
    (b"Res:1;\nRes:1;\nMsgid:5;", ODD),
    (b"Res:1;\nMsgid:5;\nMsgid:6;", ODD),
    (b"Res:1;\nMsgid:5;\nbasura", ODD),
    (b"Res:1.0;Msgid:5;", ODD),
    ('{"Res":1,"Msgid":5}'.encode("utf-16"), ODD),
    (b'\x00\xff{"Res": \x80', ODD),
]


def test_that_there_are_at_least_120_bodies_and_no_two_alike() -> None:
    assert len({body for body, _ in BODIES}) == len(BODIES) >= 120


@pytest.mark.requirement("R42", "R43")
def test_that_each_body_has_its_exact_outcome_over_the_wire(make_provider: MakeProvider) -> None:
    bodies = iter(BODIES)

    def behave(peer: Peer) -> None:
        peer.read_request()
        peer.answer(next(bodies)[0])

    with RawServer(behave) as server:
        provider = make_provider(server.url)
        outcomes = [provider.send(MESSAGE, may_start=yes) for _ in BODIES]

    wrong = [
        (body[:60], outcome) for (body, expected), outcome in zip(BODIES, outcomes, strict=True) if outcome != expected
    ]
    assert not wrong
    assert len(server.requests) == len(BODIES)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_that_no_bytes_make_the_reader_raise(body: bytes) -> None:
    answer = read_answer(body)

    assert answer is None or isinstance(answer, dict)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["Res", "Msgid", "Cred"]), inner),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(_JSON)
def test_that_any_json_is_read_as_fields_or_not_at_all(value: object) -> None:
    answer = read_answer(json.dumps(value).encode())

    if answer is not None:
        for field in answer.values():
            whole_number(field), amount(field), send_id(field)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_that_a_body_cut_anywhere_is_never_read(data: st.DataObject) -> None:
    whole = b'{"Res":1,"Msgid":51000123,"Cred":480.5}'
    cut = data.draw(st.integers(0, len(whole) - 1))

    assert read_answer(whole[:cut]) is None


@pytest.mark.parametrize(
    ("written", "credits"),
    [
        (480, "480"),
        (Decimal("480.5"), "480.5"),
        ("480.50", "480.50"),
        ("480,50", "480.50"),
        ("1.480,50", "1480.50"),
        ("14970,00", "14970.00"),
        ("1.234.567", "1234567"),
        ("1.234.567,8", "1234567.8"),
        ("-3,5", "-3.5"),
        (" 12 ", "12"),
    ],
)
def test_that_credits_are_read_in_every_way_they_were_seen(written: object, credits: str) -> None:
    assert amount(written) == Decimal(credits)


@pytest.mark.parametrize(
    "written", ["", "x", "1,2,3", "1.2.3", "1e5", "NaN", "inf", "٣", True, None, [], 1.5, "9" * 16, "12 €"]
)
def test_that_what_is_no_amount_is_none(written: object) -> None:
    assert amount(written) is None


@pytest.mark.parametrize(
    "body", [b"[" * 65_536, b'{"a":' * 13_000, b"1" * 65_536, b"a:b;" * 16_000, b" " * 65_536, b"a" * 65_536]
)
def test_that_a_hostile_body_costs_little_time(body: bytes) -> None:
    began = time.process_time()

    read_answer(body)

    assert time.process_time() - began < 1  # not a measure of speed: quadratic work would take minutes
