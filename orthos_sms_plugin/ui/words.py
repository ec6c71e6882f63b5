"""The Spanish words for what the domain knows: one place, the same in panel, dialogs and history."""

from __future__ import annotations

from datetime import datetime

from PyQt6.QtCore import QCoreApplication

from hookspecs import NotifyLevel, PatientRef
from orthos_sms_plugin.domain.batches import PauseReason
from orthos_sms_plugin.domain.buttons import Refusal
from orthos_sms_plugin.domain.errors import NameTakenError, NotAllowedError, NotReadyError
from orthos_sms_plugin.domain.outcomes import DeliveryReason, ErrorKind
from orthos_sms_plugin.domain.rows import Problem, Row, RowState
from orthos_sms_plugin.domain.states import Delivery, MessageState
from orthos_sms_plugin.services.desk import DeskStatus
from orthos_sms_plugin.services.news import RefreshEnd
from orthos_sms_plugin.services.ports import Balance
from orthos_sms_plugin.ui.look.cells import CellState
from orthos_sms_plugin.ui.look.theme import Role

translate = QCoreApplication.translate


def patients(count: int) -> str:
    """Give ``1 paciente`` or ``24 pacientes``."""
    word = translate("words", "paciente") if count == 1 else translate("words", "pacientes")
    return f"{count:,} {word}".replace(",", ".")


def provider_words(status: DeskStatus | None, balance: Balance | None) -> tuple[str, str, bool]:
    """Say through whom messages leave; then, for the tooltip, the sender that phones show; then whether they leave."""
    if status is None:
        return ("", "", True)
    if not status.provider_name:
        sentence = not_ready_words("provider")
        return (translate("words", "Proveedor sin configurar"), sentence, False)
    fit = balance is None or balance.breaker == "closed"
    if balance is not None and not fit:
        reached = {
            PauseReason.AUTH.value: translate("words", "rechaza el usuario o la clave"),
            PauseReason.CREDITS.value: translate("words", "sin créditos"),
        }.get(balance.breaker, translate("words", "no responde"))
    elif balance is None or balance.at is None:
        reached = translate("words", "sin respuesta aún")
    else:
        reached = translate("words", "conectado")
    sender = status.settings.sender or translate("words", "el de la cuenta")
    text = translate("words", "{provider} · {reached}").format(provider=status.provider_name, reached=reached)
    return (text, translate("words", "{text} · remitente {sender}").format(text=text, sender=sender), fit)


def target_words(patient: PatientRef | None, selected: int) -> str:
    """Name whom the patient buttons act on because of the selection; empty when nothing is selected."""
    if selected > 1:
        return translate("words", "ninguno, hay {count} filas seleccionadas").format(count=selected)
    return f"{patient.name} · {patient.code}" if patient is not None and selected else ""


def clock(moment: datetime | None, *, seconds: bool = False) -> str:
    """Give the local time of a moment, ``10:32``."""
    return "" if moment is None else moment.astimezone().strftime("%H:%M:%S" if seconds else "%H:%M")


def day_and_clock(moment: datetime | None, now: datetime | None = None) -> str:
    """Give ``hoy 09:41`` or ``el 20/11 10:32``."""
    if moment is None:
        return ""
    local = moment.astimezone()
    today = (now or datetime.now().astimezone()).date()
    if local.date() == today:
        return translate("words", "hoy {time}").format(time=clock(moment))
    pattern = "%d/%m" if local.year == today.year else "%d/%m/%Y"
    return translate("words", "el {day} {time}").format(day=local.strftime(pattern), time=clock(moment))


def chip(row: Row) -> CellState | None:
    """Give what the column `Enviado` shows of a row; None for nothing."""
    word = row.enviado.value
    if not word:
        return None
    status = row.status
    if status.state is MessageState.UNKNOWN:
        return CellState("question-circle", word, Role.DOUBTFUL)
    icon, role = {
        Delivery.UNCHECKED: ("dots", Role.NEUTRAL),
        Delivery.WAITING: ("clock", Role.WAITING),
        Delivery.UNCONFIRMED: ("question-circle", Role.NEUTRAL),
        Delivery.FAILED: ("cross-circle", Role.FAILED),
        Delivery.DELIVERED: ("check-circle", Role.GOOD),
    }[status.delivery]
    return CellState(icon, word, role)


