"""What the gallery shows: the rows and strips of the pictures. The people are invented."""

from __future__ import annotations

from orthos_sms_plugin.ui.look.cells import Box, CellMark, CellState
from orthos_sms_plugin.ui.look.empty import EmptyContent, Step
from orthos_sms_plugin.ui.look.strip import StripButton, StripState
from orthos_sms_plugin.ui.look.theme import Role

_CHECKED, _EMPTY, _OFF = CellMark(Box.CHECKED), CellMark(Box.EMPTY), CellMark(Box.OFF, tooltip="Sin móvil para SMS")
_PLANE = CellMark(Box.ICON, "send", Role.INFO, "Enviando…")
_DOUBT = CellMark(Box.ICON, "question-circle", Role.DOUBTFUL, "Dudoso")
_YES = CellState("check-circle", "Si", Role.GOOD)
_NO = CellState("clock", "No", Role.WAITING)
_LOST = CellState("cross-circle", "No", Role.FAILED)
_SOME = CellState("dots", "--", Role.NEUTRAL)
_UNSURE = CellState("question-circle", "--", Role.DOUBTFUL)

SampleRow = tuple[CellMark, str, CellState | None, str, str, CellState | None]
ROWS: tuple[SampleRow, ...] = (
    (_CHECKED, "Aguirre Etxeberria, Ane", None, "612 555 014", "1", None),
    (_CHECKED, "Álvarez-Cienfuegos y Sáenz de Tejada, María del Carmen", None, "654 555 090", "2", None),
    (
        _EMPTY,
        "Bermúdez Ríos, Óscar",
        _YES,
        "633 555 127",
        "1",
        CellState("", "Enviado el 20/11 10:32 · entregado 10:33"),
    ),
    (_PLANE, "Castaño Peña, Íñigo", None, "677 555 208", "1", CellState("send", "Enviando…", Role.INFO)),
    (
        _EMPTY,
        "De la Fuente Núñez, Begoña",
        _SOME,
        "619 555 233",
        "1",
        CellState("", "Aceptado hoy 09:41, sin comprobar"),
    ),
    (
        _EMPTY,
        "De los Ríos, Juan José",
        _LOST,
        "628 555 071",
        "1",
        CellState("cross-circle", "No entregado: el número no existe", Role.FAILED),
    ),
    (_OFF, "Fernández Ibáñez, Lucía", None, "—", "1", CellState("no-mobile", "Sin móvil para SMS", Role.WAITING)),
    (_CHECKED, "García Güell, Anna", None, "660 555 312", "1", None),
    (_EMPTY, "García Güell, Pau", None, "660 555 312", "1", CellState("covered", "Cubierto por García Güell, Anna")),
    (
        _DOUBT,
        "Giménez Ordóñez, M.ª Ángeles",
        _UNSURE,
        "649 555 450",
        "1",
        CellState("question-circle", "Dudoso: sin respuesta a las 10:04:15", Role.DOUBTFUL),
    ),
    (
        _EMPTY,
        "Ibarra Muñoz, Rocío",
        _NO,
        "622 555 517",
        "1",
        CellState("clock", "En espera: móvil sin cobertura", Role.WAITING),
    ),
    (
        _OFF,
        "López Peñalver, Ramón",
        None,
        "636 555 604",
        "1",
        CellState("blocked", "Baja el 03/06/2026: respondió «BAJA»", Role.FAILED),
    ),
    (
        _OFF,
        "Ortega Belmonte, Iván",
        None,
        "684 555 833",
        "1",
        CellState("warning", "El número falló el 12/10: revíselo", Role.WAITING),
    ),
)

STRIPS = (
    StripState(
        Role.WAITING,
        "hourglass",
        "Los 15 SMS saldrán dentro de 7 s",
        "Todavía no ha salido ninguno. Después sólo podrá detener los que queden en cola.",
        (3, 10),
        (StripButton("now", "Enviar &ya"), StripButton("undo", "&Deshacer", "undo", primary=True)),
    ),
    StripState(
        Role.INFO,
        "send",
        "Enviando «Revisión de ortodoncia · aviso»",
        "4 aceptados · 2 enviándose · 9 en cola · quedan unos 12 s. Puede seguir trabajando.",
        (4, 15),
        (StripButton("stop", "De&tener", "stop"),),
    ),
    StripState(
        Role.WAITING,
        "stop",
        "Deteniendo el envío…",
        "9 en cola retirados y otra vez marcados. Esperando la respuesta de 2.",
        (4, 15),
        (StripButton("stop", "De&tener", "stop", enabled=False, tooltip="Ya se está deteniendo"),),
    ),
    StripState(
        Role.FAILED,
        "pause",
        "No hay créditos: el envío está en pausa",
        "Han salido 4; 11 esperan. Compre créditos y pulse Continuar; nada se repetirá.",
        None,
        (
            StripButton("web", "&Web del proveedor", "globe"),
            StripButton("cancel", "&Cancelar los 11"),
            StripButton("go", "C&ontinuar", "play", primary=True),
        ),
    ),
    StripState(
        Role.INFO,
        "person",
        "Nuria está enviando 48 SMS desde Recepción 1",
        "Sus filas aparecen aquí en cola; usted puede enviar el resto.",
        None,
        (StripButton("rows", "&Ver filas"),),
    ),
    StripState(
        Role.GOOD,
        "check-circle",
        "Envío terminado: 13 aceptados · 1 rechazado · 1 dudoso",
        "La entrega se irá viendo en la columna Enviado. El rechazado sigue marcado; el dudoso espera su decisión.",
        None,
        (StripButton("doubt", "Ver el du&doso", primary=True), StripButton("close", "C&errar", "close")),
    ),
    StripState(
        Role.WAITING,
        "warning",
        "Un envío quedó a medias ayer a las 18:42",
        "Habían salido 7 de 15; 8 esperan. Nada se repetirá.",
        None,
        (StripButton("resume", "C&ontinuar", "play", primary=True), StripButton("drop", "Cancelar los &8")),
    ),
)

EMPTY_CONTENT = EmptyContent(
    "sms",
    "Todavía no hay ninguna consulta",
    "Elija a quién escribir y qué decirle. Nada se envía hasta que usted lo confirme.",
    (
        Step(
            "Elija la audiencia", "Un grupo de pacientes o las citas de un día.", StripButton("group", "Elegir grupo")
        ),
        Step("Elija el mensaje", "El último que usó: «Revisión · aviso».", StripButton("edit", "Editar…", "edit")),
        Step(
            "Pulse Consultar (F5)",
            "Verá el texto de cada fila.",
            StripButton("query", "Consultar", "query", primary=True),
        ),
    ),
    "También puede repetir: «Citas del día» de mañana, martes 24/11.",
    StripButton("tomorrow", "Consultar las citas de mañana"),
)
