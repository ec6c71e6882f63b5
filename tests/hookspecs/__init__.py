"""Tests of the contract between host and plugins."""
