"""How the query of a measure of record grain ends: one row per institution and record, whatever it is a record of."""

ONE = "CAST(1 AS DOUBLE)"
"""The amount of what is counted, and the share of who has it alone."""

NO_MONEY = "CAST(NULL AS VARCHAR)"
"""The currency of what is counted."""


def record_rows(
    table: str,
    rows: str,
    of: str,
    where: str = "true",
    *,
    institution: str = "",
    year: str = "",
    record: str = "",
    amount: str = ONE,
    share: str = ONE,
    currency: str = NO_MONEY,
    partner: str = "all",
    intensity: str = "'n/a'",
    once: bool = False,
    having: str = "true",
) -> str:
    """Write the query: records of `table`, from `rows` (a FROM clause) of which the table or idea `of` says whose.

    Institution, year and record are its columns of these names, source and part as well, unless said otherwise.
    Counted are records, each with share 1 and without money. `once` where `rows` have several for one institution,
    year and record: they are one, and `having` says which of them count.
    """
    whose, when, what = institution or f"{of}.institution_id", year or f"{of}.year", record or f"{of}.record_id"
    source, part = (f"min({of}.source)", f"min({of}.part)") if once else (f"{of}.source", f"{of}.part")
    grouped = f"GROUP BY {whose}, {when}, {what}\n    HAVING {having}" if once else ""
    return f"""
    SELECT
        {whose} AS institution_id,
        {when} AS year,
        '{table}' AS record_table,
        {what} AS record_id,
        '' AS partner_id,
        {amount} AS amount,
        {share} AS share,
        {currency} AS currency,
        '{partner}' AS partner,
        {intensity} AS intensity,
        {source} AS source,
        {part} AS part
    FROM {rows}
    WHERE {where}
    {grouped}
    """
