"""A running host: opened by entering it, closed by leaving it."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import pluggy
from sqlalchemy.exc import SQLAlchemyError

from fake_host.clinic.database import ClinicDatabase, open_database
from fake_host.clinic.office import Account, list_accounts, list_sites, read_settings, write_settings
from fake_host.context import FakeHostContext
from fake_host.desk import Desk, Notice
from fake_host.memory import MemorySettings, MemoryVault
from hookspecs import Site, User
from hookspecs.calling import PluginProblem
from hookspecs.traces import wordless_trace

if TYPE_CHECKING:
    from fake_host.clinic.people_file import LineProblem
    from fake_host.mensatek import LocalMensatek
    from fake_host.window.main_window import MainWindow

PERMISSIONS = frozenset({"sms.see", "sms.send", "sms.export", "sms.configure", "sms.decide", "sms.exceed_cap"})
"""What the person at the desk may do unless said otherwise."""

SHUTDOWN_LIMIT_S = 5

CREDENTIAL_VARIABLES = ("ORTHOS_SMS_API_USER", "ORTHOS_SMS_API_TOKEN")
"""Where the SMS plugin looks when the vault is empty; what stands there is meant for the service of `provider_url`."""

logger = logging.getLogger(__name__)


class FakeHost:
    """A small dental program with its plugins.

    Entering it starts the provider (unless one is given), opens the database, builds the window when a `QApplication`
    runs, loads and starts the plugins and shows the window. Leaving it does the reverse.

    Args:
        database_url: SQLite file, PostgreSQL or MariaDB. None: a temporary file, gone afterwards.
        provider_url: A Mensatek service. None: the local one, started in this process.
        patients: How many invented people the demo clinic gets on top of the ones that bite. A database in which
            somebody is already stays as it is.
        people_file: CSV or xlsx of a clinic's own people, loaded instead of the demo clinic.
        user: Name or id of the account at work. A name that nobody has becomes a user of its own.
        workstation: The seat; the account's own unless given.
        plugins: Plugins to register besides the installed ones, by name or as they are.
        load_entry_points: Whether to load the installed plugins.
        settings: The user's settings to begin with, on top of the stored ones.
        deployment: Settings of this installation, on top of ``sms.provider_url``.
        secrets: The vault's content, on top of user and token of a service on this machine. Those are left out for
            a service of `provider_url` when the environment has others (`CREDENTIAL_VARIABLES`).
        permissions: What the user may do. None: everything.
        documents_root: Where the patients' documents lie; see `open_database`.
        show: Whether to show the window.

    Attributes:
        provider: The local Mensatek service, unless a URL was given.
        window: The main window; None without a `QApplication`.
        list_problems: What was the matter with lines of `people_file`.
    """

    def __init__(
        self,
        database_url: str | None = None,
        provider_url: str | None = None,
        patients: int = 0,
        *,
        people_file: Path | None = None,
        user: str | None = None,
        workstation: str | None = None,
        plugins: Sequence[object] | Mapping[str, object] = (),
        load_entry_points: bool = True,
        settings: Mapping[str, Any] | None = None,
        deployment: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        permissions: Sequence[str] | None = None,
        documents_root: Path | None = None,
        show: bool = True,
    ) -> None:
        self._database_url = database_url
        self._provider_url = provider_url
        self._patients = patients
        self._people_file = people_file
        self._user = user
        self._workstation = workstation
        self._given_plugins = _named(plugins)
        self._load_entry_points = load_entry_points
        self._initial_settings = dict(settings or {})
        self._deployment = dict(deployment or {})
        self._given_secrets = secrets
        self._permissions = permissions
        self._documents_root = documents_root
        self._show = show
        self._stack = ExitStack()
        self._desk: Desk | None = None
        self._context: FakeHostContext | None = None
        self.provider: LocalMensatek | None = None
        self.window: MainWindow | None = None
        self.list_problems: tuple[LineProblem, ...] = ()

    @property
    def desk(self) -> Desk:
        """The host's inner state, for its own windows and its tests."""
        if self._desk is None:
            raise RuntimeError("the host is not open")
        return self._desk

    @property
    def context(self) -> FakeHostContext:
        """The host as plugins see it."""
        if self._context is None:
            raise RuntimeError("the host is not open")
        return self._context

    @property
    def plugins(self) -> pluggy.PluginManager:
        """The pluggy manager with every plugin that started."""
        return self.desk.calls.manager

    @property
    def database(self) -> ClinicDatabase:
        """The clinic's database."""
        return self.desk.database

    @property
    def problems(self) -> list[PluginProblem]:
        """Every failure of a plugin so far."""
        return self.desk.problems

    @property
    def notices(self) -> list[Notice]:
        """Every sentence said to the user so far."""
        return self.desk.notices

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self._open(opening)
            self._stack = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hide the window, stop the plugins, store the settings, close everything. A second time does nothing."""
        self._stack.close()

    def pump(self) -> None:
        """Do what waits for the GUI thread; for a host without an event loop."""
        self.desk.mailbox.deliver()

    def _open(self, opening: ExitStack) -> None:
        self._start_provider(opening)
        database = open_database(self._database_url, self._documents_root)
        opening.callback(database.close)
        self._fill(database)
        desk = self._desk = Desk(database)
        opening.callback(desk.workers.shut_down)
        context = self._context = self._make_context(desk)
        desk.context = context
        opening.callback(context.close)
        opening.callback(_store_settings, database, context)
        if _application_runs():
            self._build_window(desk, opening)
        self._start_plugins(desk, context, opening)
        if self.window is not None and self._show:
            self.window.show()

    def _start_provider(self, opening: ExitStack) -> None:
        from fake_host.mensatek import LocalMensatek

        local = LocalMensatek()
        url = self._provider_url
        if url is None:
            self.provider = opening.enter_context(local)
            url = self.provider.url
        self._deployment.setdefault("sms.provider_url", url)
        secrets = dict(self._given_secrets or {})
        on_this_machine = urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
        told_others = self.provider is None and any(os.environ.get(name) for name in CREDENTIAL_VARIABLES)
        if on_this_machine and not told_others:
            # A local service started elsewhere has the same user and token unless the environment says otherwise.
            secrets = {"sms.api_user": local.user, "sms.api_token": local.token} | secrets
        self._vault = MemoryVault(secrets)

    def _fill(self, database: ClinicDatabase) -> None:
        from fake_host.clinic.people import fill_demo_clinic

        if self._people_file is None:
            fill_demo_clinic(database, self._patients, today=date.today())
            return
        from fake_host.clinic.people_file import load_people, read_people

        people = read_people(self._people_file)
        self.list_problems = (*people.problems, *load_people(database, people))

    def _make_context(self, desk: Desk) -> FakeHostContext:
        account = self._account(desk.database)
        sites = list_sites(desk.database)
        return FakeHostContext(
            desk,
            user=account.user,
            workstation=self._workstation or account.workstation,
            site=sites[0] if sites else Site(1, "Clínica de prueba", ""),
            permissions=account.permissions if self._permissions is None else self._permissions,
            settings=MemorySettings(read_settings(desk.database, account.user.id) | self._initial_settings),
            deployment=self._deployment,
            secrets=self._vault,
        )

    def _account(self, database: ClinicDatabase) -> Account:
        from fake_host.clinic.people import RECEPTION_USER

        wanted = self._user or RECEPTION_USER
        accounts = list_accounts(database)
        for account in accounts:
            if wanted in (account.user.id, account.user.name):
                return account
        return Account(User(wanted, wanted), "Recepción 1", PERMISSIONS)

    def _build_window(self, desk: Desk, opening: ExitStack) -> None:
        from fake_host.window.main_window import MainWindow

        self.window = MainWindow(desk, self.context)
        opening.callback(self._destroy_window)

    def _destroy_window(self) -> None:
        window, self.window = self.window, None
        if window is not None:
            window.destroy_all()

    def _start_plugins(self, desk: Desk, context: FakeHostContext, opening: ExitStack) -> None:
        calls = desk.calls
        for name, plugin in self._given_plugins.items():
            calls.register(plugin, name)
        if self._load_entry_points:
            calls.load_entry_points()
        opening.callback(self._stop_plugins, desk, context)
        for name in list(calls.infos):
            seen = len(desk.problems)
            calls.call(name, "orthos_startup", host=context)
            if any((one.plugin, one.where) == (name, "orthos_startup") for one in desk.problems[seen:]):
                calls.drop(name)
        if self.window is not None:
            self.window.offer_panels()

    def _stop_plugins(self, desk: Desk, context: FakeHostContext) -> None:
        if self.window is not None:
            self.window.hide()
            self.window.remember()
        started = time.monotonic()
        desk.calls.each("orthos_shutdown", host=context)
        if (took_s := time.monotonic() - started) > SHUTDOWN_LIMIT_S:
            logger.warning("the plugins took %.1f s to stop; the contract gives them %d", took_s, SHUTDOWN_LIMIT_S)
        desk.workers.shut_down()  # before the window goes that their answers are for


def _store_settings(database: ClinicDatabase, context: FakeHostContext) -> None:
    try:
        write_settings(database, context.user.id, context.settings.document())
    except SQLAlchemyError as error:  # the host closes all the same
        logger.error("the user's settings could not be stored\n%s", wordless_trace(error))


def _application_runs() -> bool:
    widgets = sys.modules.get("PyQt6.QtWidgets")  # whoever made an application has imported it
    return widgets is not None and widgets.QApplication.instance() is not None


def _named(plugins: Sequence[object] | Mapping[str, object]) -> dict[str, object]:
    if isinstance(plugins, Mapping):
        return dict(plugins)
    named: dict[str, object] = {}
    for plugin in plugins:
        name = getattr(plugin, "__name__", type(plugin).__name__).rpartition(".")[2].lower()
        while name in named:
            name += "_"
        named[name] = plugin
    return named
