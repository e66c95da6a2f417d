"""Measure linking on the label sets, beside plain baselines: python -m tests.benchmarks.link_labels.

Set × system: precision, recall, F1 and F0.5 over string–id pairs, strings a second; then how true our scores are.
`--write` puts the tables into docs/linking.md. `--errors SET` prints what linking got wrong on one set instead.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from pipelines import resolve
from pipelines.link.match import Link, Linker
from pipelines.link.training import labels
from pipelines.link.training.labels import REAL, Label
from tests.benchmarks import link_errors, link_page, trial
from tests.benchmarks.baselines import exact, names, ngrams, tfidf, token_set
from tests.benchmarks.measures import Reached, Scored, reached
from tests.benchmarks.systems import Ours, System, asked

BASELINES = {"exact": exact.system, "ngrams": ngrams.system, "tfidf": tfidf.system, "token_set": token_set.system}


def measure(linker: Linker, rows: Sequence[Label]) -> Reached:
    """Return what the linker as shipped reaches on some labels."""
    return reached(rows, Ours(linker).answer(rows))


def run(ours: Ours, baselines: Sequence[System], sets: trial.Sets) -> tuple[list[link_page.Row], dict[str, list[Link]]]:
    """Ask every system every set; return the rows of the table and our whole answers."""
    rows = []
    links = trial.out_of_fold(ours, sets, ours.links)
    answers = {name: [asked(*pair) for pair in zip(sets[name], found, strict=True)] for name, found in links.items()}
    for system in (ours, *baselines):
        some = {name: trial.drawn(held, system.strings) for name, held in sets.items()}
        found = answers if system is ours else trial.out_of_fold(system, some, system.answer)
        for name, held in some.items():
            row = link_page.Row(
                name, system.name, len(held), len(sets[name]), reached(held, found[name]), trial.speed(system, held)
            )
            print(link_page.line(row), flush=True)
            rows.append(row)
    return rows, links


def main() -> None:
    """Print the tables of some or all sets and systems, or what was wrong and missed on one set."""
    sets = labels.read()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", metavar="SET", choices=sorted(sets), help="print what is wrong and missed on a set")
    parser.add_argument("--sets", nargs="+", choices=sorted(sets), default=list(sets), help="measure these sets only")
    parser.add_argument(
        "--baselines",
        nargs="*",
        choices=sorted(BASELINES),
        default=list(BASELINES),
        help="measure these baselines only",
    )
    parser.add_argument("--write", action="store_true", help=f"write the tables into {link_page.PAGE.name}")
    wanted = parser.parse_args()
    if wanted.write and (set(wanted.sets), set(wanted.baselines)) != (set(sets), set(BASELINES)):
        parser.error("--write needs every set and every baseline: the page is of one run")
    dump: Path = next((REAL / "ror").glob("*.zip"))
    ours = Ours(resolve.linker(dump))
    sets = {name: held for name, held in sets.items() if name in (wanted.sets if not wanted.errors else sets)}
    if wanted.errors:
        links = trial.out_of_fold(
            ours, sets if ours.learns == "all" else {wanted.errors: sets[wanted.errors]}, ours.links
        )
        link_errors.show(ours.linker, sets[wanted.errors], links[wanted.errors])
        return
    known = names.read(dump) if wanted.baselines else []
    print(link_page.HEAD)
    rows, links = run(ours, [BASELINES[name](known) for name in wanted.baselines], sets)
    scored = {
        name: [Scored(asked(label, link), link.score) for label, link in zip(sets[name], links[name], strict=True)]
        for name in sets
    }
    tables = link_page.tables(rows, sets, scored)
    print("\n" + tables[1])
    if wanted.write:
        link_page.write(dict(zip(("bench", "scores"), tables, strict=True)))


if __name__ == "__main__":
    main()
