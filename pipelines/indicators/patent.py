"""What a patent is made of: its grant, its owners, how many they are. Every measure of patents starts here.

Counted are US utility patents, granted and not withdrawn: designs, plants and reissues are other things, and only
the US tells all owners of all patents. Owners are the assignees that the patent names, organisations alone, each
once: an institution that is named by itself and through its holder is one owner. An organisation that no one knows
is an owner all the same, and its name stands for it. Who owns a part alone is an owner like the others.
"""

from pipelines.indicators.measure import Idea
from pipelines.indicators.record_grain import ONE, record_rows
from pipelines.link.whoever import whoever

GRANTED_PATENT = Idea(
    "granted_patent",
    "US utility patent, granted and not withdrawn",
    """
    SELECT
        p.source,
        p.part,
        p.patent_id AS record_id,
        CAST(extract(year FROM p.granted_on) AS BIGINT) AS year,
        p.filed_on,
        p.granted_on
    FROM patent AS p
    -- Other offices' services tell US patents as well, under ids of their own.
    WHERE p.office = 'US'
        AND p.type = 'utility'
        AND p.patent_id = p.number
        AND p.is_granted
        AND p.granted_on IS NOT NULL
        AND NOT coalesce(p.is_withdrawn, false)
    """,
)

PATENT_OWNER = Idea(
    "patent_owner",
    "patent that institutions own, that cites one of theirs or came of an award, and organisation that owns it",
    f"""
    -- Others, which are nine in ten of all patents, say nothing of any institution.
    WITH owned AS (
        SELECT record_id
        FROM linked_party
        WHERE record_table = 'patent' AND role = 'assignee' AND is_institution
    ),
    near AS (
        SELECT record_id FROM owned
        UNION
        SELECT c.patent_id FROM patent_citation AS c JOIN owned AS o ON o.record_id = c.cited_id
        UNION
        SELECT patent_id FROM award_patent
    )
    -- Assignees are numbered in the order of the patent, from 1; persons among them have a number and no row.
    SELECT
        g.source,
        g.part,
        g.record_id,
        g.year,
        {whoever("p")} AS owner_id,
        max(p.sector) AS sector,
        bool_or(p.is_institution) AS is_institution,
        max(p.sector) = 'company' AND NOT bool_or(p.is_institution) AS is_company,
        min(p.party_no) AS first_no
    FROM granted_patent AS g
    JOIN near AS n ON n.record_id = g.record_id
    JOIN linked_party AS p
        ON p.record_table = 'patent'
        AND p.record_id = g.record_id
        AND p.source = g.source
    WHERE p.role = 'assignee'
    GROUP BY
        g.source,
        g.part,
        g.record_id,
        g.year,
        {whoever("p")}
    """,
)

PATENT_HELD = Idea(
    "patent_held",
    "institution and patent that it owns, with how many own it",
    """
    SELECT
        own.source,
        own.part,
        own.record_id,
        own.year,
        own.owner_id AS institution_id,
        own.first_no,
        count(*) AS organisations,
        count(CASE WHEN o.is_company THEN 1 END) AS companies
    FROM patent_owner AS own
    JOIN patent_owner AS o ON o.record_id = own.record_id
    WHERE own.is_institution
    GROUP BY own.source, own.part, own.record_id, own.year, own.owner_id, own.first_no
    """,
)

PATENT = (GRANTED_PATENT, PATENT_OWNER, PATENT_HELD)


def held_rows(where: str = "true", join: str = "", intensity: str = "'n/a'") -> str:
    """Write the query of a measure with a row per institution and patent that it owns, `h`, with its share."""
    rows, share = f"patent_held AS h {join}", f"{ONE} / h.organisations"
    return record_rows("patent", rows, "h", where, share=share, intensity=intensity)


def shared(organisations: str) -> str:
    """Write the intensity of a patent that so many organisations own or applied for."""
    return f"CASE WHEN {organisations} > 1 THEN 'bilateral' ELSE 'n/a' END"
