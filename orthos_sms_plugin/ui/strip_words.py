"""What the strip above the table says of a batch: pure, from figures to words."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QCoreApplication

from orthos_sms_plugin.domain.batches import BatchProgress, BatchState, PauseReason
from orthos_sms_plugin.ui import words
from orthos_sms_plugin.ui.look.strip import StripButton, StripState
from orthos_sms_plugin.ui.look.theme import Role

translate = QCoreApplication.translate


def preparing() -> StripState:
    """While the marked rows are read again, before the confirmation."""
    return StripState(
        Role.INFO,
        "refresh",
        translate("strip", "Preparando el envío…"),
        translate("strip", "Se comprueban los mensajes pendientes y se leen otra vez las filas marcadas."),
        buttons=(StripButton("cancel_plan", translate("strip", "Cancela&r"), "close"),),
    )


def trouble(sentence: str) -> StripState:
    """An error that stopped nothing that was under way: what happened, and that it was noted."""
    return StripState(
        Role.FAILED,
        "warning",
        sentence,
        buttons=(StripButton("close", translate("strip", "Ce&rrar"), "close"),),
    )


def batch_state(batch: BatchProgress, *, here: bool, grace_s: float, stopping: bool) -> StripState:
    """Say how far a batch is.

    Args:
        batch: Its figures.
        here: It leaves from this workstation.
        grace_s: How long its grace was, for the bar.
        stopping: A person pressed `Detener`, and the last ones are still on their way.
    """
    if batch.state is BatchState.PAUSED:
        return _paused(batch)
    if not batch.active:
        return _finished(batch)
    if not here:
        return _elsewhere(batch)
    if stopping:
        return _stopping(batch)
    if batch.starts_in_s > 0 and batch.queued == batch.total:
        return _grace(batch, grace_s)
    return _sending(batch)


def _grace(batch: BatchProgress, grace_s: float) -> StripState:
    left = max(1, round(batch.starts_in_s))
    total = max(left, round(grace_s))
    title = (
        translate("strip", "El SMS saldrá dentro de {left} s")
        if batch.total == 1
        else translate("strip", "Los {count} SMS saldrán dentro de {left} s")
    )
    return StripState(
        Role.WAITING,
        "hourglass",
        title.format(count=batch.total, left=left),
        translate("strip", "Todavía no ha salido ninguno. Después sólo podrá detener los que queden en cola."),
        progress=(total - left, total),
        unit=translate("strip", " s"),
        buttons=(
            StripButton("start_now", translate("strip", "Enviar &ya")),
            StripButton("undo", translate("strip", "Deshace&r"), "undo", primary=True, tooltip="Ctrl+Z"),
        ),
    )


def _sending(batch: BatchProgress) -> StripState:
    return StripState(
        Role.INFO,
        "send",
        translate("strip", "Enviando «{title}»").format(title=batch.title),
        _figures(batch) + " " + translate("strip", "Puede seguir trabajando o cerrar este panel."),
        progress=(batch.total - batch.queued - batch.sending, batch.total),
        buttons=(StripButton("stop", translate("strip", "&Detener"), "stop", tooltip="Ctrl+."),),
    )


def _stopping(batch: BatchProgress) -> StripState:
    taken_back = (
        translate("strip", "1 retirado y otra vez marcado.")
        if batch.cancelled == 1
        else translate("strip", "{count} retirados y otra vez marcados.").format(count=batch.cancelled)
    )
    awaited = translate("strip", "Esperando la respuesta de {waiting}.").format(waiting=batch.sending)
    return StripState(
        Role.WAITING,
        "stop",
        translate("strip", "Deteniendo el envío…"),
        f"{taken_back} {awaited}" if batch.sending else taken_back,
        progress=(batch.total - batch.queued - batch.sending, batch.total),
        buttons=(
            StripButton(
                "stop",
                translate("strip", "&Detener"),
                "stop",
                enabled=False,
                tooltip=translate("strip", "Ya se está deteniendo."),
            ),
        ),
    )


def _paused(batch: BatchProgress) -> StripState:
    title, advice = words.pause_words(batch.pause_reason)
    detail = _gone_and_waiting(batch)
    # What was on its way when the program ended becomes a doubt once its lease is over.
    doubtful = batch.unknown + (batch.sending if batch.pause_reason is PauseReason.INTERRUPTED else 0)
    if doubtful:
        doubts = (
            translate("strip", "De 1 no sabemos si salió.")
            if doubtful == 1
            else translate("strip", "De {count} no sabemos si salieron.").format(count=doubtful)
        )
        detail = f"{detail} {doubts}"
    buttons: list[StripButton] = []
    if batch.queued:
        cancel = (
            translate("strip", "Cancela&r el que espera")
            if batch.queued == 1
            else translate("strip", "Cancela&r los {count}").format(count=batch.queued)
        )
        buttons.append(StripButton("cancel", cancel))
        buttons.append(StripButton("resume", translate("strip", "Conti&nuar"), "play", primary=True))
    else:
        advice = ""
    if batch.pause_reason in (PauseReason.CREDITS, PauseReason.AUTH):
        buttons.insert(0, StripButton("website", translate("strip", "&Web del proveedor"), "globe"))
    return StripState(Role.FAILED, "pause", title, f"{detail} {advice}".strip(), buttons=tuple(buttons))


def _gone_and_waiting(batch: BatchProgress) -> str:
    """Only what the provider took has gone: a doubt has its own sentence, and a refusal stands in its row."""
    gone = (
        translate("strip", "Ha salido 1")
        if batch.accepted == 1
        else translate("strip", "Han salido {gone}").format(gone=batch.accepted)
    )
    waiting = (
        translate("strip", "1 espera")
        if batch.queued == 1
        else translate("strip", "{waiting} esperan").format(waiting=batch.queued)
    )
    parts = [gone, waiting]
    if batch.rejected:
        word = translate("strip", "rechazado") if batch.rejected == 1 else translate("strip", "rechazados")
        parts.insert(1, f"{batch.rejected} {word}")
    return "; ".join(parts) + "."


def _elsewhere(batch: BatchProgress) -> StripState:
    title = translate("strip", "{user} está enviando {count} SMS desde {workstation}")
    return StripState(
        Role.INFO,
        "person",
        title.format(user=batch.user_name, count=batch.total, workstation=batch.runner or batch.workstation),
        translate("strip", "Sus filas aparecen aquí en cola; usted puede enviar el resto."),
        progress=(batch.total - batch.queued - batch.sending, batch.total),
    )


def _finished(batch: BatchProgress) -> StripState:
    stopped = batch.state is BatchState.CANCELLED or batch.cancelled > 0
    heading = translate("strip", "Envío detenido") if stopped else translate("strip", "Envío terminado")
    figures = _join(
        (
            (batch.accepted, translate("strip", "aceptado"), translate("strip", "aceptados")),
            (batch.rejected, translate("strip", "rechazado"), translate("strip", "rechazados")),
            (batch.unknown, translate("strip", "dudoso"), translate("strip", "dudosos")),
            (batch.cancelled, translate("strip", "no enviado"), translate("strip", "no enviados")),
        )
    )
    advice = [translate("strip", "La entrega se irá viendo en la columna Enviado.")] if batch.accepted else []
    if batch.rejected:
        advice.append(
            translate("strip", "El rechazado sigue marcado.")
            if batch.rejected == 1
            else translate("strip", "Los rechazados siguen marcados.")
        )
    if batch.unknown:
        advice.append(
            translate("strip", "El dudoso pudo salir: no se repite solo. Pregunte al paciente o al proveedor.")
            if batch.unknown == 1
            else translate(
                "strip", "Los dudosos pudieron salir: no se repiten solos. Pregunte a los pacientes o al proveedor."
            )
        )
    if batch.cancelled:
        advice.append(translate("strip", "Lo que no salió vuelve a estar marcado."))
    role = Role.DOUBTFUL if batch.unknown else Role.WAITING if batch.rejected or stopped else Role.GOOD
    icon = {Role.DOUBTFUL: "question-circle", Role.WAITING: "info"}.get(role, "check-circle")
    return StripState(
        role,
        icon,
        f"{heading}: {figures}" if figures else heading,
        " ".join(advice),
        buttons=(StripButton("close", translate("strip", "Ce&rrar"), "close"),),
    )


def _figures(batch: BatchProgress) -> str:
    figures = _join(
        (
            (batch.accepted, translate("strip", "aceptado"), translate("strip", "aceptados")),
            (batch.sending, translate("strip", "enviándose"), translate("strip", "enviándose")),
            (batch.queued, translate("strip", "en cola"), translate("strip", "en cola")),
            (batch.rejected, translate("strip", "rechazado"), translate("strip", "rechazados")),
            (batch.unknown, translate("strip", "dudoso"), translate("strip", "dudosos")),
        )
    )
    return f"{figures}."


def _join(parts: Sequence[tuple[int, str, str]]) -> str:
    return " · ".join(f"{count} {one if count == 1 else many}" for count, one, many in parts if count)
