"""The SMS panel of Orthos: choose patients and a message, send it once, and see what became of it."""
