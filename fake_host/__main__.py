"""`python -m fake_host`: the small host as a program."""

from __future__ import annotations

import argparse
import atexit
import json
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the host and give the exit code: 0 when all went well, 1 when not, 2 when it could not start."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    visible = _has_display()
    _prepare_environment(visible)
    if given.screenshots is not None and not visible:
        _enlarge_screen_in_memory()
    headless = given.headless or (not visible and given.screenshots is None)
    if headless and not given.headless:
        _say("No hay pantalla: se hace el recorrido sin ventana visible y se imprime su informe.")
    if given.lang == "en":
        _say("La ventana de este programa todavía está sólo en español; los complementos reciben el idioma elegido.")

    from PyQt6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("fake_host")
    return _run(given, application, headless)


def _run(given: argparse.Namespace, application: Any, headless: bool) -> int:
    from sqlalchemy.exc import SQLAlchemyError

    from fake_host.clinic.people_file import PeopleFileError
    from fake_host.host import FakeHost

    quiet = headless or given.screenshots is not None
    host = FakeHost(
        given.database,
        given.provider_url,
        given.patients,
        people_file=given.people,
        settings={"language": given.lang},
        deployment={"sms.grace_s": "0"} if quiet else None,
    )
    try:
        host.__enter__()
    except PeopleFileError as error:
        _say(error.sentence)
        return 2
    except (SQLAlchemyError, ValueError) as error:
        _say(f"No se puede abrir la base de datos: {_without_secrets(error)}")
        return 2
    with closing(host):
        _tell_list_problems(host)
        if given.screenshots is not None:
            _take_pictures(host, given.screenshots, given.lang)
        elif headless:
            return _travel(host, given.group)
        else:
            return _stay(host, application)
    return _take_panel_pictures(given.screenshots, given.lang)


def _travel(host: Any, group: str | None) -> int:
    from fake_host.clinic.groups import list_groups
    from fake_host.clinic.people import ORTHODONTICS
    from fake_host.journey import Journey

    if group is None:
        names = [one.name for one in list_groups(host.database) if one.size]
        group = ORTHODONTICS if ORTHODONTICS in names else next(iter(names), None)
    report = Journey(host, group).run()
    print(json.dumps(report, ensure_ascii=False, indent=2), flush=True)
    return 1 if report["errors"] else 0


def _take_pictures(host: Any, folder: Path, language: str) -> None:
    from fake_host.screenshots import take_all

    for file in take_all(host, folder, language):
        print(file, flush=True)


def _take_panel_pictures(folder: Path, language: str) -> int:
    """Take the panel's, in hosts of their own: each scene wants its own provider, user or people."""
    from fake_host.panel_scenes import take_panel

    for file in take_panel(folder, language):
        print(file, flush=True)
    return 0


def _stay(host: Any, application: Any) -> int:
    from PyQt6.QtCore import QTimer

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: application.quit())
    # Python hears a signal only while Python runs, and Qt's loop is not Python.
    beat = QTimer(application)
    beat.timeout.connect(lambda: None)
    beat.start(250)
    host.window.open_first_panel()
    code: int = application.exec()
    return code


def _tell_list_problems(host: Any) -> None:
    for problem in host.list_problems:
        _say(problem.sentence)


def _without_secrets(error: Exception) -> str:
    """Give the first line of an error, which holds no statement; SQLAlchemy hides passwords in it."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def _has_display() -> bool:
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform.startswith(("offscreen", "minimal")):
        return False
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def _enlarge_screen_in_memory() -> None:
    """Give the screen without a display the size of a real one: dialogs look at it, and Qt's own has 800 × 800."""
    if os.environ.get("QT_QPA_PLATFORM") != "offscreen":
        return
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    file = Path(folder.name) / "screen.json"
    screen = {"name": "memory", "x": 0, "y": 0, "width": 1920, "height": 1080, "logicalDpi": 96, "dpr": 1.0}
    file.write_text(json.dumps({"screens": [screen | {"logicalBaseDpi": 96}]}), encoding="utf-8")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file}"


def _prepare_environment(visible: bool) -> None:
    if not visible:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")):
        os.environ["LC_ALL"] = "C.UTF-8"  # Qt complains about the plain C locale


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


class _Spanish(argparse.RawDescriptionHelpFormatter):
    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, prefix or "uso: ")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m fake_host",
        description="Un pequeño programa dental para probar complementos, con una clínica inventada.",
        formatter_class=_Spanish,
        add_help=False,
    )
    options = parser.add_argument_group("opciones")
    options.add_argument("-h", "--help", action="help", help="muestra esta ayuda y termina")
    options.add_argument(
        "--database",
        metavar="URL",
        help="base de datos: sqlite:///fichero.db, postgresql://… o mariadb://…; sin ella, un fichero temporal",
    )
    options.add_argument(
        "--patients", type=_count, default=0, metavar="N", help="añade un grupo de N pacientes inventados"
    )
    options.add_argument(
        "--people",
        type=Path,
        metavar="FICHERO",
        help="lista propia en CSV o xlsx (código, apellidos, nombre, teléfonos, correo, grupo) en vez de la inventada",
    )
    options.add_argument(
        "--headless", action="store_true", help="hace el recorrido entero sin mostrarlo e imprime su informe en JSON"
    )
    options.add_argument("--group", metavar="NOMBRE", help="grupo al que escribe el recorrido de --headless")
    options.add_argument("--screenshots", type=Path, metavar="CARPETA", help="guarda una imagen de cada pantalla")
    options.add_argument("--lang", choices=("es", "en"), default="es", help="idioma (es)")
    options.add_argument(
        "--provider-url", metavar="URL", help="servicio Mensatek; sin ella, el local, que no envía nada a nadie"
    )
    return parser


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = -1
    if not 0 <= number <= 1_000_000:
        raise argparse.ArgumentTypeError(f"«{text}» no es un número entre 0 y 1.000.000")
    return number


if __name__ == "__main__":
    raise SystemExit(main())
