"""`python -m fake_host.mensatek`: the local Mensatek service as a program."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from fake_host.mensatek.local import LocalMensatek


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal asks to end."""
    given = _parser().parse_args(arguments)
    asked_to_end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked_to_end.set())

    try:
        mensatek = LocalMensatek(
            user=given.user,
            token=given.token,
            credits=given.credits,
            price=given.price,
            latency_ms=given.latency,
            ledger_file=given.ledger,
            port=given.port,
        )
        mensatek.start()
    except OSError as error:
        print(f"cannot start: {error}", file=sys.stderr)
        return 1

    print(f"listening on {mensatek.url}", flush=True)
    while not asked_to_end.wait(0.5):  # in turns: on Windows an endless wait does not hear Ctrl+C
        pass
    mensatek.stop()
    mensatek.ledger.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m fake_host.mensatek",
        description="A Mensatek service of your own, on loopback, that sends nothing and remembers everything.",
    )
    parser.add_argument("--port", type=int, default=0, metavar="P", help="port to listen on; 0 takes any (default)")
    parser.add_argument("--user", default="demo", metavar="U", help="API user (default: %(default)s)")
    parser.add_argument("--token", default="demo-token", metavar="T", help="API token (default: %(default)s)")
    parser.add_argument(
        "--credits",
        type=_amount,
        default="1000",
        metavar="N",
        help="credits at the start (default: %(default)s)",
    )
    parser.add_argument(
        "--price", type=_amount, default="1", metavar="X", help="credits a part costs (default: %(default)s)"
    )
    parser.add_argument(
        "--latency", type=float, default=0, metavar="MS", help="milliseconds before each answer (default: 0)"
    )
    parser.add_argument("--ledger", type=Path, metavar="FILE", help="append the ledger to FILE, as JSON lines")
    return parser


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from error
    if not amount.is_finite() or amount < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not an amount")
    return amount


if __name__ == "__main__":
    sys.exit(main())
