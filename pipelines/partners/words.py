"""From titles to terms: words without endings, and classes of patents as terms beside them.

Said once, in SQL, so that a query's words and those of a million titles are read alike.
"""

from typing import TYPE_CHECKING

from expectations.contract import literal

if TYPE_CHECKING:
    import duckdb

CLASS = "cpc:"
"""What a term that is a CPC subclass begins with: `cpc:H01M`."""

STOP = frozenset(
    "a able about above after again against all also amp an and any apparatus are as at based be because been being"
    " between both but by can comprising could do does during each et eg etc for from further gt had has have"
    " having how if in including into is it its ie like lt made make making may method methods more most nbsp new no"
    " non nor not novel of off on one or other our out over own per process project quot same such system systems"
    " than that the their them then there these they this those through thereof to toward towards two under until up"
    " upon use used using via was we were what when where which while who why will with within without you your"
    " award awards career collaborative eager goali grant iii phase program programme programmes rapid research"
    " sbir sttr study workshop workshops conference conferences symposium international"
    " au aus auf aux avec das de del dem den der des di die du ein eine el en fur il im la las le les los mit par"
    " pour sur un und une van von voor zur".split()
)
"""Words that say nothing of a field: those of grammar in five languages, what every patent is called, and what funders
write before a title (SBIR Phase II:, Collaborative Research:)."""


def stem(word: str) -> str:
    """Write the SQL for a word without the ending of its plural (Harman 1991, JASIS 42, the S stemmer)."""
    return f"""CASE
        WHEN regexp_matches({word}, '[^ea]ies$') THEN regexp_replace({word}, 'ies$', 'y')
        WHEN regexp_matches({word}, '(ss|us|is|aes|ees|oes)$') THEN {word}
        WHEN length({word}) > 3 THEN regexp_replace({word}, 's$', '')
        ELSE {word}
    END"""


def of_texts(texts: str) -> str:
    """Write the SQL for the distinct (record_no, term) of a relation of (record_no, title)."""
    stop = ", ".join(literal(word) for word in sorted(STOP))
    return f"""
    SELECT DISTINCT record_no, {stem("word")} AS term
    FROM (
        SELECT record_no, unnest(regexp_split_to_array(lower(strip_accents(title)), '[^\\pL\\pN]+')) AS word
        FROM {texts}
        WHERE title IS NOT NULL
    )
    WHERE length(word) > 1 AND NOT regexp_full_match(word, '[0-9]+') AND word NOT IN ({stop})
    """


def of_text(connection: "duckdb.DuckDBPyConnection", text: str) -> list[str]:
    """Return the distinct terms of a text, in alphabetical order; none where it has but numbers and small words."""
    query = of_texts("(SELECT 0 AS record_no, CAST(? AS VARCHAR) AS title)")
    return sorted(term for _, term in connection.execute(query, [text]).fetchall())


def shown(term: str) -> str:
    """Write a term for a reader."""
    return term.removeprefix(CLASS)
