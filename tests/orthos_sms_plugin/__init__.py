"""Tests of the plugin, one folder per package."""
