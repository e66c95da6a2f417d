"""Linking: from a name as written to the organisation it names and the institution to credit."""
