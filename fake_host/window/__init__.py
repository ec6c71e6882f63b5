"""The host's window: frame, modules and editors. The only part of the host that imports Qt."""
