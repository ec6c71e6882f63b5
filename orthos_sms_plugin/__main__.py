"""Commands without a window. `python -m orthos_sms_plugin migrate --database URL` brings our tables up to date."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from sqlalchemy import create_engine
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import sessionmaker

from orthos_sms_plugin.persistence.migrate import SchemaState, state_of, upgrade

DONE, FAILED, WRONG_USE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit code: 0 done, 1 failed, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="python -m orthos_sms_plugin", description="Gestor de mensajes SMS de Orthos")
    commands = parser.add_subparsers(dest="command", required=True)
    migrate = commands.add_parser("migrate", help="pone al día las tablas de SMS")
    migrate.add_argument("--database", required=True, metavar="URL", help="dirección de la base de datos (SQLAlchemy)")
    options = parser.parse_args(arguments)
    return _migrate(options.database)


def _migrate(url: str) -> int:
    try:
        engine = create_engine(url, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ImportError):
        print("La dirección de la base de datos no se entiende, o falta su controlador.", file=sys.stderr)
        return WRONG_USE
    factory = sessionmaker(engine)
    try:
        before = state_of(factory)
        if before is SchemaState.AHEAD:
            print("Las tablas de SMS son de una versión más nueva que este programa. Actualícelo.", file=sys.stderr)
            return FAILED
        if before is SchemaState.CURRENT:
            print("Las tablas de SMS ya estaban al día.")
            return DONE
        upgrade(factory)
    except SQLAlchemyError as error:
        # The class alone: a database's own words may repeat the address with its password.
        print(f"No se ha podido poner al día la base de datos ({type(error).__name__}).", file=sys.stderr)
        return FAILED
    finally:
        engine.dispose()
    print("Las tablas de SMS están al día.")
    return DONE


if __name__ == "__main__":
    sys.exit(main())
