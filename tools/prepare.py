"""Set up everything that the demo or the tests need: `python3 tools/prepare.py demo` (or `test`).

One program for Debian and Windows, standard library only, since it runs before anything is installed. It looks before
it acts, so that a second run takes a fraction of a second. System packages are installed where that is allowed; where
it is not, the exact command is printed and the program ends with 1.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Scope = Literal["demo", "test"]

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "prepared.json"
# Raise when this program installs something in another way, so that existing environments are done again.
RECIPE = 1


class PreparationError(Exception):
    """Something is missing that only a person can provide; the text says what and how."""


@dataclass(frozen=True)
class SystemPackage:
    """One Debian package and what must be there for it to count as installed.

    Attributes:
        name: Name for apt-get.
        libraries: Shared libraries that the dynamic loader must find.
        programs: Programs of which every one must be found.
    """

    name: str
    libraries: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()


QT = (
    SystemPackage("libegl1", libraries=("libEGL.so.1",)),
    SystemPackage("libgl1", libraries=("libGL.so.1",)),
    SystemPackage("libxkbcommon0", libraries=("libxkbcommon.so.0",)),
    SystemPackage("libdbus-1-3", libraries=("libdbus-1.so.3",)),
    SystemPackage("libfontconfig1", libraries=("libfontconfig.so.1",)),
    SystemPackage("libglib2.0-0", libraries=("libglib-2.0.so.0",)),
)
# Qt aborts when one of these is missing, and always blames libxcb-cursor0.
QT_ON_X11 = (
    SystemPackage("libxkbcommon-x11-0", libraries=("libxkbcommon-x11.so.0",)),
    SystemPackage("libxcb-cursor0", libraries=("libxcb-cursor.so.0",)),
    SystemPackage("libxcb-icccm4", libraries=("libxcb-icccm.so.4",)),
    SystemPackage("libxcb-keysyms1", libraries=("libxcb-keysyms.so.1",)),
    SystemPackage("libxcb-shape0", libraries=("libxcb-shape.so.0",)),
)
FONTS = "fonts-dejavu-core"
POSTGRESQL = (SystemPackage("postgresql", programs=("initdb", "postgres")),)
MARIADB = (
    SystemPackage("mariadb-server-core", programs=("mariadbd", "mariadb-install-db", "resolveip")),
    SystemPackage("mariadb-client-core", programs=("mariadb", "my_print_defaults")),
)
TEST_TOOLS = (SystemPackage("poppler-utils", programs=("pdftotext", "pdftoppm")),)


# --- what is there --------------------------------------------------------------------------------


def library_loads(name: str) -> bool:
    """Ask the dynamic loader itself: package lists do not know about a broken or foreign installation."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def program_exists(name: str) -> bool:
    """Look on the path, where administrators' programs are, and where Debian hides PostgreSQL's."""
    folders = [*os.get_exec_path(), "/usr/local/sbin", "/usr/sbin", "/sbin"]
    folders += [str(folder) for folder in Path("/usr/lib/postgresql").glob("*/bin")]
    return shutil.which(name, path=os.pathsep.join(folders)) is not None


def a_font_exists(home: Path) -> bool:
    """Without any font file every letter on screen is a box, and Qt says nothing about it."""
    places = ("/usr/share/fonts", "/usr/local/share/fonts", home / ".local/share/fonts", home / ".fonts")
    return any(True for place in places for _ in Path(place).rglob("*.[to]t[fc]"))


def missing_packages(
    packages: Iterable[SystemPackage],
    *,
    has_library: Callable[[str], bool] = library_loads,
    has_program: Callable[[str], bool] = program_exists,
) -> list[str]:
    """Name the packages of which a library or a program is not there, in the order given."""
    return [
        package.name
        for package in packages
        if not all(map(has_library, package.libraries)) or not all(map(has_program, package.programs))
    ]


def needed_system_packages(scope: Scope, environ: Mapping[str, str]) -> list[str]:
    """Look for everything outside the virtual environment that this scope needs on this machine."""
    packages: tuple[SystemPackage, ...] = QT
    if environ.get("DISPLAY"):
        packages += QT_ON_X11
    if scope == "test":
        packages += TEST_TOOLS
        packages += () if environ.get("ORTHOS_TEST_POSTGRESQL_URL") else POSTGRESQL
        packages += () if environ.get("ORTHOS_TEST_MARIADB_URL") else MARIADB
    missing = missing_packages(packages)
    if not a_font_exists(Path(environ.get("HOME", "/"))):
        missing.append(FONTS)
    return missing


# --- system packages ------------------------------------------------------------------------------


def apt_commands(packages: Sequence[str], prefix: Sequence[str] = ()) -> list[list[str]]:
    """Build the two commands that install the packages; `prefix` is how to become root."""
    apt = [*prefix, "apt-get", "-o", "DPkg::Lock::Timeout=300"]
    return [[*apt, "update", "-qq"], [*apt, "install", "-qq", "-y", "--no-install-recommends", *packages]]


def way_to_root() -> list[str] | None:
    """Say how a command becomes root without asking for a password; None when it cannot."""
    if os.geteuid() == 0:
        return ["env", "DEBIAN_FRONTEND=noninteractive"]
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    return None