def detail(row: Row, covered_by: str = "") -> CellState | None:
    """Give what `Detalle` shows: the state of the row's message, else why it has none."""
    if row.live:
        return status_detail(row.status)
    if row.problem is not Problem.NONE:
        return _problem_detail(row)
    if covered_by:
        return CellState("covered", translate("words", "Cubierto por {name}").format(name=covered_by), Role.NEUTRAL)
    if row.status.state is not None:
        return status_detail(row.status)
    if row.status.sent_elsewhere_at is not None:
        return CellState("", sent_at(row.status.sent_elsewhere_at), Role.NEUTRAL)
    return None


def sent_at(moment: datetime | None) -> str:
    """Give ``Enviado el 22/11 10:32``."""
    return translate("words", "Enviado {moment}").format(moment=day_and_clock(moment))


def status_detail(status: RowState) -> CellState | None:
    """Say in words what a row's message is doing."""
    match status.state:
        case MessageState.QUEUED:
            return CellState("hourglass", translate("words", "En cola"), Role.NEUTRAL)
        case MessageState.SENDING:
            return CellState("send", translate("words", "Enviando…"), Role.INFO)
        case MessageState.UNKNOWN:
            text = translate("words", "Dudoso: sin respuesta a las {time}").format(time=clock(status.at, seconds=True))
            return CellState("question-circle", text, Role.DOUBTFUL)
        case MessageState.ACCEPTED:
            return _delivery_detail(status)
        case MessageState.REJECTED:
            text = translate("words", "Rechazado: {reason}").format(reason=error_words(status.reason))
            return CellState("cross-circle", text, Role.FAILED)
        case MessageState.CANCELLED:
            return CellState("stop", _cancelled_words(status.reason), Role.NEUTRAL)
        case MessageState.DISCARDED:
            return CellState("stop", translate("words", "Descartado: no salió"), Role.NEUTRAL)
    return None


def _delivery_detail(status: RowState) -> CellState:
    reason = delivery_words(status.reason)
    match status.delivery:
        case Delivery.DELIVERED:
            text = sent_at(status.at)
            if status.delivered_at is not None:
                text += " · " + translate("words", "entregado {time}").format(time=clock(status.delivered_at))
            return CellState("", text, Role.GOOD)
        case Delivery.FAILED:
            return CellState(
                "cross-circle", translate("words", "No entregado: {reason}").format(reason=reason), Role.FAILED
            )
        case Delivery.WAITING:
            return CellState("clock", translate("words", "En espera: {reason}").format(reason=reason), Role.WAITING)
        case Delivery.UNCONFIRMED:
            return CellState("question-circle", translate("words", "Sin confirmación"), Role.NEUTRAL)
    text = translate("words", "Aceptado {moment}, sin comprobar").format(moment=day_and_clock(status.at))
    return CellState("", text, Role.NEUTRAL)


def _problem_detail(row: Row) -> CellState:
    icon, role = {
        Problem.NO_MOBILE: ("no-mobile", Role.WAITING),
        Problem.OBJECTION: ("blocked", Role.FAILED),
        Problem.OPTED_OUT: ("blocked", Role.FAILED),
    }.get(row.problem, ("warning", Role.WAITING))
    return CellState(icon, problem_words(row.problem, row.empty_field), role)


def problem_words(problem: Problem, empty_field: str = "") -> str:
    """Say why a row cannot get a message."""
    match problem:
        case Problem.NO_MOBILE:
            return translate("words", "Sin móvil para SMS")
        case Problem.BAD_PHONE:
            return translate("words", "El teléfono no es válido")
        case Problem.NOT_A_MOBILE:
            return translate("words", "Sin móvil: no es un número de móvil")
        case Problem.OBJECTION:
            return translate("words", "Oposición del paciente")
        case Problem.OPTED_OUT:
            return translate("words", "Baja")
        case Problem.EMPTY_FIELD:
            return _empty_field_words(empty_field)
    return ""


