"""Companies known by name only: spellings that mean one firm are joined, each by a rule and a fact that says so.

Rules from sure to less sure: one publisher's id; the same letters (blanks, "The", a form's other language); a name
without a legal form where its country has one form of that name; a name without a country where one country alone has
that name; a slip of the pen in one city; a misspelt common word. By name nothing is joined against evidence: other ids
of one scheme, another form, another country, other figures. National arms keep their word ("UK"), and so are not their
parents.
"""

from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa

from pipelines.link import likeness
from pipelines.link.likeness import Form, form

if TYPE_CHECKING:
    import duckdb

RULES = ("own_name", "same_id", "same_letters", "legal_form", "one_country", "slip", "misspelt")
"""What may say that a name means an organisation; `own_name`: its own normal form, and nothing else."""

NODE = """
CREATE OR REPLACE TEMP TABLE _node AS
SELECT organisation_id AS name_id, any_value(name ORDER BY name) AS name, min(country) AS country
FROM _local_name
GROUP BY organisation_id
ORDER BY organisation_id
"""

FACTS = """
CREATE OR REPLACE TEMP TABLE _node_fact AS
SELECT DISTINCT
    n.organisation_id AS name_id,
    -- SBIR.gov's DUNS that lost a leading nought got one at the end: 080255019 and 802550190 are one firm.
    CASE WHEN p.source_org_id LIKE 'duns:%' THEN 'duns:' || trim(substr(p.source_org_id, 6), '0')
        ELSE nullif(p.source_org_id, '') END AS org_id,
    nullif(regexp_replace(upper(strip_accents(p.city)), '[^A-Z0-9]', '', 'g'), '') AS city
FROM _party AS p
JOIN _local_name AS n ON n.name = p.name AND n.country = p.link_country
"""

EDGES = """
SELECT 1 AS rank, min(name_id) OVER (PARTITION BY org_id) AS one, name_id AS other, org_id AS fact
FROM (SELECT DISTINCT name_id, org_id FROM _node_fact WHERE org_id IS NOT NULL)
-- An id that many names bear is a placeholder, and identifies nobody.
QUALIFY count(*) OVER (PARTITION BY org_id) BETWEEN 2 AND 8
UNION ALL
SELECT 2, min(name_id) OVER alike, name_id, core || ' ' || form
FROM _form
WINDOW alike AS (PARTITION BY country, core, form)
QUALIFY count(*) OVER alike > 1
UNION ALL
SELECT 3, min(f.name_id) OVER (PARTITION BY country, core), b.name_id, core || ' ' || f.form
FROM _form AS f
JOIN (SELECT country, core FROM _form WHERE form <> '' GROUP BY ALL
    HAVING count(DISTINCT form) = 1 AND bool_and(is_company)) AS single USING (country, core)
JOIN _form AS b USING (country, core)
WHERE f.form <> '' AND b.form = '' AND country <> '' AND length(core) >= 5
UNION ALL
SELECT 4, min(there.name_id), bare.name_id, bare.core || ' ' || bare.form || ' in ' || min(there.country)
FROM _form AS bare
JOIN _form AS there ON there.core = bare.core AND there.written = bare.written AND there.country <> ''
WHERE bare.country = '' AND length(bare.core) >= 4
    -- Who is in the registry in another country bears the name as well.
    AND bare.core || ' ' || bare.written NOT IN (SELECT key FROM _credited)
GROUP BY bare.name_id, bare.core, bare.form
HAVING count(DISTINCT there.country) = 1
UNION ALL
SELECT DISTINCT 5, a.name_id, b.name_id, a.core || ' ~ ' || b.core || ' in ' || a.city
FROM _placed AS a
JOIN _placed AS b ON b.country = a.country AND b.city = a.city AND b.start = a.start AND a.core < b.core
WHERE abs(length(a.core) - length(b.core)) <= 1
    AND (a.form = b.form OR a.form = '' OR b.form = '')
    AND a.figures = b.figures
    AND damerau_levenshtein(a.core, b.core) = 1
ORDER BY ALL
"""

