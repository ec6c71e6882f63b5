"""The clinic's key to its provider account. Neither its text form nor its copies tell it."""

from __future__ import annotations

import base64
import hashlib
from typing import NoReturn, final


@final
class Credentials:
    """A provider's API user and the token that proves it."""

    __slots__ = ("_token", "_user")

    def __init__(self, user: str, token: str) -> None:
        self._user = user
        self._token = token

    def __repr__(self) -> str:
        return "<Credentials>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Credentials) and (self._user, self._token) == (other._user, other._token)

    def __hash__(self) -> int:
        return hash((self._user, self._token))

    def __reduce__(self) -> NoReturn:
        raise TypeError("credentials are not written anywhere")

    def basic(self) -> str:
        """The value of an `Authorization` header."""
        return "Basic " + base64.b64encode(f"{self._user}:{self._token}".encode()).decode("ascii")

    def account(self, provider: str) -> str:
        """Names the account without telling whose it is: SHA-256 of provider and user, in hex."""
        return hashlib.sha256(f"{provider}\x00{self._user}".encode()).hexdigest()
