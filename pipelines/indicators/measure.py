"""A measure is one SQL query that returns evidence: which record counts for which institution, and how much.

Its SQL keeps to a subset that DuckDB, PostgreSQL and Spark share, so that an economist can read it and any
of the three can run it. What several measures build on is an `Idea`: a named query that stands as a common
table expression in front of the measure (`text`), and is computed once for all of them by the engine.
"""

import hashlib
import re
from dataclasses import dataclass

COLUMNS = (
    "institution_id",
    "year",
    "record_table",
    "record_id",
    "partner_id",
    "amount",
    "share",
    "currency",
    "partner",
    "intensity",
    "source",
    "part",
)
"""What the query of a measure returns, in any order."""

OPTIONAL = ("period_start", "period_end", "status")
"""What it may return as well: the period that money belongs to (the calendar year of `year` unless given),
and why there is no amount (`suppressed`, `missing`, `not_applicable`)."""

UNITS = ("count", "money", "fte", "persons", "days", "years", "km")


@dataclass(frozen=True)
class Idea:
    """A query that several measures start from. Its rows carry `source` and `part`."""

    name: str
    one_row_per: str
    sql: str


@dataclass(frozen=True)
class Measure:
    """A query over linked records, and what its rows are.

    `grain` is `record` (institution × record; `partner_id` is empty) or `edge` (… × partner). `needs` are the
    facts a source must observe (`Source.observes`). `unit` is one of UNITS. Of money, `share` 1 says
    that the amount is the institution's own and adds up over its members; a null `share` says that it is the
    record's and stands once, however many members take part. Rows are unique by institution, year, record
    and partner. `partner` is the size of partner that a record-grain measure is about. `cells` are, of a
    survey measure (`record_table` survey_value), the cells that one reporter must have in a year: measure,
    partner, breakdown, sign. Where surveys tell one figure by different cells, `sets` says how many of `cells`
    belong to each survey's own, in order, and a reporter must have those of one. `across` marks a measure that
    looks from a record to others of its source, whatever part they are in: those of earlier and later years.
    `beside` are facts that some source of the release must observe, whichever it is: whether the fees of a patent
    are paid stands in another source than the patent. `also` are the tables of its records besides `record_table`.
    `is_tally` says that a row stands for many records, which nobody lists: its amount is their number, each is a
    unit of its own, and they are not rolled up, as two members of a family may have the same ones.
    """

    name: str
    grain: str
    meaning: str
    needs: frozenset[str]
    unit: str
    sql: str
    uses: tuple[Idea, ...] = ()
    record_table: str = "award"
    partner: str = "all"
    cells: tuple[tuple[str, str, str, int], ...] = ()
    sets: tuple[int, ...] = ()
    across: bool = False
    beside: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()
    is_tally: bool = False

    def __post_init__(self) -> None:
        """Refuse a grain or unit that the engine does not know."""
        if self.grain not in ("record", "edge"):
            raise ValueError(f"measure {self.name}: grain {self.grain} is neither record nor edge")
        if self.unit not in UNITS:
            raise ValueError(f"measure {self.name}: unit {self.unit} is none of {', '.join(UNITS)}")
        if self.is_survey != bool(self.cells):
            raise ValueError(f"measure {self.name}: a survey measure lists its cells, and nothing else does")
        if self.is_tally and (self.grain, self.unit) != ("record", "count"):
            raise ValueError(f"measure {self.name}: a tally is a count at record grain")
        if self.sets and sum(self.sets) != len(self.cells):
            raise ValueError(f"measure {self.name}: its sets of cells are not all of its cells")

    @property
    def is_survey(self) -> bool:
        """Whether institutions report the figures about themselves."""
        return self.record_table == "survey_value"

    @property
    def cell_sets(self) -> tuple[tuple[tuple[str, str, str, int], ...], ...]:
        """The cells by survey: one set, unless several surveys tell the figure by cells of their own."""
        found, cells = [], self.cells
        for size in self.sets or (len(cells),):
            found.append(cells[:size])
            cells = cells[size:]
        return tuple(found)


def compose(ideas: tuple[Idea, ...], sql: str) -> str:
    """Write ideas in front of a query as its first common table expressions."""
    if not ideas:
        return sql.strip()
    before = ",\n".join(f"{idea.name} AS (\n{idea.sql.strip()}\n)" for idea in ideas)
    opening = re.match(r"\A((?:\s|--[^\n]*\n)*)WITH\s+", sql)
    if opening is None:
        return f"WITH {before}\n{sql.strip()}"
    return f"WITH {before},\n{opening[1].strip()}\n{sql[opening.end() :].strip()}"


def text(measure: Measure) -> str:
    """Return the whole query of a measure, which reads tables of a release only."""
    return compose(measure.uses, measure.sql)


def key(measure: Measure) -> str:
    """Return a digest of what a measure computes: the same until its SQL says something else.

    Comments and the breaking of lines do not count.
    """
    said = re.sub(r"--[^\n]*", " ", text(measure))
    said = re.sub(r"\s+", " ", said).strip()
    return hashlib.sha256(f"{measure.name}|{measure.unit}|{said}".encode()).hexdigest()
