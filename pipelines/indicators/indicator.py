"""An indicator is one or two measures and how they are put together: aggregate, window, lag, least base."""

from dataclasses import dataclass

from pipelines.indicators.measure import Measure

AGGREGATES = (
    "sum",
    "ratio",
    "mean",
    "peak_share",
    "count_distinct",
    "count_repeated",
    "median",
    "median_pair",
    "h",
    "triple_helix",
)
OF = ("institution", "country")
INTERVALS = ("none", "poisson", "money", "wilson", "ratio", "median", "fixed")
INTENSITIES = ("all", "bilateral", "small", "consortium", "bilateral_small")


@dataclass(frozen=True)
class Indicator:
    """What an indicator means, how it is formed, and how far it may be trusted.

    `aggregate` is one of AGGREGATES (`count_repeated` counts the partners with at least two records), or a SQL
    query of its own over `edge` (`edge.KEYS`, year, record_id, partner_id, amount) that ends in `edge.totals`: it
    returns the keys with year, numerator and denominator. `scale` multiplies the value. `lag`
    is how many years the denominator lies before the numerator.
    `mean` is the mean of the window's years and belongs to stocks, `peak_share` the largest year's part
    of the window's sum, `triple_helix` what the country's T (`helix`) owes to the institution's records, in
    millibits. `median_pair` is the median over the distinct partners of the window, each once, where at least
    60 % of them tell their amount. `of` says whose the value is: an institution's, or a country's, which stands in
    `country_indicator` (`country`), over all its records. `years_back` are the years counted from the indicator's
    year that the value looks at, and `base_back` those that its base is taken from; both follow from the window
    unless given.
    `least_base` is the number of units in the denominator (records, or partners where partners are
    counted) under which a value is `small_base`; of a survey denominator, its least sum over the window (10
    contracts, 30e6 of money). `sized` are the numerators by size of partner at record
    grain, `sized_bases` the denominators that go with them (`denominator` where there is none of the size);
    `sizes` the sizes by which edges are told apart. `by_field` gives a row per field of the records beside the
    one for all of them. `interval` "fixed" divides the interval of a count of
    records by a reported denominator; of figures that are reported on both sides it is "none".
    """

    id: str
    title: str
    meaning: str
    unit: str
    numerator: Measure
    reference: str
    caveats: tuple[str, ...]
    denominator: Measure | None = None
    aggregate: str = "sum"
    says: str = ""
    scale: float = 1.0
    lag: int = 0
    window_years: int = 1
    years_back: tuple[int, int] | None = None
    base_back: tuple[int, int] | None = None
    least_base: float = 0
    interval: str = "none"
    counting: tuple[str, ...] = ("whole",)
    sized: tuple[Measure, ...] = ()
    sized_bases: tuple[Measure, ...] = ()
    sizes: tuple[str, ...] = ()
    intensity: str = "all"
    intensities: tuple[str, ...] = ("all",)
    by_field: bool = False
    of: str = "institution"
    is_stock: bool = False
    is_bounded: bool = False

    def __post_init__(self) -> None:
        """Refuse an indicator that the engine could not compute or a reader could not understand."""
        if self.interval not in INTERVALS:
            raise ValueError(f"indicator {self.id}: interval {self.interval}")
        if self.of not in OF or (self.of == "country" and self.aggregate != "triple_helix"):
            raise ValueError(f"indicator {self.id}: of {self.of} with the aggregate {self.aggregate}")
        if self.intensity not in self.intensities or set(self.intensities) - set(INTENSITIES):
            raise ValueError(f"indicator {self.id}: intensity {self.intensity} of {self.intensities}")
        if (self.aggregate == "ratio") != (self.denominator is not None and not self.is_own_sql):
            raise ValueError(f"indicator {self.id}: a ratio has a denominator, and nothing else has")
        if self.is_own_sql and not self.says:
            raise ValueError(f"indicator {self.id}: a query of its own needs its formula in words")
        if self.aggregate == "peak_share" and not self.is_reported:
            raise ValueError(f"indicator {self.id}: the largest year's share is formed of reported figures only")
        if self.is_reported and self.aggregate not in ("sum", "mean", "ratio", "peak_share"):
            raise ValueError(f"indicator {self.id}: reported figures have sums, means and ratios, no {self.aggregate}")
        if self.is_stock and self.aggregate == "sum" and self.window_years > 1:
            raise ValueError(f"indicator {self.id}: a stock is averaged over years (aggregate mean), never summed")
        if self.is_reported and self.interval != "none":
            raise ValueError(f"indicator {self.id}: reported figures have no interval")
        if (self.interval == "fixed") != (self.is_mixed and self.interval != "none"):
            raise ValueError(
                f"indicator {self.id}: records over a reported denominator have the interval fixed or none"
            )
        if "fractional" in self.counting and self.numerator.unit != "count":
            raise ValueError(f"indicator {self.id}: money is counted whole only")

    @property
    def is_own_sql(self) -> bool:
        """Whether the aggregate is a query of its own."""
        return self.aggregate not in AGGREGATES

    @property
    def is_ratio(self) -> bool:
        """Whether the value is a numerator over a denominator."""
        return self.aggregate in ("ratio", "peak_share") or self.is_own_sql

    @property
    def is_reported(self) -> bool:
        """Whether the value is made of figures that institutions report about themselves."""
        return self.numerator.is_survey

    @property
    def is_mixed(self) -> bool:
        """Whether records are counted over a reported denominator."""
        return not self.numerator.is_survey and self.denominator is not None and self.denominator.is_survey

    @property
    def looks_back(self) -> tuple[int, int]:
        """First and last year looked at, as years before the indicator's year."""
        return self.years_back or (0, self.window_years - 1 + self.lag)

    @property
    def base_looks_back(self) -> tuple[int, int]:
        """The years whose records are the base, as years before the indicator's year."""
        return self.base_back or (self.lag, self.lag + self.window_years - 1)

    @property
    def years_needed(self) -> int:
        """Least number of covered years: all for sums; for ratios and means over three or four years all but one.

        Where a side is reported these are pairs of years, each told on both sides.
        """
        first, last = self.looks_back
        span = self.window_years if self.is_reported or self.is_mixed else last - first + 1
        return span - 1 if self.aggregate in ("ratio", "mean") and self.window_years >= 3 else span

    @property
    def needs(self) -> frozenset[str]:
        """The facts a source must observe for the numerator and the denominator alike."""
        return self.numerator.needs | (self.denominator.needs if self.denominator else frozenset())

    @property
    def beside(self) -> frozenset[str]:
        """The facts that some source of the release must observe, whichever."""
        return self.numerator.beside | (self.denominator.beside if self.denominator else frozenset())

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures whose evidence stands behind the indicator."""
        bases = (self.denominator,) if self.denominator else ()
        return (self.numerator, *bases, *self.sized, *self.sized_bases)


def formula(indicator: Indicator) -> str:
    """Write the formula of an indicator in words, from its parts."""
    of = indicator.numerator.meaning
    said = indicator.says or {
        "sum": of if indicator.numerator.unit != "money" else f"sum of {of}",
        "mean": f"mean of {of}",
        "peak_share": f"largest year's {of} ÷ all years' {of}",
        "ratio": f"{of} ÷ {indicator.denominator.meaning if indicator.denominator else ''}",
        "count_distinct": f"distinct organisations among {of}",
        "count_repeated": f"distinct organisations with at least two records among {of}",
        "median": f"median of {of}",
        "median_pair": f"median over distinct organisations of {of}, where at least 60 % tell it",
        "triple_helix": f"T(u, i, g) of all records of the country − T without the institution's, of {of}",
        "h": f"largest h with h organisations that share at least h records each, among {of}",
    }.get(indicator.aggregate, "")
    if indicator.scale != 1:
        said += f", × {indicator.scale:,g}"
    if indicator.window_years > 1:
        first = indicator.window_years - 1
        summed = "ratio of sums over" if indicator.aggregate == "ratio" else "over"
        said += f"; {summed} the years y−{first} to y" if not indicator.says else ""
    if indicator.lag:
        said += f"; denominator {indicator.lag} years before"
    if indicator.intensity != "all":
        said += f"; only {INTENSITY_SAYS[indicator.intensity]}"
    return said


INTENSITY_SAYS = {
    "all": "records of any number of organisations",
    "bilateral": "records of at most 3 organisations",
    "small": "records of 4 to 10 organisations",
    "consortium": "records of more than 10 organisations",
    "bilateral_small": "records of at most 10 organisations",
}
