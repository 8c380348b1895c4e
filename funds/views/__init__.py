"""Pages of the fund: for its staff, for community groups, and for anyone."""
