"""R05: merge fields are names from a closed list, and what is put in their place is text and nothing else."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orthos_sms_plugin.domain.errors import SmsError
from orthos_sms_plugin.domain.merge import (
    APPOINTMENT_FIELDS,
    MERGE_FIELDS,
    EmptyFieldError,
    MergeTemplate,
    TemplateError,
    UnbalancedBraceError,
    UnknownFieldError,
)

VALUES = {
    "nombre": "Ana",
    "apellidos": "García López",
    "codigo": "1042",
    "clinica": "Clínica Sonrisas",
    "telefono_clinica": "915 550 123",
    "fecha": "12/03/2026",
    "hora": "10:30",
    "doctor": "Dra. Muñoz",
    "lugar": "Gabinete 2",
}


def merged(text: str, **values: str) -> str:
    return MergeTemplate.parse(text).render(VALUES | values)


@pytest.mark.requirement("R05")
def test_that_the_fields_are_the_nine_of_the_requirement() -> None:
    assert set(MERGE_FIELDS) == set(VALUES)
    assert set(APPOINTMENT_FIELDS) == {"fecha", "hora", "doctor", "lugar"}


@pytest.mark.requirement("R05")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Cerramos mañana.", "Cerramos mañana."),
        ("{nombre}", "Ana"),
        ("Hola {nombre}, le esperamos el {fecha} a las {hora}.", "Hola Ana, le esperamos el 12/03/2026 a las 10:30."),
        ("{nombre}{apellidos}", "AnaGarcía López"),
        ("{nombre} {nombre}", "Ana Ana"),
        ("{{nombre}}", "{nombre}"),
        ("{{{nombre}}}", "{Ana}"),
        ("{{", "{"),
        ("}}", "}"),
        ("{{}}", "{}"),
        ("{nombre}}}", "Ana}"),
        ("5 € {{oferta}} para {nombre}\n", "5 € {oferta} para Ana\n"),
        ("  dos  espacios  del texto {codigo}", "  dos  espacios  del texto 1042"),
    ],
)
def test_that_fields_become_values_and_doubled_braces_become_braces(text: str, expected: str) -> None:
    assert merged(text) == expected


def test_that_a_template_says_which_fields_it_uses() -> None:
    template = MergeTemplate.parse("{hora} {nombre} {hora} {{fecha}}")

    assert template.fields == {"hora", "nombre"}
    assert template.text == "{hora} {nombre} {hora} {{fecha}}"
    assert template == MergeTemplate.parse(template.text)


@pytest.mark.requirement("R05")
@pytest.mark.parametrize(
    ("text", "field", "position", "suggestion"),
    [
        ("Hola {nombr}", "nombr", 5, "nombre"),
        ("{{}} {Nombre}", "Nombre", 5, "nombre"),
        ("{ nombre }", " nombre ", 0, "nombre"),
        ("{código}", "código", 0, "codigo"),
        ("{Teléfono clínica}", "Teléfono clínica", 0, "telefono_clinica"),
        ("{dni}", "dni", 0, None),
        ("{}", "", 0, None),
        ("{nombre} {" + "x" * 5_000 + "}", "x" * 5_000, 9, None),
    ],
)
def test_that_an_unknown_field_is_refused_with_its_place_and_what_was_probably_meant(
    text: str, field: str, position: int, suggestion: str | None
) -> None:
    with pytest.raises(UnknownFieldError) as caught:
        MergeTemplate.parse(text)

    assert (caught.value.field, caught.value.position, caught.value.suggestion) == (field, position, suggestion)


@pytest.mark.requirement("R05")
@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("{", 0),
        ("}", 0),
        ("Hola {nombre", 5),
        ("Hola nombre}", 11),
        ("{nombre {hora}", 0),
        ("{{nombre}", 8),
        ("{nombre}}", 8),
        ("{{{nombre}}", 10),
        ("{nombre}} {hora}", 8),
        ("{{{", 2),
    ],
)
def test_that_a_lone_brace_is_refused_with_its_place(text: str, position: int) -> None:
    with pytest.raises(UnbalancedBraceError) as caught:
        MergeTemplate.parse(text)

    assert caught.value.position == position


def test_that_fields_of_other_plugins_can_be_made_known() -> None:
    template = MergeTemplate.parse("{nombre} {saldo}", known={*MERGE_FIELDS, "saldo"})

    assert template.render({"nombre": "Ana", "saldo": "12 €"}) == "Ana 12 €"


@pytest.mark.requirement("R05")
@pytest.mark.parametrize("blank", ["", " ", "\n\t ", "\u00a0", "\u200b", "\u200b \u2060", "\x00", "\ufeff"])
def test_that_a_blank_value_makes_the_row_unsendable_and_names_the_field(blank: str) -> None:
    template = MergeTemplate.parse("Hola {nombre}, a las {hora} con {doctor}")

    with pytest.raises(EmptyFieldError) as caught:
        template.render(VALUES | {"hora": blank, "doctor": ""})

    assert caught.value.field == "hora"


def test_that_a_missing_value_is_as_good_as_blank_and_one_not_used_is_not_missed() -> None:
    with pytest.raises(EmptyFieldError):
        MergeTemplate.parse("{hora}").render({"nombre": "Ana"})

    assert MergeTemplate.parse("{nombre}").render({"nombre": "Ana", "hora": ""}) == "Ana"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("  María   del\tCarmen \n", "María del Carmen"),
        ("María\u00a0José", "María José"),
        ("Ana\r\nBcc: otra", "Ana Bcc: otra"),
        ("A\x00n\x1ba\x7f", "Ana"),
        ("A\u200bn\u202ea\ufeff", "Ana"),
        ("\u200b  Ana", "Ana"),
        ("Ana\ud83d", "Ana"),
    ],
)
def test_that_a_value_comes_as_one_line_without_unseen_characters(value: str, expected: str) -> None:
    assert merged("<{nombre}>", nombre=value) == f"<{expected}>"


HOSTILE_TEMPLATES = [
    # attributes, items, conversions and formats of str.format
    "{nombre.__class__}", "{nombre.__class__.__mro__[1].__subclasses__()}", "{nombre.__init__.__globals__}",
    "{nombre[0]}",
    "{nombre[__class__]}", "{nombre!r}", "{nombre!s:>10}", "{nombre:>10}", "{nombre:{hora}}", "{nombre:}", "{nombre!}",
    "{0}", "{0.__class__}", "{0[0]}", "{}", "{:d}", "{!r}", "{.x}", "{[0]}", "{self}", "{self.text}", "{values}",
    "{known}",
    "{p.__init__.__globals__[os].environ}", "{__import__}", "{__builtins__}", "{nombre.upper()}", "{nombre()}",
    "{nombre+hora}",
    "{nombre or hora}", "{nombre,hora}", "{nombre;hora}", "{nombre|upper}", "{nombre|safe}", "{%nombre%}", "{#nombre#}",
    "{nombre=}", "{*nombre}", "{**values}", "{lambda: 0}", "{1+1}", "{'nombre'}", '{"nombre"}', "{nombre\n}",
    "{\nnombre}",
    "{ nombre}", "{nombre }", "{nombre\x00}", "{nombre\u200b}", "{\u202enombre}", "{NOMBRE}", "{n\u043embre}",
    "{ｎｏｍｂｒｅ}",
    "{nombre\u0301}", "{telefono}", "{texto}", "{contrasena}", "{token}", "{env.ORTHOS_SMS_API_TOKEN}", "{settings}",
    # braces
    "{", "}", "{{{", "}}}", "{nombre", "nombre}", "{{nombre}", "{nombre}}", "{{{nombre}}", "{nombre{hora}}",
    "{{nombre}}}",
    "{nombre{", "}nombre{", "{" * 5_001, "}" * 5_001, "{nombre}" * 50 + "{", "{" + "a" * 100_000,
]  # fmt: skip


@pytest.mark.requirement("R05")
@pytest.mark.parametrize("text", HOSTILE_TEMPLATES, ids=lambda text: ascii(text[:30]))
def test_that_a_hostile_template_cannot_be_saved_and_its_text_is_not_in_the_error(text: str) -> None:
    with pytest.raises(TemplateError) as caught:
        MergeTemplate.parse(text)

    assert "nombre" not in str(caught.value)
    assert 0 <= caught.value.position < len(text)
    assert isinstance(caught.value, SmsError)


def test_that_the_hostile_templates_are_at_least_sixty() -> None:
    assert len(set(HOSTILE_TEMPLATES)) >= 60


@pytest.mark.parametrize(
    "text",
    ["%(nombre)s", "%s", "$nombre", "<nombre>", "(Nombre)", "[nombre]", "｛nombre｝", "\\x7bnombre\\x7d",
     "&#123;nombre&#125;",
     "{{nombre.__class__}}", "{{ 7*7 }}", "{{% raw %}}", "__import__('os')"],
)  # fmt: skip
def test_that_what_other_languages_would_expand_stays_as_written(text: str) -> None:
    expected = text.replace("{{", "{").replace("}}", "}")

    assert merged(text) == expected


@pytest.mark.requirement("R05")
@pytest.mark.parametrize(
    "value",
    ["{telefono_clinica}", "{nombre}", "{{nombre}}", "{", "}", "{0}", "{nombre.__class__}", "%(hora)s", "\\g<0>",
     "\\1", "$1",
     "{hora", "hora}", "(Variable_1)"],
)  # fmt: skip
def test_that_a_value_is_never_expanded_again(value: str) -> None:
    assert merged("{nombre}/{hora}", nombre=value) == f"{value}/10:30"


@given(st.text(alphabet=st.sampled_from("{}nombrehora 1.[]!:_"), max_size=40))
@settings(deadline=None, max_examples=500)
def test_that_any_template_is_refused_or_holds_nothing_but_its_text_and_values(text: str) -> None:
    try:
        template = MergeTemplate.parse(text)
    except TemplateError as error:
        assert 0 <= error.position < len(text)
        return

    # An independent reading: with balanced braces and known fields the standard formatter agrees.
    assert template.render(VALUES) == string.Formatter().vformat(text, (), VALUES)


@given(st.dictionaries(st.sampled_from(MERGE_FIELDS), st.text(max_size=20)), st.sampled_from(MERGE_FIELDS))
@settings(deadline=None)
def test_that_whatever_the_values_a_row_is_rendered_on_one_line_or_refused(values: dict[str, str], field: str) -> None:
    try:
        text = MergeTemplate.parse(f"<{{{field}}}>").render(values)
    except EmptyFieldError as error:
        assert error.field == field
        return

    assert text[0] == "<"
    assert text[-1] == ">"
    assert len(text) > 2
    assert text.splitlines() == [text]
    text.encode("utf-8")
