"""Names of earlier methods in today's words, so that an old link is compared with what runs now."""

from __future__ import annotations

_TO = ">"
_OF = ":"


def current_id(text: str) -> str:
    """The id of a candidate as it is written now.

    Up to method 2 an id named the training product as well:
    ``owned:nvidia/x>rented:acme/y:spot``. The cheapest training product may change with the
    volume, so from method 3 on it is a field of the candidate: ``owned>rented:acme/y:spot``.
    An id of today and a text that is none come back as they are.
    """
    trained, arrow, answers = text.partition(_TO)
    if not arrow:
        return text
    return f"{trained.partition(_OF)[0]}{arrow}{answers}"
