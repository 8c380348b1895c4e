"""Did it work: control charts, displacement tests, trigger rules. Pure functions, no Django."""
