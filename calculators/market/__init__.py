"""What can be bought at one price date in one region, as columns: machines, services, terms.

Nothing here depends on a scenario but its region, so one :class:`Market` serves every comparison
at its prices.
"""

from calculators.market.market import Market

__all__ = ["Market"]
