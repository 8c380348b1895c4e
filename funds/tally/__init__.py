"""The count: ballots, rules, explanation, .pb files, the public verifier. Pure functions, no Django."""
