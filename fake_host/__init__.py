"""A small host for the SMS plugin, and the local Mensatek service beside it."""
