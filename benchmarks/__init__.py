"""Ratios of ours against a limit and a peer, taken in one run; figures to read, not tests to pass."""
