"""Where requests are answered: one module a place, named by its record in ``places.py``."""
