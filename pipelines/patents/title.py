"""Chains of title: the conveyances of each patent in the order of execution, and who holds it after each.

**Which conveyances.** All that are recorded and not purged. A property is the patent where any record tells it (the
conveyance's own row, the patent's application, another conveyance of the same application), else the application.

**Order.** By day of execution, else of recording; then of recording; then reel and frame. Of transfers on one day the
one whose grantee gives on comes before the one by which it does.

**What changes title.** Assignments, by persons to their employer as well, and what is recorded late (nunc pro tunc)
where it goes on from the holder there was. Of a chain A → B → C on one day the last step alone does: B never held it
but on the way. Licences, options, securities, releases and corrections do not; nor do mergers and changes of name.

**Who holds it.** The one organisation that receives; null where there are several, a person among them, or one nobody
knows. Assignments by inventors to different organisations leave several holders. A merger or change of name, and what
is recorded late, changes who the holder is where its grantor is the holder or was on the way there; where it is not, as
when a seller changes its name after the sale, it does not. A correction that bears the day of the step before it tells
who received in truth.
"""

import duckdb

from expectations.contract import arrow_schema
from expectations.tables import table

TITLE = ("assignment", "employer_assignment")
"""Kinds that move title from one holder to another."""

FOLLOWING = ("nunc_pro_tunc", "merger", "name_change")
"""Kinds that tell who the holder is where they go on from the one there was."""


