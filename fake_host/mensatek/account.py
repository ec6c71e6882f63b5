"""The clinic's account at the provider: who may call, and how many credits are left."""

import hmac
import threading
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Credentials:
    """User and token of the API; v5 and v6 carry them as `Correo` and `Passwd`."""

    user: str
    token: str

    def match(self, user: str, token: str) -> bool:
        return hmac.compare_digest(self.user.encode(), user.encode()) and hmac.compare_digest(
            self.token.encode(), token.encode()
        )


class Account:
    """Credits and the price of a part. Safe from any thread; an amount is charged whole or not at all."""

    def __init__(self, credits: Decimal, price: Decimal) -> None:
        if price < 0:
            raise ValueError("a part does not cost less than nothing")
        self._lock = threading.Lock()
        self._initial = self._credits = credits
        self.price = price

    @property
    def credits(self) -> Decimal:
        with self._lock:
            return self._credits

    def set_credits(self, credits: Decimal) -> None:
        with self._lock:
            self._credits = credits

    def charge(self, amount: Decimal) -> bool:
        """Take the amount off; False, and nothing taken, if there is not enough."""
        with self._lock:
            if amount > self._credits:
                return False
            self._credits -= amount
            return True

    def give_back(self, amount: Decimal) -> None:
        with self._lock:
            self._credits += amount

    def reset(self) -> None:
        with self._lock:
            self._credits = self._initial
