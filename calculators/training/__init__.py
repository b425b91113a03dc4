"""Where models are trained: one module a venue, named by its record in ``places.py``."""
