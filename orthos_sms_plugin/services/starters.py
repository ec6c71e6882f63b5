"""The messages that a new clinic finds in its editor: short, neutral, one part each, none asking for a reply."""

from __future__ import annotations

from orthos_sms_plugin.domain.errors import NameTakenError
from orthos_sms_plugin.domain.templates import SmsTemplate
from orthos_sms_plugin.services.ports import SettingStore, TemplateStore

DONE_KEY = "starters_offered"

STARTERS = (
    SmsTemplate(
        0,
        "Cierre de la clínica",
        "{nombre}, le informamos de que mañana {clinica} permanecerá cerrada. Para cualquier urgencia llame al "
        "{telefono_clinica}. Disculpe las molestias.",
    ),
    SmsTemplate(
        0,
        "Revisión · aviso",
        "{nombre}, ya le toca su revisión en {clinica}. Llámenos al {telefono_clinica} y le buscamos hora.",
    ),
    SmsTemplate(
        0,
        "Llámenos, por favor",
        "{nombre}, tenemos un aviso para usted. Llámenos cuando pueda al {telefono_clinica}. Gracias. {clinica}",
    ),
)


def offer_starters(templates: TemplateStore, settings: SettingStore, *, user: str) -> None:
    """Save the starters once in a clinic's life; one that was deleted does not come back."""
    if DONE_KEY in settings.all():
        return
    if not templates.all():
        for starter in STARTERS:
            try:
                templates.save(starter, user=user)
            except NameTakenError:  # another seat starts at the same moment
                continue
    settings.set(DONE_KEY, "1", user=user)
