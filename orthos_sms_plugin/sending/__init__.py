"""Senders, poller and event tail: plain daemon threads without Qt, owned by one service."""
