"""Where things are: shapes, points, boundary sets, postcodes. All geometry, once.

What needs no database (`points`) imports neither Django nor the rest of the project.
"""
