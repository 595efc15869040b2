"""Training runs: a YAML recipe and gold-shaped rows in, a model folder out (extra ``train``)."""
