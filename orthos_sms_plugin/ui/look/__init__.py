"""The look of the panel: colours, icons, cells and small widgets. Knows nothing about SMS sending."""