def _empty_field_words(field: str) -> str:
    known = {
        "nombre": translate("words", "Falta el nombre"),
        "apellidos": translate("words", "Faltan los apellidos"),
        "codigo": translate("words", "Falta el código"),
        "clinica": translate("words", "Falta el nombre de la clínica"),
        "telefono_clinica": translate("words", "Falta el teléfono de la clínica"),
        "fecha": translate("words", "Falta la fecha"),
        "hora": translate("words", "Falta la hora"),
        "doctor": translate("words", "Falta el doctor"),
        "lugar": translate("words", "Falta el lugar"),
    }
    return known.get(field, translate("words", "Falta «{field}»").format(field=field))


def problem_count_words(problem: Problem, count: int) -> str:
    """Give ``1 sin móvil`` for the summary line."""
    words = {
        Problem.NO_MOBILE: translate("words", "sin móvil"),
        Problem.BAD_PHONE: translate("words", "con teléfono no válido"),
        Problem.NOT_A_MOBILE: translate("words", "con un número que no es móvil"),
        Problem.OBJECTION: translate("words", "con oposición"),
        Problem.OPTED_OUT: translate("words", "de baja"),
        Problem.EMPTY_FIELD: translate("words", "con un dato que falta"),
    }[problem]
    return f"{count} {words}"


def _cancelled_words(reason: str) -> str:
    words: dict[ErrorKind | None, str] = {
        ErrorKind.STOPPED: translate("words", "Cancelado: se detuvo el envío"),
        ErrorKind.PHONE_CHANGED: translate("words", "Cancelado: el móvil ha cambiado"),
        ErrorKind.OBJECTION: translate("words", "Cancelado: oposición del paciente"),
        ErrorKind.OPTED_OUT: translate("words", "Cancelado: baja"),
        ErrorKind.NO_PERMISSION: translate("words", "Cancelado: sin permiso para enviar"),
        ErrorKind.EXPIRED: translate("words", "Cancelado: caducado antes de salir"),
    }
    return words.get(_kind(reason), translate("words", "Cancelado"))


def error_words(reason: str) -> str:
    """Name an error of a send, in the words of R42."""
    words: dict[ErrorKind | None, str] = {
        ErrorKind.AUTH: translate("words", "Error de autentificación"),
        ErrorKind.CREDITS: translate("words", "No hay créditos"),
        ErrorKind.DATA: translate("words", "Error en los datos"),
        ErrorKind.NUMBER: translate("words", "el proveedor no admite este número"),
    }
    return words.get(_kind(reason), translate("words", "Error no determinado"))


def _kind(reason: str) -> ErrorKind | None:
    return ErrorKind(reason) if reason in ErrorKind.__members__.values() else None


def delivery_words(reason: str) -> str:
    """Say why a message waits or failed, as the front desk says it."""
    words = {
        DeliveryReason.SCHEDULED: translate("words", "programado para más tarde"),
        DeliveryReason.PHONE_OFF: translate("words", "móvil apagado o sin cobertura"),
        DeliveryReason.NETWORK_BUSY: translate("words", "la red del operador está ocupada"),
        DeliveryReason.NUMBER_UNKNOWN: translate("words", "el número no existe"),
        DeliveryReason.EXPIRED: translate("words", "caducó con el móvil apagado"),
        DeliveryReason.BLOCKED: translate("words", "el número está bloqueado"),
        DeliveryReason.UNSUBSCRIBED: translate("words", "línea dada de baja"),
        DeliveryReason.PHONE_FULL: translate("words", "el móvil no puede recibir SMS"),
        DeliveryReason.OPERATOR: translate("words", "fallo del operador"),
        DeliveryReason.REFUNDED: translate("words", "rechazado; créditos devueltos"),
        DeliveryReason.CANCELLED: translate("words", "cancelado antes de salir"),
        DeliveryReason.UNKNOWN_CODE: translate("words", "estado desconocido"),
    }
    if reason and reason in DeliveryReason.__members__.values():
        return words[DeliveryReason(reason)]
    return translate("words", "sin más datos del proveedor")