SPELLING = """
CREATE OR REPLACE TABLE organisation_spelling AS
SELECT c.organisation_id, c.name_id, l.source, l.name, l.country, c.rule, c.fact AS evidence, sum(l.records) AS records
FROM _link AS l
JOIN name_link AS n
    ON n.source = l.source AND n.name = l.name AND n.country = l.country AND n.context = l.context
JOIN _local_name AS o ON o.name = l.name AND o.country = l.country
JOIN _cluster AS c ON c.name_id = o.organisation_id
WHERE n.credited_id IS NULL
GROUP BY ALL
ORDER BY source, name, country
"""

PLACED = """
CREATE OR REPLACE TEMP TABLE _placed AS
SELECT f.*, p.city, regexp_replace(f.core, '[^0-9]', '', 'g') AS figures, s.start
FROM _form AS f
JOIN (SELECT DISTINCT name_id, city FROM _node_fact WHERE city IS NOT NULL) AS p USING (name_id),
LATERAL (SELECT unnest(['<' || left(f.core, 4), '>' || right(f.core, 4)]) AS start) AS s
WHERE length(f.core) >= 8 AND f.country <> ''
"""

JOINED = """
CREATE OR REPLACE TEMP TABLE _local_name AS
SELECT o.name, o.country, c.organisation_id, o.is_firm, o.records
FROM _local_name AS o
JOIN _cluster AS c ON c.name_id = o.organisation_id
"""

TYPED = ("duns:", "uei:")
"""Ids that applicants type: SBIR.gov has that of Securboration for Aspen Medisys, and a parent's for its subsidiary."""


def write(connection: "duckdb.DuckDBPyConnection") -> None:
    """Create `organisation_spelling`, and give each name of `_local_name` the id of its cluster."""
    connection.execute(NODE)
    connection.execute(FACTS)
    nodes = connection.execute("SELECT name_id, name, country FROM _node ORDER BY name_id").fetchall()
    forms = {name_id: form(name, country) for name_id, name, country in nodes}
    countries = {name_id: country for name_id, _, country in nodes}
    uses = Counter(word for f in forms.values() for word in set(f.words))
    _keep(connection, "_form", _table(forms, countries))
    _keep(connection, "_credited", pa.table({"key": pa.array(_credited(connection), pa.string())}))
    connection.execute(PLACED)
    edges = connection.execute(EDGES).fetchall() + misspelt(forms, countries, uses)
    ids: dict[str, set[str]] = {}
    for name_id, org_id in connection.execute(
        "SELECT DISTINCT name_id, org_id FROM _node_fact WHERE org_id IS NOT NULL ORDER BY ALL"
    ).fetchall():
        ids.setdefault(name_id, set()).add(org_id)
    _keep(connection, "_cluster", _clustered(join(forms, countries, ids, edges, uses)))
    connection.execute(SPELLING)
    connection.execute(JOINED)
    for scratch in ("_node", "_node_fact", "_form", "_credited", "_placed", "_cluster"):
        connection.execute(f"DROP TABLE {scratch}")


def misspelt(forms: dict[str, Form], countries: dict[str, str], uses: Counter[str]) -> list[tuple[int, str, str, str]]:
    """Return the edges from names with a misspelt common word to those that have it right, in one country and form."""
    known = likeness.Misspellings(uses)
    held: dict[tuple[str, str, str], str] = {}
    for name_id in sorted(forms):
        held.setdefault((countries[name_id], "".join(forms[name_id].words), forms[name_id].form), name_id)
    return [
        (RULES.index("misspelt"), right, name_id, f"{word} for {meant}")
        for name_id in sorted(forms)
        for words, word, meant in known.meant(forms[name_id].words)
        if (right := held.get((countries[name_id], "".join(words), forms[name_id].form)))
    ]


