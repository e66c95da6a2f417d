"""Roll-up: credit an institution with the records of its institutional children as well.

The union of records over the family, each once. Of counts the share is recomputed for the union: of n
organisations k are family and now one, so 1 / (n − k + 1); what each member has as its own (share 1) stays whole.
Money of one's own adds up over the members; money of the record (share unknown) stands once. At edge grain a
record and partner stand once.
"""

import duckdb

from pipelines.indicators.measure import Measure


def families(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the table of ancestors and their members, the ancestor included."""
    connection.execute(
        """CREATE TABLE iur_work.family AS
        SELECT DISTINCT ancestor_id, organisation_id FROM descendant
        UNION
        SELECT ancestor_id, ancestor_id FROM descendant"""
    )


def credit(connection: duckdb.DuckDBPyConnection, measure: Measure, institutions: str | None = None) -> None:
    """Create `credited_<measure>`: its evidence directly, and rolled up to each ancestor.

    `institutions` is a query of those to credit, where it is not all of them. `value` is 1 or money in euro,
    `native` the same money in its own currency, `fixed` in euro at fixed rates; `unrated` is 1 where there is money
    and no rate for it.
    """
    where = [f"f.ancestor_id IN ({institutions})"] if institutions else []
    direct = f"iur_work.evidence_{measure.name}"
    if institutions:
        connection.execute(
            f"""CREATE TABLE iur_work.direct_{measure.name} AS
            SELECT * FROM {direct} WHERE institution_id IN ({institutions})"""
        )
        direct = f"iur_work.direct_{measure.name}"
    # A distance is that of the institution's own place.
    if measure.is_tally or measure.unit == "km":
        where.append("false")
    if measure.grain == "edge":
        # A partner within the family is no partner of the family.
        where.append(
            """NOT EXISTS (
            SELECT 1 FROM iur_work.family AS own
            WHERE own.ancestor_id = f.ancestor_id AND own.organisation_id = e.partner_id
        )"""
        )
    if measure.unit != "money":
        together = """max(e.amount) AS value,
            CAST(NULL AS DOUBLE) AS native,
            CAST(NULL AS DOUBLE) AS fixed,
            0 AS unrated,
            CAST(NULL AS VARCHAR) AS currency,
            1 / greatest(round(1 / max(e.share)) - count(DISTINCT e.institution_id) + 1, 1) AS share"""
    else:
        together = f"""{_money("e.amount_eur")} AS value,
            CASE WHEN count(DISTINCT e.currency) <= 1 THEN {_money("e.amount")} END AS native,
            {_money("e.amount_eur_fixed")} AS fixed,
            max({_UNRATED}) AS unrated,
            CASE WHEN count(DISTINCT e.currency) > 1 THEN 'several' ELSE max(e.currency) END AS currency,
            max(e.share) AS share"""
    connection.execute(
        f"""CREATE TABLE iur_work.rolled_{measure.name} AS
        SELECT
            f.ancestor_id AS institution_id,
            e.source,
            e.part,
            e.year,
            e.record_table,
            e.record_id,
            e.partner_id,
            max(e.partner) AS partner,
            max(e.intensity) AS intensity,
            {together}
        FROM iur_work.evidence_{measure.name} AS e
        JOIN iur_work.family AS f ON f.organisation_id = e.institution_id
        {"WHERE " + " AND ".join(where) if where else ""}
        GROUP BY f.ancestor_id, e.source, e.part, e.year, e.record_table, e.record_id, e.partner_id"""
    )
    columns = "institution_id, source, part, year, record_table, record_id, partner_id, partner, intensity"
    own = (
        f"e.amount_eur AS value, e.amount AS native, e.amount_eur_fixed AS fixed, {_UNRATED} AS unrated"
        if measure.unit == "money"
        else "e.amount AS value, NULL AS native, NULL AS fixed, 0 AS unrated"
    )
    connection.execute(
        f"""CREATE VIEW iur_work.credited_{measure.name} AS
        SELECT 'direct' AS rollup, {columns}, {own}, currency, share FROM {direct} AS e
        UNION ALL
        SELECT 'with_children' AS rollup, {columns}, value, native, fixed, unrated, currency, share
        FROM iur_work.rolled_{measure.name}"""
    )


_UNRATED = "CASE WHEN e.amount IS NOT NULL AND e.amount_eur IS NULL THEN 1 ELSE 0 END"


def _money(amount: str) -> str:
    """Add up what is the members' own; take once what is the record's."""
    added = f"CAST(sum(CAST({amount} AS DECIMAL(18, 4))) AS DOUBLE)"
    return f"CASE WHEN max(e.share) IS NULL THEN max({amount}) ELSE {added} END"
