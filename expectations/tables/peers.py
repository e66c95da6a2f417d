"""What a release forms of all values together: peers, places among them, the composite, and the framework's answers."""

from expectations.columns import ANY_ID, SOURCE
from expectations.contract import Column, Ordered, Table
from expectations.tables.indicators import INSTITUTION_ID, YEAR

PROFILES = ("us", "uk", "eu")
CLASSES = ("small", "medium", "large")
SIZES = ("rd_expenditure", "research_income", "grant_money")

PROFILE = Column(
    "profile",
    "string",
    "source system the institution is compared within: us, uk or eu",
    nullable=False,
    allowed=PROFILES,
)
PEER_GROUP = Column(
    "peer_group",
    "string",
    "who it is compared with: country and size class (US:large), country (US), or the whole profile (us)",
    nullable=False,
    sample="US:large",
)
INDICATOR_ID = Column(
    "indicator",
    "string",
    "id of the indicator",
    nullable=False,
    pattern="[a-z]+\\.[a-z_0-9]+",
    sample="joint.grants",
)


def _members(meaning: str = "institutions compared, itself among them") -> Column:
    return Column("members", "int64", meaning, "institutions", nullable=False, low=1)


def _percent(name: str, meaning: str) -> Column:
    return Column(name, "double", meaning, "percent", low=0, high=100)


def _place(name: str, meaning: str, nullable: bool = True) -> Column:
    return Column(name, "double", meaning, "place", nullable=nullable, low=1)


peer_group = Table(
    "peer_group",
    "institution and year in which its size is known",
    ("institution_id", "year"),
    (
        INSTITUTION_ID,
        YEAR,
        PROFILE,
        Column("size", "double", "size two years before", "see currency", nullable=False, low=0),
        Column(
            "size_basis",
            "string",
            "what the size is: R&D expenditure (us), research income (uk), grant money of five years (eu)",
            nullable=False,
            allowed=SIZES,
        ),
        Column("currency", "string", "ISO 4217 code of the size", nullable=False, pattern="[A-Z]{3}", sample="EUR"),
        Column(
            "size_class",
            "string",
            "tercile of the size among all of the profile whose size is known that year",
            nullable=False,
            allowed=CLASSES,
        ),
    ),
    layer="derived",
    warnings=("A profile's sizes are in its own currency and of its own kind: never compare them across profiles.",),
)

peer = Table(
    "peer",
    "institution and one of its nearest neighbours",
    ("institution_id", "neighbour_id"),
    (
        INSTITUTION_ID,
        Column(
            "neighbour_id",
            "string",
            "institution of the same profile that is near",
            nullable=False,
            pattern=ANY_ID,
            sample="https://ror.org/0{n:06d}00",
        ),
        Column("place", "int64", "1 for the nearest", "place", nullable=False, low=1),
        Column(
            "distance",
            "double",
            "root of the mean squared difference over the features, each in standard deviations of the profile",
            "standard deviations",
            nullable=False,
            low=0,
        ),
        Column("features", "int64", "features compared", "features", nullable=False, low=1),
    ),
    layer="derived",
    warnings=(
        "Near in size and in how much of each kind of record there is per unit of size; not in field or quality.",
        "Not mutual: an institution at the edge has neighbours to which it is none.",
    ),
)

ranking = Table(
    "ranking",
    "published value and kind of peers: its place among theirs of the same year and source",
    ("institution_id", "year", "indicator", "source", "peers"),
    (
        INSTITUTION_ID,
        YEAR,
        INDICATOR_ID,
        SOURCE,
        Column(
            "peers",
            "string",
            "group: country and size class, or what stands in for it; neighbours: the nearest by profile",
            nullable=False,
            allowed=("group", "neighbours"),
        ),
        PEER_GROUP,
        _members(),
        _percent("percentile", "percent of the members below it, those equal to it by half; null where it is alone"),
        _place("place", "1 for the largest value; equal values share the mean of their places", False),
        Column("median", "double", "median of the members' values", "as the value"),
    ),
    layer="derived",
    warnings=(
        "High is not good by itself: of most challenges nobody can say which direction is better.",
        "A group has fifteen members with a value or gives way to the country, then to the profile: read `members`.",
        "A place is no finding where the intervals of neighbours in the order are wide.",
    ),
)

