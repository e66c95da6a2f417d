"""Organisations that no one knows: they take part all the same, and their names stand for them."""


def whoever(of: str) -> str:
    """Write who a row of linked parties is about, in SQL: the organisation, else its name."""
    return f"coalesce({of}.organisation_id, 'name:' || {of}.name)"
