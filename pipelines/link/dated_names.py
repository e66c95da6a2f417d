"""Names of holders that count within dates only: a party that bears one has the record's day in its context.

A day in every party's context would make every patent a name to link of its own, so that it is told for these alone.
"""

import re
from typing import TYPE_CHECKING

from pipelines.link import names
from pipelines.link.seeds import Seeds

if TYPE_CHECKING:
    import duckdb

_FOLDED = {"a": "[aä][ae]?", "o": "[oöø]e?", "u": "[uü]e?", "e": "[eèéê]", "i": "[iíî]", "c": "[cç]"}

NAMED = """
SELECT DISTINCT name FROM (
    SELECT DISTINCT name FROM patent_party WHERE role IN ('assignee', 'applicant')
    UNION ALL
    SELECT DISTINCT name FROM transfer_party
)
WHERE regexp_matches(lower(name), $words)
"""

PARTY = """
CREATE OR REPLACE TEMP TABLE _dated_party AS
SELECT 'patent' AS record_table, p.patent_id AS record_id, p.name,
    min(coalesce(r.filed_on, r.granted_on, r.published_on)) AS dated_on
FROM patent_party AS p
JOIN _dated_name AS n USING (name)
JOIN patent AS r USING (patent_id)
GROUP BY ALL
UNION ALL
SELECT 'transfer' AS record_table, p.transfer_id AS record_id, p.name,
    min(coalesce(r.executed_on, r.recorded_on)) AS dated_on
FROM transfer_party AS p
JOIN _dated_name AS n USING (name)
JOIN transfer AS r USING (transfer_id)
GROUP BY ALL
"""
"""The day of a patent is that of its filing, of a conveyance the day it was executed; else the next best.

Who ran the laboratory when the invention was filed owns it, and a grant comes years later.
"""


def find(connection: "duckdb.DuckDBPyConnection", seeds: Seeds) -> None:
    """Create `_dated_party`: the parties of patents and conveyances that bear a dated holder's name, with the day."""
    dated = [row for row in seeds["ip_holders"] if row.get("valid_from") or row.get("valid_until")]
    held = {names.forms(name).core: name for row in dated for name in row["names"].split("|") if name}
    connection.execute("CREATE OR REPLACE TEMP TABLE _dated_name (name VARCHAR)")
    if held:
        words = "|".join(sorted({_telling(name) for name in held.values()}))
        written = [name for (name,) in connection.execute(NAMED, {"words": words}).fetchall()]
        borne = sorted(name for name in written if names.forms(name).core in held)
        if borne:
            connection.execute("INSERT INTO _dated_name SELECT unnest(?)", [borne])
    connection.execute(PARTY)


def _telling(name: str) -> str:
    """Return an expression that any spelling of a name has: its longest word, whose accents may be missing."""
    word = max(names.forms(name).core_tokens, key=len)
    return "".join(_FOLDED.get(letter, re.escape(letter)) for letter in word)
