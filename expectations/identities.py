"""Sums that must add up within what one institution reports for one period: declared as facts, computed, judged.

An identity is checked where every one of its cells has a value; a cell that is missing or suppressed says
nothing of a sum, unless the identity is sparse.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from expectations import gate

Term = tuple[str, str, str]
"""A cell of `survey_value` by measure, partner and breakdown."""


@dataclass(frozen=True)
class Identity:
    """Σ left = Σ right, or ≤; `last_year` are terms of the right side taken from the period a year before.

    A soft identity is one that the publisher's own rows break now and then: it warns, and refuses nothing. A sparse
    one is checked wherever its left side and a cell of its right side have a value: the other cells add nothing.
    """

    name: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    relation: str = "="
    is_soft: bool = False
    last_year: tuple[Term, ...] = ()
    is_sparse: bool = False

    def __post_init__(self) -> None:
        """Refuse a relation that nobody computes."""
        if self.relation not in ("=", "≤"):
            raise ValueError(f"identity {self.name}: relation {self.relation}")

    @property
    def says(self) -> str:
        """The identity in words."""
        right = [*map(_said, self.right), *(f"last year's {_said(term)}" for term in self.last_year)]
        return f"{' + '.join(map(_said, self.left))} {self.relation} {' + '.join(right)}"


def _said(term: Term) -> str:
    measure, *told = term
    within = ", ".join(t for t in told if t not in ("all", "n/a"))
    return f"{measure} ({within})" if within else measure


@dataclass(frozen=True)
class Outcome:
    """How often an identity was checked and broken, and the first place where it was."""

    identity: Identity
    checked: int
    broken: int
    example: str


def hold(connection: duckdb.DuckDBPyConnection, rows: str, identities: Iterable[Identity]) -> list[Outcome]:
    """Check identities on a table of the shape of `survey_value`, with `_file` and `_line`; return an outcome each.

    Leaves the temporary table `broken` (identity, reporter_id, period_end, _file, reason): a row for every file
    that takes part in a broken identity.
    """
    identities = tuple(identities)
    terms = [
        (i.name, sign, back, *term)
        for i in identities
        for sign, back, side in ((1, 0, i.left), (-1, 0, i.right), (-1, 1, i.last_year))
        for term in side
    ]
    columns = zip(*terms, strict=True) if terms else ([] for _ in range(6))
    names = ("identity", "sign", "back", "measure", "partner", "breakdown")
    types = {"sign": pa.int64(), "back": pa.int64()}
    arrays = {n: pa.array(c, types.get(n, pa.string())) for n, c in zip(names, columns, strict=True)}
    term = pa.table(arrays)  # noqa: F841  (DuckDB reads it by name)
    facts = pa.table(  # noqa: F841
        {
            "identity": pa.array([i.name for i in identities], pa.string()),
            "is_equal": pa.array([i.relation == "=" for i in identities], pa.bool_()),
            "is_sparse": pa.array([i.is_sparse for i in identities], pa.bool_()),
            "says": pa.array([i.says for i in identities], pa.string()),
        }
    )
    connection.execute(_SHOWN)
    connection.execute(_CHECK.format(rows=rows))
    connection.execute(_BROKEN)
    counted = connection.execute(
        """SELECT identity, count(*), count(*) FILTER (NOT holds),
            arg_min(reason, (_file, _line)) FILTER (NOT holds)
        FROM checked GROUP BY identity"""
    ).fetchall()
    found = {name: told for name, *told in counted}
    return [Outcome(i, *found.get(i.name, (0, 0, ""))) for i in identities]


_SHOWN = r"""
    CREATE OR REPLACE TEMP MACRO shown(sum_) AS regexp_replace(format('{:,}', CAST(sum_ AS DOUBLE)), '\.0$', '')