composite_part = Table(
    "composite_part",
    "institution, year and indicator that composite.iur is made of",
    ("institution_id", "year", "indicator", "source"),
    (
        INSTITUTION_ID,
        YEAR,
        INDICATOR_ID,
        SOURCE,
        Column("concept", "string", "what the indicator stands for", nullable=False, sample="joint research"),
        Column("weight", "double", "its part of all weights", "fraction", nullable=False, low=0, high=1),
        Column("years", "int64", "years of the value's window", "years", nullable=False, low=1, high=6),
        Column("value", "double", "value", "see the indicator", nullable=False),
        Column("lower", "double", "lower end of its interval", "see the indicator"),
        Column("upper", "double", "upper end of its interval", "see the indicator"),
        _percent("percentile", "mid-rank percentile in the peer group; null where there is no score"),
        _percent("adds", "points it adds to the score; null where there is no score"),
    ),
    layer="derived",
    checks=(Ordered("lower", "value"), Ordered("value", "upper")),
)

composite_rank = Table(
    "composite_rank",
    "institution and year with a score composite.iur",
    ("institution_id", "year"),
    (
        INSTITUTION_ID,
        YEAR,
        PROFILE,
        PEER_GROUP,
        _members("institutions with a score that it is compared with, itself among them"),
        Column(
            "weight_told", "double", "part of all weights that has data", "fraction", nullable=False, low=0.5, high=1
        ),
        Column("score", "double", "weighted mean of the percentiles", "points", nullable=False, low=0, high=100),
        _place("place", "place by the score: 1 for the highest, equal scores share the mean of their places", False),
        _place("place_median", "median place over the draws"),
        _place("place_low", "5 % of the draws place it there or higher (a smaller number)"),
        _place("place_high", "5 % of the draws place it there or lower (a larger number)"),
        Column("draws", "int64", "draws behind the range", "draws", nullable=False, low=1),
    ),
    layer="derived",
    checks=(Ordered("place_low", "place_median"), Ordered("place_median", "place_high")),
    warnings=("Quote the range, never the place alone: it is what the choices of weights and methods leave open.",),
)

sensitivity = Table(
    "sensitivity",
    "peer group, year and choice: how far places by the composite move when it alone is made otherwise",
    ("profile", "peer_group", "year", "choice"),
    (
        PROFILE,
        PEER_GROUP,
        YEAR,
        Column(
            "choice",
            "string",
            "weights, normalisation, aggregation, values (within their intervals), without:INDICATOR, or all at once",
            nullable=False,
            pattern="[a-z]+(?::[a-z]+\\.[a-z_0-9]+)?",
            sample="weights",
        ),
        _members(),
        Column("mean_shift", "double", "mean places that an institution moves", "places", nullable=False, low=0),
        Column("largest_shift", "double", "most places that one moves on average", "places", nullable=False, low=0),
        Column(
            "agreement",
            "double",
            "mean rank correlation (Spearman) with the places by the score; null under three members",
            low=-1,
            high=1,
        ),
    ),
    layer="derived",
)

framework = Table(
    "framework",
    "element of industry–university–research collaboration: what answers it in this release, what does not, and why",
    ("element",),
    (
        Column("element", "string", "element of collaboration (INDICATORS §1)", nullable=False, sample="element {n}"),
        Column("element_no", "int64", "its place in the framework", nullable=False, low=1),
        Column(
            "kind", "string", "flow, form, model, challenge, cycle, choice or SME value", nullable=False, sample="flow"
        ),
        Column(
            "answered_by", "string", "indicators that speak of it, * for any ending", nullable=False, sample="joint.*"
        ),
        Column("with_values", "list<string>", "those with published values", nullable=False, sample="joint.grants"),
        Column("without_values", "list<string>", "those without", nullable=False, sample="joint.grants"),
        Column("reasons", "list<string>", "why, in the order of without_values", nullable=False, sample="no_data"),
        Column("institutions", "int64", "institutions with a published value", "institutions", nullable=False, low=0),
        Column("first_year", "int64", "first year with a published value", "year", low=1950, high=2100),
        Column("last_year", "int64", "last year with a published value", "year", low=1950, high=2100),
        Column("honest_limit", "string", "what no public record measures", sample="a limit"),
    ),
    layer="derived",
    checks=(Ordered("first_year", "last_year"),),
)

__all__ = [
    "composite_part",
    "composite_rank",
    "framework",
    "peer",
    "peer_group",
    "ranking",
    "sensitivity",
]
