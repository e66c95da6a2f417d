"""Small curated tables that linking needs: the shipped ones, then a user's own rows from other folders."""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[2] / "warehouse" / "seeds"
FILES = (
    "name_words", "legal_forms", "ip_holders", "holder_patterns", "link_overrides", "research_institutes",
    "sector_overrides", "organisation_ids", "us_states", "legal_alike",
)  # fmt: skip


@dataclass(frozen=True)
class Seeds:
    """Rows of every seed table by its name, in the order of the files; later rows overrule earlier ones."""

    rows: dict[str, tuple[dict[str, str], ...]]
    digest: str

    def __getitem__(self, name: str) -> tuple[dict[str, str], ...]:
        """Return the rows of one seed table."""
        return self.rows[name]


def load(*folders: Path) -> Seeds:
    """Read the shipped seeds, then those of further folders.

    The digest covers the bytes of every file read, so that links are recomputed when a seed changes.
    """
    found: dict[str, tuple[dict[str, str], ...]] = {}
    digest = hashlib.sha256()
    for name in FILES:
        rows: list[dict[str, str]] = []
        for folder in (SHIPPED, *folders):
            path = folder / f"{name}.csv"
            if not path.exists():
                continue
            text = path.read_bytes()
            digest.update(name.encode() + b"\0" + text)
            rows += csv.DictReader(text.decode("utf-8").splitlines())
        found[name] = tuple(rows)
    return Seeds(found, digest.hexdigest())