def refusal_words(refusal: Refusal) -> str:
    """Say why a button is grey, and what would wake it."""
    return {
        Refusal.NOTHING_MARKED: translate("words", "Marque antes al menos una fila."),
        Refusal.NO_QUERY: translate("words", "Haga antes una consulta."),
        Refusal.NO_PATIENT: translate("words", "Seleccione una fila o muestre un paciente."),
        Refusal.SEVERAL_PATIENTS: translate("words", "Hay varias filas seleccionadas; deje sólo una."),
        Refusal.OBJECTION: translate("words", "El paciente ejerció su derecho de oposición."),
        Refusal.FACTS_UNKNOWN: translate("words", "Leyendo los datos del paciente…"),
        Refusal.NO_EMAIL: translate("words", "El paciente no tiene correo electrónico."),
        Refusal.NO_APP: translate("words", "El paciente no usa la aplicación móvil."),
        Refusal.NO_DOCUMENTS: translate("words", "El paciente no tiene documentos."),
        Refusal.NO_PERMISSION: translate(
            "words", "Su usuario no tiene permiso; pídalo a quien administra el programa."
        ),
        Refusal.NOT_CONFIGURED: translate("words", "Falta configurar el proveedor de SMS."),
        Refusal.NOT_BUILT: translate("words", "Aún no está disponible en esta versión."),
        Refusal.STALE: translate("words", "Ha cambiado la consulta. Pulse Consultar (F5) y revise las marcas."),
        Refusal.UNDER_WAY: translate("words", "Termine o cancele antes el envío que está preparando."),
        Refusal.SENDING_BLOCKED: translate("words", "La base de datos no permite enviar ahora; vea el aviso."),
    }[refusal]


def trouble_words(what: str) -> str:
    """Say what fails behind the window, and that nothing is lost by it."""
    known = {
        "database": translate(
            "words", "La base de datos no contesta. Los envíos esperan y siguen solos; nada se pierde ni se repite."
        ),
        "provider": translate("words", "El proveedor no contesta ahora. Los estados se comprobarán solos más tarde."),
    }
    return known.get(what, translate("words", "Algo ha fallado detrás de la ventana; se vuelve a intentar solo."))


def refresh_words(end: RefreshEnd) -> tuple[str, NotifyLevel]:
    """Say how `Actualizar` ended, and how loud."""
    match end:
        case RefreshEnd.DONE:
            return translate("words", "Estados comprobados."), NotifyLevel.INFO
        case RefreshEnd.RECENT:
            return (
                translate("words", "Ya se han comprobado hace menos de un minuto; pruebe dentro de un momento."),
                NotifyLevel.INFO,
            )
        case RefreshEnd.GOING_ON:
            return (
                translate("words", "Son muchos mensajes: se siguen comprobando y la tabla se pondrá al día sola."),
                NotifyLevel.INFO,
            )
        case RefreshEnd.REJECTED:
            return (
                translate(
                    "words",
                    "Error de autentificación: el proveedor no acepta el usuario o la clave. Avise a su técnico.",
                ),
                NotifyLevel.ERROR,
            )
    return (
        translate("words", "El proveedor no contesta ahora. Los estados se comprobarán solos más tarde."),
        NotifyLevel.WARNING,
    )


