"""The company that stands for a company: its topmost parent, where that is a company too.

A company that a state or a university owns stays itself: its owner is no company.
"""

HEADS = """
    SELECT
        own.organisation_id,
        CASE WHEN parent.sector = 'company' THEN parent.organisation_id ELSE own.organisation_id END AS head_id
    FROM organisation AS own
    LEFT JOIN organisation AS parent ON parent.organisation_id = own.ultimate_parent_id
"""
"""The query of each organisation and the company that stands for it."""


def joined(company: str) -> str:
    """Write the join that `head` needs of a column with companies' ids."""
    return f"LEFT JOIN ({HEADS}) AS h ON h.organisation_id = {company}"


def head(company: str) -> str:
    """Write who stands for the company in a column: itself, where no one knows it."""
    return f"coalesce(h.head_id, {company})"