"""

_CHECK = """
    CREATE OR REPLACE TEMP TABLE checked AS
    WITH wanted AS (
        SELECT identity, count(*) FILTER (sign = 1 OR NOT is_sparse) AS terms
        FROM term JOIN facts USING (identity)
        GROUP BY identity
    ),
    summed AS (
        SELECT
            t.identity,
            r.reporter_id,
            -- A leap year has no say in it: periods end on the same day of a year.
            CAST(r.period_end + to_years(CAST(t.back AS INTEGER)) AS DATE) AS period_end,
            sum(CASE WHEN t.sign = 1 THEN CAST(r.value AS DECIMAL(28, 4)) ELSE 0 END) AS left_,
            sum(CASE WHEN t.sign = -1 THEN CAST(r.value AS DECIMAL(28, 4)) ELSE 0 END) AS right_,
            count(*) FILTER (t.sign = 1 OR NOT s.is_sparse) AS terms,
            bool_or(t.sign = -1) AS has_right,
            list(DISTINCT r._file) AS files,
            any_value(r.reporter_name ORDER BY r._file, r._line) AS reporter_name,
            -- The place to look first is the total's, not that of its parts.
            arg_min(r._file, (-t.sign, r._file, r._line)) AS _file,
            arg_min(r._line, (-t.sign, r._file, r._line)) AS _line
        FROM {rows} AS r
        JOIN term AS t USING (measure, partner, breakdown)
        JOIN facts AS s ON s.identity = t.identity
        WHERE r.value IS NOT NULL
        GROUP BY ALL
    )
    SELECT
        s.*,
        CASE WHEN f.is_equal THEN s.left_ = s.right_ ELSE s.left_ <= s.right_ END AS holds,
        f.says || ' does not hold for ' || s.reporter_name || ' (' || s.reporter_id || '), period to '
            || s.period_end || ': ' || shown(s.left_) || ' against ' || shown(s.right_)
            || ' (' || s._file || ' line ' || s._line || ')' AS reason
    FROM summed AS s
    JOIN wanted AS w ON w.identity = s.identity AND w.terms = s.terms
    JOIN facts AS f ON f.identity = s.identity AND (s.has_right OR NOT f.is_sparse)
"""

_BROKEN = """
    CREATE OR REPLACE TEMP TABLE broken AS
    SELECT identity, reporter_id, period_end, unnest(files) AS _file, reason
    FROM checked
    WHERE NOT holds
"""


def set_aside(connection: duckdb.DuckDBPyConnection, kept: str, refused: str, failed: list[str]) -> dict[str, int]:
    """Move what an institution reports in a file for a period from `kept` to `refused` where a failed sum is `broken`.

    Nobody can say which cell of a broken sum is wrong. Returns how many rows each rule takes.
    """
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE impeached AS
        SELECT
            k.rowid AS row_,
            list_sort(list(DISTINCT 'identity.' || b.identity)) AS rules,
            array_to_string(list_sort(list(DISTINCT b.reason)), '; ') AS reason
        FROM {kept} AS k
        JOIN broken AS b USING (reporter_id, period_end, _file)
        WHERE b.identity IN (SELECT unnest($failed::VARCHAR[]))
        GROUP BY k.rowid""",
        {"failed": failed},
    )
    connection.execute(
        f"INSERT INTO {refused} SELECT k.*, i.rules, i.reason FROM {kept} AS k JOIN impeached AS i ON i.row_ = k.rowid"
    )
    connection.execute(f"DELETE FROM {kept} WHERE rowid IN (SELECT row_ FROM impeached)")
    counted = connection.execute("SELECT unnest(rules) AS rule, count(*) FROM impeached GROUP BY rule").fetchall()
    return dict(counted)


