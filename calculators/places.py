"""Where requests are answered and where models are trained: one record each, read by everything.

A new place is a module with a ``serve`` function and a record here; a hybrid is a record that
names the place behind the devices. Words, colour, premises and labour of a place stand nowhere
else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType

from pricing.records import value

AnswersAt = str
"""Id of a :class:`Place`, as it stands in links and in the API."""
TrainedAt = str
"""Id of a :class:`Venue`."""

DEVICE = "device"
MANAGED_API = "managed_api"


@value
class Place:
    """One place where requests can be answered."""

    id: AnswersAt
    name: str  # as a row or a legend
    words: str  # inside a sentence: "a managed API"
    means: str  # one sentence for someone new to the word
    module: str  # calculators.options.<module> has ``serve(case, share) -> Block``
    labour: str  # suffix of its assumptions: integration_hours_<labour>
    colour: str  # key of report.palette
    on_premises: bool = False  # the data need not leave the owner's premises
    spare_instances: int = 1  # machines kept so that one may fail, where nobody says
    fallback: AnswersAt = ""  # hybrids: the place that answers for the devices that cannot

    @property
    def on_device(self) -> bool:
        """Whether the model file is on the users' devices."""
        return self.id == DEVICE or bool(self.fallback)

    @property
    def in_list(self) -> str:
        """Beside others inside a sentence: a mix by its short name, without commas of its own."""
        return _small(self.name) if self.fallback else self.words

    @property
    def parts(self) -> tuple[AnswersAt, ...]:
        """The places that answer: one, or the device and its fallback."""
        return (DEVICE, self.fallback) if self.fallback else (self.id,)


@value
class Venue:
    """One place where a model can be trained."""

    id: TrainedAt
    name: str
    module: str  # calculators.training.<module> has ``plans(case) -> Sequence[Plan]``
    on_premises: bool = False
    by_use: bool = True  # whether its plans depend on how much is asked, and by how many users


def _hybrid(behind: Place) -> Place:
    """Devices where they can, ``behind`` for the rest."""
    rest = behind.words
    return replace(
        behind,
        id=f"{DEVICE}+{behind.id}",
        name=f"Devices + {_small(behind.name)}",
        words=f"the users' devices, with {rest} for the rest",
        means=f"On the user's device where it can; {rest} for the rest.",
        module="hybrid",
        colour=f"{DEVICE}+{behind.colour}",
        fallback=behind.id,
    )


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


_ALONE = (
    Place(
        "managed_api",
        "Managed API",
        "a managed API",
        "A vendor's ready-made service; you pay per use and run nothing.",
        module="managed_api",
        labour="managed_api",
        colour="api",
    ),
    Place(
        "hosted_platform",
        "Hosted platform",
        "a hosted platform",
        "A vendor runs your model; you pay per hour it stands ready or per second.",
        module="hosted_platform",
        labour="hosted_platform",
        colour="hosted",
        spare_instances=0,
    ),
    Place(
        "rented",
        "Rented machines",
        "rented machines",
        "You run your model on machines rented by the hour.",
        module="rented",
        labour="rented",
        colour="rented",
    ),
    Place(
        "owned",
        "Own machines",
        "your own machines",
        "You run your model on machines you buy.",
        module="owned",
        labour="owned",
        colour="owned",
        on_premises=True,
    ),
)
_DEVICE = Place(
    DEVICE,
    "Users' devices",
    "the users' devices",
    "The model ships inside the app and runs on each user's phone or computer.",
    module="device",
    labour="device",
    colour="device",
    on_premises=True,
)

_places: dict[AnswersAt, Place] = {
    place.id: place for place in (*_ALONE, _DEVICE, *(_hybrid(place) for place in _ALONE))
}
PLACES: Mapping[AnswersAt, Place] = MappingProxyType(_places)
"""Every place, in the order of tables and charts."""

_venues: dict[TrainedAt, Venue] = {
    venue.id: venue
    for venue in (
        Venue("managed_api", "managed API", "managed_api", by_use=False),
        Venue("hosted_platform", "hosted platform", "hosted_platform", by_use=False),
        Venue("rented", "rented machines", "rented", by_use=False),
        Venue("owned", "own machines", "owned", on_premises=True, by_use=False),
        Venue("device", "users' devices", "device", on_premises=True),
    )
}
VENUES: Mapping[TrainedAt, Venue] = MappingProxyType(_venues)
"""Every place of training; "none" is the absence of one."""
UNTRAINED = "none"


@contextmanager
def registered(place: Place) -> Iterator[Place]:
    """A further place while the context lasts: how a test tries a new kind."""
    _places[place.id] = place
    try:
        yield place
    finally:
        del _places[place.id]
