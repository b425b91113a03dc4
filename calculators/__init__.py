"""Cost, capacity and break-even: pure functions over a scenario and a price book.

No Streamlit, network, clock or environment; randomness only from a given seed.
"""

METHOD = "8"
"""Version of the formulas; a change that moves results raises it (see CHANGELOG, Method)."""