def pause_words(reason: PauseReason | None) -> tuple[str, str]:
    """Give the title of a paused batch and what to do about it."""
    match reason:
        case PauseReason.AUTH:
            return (
                translate("words", "Error de autentificación: el envío está en pausa"),
                translate("words", "Revise el usuario y la clave del proveedor y pulse Continuar; nada se repetirá."),
            )
        case PauseReason.CREDITS:
            return (
                translate("words", "No hay créditos: el envío está en pausa"),
                translate("words", "Compre créditos y pulse Continuar; nada se repetirá."),
            )
        case PauseReason.DATA:
            return (
                translate("words", "Error en los datos: el envío está en pausa"),
                translate("words", "El proveedor rechazó tres mensajes seguidos. Revise el texto antes de continuar."),
            )
        case PauseReason.CONFIG:
            return (
                translate("words", "La dirección del proveedor no responde: el envío está en pausa"),
                translate("words", "Avise a su técnico; cuando esté arreglado, pulse Continuar. Nada se repetirá."),
            )
        case PauseReason.UNREACHABLE:
            return (
                translate("words", "No hay conexión con el proveedor: el envío está en pausa"),
                translate("words", "Compruebe la conexión a Internet y pulse Continuar; nada se repetirá."),
            )
        case PauseReason.OUTAGE:
            return (
                translate("words", "El proveedor no responde: el envío está en pausa"),
                translate("words", "Pruebe dentro de unos minutos con Continuar; ninguno se repetirá sin su permiso."),
            )
        case PauseReason.INTERRUPTED:
            return (
                translate("words", "El envío se interrumpió al cerrarse el programa"),
                translate("words", "Pulse Continuar para enviar los que faltan, o Cancelar; nada se repetirá."),
            )
    return (translate("words", "El envío está en pausa"), "")


def error_sentence(error: Exception) -> str:
    """Say what an error of a use case means and what to do."""
    if isinstance(error, NotAllowedError):
        return refusal_words(Refusal.NO_PERMISSION)
    if isinstance(error, NameTakenError):
        return translate("words", "Ya hay otro mensaje con ese nombre. Elija otro nombre.")
    if isinstance(error, NotReadyError):
        return not_ready_words(error.what)
    return translate("words", "Error no determinado. No se ha enviado nada; vuelva a intentarlo.")


def deed_sentence(error: Exception) -> str:
    """Say that something asked of a batch that may be on its way was not done; nothing is claimed of its messages."""
    if isinstance(error, NotAllowedError | NotReadyError):
        return error_sentence(error)
    return translate("words", "La base de datos no responde y el envío sigue como estaba. Vuelva a intentarlo.")


def saving_sentence(error: Exception) -> str:
    """Say that a message of the editor was not written; what was typed is still there."""
    if isinstance(error, NotAllowedError | NotReadyError | NameTakenError):
        return error_sentence(error)
    return translate("words", "No se ha podido guardar el cambio. Lo que ha escrito sigue aquí; vuelva a intentarlo.")


def not_ready_words(what: str) -> str:
    """Say what must be mended before anything can be sent."""
    known = {
        "provider": translate(
            "words",
            "Faltan el usuario y la clave del proveedor de SMS. No se ha enviado nada; "
            "pídalos a quien administra el programa.",
        ),
        "credentials": translate(
            "words", "Error de autentificación: el proveedor no acepta el usuario o la clave. No se ha enviado nada."
        ),
        "database": translate(
            "words", "No se puede leer la base de datos de SMS. No se ha enviado nada; avise a su técnico."
        ),
        "migration": translate(
            "words",
            "Las tablas de SMS no están al día. Ejecute «python -m orthos_sms_plugin migrate» o avise a su técnico.",
        ),
        "durability": translate(
            "words",
            "La base de datos no guarda cada cambio al momento, y tras un corte de luz se podría enviar dos veces. "
            "Avise a su técnico.",
        ),
        "pool": translate(
            "words",
            "El programa comparte una sola conexión a la base de datos y así no se puede enviar. Avise a su técnico.",
        ),
        "network_share": translate(
            "words", "La base de datos está en una carpeta de red y así no se puede enviar. Avise a su técnico."
        ),
    }
    return known.get(what, translate("words", "Todavía no se puede enviar. Avise a su técnico."))
