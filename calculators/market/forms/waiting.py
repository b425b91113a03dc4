"""Batch and flex: a lower price for answers that can wait, where a service has one.

Batch answers come within a day. Flex answers come when there is room. What has no price of its
own is billed at that for answers at once: a vendor whose batch leaves cached input alone has none
for it.
"""

from __future__ import annotations

import numpy as np

from calculators.market.forms.line import Asked, Form, Lines
from calculators.market.services import CHEAPER, meter_name

ALL = np.ones((1, 1))


def _lines(asked: Asked, lines: Lines) -> Lines:
    for cheaper in CHEAPER[asked.wait]:
        found = []
        for line in lines:
            moved = line.meter.name.startswith(CHEAPER["batch"])
            other = None if moved else asked.services.meter(meter_name(line.meter.name, cheaper))
            found += line.moved(other, ALL)
        lines = found
    return lines


FORM = Form("waiting", _lines)
