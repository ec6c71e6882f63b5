from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from orthos_sms_plugin.ui.look.empty import EmptyState
from orthos_sms_plugin.ui.look.explanation import Explanation
from orthos_sms_plugin.ui.look.gallery_samples import EMPTY_CONTENT
from orthos_sms_plugin.ui.look.lines import Legend, Run, RunKind, SummaryLine
from orthos_sms_plugin.ui.look.theme import apply_look
from orthos_sms_plugin.ui.look.widgets import Chip, ElidedComboBox, ElidedLabel, Pill, PillBar

PILLS = (Pill("all", "&Todas", 24), Pill("marked", "&Marcadas", 15), Pill("out", "&Fuera", 9))


def shown(qtbot: QtBot, widget: QWidget, width: int = 1366) -> QWidget:
    page = QWidget()
    qtbot.addWidget(page)
    QVBoxLayout(page).addWidget(widget)
    page.resize(width, 400)
    apply_look(page)
    page.show()
    return page


def press(widget: QWidget, name: str) -> None:
    button = widget.findChild(QPushButton, name)
    assert button is not None
    button.click()


def test_that_an_elided_label_has_its_whole_text_in_the_tooltip_only_while_it_is_elided(qtbot: QtBot) -> None:
    label = ElidedLabel("4 enviadas · 1 sin móvil · 1 baja · 1 oposición · 1 cubierta")
    page = shown(qtbot, label)
    assert (label.is_elided(), label.toolTip()) == (False, "")

    page.setFixedWidth(150)

    assert label.is_elided()
    assert "1 cubierta" in label.toolTip()


def test_that_a_list_shortens_what_is_chosen_and_says_the_whole_only_then(qtbot: QtBot) -> None:
    box = ElidedComboBox()
    box.addItem("Ortodoncia · revisión semestral de <b>otoño</b>")
    page = shown(qtbot, box)
    page.grab()
    assert box.toolTip() == ""

    box.setFixedWidth(150)
    page.grab()

    assert "semestral de &lt;b&gt;otoño" in box.toolTip()


def test_that_a_list_without_a_choice_shows_its_hint(qtbot: QtBot) -> None:
    box = ElidedComboBox()
    box.addItem("Ortodoncia")
    box.setCurrentIndex(-1)
    page = shown(qtbot, box)
    empty = page.grab().toImage()

    box.setPlaceholderText("Elija un grupo…")

    assert page.grab().toImage() != empty


def test_that_pressing_a_pill_says_which_and_lets_the_others_up(qtbot: QtBot) -> None:
    bar = PillBar()
    bar.show_pills(PILLS)
    page = shown(qtbot, bar)
    assert bar.current() == "all"

    with qtbot.waitSignal(bar.chosen, timeout=2_000) as heard:
        press(page, "pill.out")

    assert heard.args == ["out"]
    assert bar.current() == "out"


def test_that_new_counts_keep_the_pill_that_is_down_and_its_width(qtbot: QtBot) -> None:
    bar = PillBar()
    bar.show_pills(PILLS)
    page = shown(qtbot, bar)
    bar.choose("marked")
    down = page.findChild(QPushButton, "pill.marked")
    assert down is not None
    before = down.width()

    bar.show_pills((PILLS[0], Pill("marked", "&Marcadas", 14), PILLS[2]))
    bar.choose("all")

    assert page.findChild(QPushButton, "pill.marked") is down
    assert down.accessibleName() == "Marcadas 14"
    assert down.width() == before


def test_that_a_pill_that_went_away_gives_way_to_the_first(qtbot: QtBot) -> None:
    bar = PillBar()
    bar.show_pills(PILLS)
    shown(qtbot, bar)
    bar.choose("out")

    bar.show_pills((PILLS[0], Pill("doubtful", "&Dudosas", 3)))

    assert bar.current() == "all"


@pytest.mark.requirement("R10")
def test_that_the_summary_says_its_figures_to_eye_and_screen_reader(qtbot: QtBot) -> None:
    line = SummaryLine()
    figure = RunKind.FIGURE
    groups = (
        (Run("15", figure), Run("marcadas")),
        (Run("coins", RunKind.ICON), Run("Saldo"), Run("—", figure, "Mensatek no responde")),
    )
    line.show_groups(groups, "&Ver fuera…")
    shown(qtbot, line)

    texts = [label.text() for label in line.findChildren(QLabel) if label.isVisible()]
    assert texts == ["15", "marcadas", "Saldo", "—"]
    assert line.accessibleName() == "15 marcadas; Saldo —"
    assert any("Mensatek no responde" in label.toolTip() for label in line.findChildren(QLabel))


