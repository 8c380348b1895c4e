"""The measurements behind script/bench, each a ratio taken in one run."""
