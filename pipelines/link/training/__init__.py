"""Learn the weights of the scorer from labelled names: python -m pipelines.link.training."""
