"""The values that hooks exchange: frozen, plain, safe to hand to another thread unless a line says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # types only: the contract loads without Qt
    from PyQt6.QtGui import QAction
    from PyQt6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class PatientRef:
    """A patient, as hooks and menus name one.

    Attributes:
        id: `Patient.id` of the table contract.
        code: What the clinic calls the patient by, shown as it is (``"001954"``).
        name: ``Apellidos, Nombre``.
    """

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class AppointmentRef:
    """An appointment: `Appointment.id` of the table contract and its patient."""

    id: int
    patient: PatientRef


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """Who a plugin is and which contract it was written for.

    Attributes:
        name: Short and lower case; prefix of the ids of its actions, and its name in the log.
        version: The plugin's own version.
        api: The `API_VERSION` it was written for.
        title: The name a person reads, in the interface's language.
    """

    name: str
    version: str
    api: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel that the host shows in its panel area. GUI thread only.

    Attributes:
        id: Starts with the plugin's name (``"sms.panel"``).
        title: What menu and title bar say.
        icon: Text of an SVG picture whose colour is ``currentColor``; empty for none.
        create: Builds the widget. Called once, when the panel is first opened; the host owns what it returns.
        menu: The host's menu that offers the panel, by its Spanish name.
    """

    id: str
    title: str
    icon: str
    create: Callable[[], QWidget]
    menu: str = "Comunicaciones"


@dataclass(frozen=True, slots=True)
class ToolbarAction:
    """One button of a panel's toolbar. GUI thread only.

    Attributes:
        id: Starts with the plugin's name (``"sms.send"``), and is the action's object name as well.
        action: The plugin's own `QAction`. What it says, whether it is enabled, and why not (its tooltip) changes
            with it, so the host need not ask again. Its dynamic property ``primary`` (bool) asks for the filled
            button of the next sensible step.
        section: Actions of one section stand together; sections are parted by a line, in the order they first come.
    """

    id: str
    action: QAction
    section: str = ""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of a patient grid's context menu. GUI thread only.

    Attributes:
        id: Starts with the plugin's name.
        text: What it says, with its mnemonic.
        run: Called when it is chosen.
        enabled: Whether it can be chosen now.
        why: Why not, in one sentence for the tooltip, when it is not enabled.
        icon: As in `Panel`.
    """

    id: str
    text: str
    run: Callable[[], None]
    enabled: bool = True
    why: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """What the buttons that act on a patient need to know beyond the patient's row.

    Attributes:
        has_documents: The patient's documents folder exists and is not empty.
        email: The patient's address, or None.
        has_app: The patient uses the clinic's app.
        objection_accepted: The patient's *derecho de oposición* was accepted: nobody may write.
    """

    has_documents: bool
    email: str | None
    has_app: bool
    objection_accepted: bool


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of a report.

    Attributes:
        title: Its heading.
        width: Its share of the page's width; any positive scale, since only the ratios count.
        right: True for counts, which stand to the right.
    """

    title: str
    width: float
    right: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A report as data; the host's viewer paints, prints and exports it.

    Attributes:
        title: First line of every page.
        header: Names and values of what was asked for (clinic, audience, date), in order.
        columns: What `rows` hold.
        rows: Texts in the order of `columns`; shown as they are, never read as markup.
        counts: Names and values of the summary under the last row.
    """

    title: str
    header: Mapping[str, str]
    columns: Sequence[ReportColumn]
    rows: Iterable[Sequence[str]]
    counts: Mapping[str, str] = field(default_factory=dict)
