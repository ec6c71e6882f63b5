"""The use cases of the panel in one place: what its buttons call, each on a worker thread.

The views hold a `Desk` and nothing behind it. Every method may touch the database or the provider, so none is for
the GUI thread; permissions are checked here as well, since a grey button alone protects nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import uuid4

from hookspecs.host import Group, HostContext
from orthos_sms_plugin.domain import scopes
from orthos_sms_plugin.domain.batches import BatchProgress, Draft, NewBatch, Queued
from orthos_sms_plugin.domain.errors import NotAllowedError, NotReadyError
from orthos_sms_plugin.domain.phones import Phone
from orthos_sms_plugin.domain.rows import Row, Rows, RowText
from orthos_sms_plugin.domain.templates import MessageClass, SmsTemplate
from orthos_sms_plugin.domain.text import measure
from orthos_sms_plugin.services.news import RefreshEnd, SendingDesk
from orthos_sms_plugin.services.ports import (
    Accounts,
    AudienceStore,
    Balance,
    Outbox,
    Provider,
    SettingStore,
    TemplateStore,
)
from orthos_sms_plugin.services.query import (
    ClinicFacts,
    GroupQuery,
    RowMaker,
    reread_rows,
    run_group_query,
    texts_in_slices,
)
from orthos_sms_plugin.services.sending_plan import SendPlan, plan_send
from orthos_sms_plugin.services.settings import SmsSettings, read_settings
from orthos_sms_plugin.services.slices import Slices

NO_BALANCE = Balance(credits=None, at=None, price_per_part=None, breaker="closed")


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class DeskStatus:
    """What the panel shows of the set-up.

    Attributes:
        provider_name: Empty while no provider is set up.
        blocked: Why nothing can be sent (`NotReadyError.what`), or empty.
    """

    settings: SmsSettings
    provider_name: str
    blocked: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What the panel can ask for. Built by `wiring`; every field is a port.

    Attributes:
        default_website: The site of the provider that is offered to whoever has none yet.
        opened: Waits until the tables are there; raises `NotReadyError` when they cannot be used.
        ready: Raises `NotReadyError` while the database cannot be used for sending; called before each send.
        provider: Gives the provider in use, or None while none is set up.
    """

    host: HostContext
    audiences: AudienceStore
    templates: TemplateStore
    stored_settings: SettingStore
    outbox: Outbox
    accounts: Accounts
    sending: SendingDesk
    provider: Callable[[], Provider | None]
    default_website: str
    opened: Callable[[], None]
    ready: Callable[[], None]

    def open(self) -> None:
        """Wait until the panel's lists can be read.

        Raises:
            NotReadyError: Our tables cannot be used; nothing else will work.
        """
        self.opened()

    def status(self) -> DeskStatus:
        """Say whether anything can be sent, and through whom."""
        provider = self.provider()
        blocked = ""
        try:
            self.ready()
        except NotReadyError as error:
            blocked = error.what
        return DeskStatus(
            settings=self.settings(),
            provider_name="" if provider is None else provider.name,
            blocked=blocked,
        )

    # --- what there is ----------------------------------------------------------------------------------------------

    def website(self) -> str:
        """Give the provider's site, https, a constant of its adapter."""
        provider = self.provider()
        return self.default_website if provider is None else provider.website

    def settings(self) -> SmsSettings:
        """Give the settings in force."""
        return read_settings(self.stored_settings.all(), self.host.deployment)

    def groups(self) -> Sequence[Group]:
        """Give the groups to choose from, by name."""
        return self.host.groups()

    def all_templates(self) -> Sequence[SmsTemplate]:
        """Give every message, active or not, by name."""
        return self.templates.all()

    def save_template(self, template: SmsTemplate) -> SmsTemplate:
        """Save a message.

        Raises:
            TemplateError: When its fields cannot be read (`domain.merge`).
            NameTakenError: When another message has its name.
            NotAllowedError: Without ``sms.send``.
        """
        self._require("sms.send")
        RowMaker(template, self.clinic())
        return self.templates.save(template, user=self.host.user.name)

    def delete_template(self, template_id: int) -> bool:
        """Delete a message, or only retire it (False) when it was ever sent."""
        self._require("sms.send")
        return self.templates.delete(template_id, user=self.host.user.name)

    def clinic(self) -> ClinicFacts:
        """Give what merge fields say of the clinic."""
        return ClinicFacts(self.host.site.name, self.host.site.phone)

    def balance(self) -> Balance:
        """Give the balance as last heard."""
        provider = self.provider()
        return NO_BALANCE if provider is None else self.accounts.balance(provider.account)

    # --- the query --------------------------------------------------------------------------------------------------

    def query(self, query: GroupQuery, *, cancelled: Callable[[], bool] = _never) -> Rows:
        """Read the rows of a group, sorted by name.

        Raises:
            WorkCancelledError: When `cancelled` said so.
        """
        self._require("sms.see")
        return run_group_query(
            query, self.audiences, self.clinic(), recent_days=self.settings().recent_days, slices=Slices(cancelled)
        )

    def read_again(self, query: GroupQuery, patient_ids: Sequence[int]) -> dict[int, Row]:
        """Read some patients of a query again, by patient id."""
        self._require("sms.see")
        return reread_rows(query, patient_ids, self.audiences, self.clinic(), recent_days=self.settings().recent_days)

    def texts(
        self, template: SmsTemplate, rows: Sequence[Row], *, cancelled: Callable[[], bool] = _never
    ) -> Iterator[RowText]:
        """Merge and measure rows one after the other, leaving the window its turn."""
        return texts_in_slices(RowMaker(template, self.clinic()), rows, Slices(cancelled))

    # --- sending ----------------------------------------------------------------------------------------------------

    def plan(
        self,
        query: GroupQuery,
        rows: Sequence[Row],
        marked: Sequence[int],
        *,
        one_per_phone: bool,
        cancelled: Callable[[], bool] = _never,
    ) -> SendPlan:
        """Refresh what is pending, read the marked rows again and say what `Enviar` would do (R22).

        Args:
            query: What the panel shows.
            rows: All its rows, in grid order.
            marked: Positions of the marked ones, ascending.
            one_per_phone: The box beside the message.
            cancelled: Says that the person changed their mind.

        Raises:
            NotAllowedError: Without ``sms.send``.
            NotReadyError: ``"provider"`` or ``"credentials"``, or what `ready` found.
        """
        self._ready_to_send()
        if self.sending.refresh() is RefreshEnd.REJECTED:
            raise NotReadyError("credentials")
        slices = Slices(cancelled)
        maker = RowMaker(query.template, self.clinic())
        marked_rows = [rows[position] for position in marked]
        chosen = set(marked)
        phones = {row.phone for row in marked_rows}
        relatives = [
            row
            for position, row in enumerate(slices.over(rows))
            if one_per_phone and position not in chosen and row.sendable and not row.live and row.phone in phones
        ]
        again = self.read_again(query, [row.patient_id for row in (*marked_rows, *relatives)])
        now_rows = {row.key: row for row in again.values()}
        texts = {row.key: maker.text(row) for row in slices.over(now_rows.values())}
        shown = [(row, maker.text(row)) for row in slices.over(marked_rows)]
        unmarked = [(now_rows[row.key], texts[row.key]) for row in relatives if row.key in now_rows]
        return plan_send(
            query,
            marked=shown,
            now_rows=now_rows,
            texts=texts,
            unmarked=unmarked,
            one_per_phone=one_per_phone,
            balance=self.balance(),
            sender=self.settings().sender,
        )

    def send(self, plan: SendPlan, *, with_again: bool) -> Queued:
        """Queue what a person confirmed; the senders take it from there after the grace.

        Raises:
            NotAllowedError: Without ``sms.send``.
            NotReadyError: As `plan`.
        """
        query = plan.query
        return self._queue(
            plan.drafts(with_again=with_again),
            row_scope=query.row_scope,
            phone_scope=query.phone_scope,
            template=query.template,
            title=query.template.name,
            one_per_phone=plan.one_per_phone,
            grace_s=self.settings().grace_s,
        )

    def send_to_own_mobile(self, phone: Phone, text: str, title: str) -> Queued:
        """Send a text to the clinic's own mobile at once; it covers no row."""
        scope = scopes.own_mobile_scope(uuid4().hex)
        size = measure(text)
        draft = Draft(phone.digits, text, size.encoding, size.parts, covers=())
        return self._queue(
            (draft,),
            row_scope=scope,
            phone_scope=scope,
            template=None,
            title=title,
            one_per_phone=True,
            grace_s=0,
        )

    def stop(self, batch_id: int) -> int:
        """Take back what has not left; gives how many (`Deshacer`, `Detener`, `Cancelar`)."""
        self._require("sms.send")
        stopped = self.outbox.stop(batch_id)
        self.sending.nudge()
        return stopped

    def start_now(self, batch_id: int) -> None:
        """End the grace (`Enviar ya`)."""
        self._require("sms.send")
        self.outbox.start_now(batch_id)
        self.sending.nudge()

    def resume(self, batch_id: int) -> None:
        """Go on with a paused batch from this workstation (`Continuar`)."""
        self._ready_to_send()
        self.outbox.resume(batch_id, workstation=self.host.workstation)
        self.sending.nudge()

    def batches(self) -> Sequence[BatchProgress]:
        """Tell how far the open and paused batches of the clinic are."""
        return self.outbox.progress()

    def refresh(self) -> RefreshEnd:
        """Ask the provider for what is pending (`Actualizar`); after ten seconds the rest goes on behind."""
        self._require("sms.see")
        if self.provider() is None:
            raise NotReadyError("provider")
        return self.sending.refresh()

    # --- inside -----------------------------------------------------------------------------------------------------

    def _queue(
        self,
        drafts: tuple[Draft, ...],
        *,
        row_scope: str,
        phone_scope: str,
        template: SmsTemplate | None,
        title: str,
        one_per_phone: bool,
        grace_s: float,
    ) -> Queued:
        provider = self._ready_to_send()
        queued = self.outbox.queue(
            NewBatch(
                row_scope=row_scope,
                phone_scope=phone_scope,
                template_id=None if template is None else template.id,
                title=title,
                message_class=MessageClass.CARE if template is None else template.message_class,
                sender=self.settings().sender,
                account=provider.account,
                user_id=self.host.user.id,
                user_name=self.host.user.name,
                workstation=self.host.workstation,
                one_per_phone=one_per_phone,
                drafts=drafts,
                grace_s=grace_s,
            )
        )
        self.sending.nudge()
        return queued

    def _ready_to_send(self) -> Provider:
        self._require("sms.send")
        self.ready()
        provider = self.provider()
        if provider is None:
            raise NotReadyError("provider")
        return provider

    def _require(self, permission: str) -> None:
        if not self.host.has_permission(permission):
            raise NotAllowedError(permission)