def test_that_new_figures_of_the_same_shape_reuse_the_labels(qtbot: QtBot) -> None:
    line = SummaryLine()
    line.show_groups(((Run("15", RunKind.FIGURE), Run("marcadas")),))
    shown(qtbot, line)
    before = line.findChildren(QLabel)

    line.show_groups(((Run("14", RunKind.FIGURE), Run("marcadas")),))

    assert line.findChildren(QLabel) == before
    assert before[0].text() == "14"


def test_that_the_link_of_the_summary_is_heard_and_hidden_when_there_is_none(qtbot: QtBot) -> None:
    line = SummaryLine()
    groups = ((Run("9", RunKind.FIGURE), Run("fuera")),)
    line.show_groups(groups, "&Ver fuera…")
    page = shown(qtbot, line)

    with qtbot.waitSignal(line.link_clicked, timeout=2_000):
        press(page, "summary.link")
    line.show_groups(groups)

    link = line.findChild(QPushButton, "summary.link")
    assert link is not None
    assert not link.isVisible()


@pytest.mark.requirement("R39")
def test_that_the_legend_says_what_si_does_not_prove_and_more_on_demand(qtbot: QtBot) -> None:
    legend = Legend()
    page = shown(qtbot, legend)

    line = " ".join(label.text() for label in legend.findChildren(QLabel))
    chips = [chip.accessibleName() for chip in legend.findChildren(Chip)]
    assert chips == ["--", "No", "Si"]
    for fact in ("centro de mensajes", "no prueba que la persona", "5 min", "uno o dos días", "otra vía"):
        assert fact in line
    with qtbot.waitSignal(legend.more_requested, timeout=2_000):
        press(page, "legend.more")
    for fact in ("aceptó", "7 días", "No prueba", "5 minutos", "uno o dos días, o más", "no debe ser la única"):
        assert fact in legend.explanation()


@pytest.mark.requirement("R39")
def test_that_the_explanation_shows_every_chip_blocks_nothing_and_goes_with_its_button(qtbot: QtBot) -> None:
    explanation = Explanation()
    qtbot.addWidget(explanation)
    explanation.show()

    chips = [chip.accessibleName() for chip in explanation.findChildren(Chip)]
    words = " ".join(label.text() for label in explanation.findChildren(QLabel))
    assert chips == ["--", "No", "No", "Si", "No", "--"]
    for fact in ("aceptó", "7 días", "No prueba", "5 minutos", "uno o dos días, o más", "no debe ser la única"):
        assert fact in words
    assert not explanation.isModal()
    press(explanation, "sms.explanation.close")
    assert not explanation.isVisible()


def test_that_the_legend_wraps_instead_of_cutting_a_word(qtbot: QtBot) -> None:
    legend = Legend()
    page = shown(qtbot, legend, width=900)

    meaning = max(legend.findChildren(QLabel), key=lambda label: len(label.text()))
    assert page.width() <= 900
    assert meaning.height() >= meaning.heightForWidth(meaning.width())


def test_that_the_empty_table_says_what_to_do_and_its_buttons_are_heard(qtbot: QtBot) -> None:
    empty = EmptyState()
    empty.show_content(EMPTY_CONTENT)
    page = shown(qtbot, empty)

    texts = [label.text() for label in empty.findChildren(QLabel)]
    assert {EMPTY_CONTENT.title, EMPTY_CONTENT.sentence, EMPTY_CONTENT.note} <= set(texts)
    for button_id in ("group", "edit", "query", "tomorrow"):
        with qtbot.waitSignal(empty.button_clicked, timeout=2_000) as heard:
            press(page, f"empty.{button_id}")
        assert heard.args == [button_id]


def test_that_every_text_is_plain(qtbot: QtBot) -> None:
    empty, legend, line = EmptyState(), Legend(), SummaryLine()
    empty.show_content(EMPTY_CONTENT)
    line.show_groups(((Run("<b>1</b>"), Run("<i>x</i>", RunKind.PLAIN)),))
    for widget in (empty, legend, line):
        shown(qtbot, widget)

    labels = [label for widget in (empty, legend, line) for label in widget.findChildren(QLabel)]
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    assert not any(label.openExternalLinks() for label in labels)


@pytest.mark.requirement("R68")
def test_that_every_button_has_a_name_for_a_screen_reader(qtbot: QtBot) -> None:
    bar, empty, legend = PillBar(), EmptyState(), Legend()
    bar.show_pills(PILLS)
    empty.show_content(EMPTY_CONTENT)
    for widget in (bar, empty, legend):
        shown(qtbot, widget)

    found = [button for widget in (bar, empty, legend) for button in widget.findChildren(QPushButton)]
    assert all(button.accessibleName() and "&" not in button.accessibleName() for button in found)
    assert all(button.focusPolicy() & Qt.FocusPolicy.TabFocus for button in found)
