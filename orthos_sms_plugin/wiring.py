"""Builds services, persistence, sending and providers for a host. No Qt: a headless worker comes this way too."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from hookspecs import HostContext
from orthos_sms_plugin.domain.errors import NotReadyError
from orthos_sms_plugin.persistence.accounts import SqlAccounts
from orthos_sms_plugin.persistence.audience import SqlAudiences
from orthos_sms_plugin.persistence.deliveries import SqlDeliveries
from orthos_sms_plugin.persistence.durability import check_host_database
from orthos_sms_plugin.persistence.migrate import SchemaState, state_of, upgrade
from orthos_sms_plugin.persistence.outbox import SqlOutbox
from orthos_sms_plugin.persistence.settings import SqlSettings
from orthos_sms_plugin.persistence.templates import SqlTemplates
from orthos_sms_plugin.providers.credentials import Credentials
from orthos_sms_plugin.sending.service import SendingService
from orthos_sms_plugin.services.desk import Desk
from orthos_sms_plugin.services.opening import Opening
from orthos_sms_plugin.services.ports import Provider, SettingStore
from orthos_sms_plugin.services.settings import read_settings
from orthos_sms_plugin.services.starters import offer_starters

logger = logging.getLogger(__name__)

STOP_S = 5.0
USER_KEY, TOKEN_KEY = "sms.api_user", "sms.api_token"
USER_VARIABLE, TOKEN_VARIABLE = "ORTHOS_SMS_API_USER", "ORTHOS_SMS_API_TOKEN"
WEBSITE = "https://www.mensatek.com/"


@dataclass(frozen=True, slots=True)
class Wired:
    """What runs for one host, from `start` to `stop`."""

    desk: Desk
    sending: SendingService
    opening: Opening

    def start(self) -> None:
        """Begin, without waiting: tables first, then the threads."""
        self.opening.start()

    def stop(self, timeout_s: float = STOP_S) -> None:
        """End the threads; what is on its way is waited for, at most `timeout_s`."""
        deadline = time.monotonic() + timeout_s
        self.opening.join(timeout_s)
        self.sending.stop(timeout_s=max(0.0, deadline - time.monotonic()))


class ProviderSource:
    """Gives the provider that the settings and the vault name, built once per change of either."""

    def __init__(self, host: HostContext, settings: SettingStore) -> None:
        self._host, self._settings = host, settings
        self._lock = threading.Lock()
        self._built_for: tuple[str, Credentials] | None = None
        self._provider: Provider | None = None

    def __call__(self) -> Provider | None:
        """Give the provider, or None while there are no credentials. Workers only: it may read the database."""
        credentials = _credentials(self._host)
        if credentials is None:
            return None
        address = read_settings(self._settings.all(), self._host.deployment).provider_url
        with self._lock:
            if self._built_for != (address, credentials):
                self._built_for = (address, credentials)
                self._provider = _mensatek(credentials, address)
            return self._provider


def wire(host: HostContext) -> Wired:
    """Build everything for `host`. Nothing is read, connected or started yet."""
    factory = host.session_factory
    settings = SqlSettings(factory, workstation=host.workstation)
    templates = SqlTemplates(factory, workstation=host.workstation)
    outbox = SqlOutbox(factory)
    accounts = SqlAccounts(factory)
    provider = ProviderSource(host, settings)
    sending = SendingService(
        outbox=outbox,
        deliveries=SqlDeliveries(factory),
        accounts=accounts,
        provider_source=provider,
        workstation=host.workstation,
        user_name=host.user.name,
        settings=lambda: read_settings(settings.all(), host.deployment),
        may_send=lambda: host.has_permission("sms.send"),
    )

    def prepare() -> None:
        _bring_tables_up_to_date(host)
        offer_starters(templates, settings, user=host.user.name)
        outbox.sweep()
        outbox.pause_interrupted(host.workstation)

    opening = Opening(prepare=prepare, check=lambda: check_host_database(factory), then=sending.start)
    desk = Desk(
        host=host,
        audiences=SqlAudiences(factory),
        templates=templates,
        stored_settings=settings,
        outbox=outbox,
        accounts=accounts,
        sending=sending,
        provider=provider,
        default_website=WEBSITE,
        opened=opening.wait,
        ready=opening.may_send,
    )
    return Wired(desk, sending, opening)


def _bring_tables_up_to_date(host: HostContext) -> None:
    state = state_of(host.session_factory)
    if state is SchemaState.CURRENT:
        return
    if state is SchemaState.AHEAD or host.deployment.get("sms.migrate", "yes") == "no":
        raise NotReadyError("migration", state.value)
    upgrade(host.session_factory)


def _credentials(host: HostContext, environment: Mapping[str, str] = os.environ) -> Credentials | None:
    """The host's vault first, then the environment; never the database."""
    vault = host.secrets
    user = (vault.get(USER_KEY) if vault is not None else None) or environment.get(USER_VARIABLE)
    token = (vault.get(TOKEN_KEY) if vault is not None else None) or environment.get(TOKEN_VARIABLE)
    return Credentials(user, token) if user and token else None


def _mensatek(credentials: Credentials, address: str) -> Provider | None:
    from orthos_sms_plugin.providers import calls, mensatek

    try:
        return mensatek.MensatekProvider(credentials, address=address or mensatek.ADDRESS)
    except calls.UnsafeAddressError:
        logger.error("the provider's address is neither https nor this machine: nothing is sent")
        return None