def install_system_packages(packages: Sequence[str]) -> None:
    """Install with apt-get where we may.

    Raises:
        PreparationError: It is not allowed here or failed; the text holds the command to run.
    """
    if not packages:
        return
    by_hand = " && ".join(
        f"sudo apt-get {rest}" for rest in ("update", f"install -y --no-install-recommends {' '.join(packages)}")
    )
    if shutil.which("apt-get") is None:
        raise PreparationError(f"Missing on this system: {', '.join(packages)} (Debian's names).")
    prefix = way_to_root()
    if prefix is None:
        raise PreparationError(f"Some system packages are missing. Please run this and try again:\n\n  {by_hand}")
    say(f"Installing {', '.join(packages)}")
    update, install = apt_commands(packages, prefix)
    # One unreachable source makes the update fail although the rest is usable: the installation decides.
    subprocess.run(update, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    if subprocess.run(install, stdin=subprocess.DEVNULL, stdout=sys.stderr).returncode != 0:
        raise PreparationError(f"apt-get could not install them. The same by hand:\n\n  {by_hand}")


# --- Python packages ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """Fingerprints of what should be installed.

    Attributes:
        packages: Of the lock file.
        project: Of those parts of pyproject.toml that installing the project reads.
    """

    packages: str
    project: str

    @classmethod
    def of(cls, lock: Path, pyproject: Path) -> Wanted:
        """Read both files; line ends do not count, so that a Windows checkout compares equal."""
        import tomllib  # here, so that an older Python gets as far as being told so

        content = tomllib.loads(pyproject.read_text("utf-8"))
        read_by_build = [content["build-system"], content["project"], content.get("tool", {}).get("hatch")]
        return cls(
            packages=_digest(lock.read_text("utf-8")),
            project=_digest(json.dumps(read_by_build, sort_keys=True)),
        )


def _digest(text: str) -> str:
    return hashlib.sha256(f"{RECIPE}\n{text}".encode()).hexdigest()


def read_stamp(path: Path) -> dict[str, str]:
    """Read what an earlier run installed; empty when there was none or the file is damaged."""
    try:
        stamp = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def steps_needed(stamp: Mapping[str, str], scope: Scope, wanted: Mapping[Scope, Wanted]) -> tuple[bool, bool]:
    """Say whether the packages and whether the project must be installed.

    The test set contains the demo set, so an environment made for the tests serves the demo too.
    """
    serving: tuple[Scope, ...] = ("demo", "test") if scope == "demo" else ("test",)
    packages_stand = any(stamp.get(each) == wanted[each].packages for each in serving)
    return not packages_stand, stamp.get("project") != wanted[scope].project


def venv_python() -> Path:
    """Where the environment's interpreter is on this system."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def interpreter_runs(python: Path) -> bool:
    """False too for an environment whose Python was removed or upgraded away underneath."""
    if not python.exists():
        return False
    code = "import sys; raise SystemExit(sys.version_info < (3, 11))"
    return subprocess.run([python, "-I", "-S", "-c", code], capture_output=True).returncode == 0


def make_environment() -> None:
    """Create `.venv`, with Debian's separate package for it when that is not installed yet."""
    if os.name == "posix" and importlib.util.find_spec("ensurepip") is None:
        install_system_packages(["python3-venv"])
    say("Creating the virtual environment .venv")
    run([sys.executable, "-m", "venv", "--clear", VENV])


def install_python_packages(scope: Scope) -> None:
    """Bring `.venv` to the locked packages and install this project into it, editable."""
    python = venv_python()
    if not interpreter_runs(python):
        make_environment()
    wanted: dict[Scope, Wanted] = {
        each: Wanted.of(ROOT / f"requirements/{each}.txt", ROOT / "pyproject.toml") for each in ("demo", "test")
    }
    stamp = read_stamp(STAMP)
    packages, project = steps_needed(stamp, scope, wanted)
    pip: list[str | Path] = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    if packages:
        lock = f"requirements/{scope}.txt"
        say(f"Installing the Python packages of {lock}")
        run([*pip, "--require-hashes", "-r", ROOT / lock])
        stamp = {scope: wanted[scope].packages}
    if packages or project:
        # The build backend is in the lock: nothing is fetched that has no hash.
        run([*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT])
        STAMP.write_text(json.dumps({**stamp, "project": wanted[scope].project}, indent=1), "utf-8")


# --- the program ----------------------------------------------------------------------------------


def say(text: str) -> None:
    """Progress goes to the error stream, since `make demo` may end with a report on the other one."""
    print(text, file=sys.stderr, flush=True)


def run(command: Sequence[str | Path]) -> None:
    """Run one step, its output on the error stream.

    Raises:
        PreparationError: It failed; its own output above says why.
    """
    if subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=sys.stderr).returncode != 0:
        raise PreparationError(f"This step failed: {' '.join(map(str, command))}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepare the scope named on the command line; 0 when everything stands."""
    parser = argparse.ArgumentParser(description="Set up what the demo or the tests need.")
    parser.add_argument("scope", choices=("demo", "test"))
    scope: Scope = parser.parse_args(arguments).scope
    started = time.monotonic()
    try:
        if sys.version_info < (3, 11):  # noqa: UP036 (the one file that an older Python may be given)
            raise PreparationError(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
        if sys.platform == "linux":
            install_system_packages(needed_system_packages(scope, os.environ))
        install_python_packages(scope)
    except PreparationError as error:
        say(str(error))
        return 1
    if (took_s := time.monotonic() - started) > 2:
        say(f"Ready after {took_s:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