def write(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `title_chain` of the tables transfer, transfer_party, transfer_patent, linked_party and patent.

    Organisations are numbered on the way, so that nothing that is grouped or sorted holds lists or long texts.
    """
    schema = arrow_schema(table("title_chain"))
    connection.execute("CREATE SCHEMA IF NOT EXISTS iur_title")
    for name, query in _STEPS:
        connection.execute(f"CREATE OR REPLACE TABLE iur_title.{name} AS {query}")
    columns = ", ".join(f'"{field.name}"' for field in schema)
    connection.execute(f"CREATE OR REPLACE TABLE title_chain AS SELECT {columns} FROM ({_CHAIN})")
    connection.execute("DROP SCHEMA iur_title CASCADE")


_KINDS = {name: ", ".join(f"'{k}'" for k in kinds) for name, kinds in (("title", TITLE), ("following", FOLLOWING))}

_STEPS = (
    # Grantors have no address, so that a company known by its name has an id without a country there: the name alone
    # tells it (`local:us:<name>`). So does the name as written where there is no id at all.
    (
        "party",
        """
        SELECT
            p.transfer_id,
            p.role,
            p.is_person,
            l.organisation_id,
            coalesce(
                regexp_replace(l.organisation_id, '^local:[a-z]*:', 'local:'), 'written:' || upper(p.name)
            ) AS party
        FROM transfer_party AS p
        SEMI JOIN (SELECT transfer_id FROM transfer WHERE NOT is_purged) AS t USING (transfer_id)
        LEFT JOIN (
            SELECT record_id, party_no, organisation_id FROM linked_party WHERE record_table = 'transfer'
        ) AS l ON l.record_id = p.transfer_id AND l.party_no = p.party_no
        """,
    ),
    (
        "who",
        """
        SELECT party, row_number() OVER (ORDER BY party) AS who
        FROM iur_title.party
        WHERE party IS NOT NULL
        GROUP BY party
        """,
    ),
    (
        "side",
        """
        SELECT DISTINCT p.transfer_id, p.role, w.who
        FROM iur_title.party AS p
        JOIN iur_title.who AS w USING (party)
        """,
    ),
    (
        "conveyance",
        """
        WITH sides AS (
            SELECT
                p.transfer_id,
                coalesce(bool_and(p.is_person) FILTER (p.role = 'grantor'), false) AS from_persons,
                min(w.who) FILTER (p.role = 'grantee') AS low,
                max(w.who) FILTER (p.role = 'grantee') AS high,
                coalesce(bool_or(p.organisation_id IS NULL) FILTER (p.role = 'grantee'), true) AS is_unclear
            FROM iur_title.party AS p
            LEFT JOIN iur_title.who AS w USING (party)
            GROUP BY p.transfer_id
        )
        SELECT
            t.source,
            t.part,
            t.transfer_id,
            t.kind,
            coalesce(t.executed_on, t.recorded_on) AS executed_on,
            t.recorded_on,
            coalesce(s.from_persons, false) AS from_persons,
            s.low,
            s.high,
            coalesce(s.is_unclear, true) AS is_unclear
        FROM transfer AS t
        LEFT JOIN sides AS s USING (transfer_id)
        WHERE NOT t.is_purged
        """,
    ),
    # The patent of an application: as the patent says, else as conveyances that name both do, unless they differ.
    (
        "granted",
        """
        WITH said AS (
            SELECT application_id, min(number) AS patent_id
            FROM patent
            WHERE application_id IS NOT NULL AND number LIKE 'us:%'
            GROUP BY application_id
        ),
        conveyed AS (
            SELECT application_id, min(patent_id) AS patent_id
            FROM transfer_patent
            WHERE application_id IS NOT NULL AND patent_id IS NOT NULL
            GROUP BY application_id
            HAVING min(patent_id) = max(patent_id)
        )
        SELECT application_id, coalesce(s.patent_id, c.patent_id) AS patent_id
        FROM said AS s
        FULL JOIN conveyed AS c USING (application_id)
        """,
    ),
    (
        "property",
        """
        SELECT DISTINCT p.transfer_id, coalesce(p.patent_id, g.patent_id, p.application_id) AS property_id
        FROM transfer_patent AS p
        LEFT JOIN iur_title.granted AS g USING (application_id)
        WHERE p.patent_id IS NOT NULL OR p.application_id IS NOT NULL
        """,
    ),
    (
        "filed",
        """
        WITH told AS (
            SELECT number AS property_id, filed_on FROM patent WHERE number IS NOT NULL
            UNION ALL
            SELECT coalesce(p.patent_id, g.patent_id, p.application_id), p.filed_on
            FROM transfer_patent AS p
            LEFT JOIN iur_title.granted AS g USING (application_id)
        )
        SELECT property_id, min(filed_on) AS filed_on
        FROM told
        WHERE property_id IS NOT NULL AND filed_on IS NOT NULL
        GROUP BY property_id
        """,
    ),
    (
        "step",
        """
        SELECT p.property_id, c.* FROM iur_title.property AS p JOIN iur_title.conveyance AS c USING (transfer_id)
        """,
    ),
    # What one receives and gives on the same day. Of two that give to each other the earlier record goes first.
    (
        "passed",
        f"""
        WITH moves AS (SELECT * FROM iur_title.step WHERE kind IN ({_KINDS["title"]})),
        received AS (
            SELECT m.property_id, m.executed_on, m.transfer_id, s.who
            FROM moves AS m JOIN iur_title.side AS s ON s.transfer_id = m.transfer_id AND s.role = 'grantee'
        ),
        given AS (
            SELECT m.property_id, m.executed_on, m.transfer_id, s.who
            FROM moves AS m JOIN iur_title.side AS s ON s.transfer_id = m.transfer_id AND s.role = 'grantor'
        ),
        pair AS (
            SELECT DISTINCT r.property_id, r.transfer_id AS before, g.transfer_id AS after
            FROM received AS r
            JOIN given AS g USING (property_id, executed_on, who)
            WHERE r.transfer_id <> g.transfer_id
        )
        SELECT * FROM pair AS p
        WHERE p.before < p.after OR NOT EXISTS (
            SELECT 1 FROM pair AS q
            WHERE q.property_id = p.property_id AND q.before = p.after AND q.after = p.before)
        """,
    ),
    (
        "placed",
        f"""
        SELECT
            s.*,
            s.kind IN ({_KINDS["title"]}) AS moves,
            b.before IS NOT NULL AS is_between,
            row_number() OVER (
                PARTITION BY s.property_id
                ORDER BY
                    s.executed_on NULLS FIRST,
                    CASE WHEN b.before IS NULL THEN CASE WHEN a.after IS NULL THEN 2 ELSE 3 END
                        ELSE CASE WHEN a.after IS NULL THEN 0 ELSE 1 END END,
                    s.recorded_on,
                    s.transfer_id
            ) AS step
        FROM iur_title.step AS s
        LEFT JOIN (SELECT DISTINCT property_id, before FROM iur_title.passed) AS b
            ON b.property_id = s.property_id AND b.before = s.transfer_id
        LEFT JOIN (SELECT DISTINCT property_id, after FROM iur_title.passed) AS a
            ON a.property_id = s.property_id AND a.after = s.transfer_id
        """,
    ),
    # Spans between moves of title, and between moves by organisations: inventors' assignments go together.
    (
        "spanned",
        """
        SELECT
            *,
            count(*) FILTER (moves) OVER so_far AS span,
            count(*) FILTER (moves AND NOT from_persons) OVER so_far AS joint_span,
            last_value(CASE WHEN moves THEN executed_on END IGNORE NULLS) OVER so_far AS moved_on
        FROM iur_title.placed
        WINDOW so_far AS (PARTITION BY property_id ORDER BY step)
        """,
    ),
    (
        "follows",
        f"""
        WITH giving AS (
            SELECT f.property_id, f.span, f.step, f.transfer_id, s.who
            FROM iur_title.spanned AS f JOIN iur_title.side AS s USING (transfer_id)
            WHERE f.kind IN ({_KINDS["following"]}) AND s.role = 'grantor' AND f.span > 0
        ),
        receiving AS (
            SELECT e.property_id, e.span, e.step, s.who
            FROM iur_title.spanned AS e JOIN iur_title.side AS s USING (transfer_id)
            WHERE s.role = 'grantee' AND (e.moves OR e.kind IN ({_KINDS["following"]}))
        )
        SELECT DISTINCT g.property_id, g.transfer_id
        FROM giving AS g
        JOIN receiving AS r ON r.property_id = g.property_id AND r.span = g.span AND r.who = g.who AND r.step < g.step
        """,
    ),
    (
        "told",
        f"""
        SELECT
            s.*,
            s.kind IN ({_KINDS["following"]}) AND (s.span = 0 OR f.transfer_id IS NOT NULL) AS goes_on,
            s.kind = 'correction' AND s.moved_on = s.executed_on AND s.low IS NOT NULL AS corrects,
            -- Inventors' assignments one after another: who has received by now, lowest and highest number.
            min(s.low) FILTER (s.moves) OVER joint AS joint_low,
            max(s.high) FILTER (s.moves) OVER joint AS joint_high
        FROM iur_title.spanned AS s
        LEFT JOIN iur_title.follows AS f USING (property_id, transfer_id)
        WINDOW joint AS (PARTITION BY s.property_id, s.joint_span ORDER BY s.step)
        """,
    ),
    (
        "sides",
        """
        WITH named AS (
            SELECT DISTINCT transfer_id, role, organisation_id FROM iur_title.party WHERE organisation_id IS NOT NULL
        ),
        counted AS (
            SELECT transfer_id, role, min(organisation_id) AS one, count(*) AS organisations
            FROM named
            GROUP BY transfer_id, role
        )
        SELECT transfer_id, role, [one] AS ids FROM counted WHERE organisations = 1
        UNION ALL
        SELECT n.transfer_id, n.role, list(n.organisation_id ORDER BY n.organisation_id)
        FROM named AS n
        SEMI JOIN (SELECT transfer_id, role FROM counted WHERE organisations > 1) AS c USING (transfer_id, role)
        GROUP BY n.transfer_id, n.role
        """,
    ),
)

_CHAIN = """
    WITH held AS (
        SELECT
            *,
            last_value(
                CASE WHEN moves OR goes_on OR corrects THEN {
                    'by': CASE
                        WHEN is_unclear OR low <> high THEN NULL
                        WHEN moves AND from_persons AND joint_low <> joint_high THEN NULL
                        ELSE transfer_id
                    END} END IGNORE NULLS
            ) OVER (PARTITION BY property_id ORDER BY step) AS held
        FROM iur_title.told
    )
    SELECT
        h.source,
        h.part,
        h.property_id,
        h.step,
        h.transfer_id,
        h.kind,
        h.executed_on,
        f.filed_on,
        coalesce(g.ids, []) AS grantor_ids,
        coalesce(r.ids, []) AS grantee_ids,
        h.from_persons,
        (h.moves AND NOT h.is_between) OR (h.kind = 'nunc_pro_tunc' AND h.goes_on) AS changes_title,
        t.ids[1] AS holder_id
    FROM held AS h
    LEFT JOIN iur_title.filed AS f USING (property_id)
    LEFT JOIN iur_title.sides AS g ON g.transfer_id = h.transfer_id AND g.role = 'grantor'
    LEFT JOIN iur_title.sides AS r ON r.transfer_id = h.transfer_id AND r.role = 'grantee'
    LEFT JOIN iur_title.sides AS t ON t.transfer_id = h.held.by AND t.role = 'grantee'
    ORDER BY h.property_id, h.step
"""
