"""Where things are: shapes, points, the National Grid, boundary sets, postcodes. All geometry, once.

What needs no database imports neither Django nor the rest of the project; a contract in pyproject.toml names it.
"""
