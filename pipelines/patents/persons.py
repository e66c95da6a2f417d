"""Who in a conveyance is a person, and who is the US government: told by the way names are written.

The office writes persons "LAST, FIRST", and organisations as they write themselves, commas included ("ACME, INC.",
"REGENTS OF THE UNIVERSITY OF CALIFORNIA, THE"). Nothing else tells them apart. A name with a legal form, a word of
organisations (seed `party_words`), a figure or `&` is an organisation's; any other with a comma is a person's, and is
not kept. Without a comma a middle initial (JOHN Q DOE), a doctor and an estate tell a person; JOHN DOE alone does not.
"""

import csv
import re
from pathlib import Path

import duckdb

from expectations.contract import literal

SEEDS = Path(__file__).resolve().parents[2] / "warehouse" / "seeds"


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros `is_person(name)` and `is_us_government(name)`; a blank name is neither."""
    words: dict[str, list[str]] = {}
    with (SEEDS / "party_words.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            words.setdefault(row["kind"], []).append(row["words"])
    weak = "|".join(words["weak_form"])
    strong = "|".join(form for form in _forms() if form not in weak.split("|"))
    dotted = "|".join(r"\. ?".join(form) + r"\." for form in ("SA", "AS", "SL", "SE", "AE", "OU", "SAU")) + r"|CO\."
    organisation, inside = "|".join(words["organisation"]), "|".join(words["inside"])
    estate, government = words["estate"][0].replace("$", " $"), words["us_government"][0]
    plain, letters = "party_name(name_)", "party_letters(name_)"
    form = f"regexp_matches({plain}, {literal(f' ({strong})( ,|,| $)')})"
    told = (
        f"regexp_matches({plain}, {literal(f' ({organisation})[ ,]')})",
        f"regexp_matches(regexp_replace({plain}, '^ [^ ,]+,', ','), {literal(f' ({inside})[ ,]')})",
        f"regexp_matches({plain}, ' [^ ,]+ .*, THE $')",
        form,
        f"regexp_matches({letters}, {literal(f'[ ,]({dotted})(,|$| ,)')})",
        # NESTLE FOODS, SA: a form alone behind the comma, after words enough for no surname.
        f"regexp_matches({plain}, {literal(f'^ [^ ,]+ [^,]+, ({weak}) $')})",
        "regexp_matches(name_, '[0-9&+@/]')",
    )
    initial = "regexp_matches(party_name(name_), '^ [A-Z''-]{2,} [A-Z] [A-Z''-]{2,}( (JR|SR|II|III|IV))? $')"
    for macro in (
        "party_letters(name_) AS upper(strip_accents(trim(name_)))",
        # A blank on both sides, stops out (S.A. is SA), every other mark but the comma a blank.
        r"""party_name(name_) AS ' ' || replace(trim(regexp_replace(
            regexp_replace(replace(upper(strip_accents(name_)), '.', ''), '[^A-Z0-9,''-]+', ' ', 'g'),
            '\s*,[\s,]*', ', ', 'g')), '  ', ' ') || ' '""",
        f"is_organisation(name_) AS {' OR '.join(told)}",
        f"""is_person(name_) AS coalesce(
            (regexp_matches({plain}, {literal(estate)}) AND NOT {form})
            OR ((contains(trim(name_, ' ,'), ',') OR {initial}) AND NOT is_organisation(name_)), false)""",
        rf"""is_us_government(name_) AS coalesce(regexp_matches(
            trim(regexp_replace(party_name(name_), '[ ,]+', ' ', 'g')), {literal(government)}), false)""",
    ):
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")


def _forms() -> list[str]:
    """Return the legal forms of companies, in capitals and without accents where they have none."""
    with (SEEDS / "legal_forms.csv").open(encoding="utf-8", newline="") as file:
        found = [row["form"].upper() for row in csv.DictReader(file) if row["is_company"] == "yes"]
    return [form for form in dict.fromkeys(found) if re.fullmatch("[A-Z ]+", form)]
