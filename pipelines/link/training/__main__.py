"""Learn the weights of the scorer from label sets: python -m pipelines.link.training --labels DIR --registry ZIP.

Takes some two minutes. Writes the weights and their card; the same labels, registry and code give the same bytes.
"""

import argparse
from pathlib import Path

import xgboost

from pipelines import resolve
from pipelines.link import features, rarity, scorer
from pipelines.link.registry import Registry
from pipelines.link.training import labels, learn
from warehouse import files


def main() -> None:
    """Read labels and registry, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path, default=labels.REAL / "labels", help="folder of the label sets")
    parser.add_argument("--registry", type=Path, help="ROR dump to learn with (default: the one beside the labels)")
    parser.add_argument("--out", type=Path, default=scorer.WEIGHTS, help="file of the weights, .ubj")
    wanted = parser.parse_args()
    dump = wanted.registry or next((wanted.labels.parent / "ror").glob("*.zip"))
    retrieval = scorer.Retrieval(resolve.linker(dump).registry)
    sets = labels.read(wanted.labels)
    found = []
    for name, some in sets.items():
        print(f"{name}: {len(some):,} labels", flush=True)
        found += [one for label in some for one in learn.examples(retrieval, label)]
    learned = learn.fit(found)
    wanted.out.parent.mkdir(parents=True, exist_ok=True)
    learned.trees.save_model(wanted.out)
    card = {
        "learned_from": {
            "registry": {"file": dump.name, "sha256": files.sha256(dump)},
            "labels": {path.name: files.sha256(path) for path in sorted(wanted.labels.iterdir())},
            "labels_read": {name: len(some) for name, some in sets.items()},
            "candidates": sum(len(one.rows) for one in found),
        },
        "learned_by": {"xgboost": xgboost.__version__, "rounds": learn.ROUNDS, **learn.PARAMETERS},
        "weights_of_sets": learn.WEIGHTS,
        "features": list(features.NAMES),
        "gain": _gain(learned),
    }
    files.write_json(wanted.out.with_suffix(".json"), card)
    files.write_json(wanted.out.parent / rarity.COMMON.name, _words(retrieval.registry))
    print(f"{wanted.out}: {wanted.out.stat().st_size:,} bytes")


def _words(registry: Registry) -> dict[str, object]:
    """Return in how many names of the registry its commonest words stand."""
    common = sorted(rarity.counted(registry.bag).items(), key=lambda item: (-item[1], item[0]))[: rarity.KEPT]
    return {"names": len(registry.bag), "words": dict(common)}


def _gain(learned: scorer.Scorer) -> dict[str, float]:
    """Return the share of each feature in what the trees gain by their splits, the largest first."""
    told = learned.trees.get_score(importance_type="total_gain").items()
    gain = {name: value for name, value in told if isinstance(value, float)}
    total = sum(gain.values()) or 1.0
    return {name: round(value / total, 4) for name, value in sorted(gain.items(), key=lambda i: (-i[1], i[0]))}


if __name__ == "__main__":
    main()
