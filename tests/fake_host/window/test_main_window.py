"""The frame of the window: menus, panels, toolbar, notices."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QPalette
from PyQt6.QtWidgets import QApplication, QLabel, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from fake_host import FakeHost
from fake_host.clinic.patients import search_patients
from fake_host.window.main_window import MainWindow
from hookspecs import MenuEntry, NotifyLevel, PatientRef, ToolbarAction
from tests.fake_host.plugins import PanelPlugin

OpenHost = Callable[..., FakeHost]


def window_of(host: FakeHost) -> MainWindow:
    assert host.window is not None
    return host.window


def menu_entries(menu: QMenu) -> list[QAction]:
    return [action for action in menu.actions() if not action.isSeparator()]


def mnemonic(text: str) -> str:
    text = text.replace("&&", "")
    return text[text.index("&") + 1].lower() if "&" in text else ""


@pytest.fixture
def actions(qapp: QApplication) -> dict[str, QAction]:
    made: dict[str, QAction] = {}
    for name in ("test.query", "test.send", "test.phones"):
        made[name] = QAction(name.partition(".")[2].title())
    return made


def offered(actions: dict[str, QAction]) -> Iterable[ToolbarAction]:
    yield ToolbarAction("test.query", actions["test.query"], "work")
    yield ToolbarAction("test.phones", actions["test.phones"], "patient")
    yield ToolbarAction("test.send", actions["test.send"], "work")


@pytest.mark.requirement("R50")
def test_that_the_menu_bar_has_the_seven_menus_with_a_mnemonic_each(qapp: QApplication, open_host: OpenHost) -> None:
    titles = [action.text() for action in window_of(open_host()).menus.actions()]

    assert [title.replace("&", "") for title in titles] == [
        "Archivo",
        "Pacientes",
        "Agenda",
        "Comunicaciones",
        "Informes",
        "Ventana",
        "Ayuda",
    ]
    assert len({mnemonic(title) for title in titles} - {""}) == len(titles)


def test_that_mnemonics_and_shortcuts_are_unique_in_every_menu(qapp: QApplication, open_host: OpenHost) -> None:
    menus = window_of(open_host()).menus
    shortcuts: list[str] = []

    for name, menu in menus.by_name.items():
        letters = [letter for action in menu_entries(menu) if (letter := mnemonic(action.text()))]
        assert len(letters) == len(set(letters)), name
        shortcuts += [action.shortcut().toString() for action in menu_entries(menu) if not action.shortcut().isEmpty()]
    assert len(shortcuts) == len(set(shortcuts))


def test_that_an_entry_that_cannot_be_chosen_says_why_in_its_tooltip(qapp: QApplication, open_host: OpenHost) -> None:
    menus = window_of(open_host()).menus

    for menu in menus.by_name.values():
        assert menu.toolTipsVisible()
        for action in menu_entries(menu):
            if not action.isEnabled():
                assert action.toolTip().endswith("."), action.text()


@pytest.mark.requirement("R01")
def test_that_a_panel_is_built_when_it_is_first_opened_and_only_then(qapp: QApplication, open_host: OpenHost) -> None:
    built: list[QWidget] = []

    def create() -> QWidget:
        built.append(QWidget())
        return built[-1]

    window = window_of(open_host(PanelPlugin(create)))
    assert built == []

    window.open_panel("test.panel")
    window.open_panel("test.panel")

    assert len(built) == 1
    assert built[0].isVisible()
    assert window.panels["test.panel"].title.findChild(QLabel, "host.panel_title").text() == "Panel de prueba"


def test_that_an_offered_panel_is_the_first_entry_of_its_menu(qapp: QApplication, open_host: OpenHost) -> None:
    window = window_of(open_host(PanelPlugin(QWidget)))

    first = menu_entries(window.menus.by_name["Comunicaciones"])[0]
    first.trigger()

    assert first.text() == "Panel de prueba"
    assert list(window.panels) == ["test.panel"]


@pytest.mark.requirement("R49")
def test_that_a_panel_that_cannot_be_built_leaves_a_sentence_in_its_place(
    qapp: QApplication, open_host: OpenHost
) -> None:
    def create() -> QWidget:
        raise OSError("no")

    host = open_host(PanelPlugin(create))

    frame = window_of(host).open_panel("test.panel")

    assert frame is not None
    assert isinstance(frame.body, QLabel)
    assert "no se ha podido abrir" in frame.body.text()
    assert [problem.where for problem in host.problems] == ["panel test.panel"]


def test_that_toolbar_sections_stand_together_with_a_line_between(
    qapp: QApplication, open_host: OpenHost, actions: dict[str, QAction]
) -> None:
    frame = window_of(open_host(PanelPlugin(QWidget, lambda: offered(actions)))).open_panel("test.panel")

    assert frame is not None
    shown = ["|" if action.isSeparator() else action.objectName() for action in frame.tools.actions()]
    assert shown == ["test.query", "test.send", "|", "test.phones"]


def test_that_a_button_follows_its_actions_text_enabled_state_and_primary(
    qapp: QApplication, open_host: OpenHost, actions: dict[str, QAction]
) -> None:
    frame = window_of(open_host(PanelPlugin(QWidget, lambda: offered(actions)))).open_panel("test.panel")
    assert frame is not None
    button = frame.tools.findChild(QToolButton, "test.send")
    send = actions["test.send"]
    plain_look = button.grab().toImage()

    send.setProperty("primary", True)
    assert button.property("primary") is True
    assert button.grab().toImage() != plain_look

    send.setText("Enviar (15)")
    send.setEnabled(False)
    assert button.text() == "Enviar (15)"
    assert not button.isEnabled()
    send.setProperty("primary", False)
    assert button.property("primary") is False


def test_that_a_narrow_window_puts_the_last_buttons_into_an_overflow_menu(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    many = [QAction(f"Acción número {number}") for number in range(20)]
    plugin = PanelPlugin(QWidget, lambda: [ToolbarAction(f"test.{n}", one) for n, one in enumerate(many)])
    window = window_of(open_host(plugin))
    window.resize(700, 500)
    frame = window.open_panel("test.panel")
    assert frame is not None

    extension = frame.tools.findChild(QToolButton, "qt_toolbar_ext_button")

    qtbot.waitUntil(extension.isVisible, timeout=5_000)
    assert not frame.tools.findChild(QToolButton, "test.19").isVisible()


@pytest.mark.requirement("R49")
@pytest.mark.parametrize("wrong", [[QWidget], ["sms.query"], 7])
def test_that_a_toolbar_hook_with_anything_but_actions_is_reported_and_ignored(
    qapp: QApplication, open_host: OpenHost, wrong: object
) -> None:
    host = open_host(PanelPlugin(QWidget, lambda: wrong))  # type: ignore[arg-type, return-value]  # on purpose

    frame = window_of(host).open_panel("test.panel")

    assert frame is not None
    assert frame.tools.actions() == []
    assert [problem.where for problem in host.problems] == ["orthos_toolbar_actions"]


@pytest.mark.requirement("R47")
def test_that_the_title_line_names_the_current_patient(qapp: QApplication, open_host: OpenHost) -> None:
    host = open_host(PanelPlugin(QWidget))
    frame = window_of(host).open_panel("test.panel")
    assert frame is not None
    label = frame.title.findChild(QLabel, "host.current_patient")
    assert label.text() == "ninguno"

    host.context.show_patient(search_patients(host.database, "García")[0])

    assert label.text() == "García Güell, Anna · 000001"


def test_that_user_and_seat_are_always_in_sight(qapp: QApplication, open_host: OpenHost) -> None:
    corner = window_of(open_host()).menus.findChild(QLabel, "host.user")

    assert corner.isVisible()
    assert corner.text() == "Marta Ordóñez · Recepción 2"


def test_that_a_notice_from_a_worker_reaches_the_status_bar_as_plain_text(
    qapp: QApplication, open_host: OpenHost, on_worker: Callable[[Callable[[], object]], object], qtbot: QtBot
) -> None:
    host = open_host()
    status = window_of(host).status.text

    on_worker(lambda: host.context.notify(NotifyLevel.ERROR, "No hay <b>créditos</b>."))

    qtbot.waitUntil(lambda: status.text() == "No hay <b>créditos</b>.", timeout=5_000)
    assert status.textFormat().name == "PlainText"


def test_that_no_label_of_the_host_takes_a_text_for_markup(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    host = open_host(PanelPlugin(QWidget))
    window = window_of(host)
    window.open_panel("test.panel")
    window.open_phones(search_patients(host.database, "García")[0])
    for open_it in (window.open_groups, window.open_help, window.open_plugins, window.open_notices):
        open_it()

    labels = [label for label in window.findChildren(QLabel) if label.buddy() is None]

    assert len(labels) > 30
    assert [label.text() for label in labels if label.text() and label.textFormat() != Qt.TextFormat.PlainText] == []


def test_that_every_notice_can_be_read_again_later(qapp: QApplication, open_host: OpenHost, qtbot: QtBot) -> None:
    host = open_host()
    host.context.notify(NotifyLevel.ERROR, "Lo primero.")
    host.context.notify(NotifyLevel.INFO, "Lo segundo.")
    qtbot.waitUntil(lambda: len(host.notices) == 2, timeout=5_000)

    window_of(host).open_notices()

    from fake_host.window.dialogs import NoticesDialog

    dialog = window_of(host).findChild(NoticesDialog)
    shown = [item.text() for row in range(dialog.list.count()) if (item := dialog.list.item(row)) is not None]
    assert [line[10:] for line in shown] == ["Lo segundo.", "Lo primero."]


def test_that_dark_and_light_change_the_palette_of_every_window(qapp: QApplication, open_host: OpenHost) -> None:
    window = window_of(open_host())

    window.set_theme("dark")
    dark = qapp.palette().color(QPalette.ColorRole.Base).lightness()
    window.set_theme("light")
    light = qapp.palette().color(QPalette.ColorRole.Base).lightness()

    assert dark < 60
    assert light > 240


def test_that_a_panel_with_a_style_sheet_of_its_own_hears_of_the_new_palette_as_well(
    qapp: QApplication, open_host: OpenHost
) -> None:
    def create() -> QWidget:
        panel = QWidget()
        panel.setStyleSheet("QLabel { padding: 1px; }")
        return panel

    window = window_of(open_host(PanelPlugin(create)))
    frame = window.open_panel("test.panel")
    assert frame is not None

    window.set_theme("dark")
    assert frame.body.palette().color(QPalette.ColorRole.Base).lightness() < 60
    window.set_theme("light")
    assert frame.body.palette().color(QPalette.ColorRole.Base).lightness() > 240


def test_that_the_chosen_look_and_the_layout_come_back_with_the_next_start(
    qapp: QApplication, open_host: OpenHost
) -> None:
    first = open_host()
    window_of(first).set_theme("dark")
    window_of(first).show_module("agenda")
    first.close()

    again = window_of(open_host())

    assert again.theme.name == "dark"
    assert again.agenda.isVisible()
    again.set_theme("light")


def test_that_a_menu_entry_that_raises_is_reported_and_the_window_lives(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    def run() -> None:
        raise ValueError("no")

    def entries(patients: tuple[PatientRef, ...]) -> list[MenuEntry]:
        return [
            MenuEntry("test.bad", "Malo", run),
            MenuEntry("test.off", "Apagado", run, enabled=False, why="Hoy no."),
        ]

    host = open_host(PanelPlugin(QWidget, entries=entries))
    window = window_of(host)
    window.show_module("patients")
    qtbot.waitUntil(lambda: len(window.patients.grid.rows.rows) == 4, timeout=5_000)
    window.patients.grid.selectRow(0)

    menu = window.patients.grid.build_menu()
    assert menu is not None
    by_name = {action.objectName(): action for action in menu.actions()}
    by_name["test.bad"].trigger()

    assert [problem.where for problem in host.problems] == ["menu entry test.bad"]
    assert not by_name["test.off"].isEnabled()
    assert by_name["test.off"].toolTip() == "Hoy no."
    assert window.isVisible()
