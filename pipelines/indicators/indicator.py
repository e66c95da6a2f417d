"""An indicator is one or two measures and how they are put together: aggregate, window, lag, least base."""

from dataclasses import dataclass

from pipelines.indicators.measure import Measure

AGGREGATES = ("sum", "ratio", "count_distinct", "median", "h")
INTERVALS = ("none", "poisson", "money", "wilson", "ratio", "median")
INTENSITIES = ("all", "bilateral", "small", "consortium", "bilateral_small")


@dataclass(frozen=True)
class Indicator:
    """What an indicator means, how it is formed, and how far it may be trusted.

    `aggregate` is one of AGGREGATES, or a SQL query of its own over `edge` (rollup, institution_id, source,
    partner, intensity, year, record_id, partner_id, amount) that returns the first five with year, numerator
    and denominator. `scale` multiplies the value. `lag` is how many years the denominator lies before the
    numerator. `years_back` are the years counted from the indicator's year that the value looks at, and
    `base_back` those that its base is taken from; both follow from the window unless given.
    `least_base` is the number of units in the denominator (records, or partners where partners are
    counted) under which a value is `small_base`. `sized` are the numerators by size of partner at record
    grain; `sizes` the sizes by which edges are told apart.
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
    least_base: int = 0
    interval: str = "none"
    counting: tuple[str, ...] = ("whole",)
    sized: tuple[Measure, ...] = ()
    sizes: tuple[str, ...] = ()
    intensity: str = "all"
    intensities: tuple[str, ...] = ("all",)
    is_stock: bool = False
    is_bounded: bool = False

    def __post_init__(self) -> None:
        """Refuse an indicator that the engine could not compute or a reader could not understand."""
        if self.interval not in INTERVALS:
            raise ValueError(f"indicator {self.id}: interval {self.interval}")
        if self.intensity not in self.intensities or set(self.intensities) - set(INTENSITIES):
            raise ValueError(f"indicator {self.id}: intensity {self.intensity} of {self.intensities}")
        if (self.aggregate == "ratio") != (self.denominator is not None and not self.is_own_sql):
            raise ValueError(f"indicator {self.id}: a ratio has a denominator, and nothing else has")
        if self.is_own_sql and not self.says:
            raise ValueError(f"indicator {self.id}: a query of its own needs its formula in words")
        if "fractional" in self.counting and self.numerator.unit != "count":
            raise ValueError(f"indicator {self.id}: money is counted whole only")

    @property
    def is_own_sql(self) -> bool:
        """Whether the aggregate is a query of its own."""
        return self.aggregate not in AGGREGATES

    @property
    def is_ratio(self) -> bool:
        """Whether the value is a numerator over a denominator."""
        return self.aggregate == "ratio" or self.is_own_sql

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
        """Least number of covered years: all for sums, all but one for ratios over three or four years."""
        first, last = self.looks_back
        span = last - first + 1
        return span - 1 if self.aggregate == "ratio" and self.window_years >= 3 else span

    @property
    def needs(self) -> frozenset[str]:
        """The facts a source must observe for the numerator and the denominator alike."""
        return self.numerator.needs | (self.denominator.needs if self.denominator else frozenset())

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures whose evidence stands behind the indicator."""
        return (self.numerator, *((self.denominator,) if self.denominator else ()), *self.sized)


def formula(indicator: Indicator) -> str:
    """Write the formula of an indicator in words, from its parts."""
    of = indicator.numerator.meaning
    said = indicator.says or {
        "sum": of if indicator.numerator.unit == "count" else f"sum of {of}",
        "ratio": f"{of} ÷ {indicator.denominator.meaning if indicator.denominator else ''}",
        "count_distinct": f"distinct organisations among {of}",
        "median": f"median of {of}",
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
        said += f"; only {_INTENSITY_SAYS[indicator.intensity]}"
    return said


_INTENSITY_SAYS = {
    "bilateral": "records of at most 3 organisations",
    "small": "records of 4 to 10 organisations",
    "consortium": "records of more than 10 organisations",
    "bilateral_small": "records of at most 10 organisations",
}
