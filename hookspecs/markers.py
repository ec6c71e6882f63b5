"""The pluggy markers and the version of this contract."""

import pluggy

PROJECT = "orthos"
"""pluggy's project name: every hook starts with it."""

ENTRY_POINT_GROUP = "orthos"
"""The group of entry points in which a host looks for plugins."""

API_VERSION = "1.0"
"""Version of this contract, ``major.minor``. A minor adds hooks, optional arguments or optional fields; only a
major takes something away."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
