"""A Python of its own for what cannot be asked of this one: it has loaded everything already."""

from __future__ import annotations

import subprocess
import sys

_TELL = """
import sys
print(sorted(m for m in sys.modules if any(m == n or m.startswith(n + ".") for n in sys.argv[1:])))
"""


def loaded_after(code: str, *names: str) -> str:
    """Run code in a fresh Python and tell what it loaded.

    Args:
        code: Whole statements; what they print stands before the answer.
        names: Modules and packages to look for; a package stands for all that is in it.

    Returns:
        The modules found, sorted, as Python writes a list: "[]" if there are none.

    Raises:
        subprocess.CalledProcessError: The code failed; its trace is in the test's captured output.
    """
    made = subprocess.run(
        [sys.executable, "-c", code + _TELL, *names], stdout=subprocess.PIPE, text=True, timeout=60, check=True
    )
    return made.stdout.rstrip("\n")
