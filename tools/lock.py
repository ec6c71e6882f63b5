"""Resolve the lock files of requirements/ anew: `make lock`, or `make lock UPGRADE=1` for newer versions.

The files are for every system at once (markers tell Linux from Windows), hold the hashes of every file of each version,
and name no package index: whoever installs uses the index of their own machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The resolver is no part of the project's own environment: only who changes a dependency needs it.
RESOLVER_ENVIRONMENT = ROOT / "build/lock-environment"
RESOLVER = "uv>=0.5"
INPUTS = ("pyproject.toml", "requirements/build.in")
OPTIONS = (
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command=make lock",
    # Settings of this machine do not leak into files that all machines share.
    "--no-config",
)


def resolver() -> Path:
    """Give the resolver's program, installed on first use."""
    scripts = RESOLVER_ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
    program = scripts / ("uv.exe" if os.name == "nt" else "uv")
    if not program.exists():
        venv.create(RESOLVER_ENVIRONMENT, with_pip=True)
        subprocess.run([scripts / "python", "-m", "pip", "install", "--quiet", RESOLVER], check=True)
    return program


def main() -> None:
    """Write demo.txt first, then test.txt on top of it, so that both hold the same versions."""
    further = tuple(sys.argv[1:])
    for extra, constraints in (("demo", ()), ("test", ("--constraints=requirements/demo.txt",))):
        target = f"--output-file=requirements/{extra}.txt"
        command = ("pip", "compile", *INPUTS, f"--extra={extra}", target, *constraints, *OPTIONS, *further)
        subprocess.run([resolver(), *command], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
