"""What the host keeps in memory: the user's settings and the vault."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Mapping
from typing import Any


class MemorySettings:
    """The user's settings: loaded at the start, stored at the end, from memory in between."""

    def __init__(self, initial: Mapping[str, Any] | None = None) -> None:
        self._lock = threading.Lock()
        self._values = copy.deepcopy(dict(initial or {}))

    def get(self, key: str, default: Any = None) -> Any:
        """Give a copy, so that nobody changes what is stored by changing what was given."""
        with self._lock:
            return copy.deepcopy(self._values.get(key, default))

    def set(self, key: str, value: Any) -> None:
        """Remember `value`.

        Raises:
            TypeError: When it is not made of strings, numbers, bools, None, lists and dicts.
        """
        stored = json.loads(json.dumps(value))
        with self._lock:
            self._values[key] = stored

    def document(self) -> dict[str, Any]:
        """Give all of it, to be stored."""
        with self._lock:
            return copy.deepcopy(self._values)


class MemoryVault:
    """Secrets as long as the host runs. They are in no file, no log and no repr."""

    def __init__(self, initial: Mapping[str, str] | None = None) -> None:
        self._lock = threading.Lock()
        self._secrets = dict(initial or {})

    def get(self, key: str) -> str | None:
        """Give the secret, or None."""
        with self._lock:
            return self._secrets.get(key)

    def set(self, key: str, value: str | None) -> None:
        """Store a secret; None removes it."""
        with self._lock:
            if value is None:
                self._secrets.pop(key, None)
            else:
                self._secrets[key] = value
