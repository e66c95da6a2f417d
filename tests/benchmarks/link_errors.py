"""What linking got wrong on a label set, to read: python -m tests.benchmarks.link_labels --errors SET.

A string is listed as wrong where an organisation was given that is not among the labels, as missed where a label was
not given. Both can be true of one string. What is read here is for finding rules; a string of a label set must not
become a row of a seed (tests/link/test_link_labels.py).
"""

from collections import Counter
from collections.abc import Sequence

from pipelines.link.match import Link, Linker
from pipelines.link.training.labels import Label
from tests.benchmarks.systems import asked


def show(linker: Linker, labels: Sequence[Label], links: Sequence[Link]) -> None:
    """Print every wrong or missed string with our answer, the right one, method, score and candidates."""
    tally: Counter[tuple[str, str]] = Counter()
    for label, link in zip(labels, links, strict=True):
        given = asked(label, link)
        wrong, missed = given - label.right, label.right - given
        tally[link.method, "right"] += len(given & label.right)
        tally[link.method, "wrong"] += len(wrong)
        tally[link.method, "missed"] += len(missed)
        if wrong or missed:
            _print(linker, label, link, given)
    print(f"\n{'method':<18}{'right':>7}{'wrong':>7}{'missed':>7}{'precision':>11}")
    for method in sorted({method for method, _ in tally}):
        right, wrong, missed = (tally[method, kind] for kind in ("right", "wrong", "missed"))
        precision = f"{right / (right + wrong):.3f}" if right + wrong else "–"
        print(f"{method:<18}{right:>7,}{wrong:>7,}{missed:>7,}{precision:>11}")


def _print(linker: Linker, label: Label, link: Link, given: frozenset[str]) -> None:
    kinds = [k for k, found in (("WRONG", given - label.right), ("MISSED", label.right - given)) if found]
    score = "–" if link.score is None else f"{link.score:.3f}"
    print(f"\n{'+'.join(kinds)}  {label.name!r}  {label.country} {label.context}".rstrip())
    print(f"  {link.method} {link.status} {score}")
    for title, found in (
        ("ours", sorted(given)),
        ("right", sorted(label.right)),
        ("considered", [c for c in link.candidates if c not in given]),
    ):
        for id_ in found:
            mark = "" if title != "ours" else " ✓" if id_ in label.right else " ✗"
            print(f"  {title:<11}{_shown(linker, id_)}{mark}")


def _shown(linker: Linker, id_: str) -> str:
    registry = linker.registry
    number = registry.number.get(id_)
    if number is None:
        return f"{id_} (not in the registry)"
    types = ",".join(sorted(registry.types[number]))
    status = "" if registry.status[number] == "active" else f", {registry.status[number]}"
    place = " ".join(filter(None, (registry.city[number], registry.country[number])))
    return f"{id_} {registry.display[number]} ({place}; {types}{status})"
