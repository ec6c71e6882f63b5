"""The toolbar: when each button can be pressed, what its greyness says, and what the four that are built do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QObject, Qt, QUrl, pyqtSlot
from PyQt6.QtGui import QDesktopServices

from hookspecs import Editor, PatientRef
from tests.journeys.clinic import ARCE, BIG, HELLO, NANEZ, NOTICES, OBJECTS, OLABARRI, REASONS, ZUNIGA
from tests.journeys.conftest import OpenClerk
from tests.journeys.driver import Clerk

ALWAYS = ("sms.query", "sms.refresh", "sms.website")
NOT_BUILT = (
    "sms.history",
    "sms.report",
    "sms.export",
    "sms.mark_patients",
    "sms.compose",
    "sms.documents",
)
EDITORS = {
    "sms.phones": Editor.PHONES,
    "sms.conversations": Editor.CONVERSATIONS,
    "sms.letters": Editor.LETTERS,
    "sms.email": Editor.EMAIL,
    "sms.notifications": Editor.NOTIFICATIONS,
    "sms.communications": Editor.COMMUNICATIONS,
}
NOTHING_MARKED = "Marque antes al menos una fila."
NO_PATIENT = "Seleccione una fila o muestre un paciente."
SEVERAL = "Hay varias filas seleccionadas; deje sólo una."
OBJECTION = "El paciente ejerció su derecho de oposición."


class Browser(QObject):
    """What the system would have opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @pyqtSlot(QUrl)
    def show_page(self, address: QUrl) -> None:
        self.opened.append(address.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A browser in the place of the system's."""
    stand_in = Browser()
    QDesktopServices.setUrlHandler("https", stand_in, "show_page")
    yield stand_in
    QDesktopServices.unsetUrlHandler("https")


@pytest.fixture
def opened() -> list[tuple[Editor, PatientRef]]:
    """Which editors of the host were opened, and on whom."""
    return []


@pytest.fixture
def clerk_of_all_modules(open_clerk: OpenClerk, opened: list[tuple[Editor, PatientRef]]) -> Clerk:
    """A clerk of a host that has every editor, in a window wide enough for every button."""
    clerk = open_clerk()

    def note(editor: Editor) -> None:
        clerk.host.desk.editors[editor] = lambda patient: opened.append((editor, patient))

    for editor in EDITORS.values():
        note(editor)
    clerk.window.resize(1900, 800)
    clerk.open_panel()
    return clerk


def reason(clerk: Clerk, name: str) -> str:
    """The tooltip of a grey button; fails when it can be pressed."""
    assert clerk.is_grey(name), f"{name} can be pressed"
    return clerk.tool_words(name)


@pytest.mark.requirement("R21", "R23", "R24")
def test_that_query_refresh_and_website_can_be_pressed_at_any_moment(clerk: Clerk) -> None:
    assert not any(clerk.is_grey(name) for name in ALWAYS)

    clerk.query(NOTICES, HELLO)
    assert not any(clerk.is_grey(name) for name in ALWAYS)
    clerk.begin_send()
    assert not any(clerk.is_grey(name) for name in ALWAYS)
    clerk.provider.latency_ms = 300
    clerk.confirm()
    assert clerk.batch_figure("active")
    assert not any(clerk.is_grey(name) for name in ALWAYS)
    clerk.wait(lambda: not clerk.batch_figure("active"))


@pytest.mark.requirement("R22")
def test_that_sending_needs_a_marked_row_and_tells_how_many_there_are(clerk: Clerk) -> None:
    assert reason(clerk, "sms.send") == NOTHING_MARKED

    clerk.query(NOTICES, HELLO)
    assert not clerk.is_grey("sms.send")
    assert clerk.tool("sms.send").text() == "Enviar (4)"

    for name in (ARCE, NANEZ, OLABARRI):
        clerk.click_mark(name)
    assert clerk.tool("sms.send").text() == "Enviar (1)"
    clerk.click_mark(ZUNIGA)
    assert reason(clerk, "sms.send") == NOTHING_MARKED
    assert clerk.tool("sms.send").text() == "Enviar"


@pytest.mark.requirement("R22")
@pytest.mark.parametrize("change", ["date", "group", "message"])
def test_that_rows_of_an_older_choice_cannot_be_sent(clerk: Clerk, change: str) -> None:
    clerk.query(NOTICES, HELLO)

    if change == "date":
        clerk.choose_date("15/12/2099")
    elif change == "group":
        clerk.choose_group(REASONS)
    else:
        clerk.choose_message("Cierre")

    assert reason(clerk, "sms.send").startswith("Ha cambiado la consulta.")
    clerk.query()
    assert not clerk.is_grey("sms.send")


@pytest.mark.requirement("R22")
def test_that_a_second_send_waits_until_the_first_is_confirmed_or_given_up(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)

    clerk.begin_send()
    assert reason(clerk, "sms.send") == "Termine o cancele antes el envío que está preparando."

    clerk.cancel_confirmation()
    assert not clerk.is_grey("sms.send")


@pytest.mark.requirement("R22", "R67")
def test_that_who_may_only_see_queries_and_refreshes_but_cannot_send(open_clerk: OpenClerk) -> None:
    clerk = open_clerk(permissions=["sms.see"])
    clerk.open_panel()

    clerk.query(NOTICES, HELLO)

    assert len(clerk.marked()) == 4
    assert reason(clerk, "sms.send") == "Su usuario no tiene permiso; pídalo a quien administra el programa."
    clerk.key(clerk.table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    clerk.press("sms.refresh")
    assert clerk.ledger() == []


@pytest.mark.requirement("R67")
def test_that_who_may_not_see_cannot_query(open_clerk: OpenClerk) -> None:
    clerk = open_clerk(permissions=[])

    clerk.open_panel()

    assert reason(clerk, "sms.query") == "Su usuario no tiene permiso; pídalo a quien administra el programa."


@pytest.mark.requirement("R24")
def test_that_the_providers_site_opens_in_the_browser(clerk: Clerk, browser: Browser) -> None:
    clerk.press("sms.website")

    clerk.wait(lambda: browser.opened)
    assert browser.opened == ["https://www.mensatek.com/"]


@pytest.mark.requirement("R23")
def test_that_refreshing_asks_once_for_each_pending_message_and_only_for_those(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    clerk.send()
    clerk.provider.clock.advance(10)
    assert clerk.reports_asked() == 0

    clerk.press("sms.refresh")

    clerk.wait(lambda: set(clerk.column("Enviado")) == {"Si"})
    assert clerk.reports_asked() == 4

    clerk.query(REASONS)
    clerk.send()
    clerk.press("sms.refresh")
    clerk.wait(lambda: clerk.column("Enviado").count("No") == 1)
    assert clerk.reports_asked() == 5


@pytest.mark.requirement("R21")
def test_that_a_query_does_not_touch_a_running_batch(clerk: Clerk) -> None:
    clerk.query(BIG, HELLO)
    clerk.provider.latency_ms = 50
    clerk.begin_send()
    clerk.confirm()

    clerk.query(NOTICES)

    assert clerk.batch_figure("active")
    assert len(clerk.marked()) == 4
    clerk.wait(lambda: not clerk.batch_figure("active"))
    assert len(clerk.ledger()) == 30
    assert len(clerk.marked()) == 4


def test_that_what_does_not_exist_yet_is_grey_and_says_so(clerk_of_all_modules: Clerk) -> None:
    clerk_of_all_modules.query(NOTICES, HELLO)
    clerk_of_all_modules.click_row(ARCE)

    for name in NOT_BUILT:
        assert reason(clerk_of_all_modules, name) == "Aún no está disponible en esta versión."


@pytest.mark.parametrize("name", EDITORS)
def test_that_a_patient_button_opens_its_editor_on_the_only_selected_row(
    clerk_of_all_modules: Clerk, opened: list[tuple[Editor, PatientRef]], name: str
) -> None:
    clerk = clerk_of_all_modules
    clerk.query(NOTICES, HELLO)
    assert reason(clerk, name) == NO_PATIENT

    clerk.click_row(ARCE)
    clerk.wait(lambda: not clerk.is_grey(name))
    clerk.press(name)

    assert [(editor, patient.name) for editor, patient in opened] == [(EDITORS[name], ARCE)]


@pytest.mark.parametrize("name", EDITORS)
def test_that_a_patient_button_takes_the_current_patient_while_no_row_is_selected(
    clerk_of_all_modules: Clerk, opened: list[tuple[Editor, PatientRef]], name: str
) -> None:
    clerk = clerk_of_all_modules
    clerk.show_in_host(ARCE)

    clerk.wait(lambda: not clerk.is_grey(name))
    clerk.press(name)

    assert [(editor, patient.name) for editor, patient in opened] == [(EDITORS[name], ARCE)]


@pytest.mark.parametrize("name", EDITORS)
def test_that_a_patient_button_is_grey_with_several_rows_and_with_an_objection(
    clerk_of_all_modules: Clerk, name: str
) -> None:
    clerk = clerk_of_all_modules
    clerk.query(NOTICES, HELLO)
    clerk.click_row(ARCE)
    clerk.click_row(NANEZ, Qt.KeyboardModifier.ControlModifier)
    assert reason(clerk, name) == SEVERAL

    clerk.query(REASONS)
    clerk.click_row(OBJECTS)
    clerk.wait(lambda: clerk.tool_words(name) == OBJECTION)
    assert clerk.is_grey(name)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("sms.email", "El paciente no tiene correo electrónico."),
        ("sms.notifications", "El paciente no usa la aplicación móvil."),
    ],
)
def test_that_mail_and_app_are_offered_to_those_who_have_them(clerk_of_all_modules: Clerk, name: str, why: str) -> None:
    clerk = clerk_of_all_modules
    clerk.query(NOTICES, HELLO)

    clerk.click_row(NANEZ)
    clerk.wait(lambda: clerk.tool_words(name) == why)
    assert clerk.is_grey(name)

    clerk.click_row(ARCE)
    clerk.wait(lambda: not clerk.is_grey(name))