def judge(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return the outcomes that Great Expectations fails: one broken check is one too many."""
    figures: dict[str, gate.Figure] = {o.identity.name: (o.broken, 0, 0) for o in outcomes}
    failed = {said.partition(" is ")[0] for said in gate.judge_aggregates(figures)}
    return [o for o in outcomes if o.identity.name in failed]


def _total(name: str, whole: Term, parts: Iterable[Term]) -> Identity:
    return Identity(name, (whole,), tuple(parts))


def _within(name: str, part: Term, whole: Term, is_soft: bool = False) -> Identity:
    return Identity(name, (part,), (whole,), "≤", is_soft)


_SIZES = ("sme", "large", "non_commercial")
_FUNDERS = ("research_councils", "eu", "uk_government", "other")
_PUBLIC, _CASH, _KIND, _ALL = (f"collaborative_{t}" for t in ("public_funding", "cash", "in_kind", "total"))
_PROGRAMMES = ("erdf", "esf", "uk_government", "uk_shared_prosperity", "other_local", "other")
_VENTURES = ("spin_outs_owned", "spin_outs_other", "staff_start_ups", "student_start_ups", "social_enterprises")
_SUBTOTAL, _SHARES, _REVENUES = (
    ("ip_income_subtotal", "all", "all"), ("share_sales", "n/a", "all"), ("ip_revenues", "n/a", "all"),
)  # fmt: skip

HEBCI = (
    *(_total(f"{_ALL}.{f}", (_ALL, "n/a", f), ((m, "n/a", f) for m in (_PUBLIC, _CASH, _KIND)))
      for f in ("all", *_FUNDERS)),
    *(_total(f"{m}.funders", (m, "n/a", "all"), ((m, "n/a", f) for f in _FUNDERS))
      for m in (_PUBLIC, _CASH, _KIND, _ALL)),
    Identity("collaborative_previous_total.restated", (("collaborative_previous_total", "n/a", "all"),), (),
             is_soft=True, last_year=((_ALL, "n/a", "all"),)),
    *(_total(f"{s}_{kind}", (f"{s}_{kind}", "all", "all"), ((f"{s}_{kind}", size, "all") for size in _SIZES))
      for s in ("consultancy", "contract_research", "facilities") for kind in ("number", "income")),
    _total("cpd_income", ("cpd_income", "all", "all"), (("cpd_income", p, "all") for p in (*_SIZES, "individuals"))),
    _total("regeneration_income", ("regeneration_income", "n/a", "all"),
           (("regeneration_income", "n/a", p) for p in _PROGRAMMES)),
    *(_within(f"{m}.overseas", (m, "n/a", "overseas"), (m, "n/a", "all"))
      for m in ("patent_applications", "patents_granted", "patent_portfolio", "external_filings")),
    *(_total(f"licences.{b}", ("licences", "all", b), (("licences", size, b) for size in _SIZES))
      for b in ("non_software", "software")),
    *(_within(f"{m}.{b}", (m, "all", b), (whole, "all", b))
      for m, whole in (("licences_overseas", "licences"), ("licences_generating", "licences"),
                       ("licences_generating_overseas", "licences_generating"))
      for b in ("non_software", "software")),
    _total("ip_income_subtotal", _SUBTOTAL,
           (("ip_income", size, b) for size in _SIZES for b in ("non_software", "software", "other"))),
    Identity("ip_revenues", (_REVENUES,), (_SUBTOTAL, _SHARES)),
    _within("ip_income_overseas", ("ip_income_overseas", "all", "all"), _SUBTOTAL),
    *(_within(f"firms_surviving.{v}", ("firms_surviving", "n/a", v), ("firms_active", "n/a", v), is_soft=True)
      for v in _VENTURES),
)  # fmt: skip
"""HE-BCI's sums. Two are soft: last year's total is restated at times, and firms older than three years outnumber
the active ones in 2 of 250 cells of the published sample."""

HESA = (
    _total("income_total", ("income_total", "n/a", "all"), (
        (f"income_{part}", "n/a", "all")
        for part in ("research", "tuition", "funding_body", "other", "investment", "donations"))),
    _total("expenditure_total", ("expenditure_total", "n/a", "all"), (
        (f"expenditure_{part}", "n/a", "all")
        for part in ("staff", "operating", "depreciation", "interest", "restructuring"))),
)  # fmt: skip
"""Sums of HESA's finance table 1."""

HERD = (
    Identity("rd_expenditure.sources", (("rd_expenditure", "n/a", "all"),), tuple(
        ("rd_expenditure", "n/a", source)
        for source in ("federal", "state_local", "business", "nonprofit", "institution", "other")), is_sparse=True),
)  # fmt: skip
"""HERD's sum: the six sources of funds make the total, where a source that is not available counts as nothing."""
