"""The guard that keeps tests on this machine."""

from __future__ import annotations

import socket
import threading

import pytest
import requests

from tests.support.network import OutsideNetworkError, take_attempts

# Set aside for documentation by RFC 5737 and RFC 2606: nobody is there, should the guard ever be open.
OUTSIDE = "192.0.2.1"
OUTSIDE_NAME = "provider.invalid"


def test_that_connecting_outside_is_refused_and_remembered() -> None:
    with socket.socket() as connection, pytest.raises(OutsideNetworkError, match=OUTSIDE):
        connection.connect((OUTSIDE, 443))

    assert take_attempts() == [OUTSIDE]


def test_that_datagrams_and_name_queries_are_refused_too() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as connection, pytest.raises(OutsideNetworkError):
        connection.sendto(b"x", (OUTSIDE, 53))
    with pytest.raises(OutsideNetworkError):
        socket.getaddrinfo(OUTSIDE_NAME, 443)

    assert take_attempts() == [OUTSIDE, OUTSIDE_NAME]


def test_that_a_library_in_a_thread_is_caught_even_when_it_swallows_the_error() -> None:
    def send() -> None:
        try:
            requests.get(f"http://{OUTSIDE}/", timeout=2)
        except requests.RequestException:
            return

    thread = threading.Thread(target=send)
    thread.start()
    thread.join()

    assert OUTSIDE in take_attempts()


def test_that_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, port), timeout=5).close()

    assert take_attempts() == []