def join(
    forms: dict[str, Form],
    countries: dict[str, str],
    ids: dict[str, set[str]],
    edges: list[tuple[int, str, str, str]],
    uses: Counter[str],
) -> dict[str, tuple[str, str, str]]:
    """Return with each name's id that of its organisation, the rule that joined it and the fact.

    `edges` are (rank in RULES, name, name, fact), in order; one that evidence contradicts joins nothing.
    """
    cluster = {name_id: name_id for name_id in forms}
    members = {name_id: [name_id] for name_id in forms}
    by = {name_id: ("own_name", " ".join((*f.words, f.written)).strip()) for name_id, f in forms.items()}
    for rank, one, other, fact in edges:
        a, b = cluster[one], cluster[other]
        if a == b or not _alike(RULES[rank], fact, forms[one].words, forms[other].words, uses):
            continue
        if RULES[rank] != "same_id" and _contradict(members[a], members[b], forms, countries, ids):
            continue
        for name_id in (one, other):
            if by[name_id][0] == "own_name":
                by[name_id] = (RULES[rank], fact)
        members[a] += members.pop(b)
        cluster |= dict.fromkeys(members[a], a)
    found: dict[str, tuple[str, str, str]] = {}
    for held in members.values():
        # The fullest name gives the id: neither more records nor another spelling without a country changes it.
        head = min(held, key=lambda n: (not countries[n], not forms[n].written, n))
        found |= {name_id: (head, *by[name_id]) for name_id in held}
    return found


def _alike(rule: str, fact: str, one: likeness.Words, other: likeness.Words, uses: Counter[str]) -> bool:
    if rule == "slip":
        return likeness.is_slip(one, other, uses)
    if rule == "same_id" and fact.startswith(TYPED):
        return likeness.share_a_word(one, other, uses) or "".join(one) == "".join(other)
    return True


def _credited(connection: "duckdb.DuckDBPyConnection") -> list[str]:
    rows = connection.execute(
        "SELECT DISTINCT name, country FROM name_link WHERE credited_id IS NOT NULL AND country <> ''"
    ).fetchall()
    return sorted({"".join(f.words) + " " + f.written for f in (form(*row) for row in rows)})


def _keep(connection: "duckdb.DuckDBPyConnection", name: str, rows: pa.Table) -> None:
    connection.register("_rows_to_keep", rows)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM _rows_to_keep")
    connection.unregister("_rows_to_keep")


def _contradict(
    one: list[str], other: list[str], forms: dict[str, Form], countries: dict[str, str], ids: dict[str, set[str]]
) -> bool:
    """Tell whether two clusters have other ids of one scheme, other forms or other countries."""

    def by_scheme(held: list[str]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for id_ in (id_ for n in held for id_ in ids.get(n, ())):
            found.setdefault(id_.split(":")[0], set()).add(id_)
        found["country"] = {countries[n] for n in held} - {""}
        found["form"] = {forms[n].form for n in held if countries[n]} - {""}
        return found

    left, right = by_scheme(one), by_scheme(other)
    return any(left[s] and right[s] and not left[s] & right[s] for s in left.keys() & right.keys())


def _table(forms: dict[str, Form], countries: dict[str, str]) -> pa.Table:
    columns = {
        "name_id": list(forms),
        "country": [countries[n] for n in forms],
        "core": ["".join(f.words) for f in forms.values()],
        "written": [f.written for f in forms.values()],
        "form": [f.form for f in forms.values()],
    }
    made = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    return made.append_column("is_company", pa.array([f.is_company for f in forms.values()], pa.bool_()))


def _clustered(found: dict[str, tuple[str, str, str]]) -> pa.Table:
    rows = [(name_id, *answer) for name_id, answer in sorted(found.items())]
    columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    names_ = ("name_id", "organisation_id", "rule", "fact")
    return pa.table({n: pa.array(values, pa.string()) for n, values in zip(names_, columns, strict=True)})
