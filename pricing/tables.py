"""What each table is, said once: its rows, what names one, how it ages, how it is called.

A price source is one CSV in ``pricing/tables`` and one :class:`TableSpec` here: the loader, the
rules, the book, its changes, the coverage page and the price list all read the spec.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from pricing import measurement_schema as measured
from pricing import schema
from pricing.schema import PriceRow, Row

Kind = Literal[
    "source",  # where figures come from
    "vocabulary",  # words and conversions the other tables use
    "catalogue",  # what is priced or compared, and what it can do
    "price",
    "assumption",  # defaults, and who the users are
    "preset",
    "measurement",  # what was measured, and the things it was measured on
    "fit",  # coefficients of the estimators
]


@dataclass(frozen=True)
class Age:
    """How long a kind of figure keeps: what people call the kind, and its days."""

    kind: str
    days: int


SPOT = Age("spot", 30)
RENTAL = Age("rental", 90)
API = Age("api", 180)
HARDWARE = Age("hardware", 365)


@dataclass(frozen=True)
class TableSpec:
    """What a table is."""

    name: str  # file stem in pricing/tables
    shape: type[Row]
    identity: tuple[str, ...]
    # columns that name a row; a later edition with the same identity replaces it (a correction)
    kind: Kind
    label: str  # words for people
    age: Age | None = None  # after which a figure is marked as old; None: it does not age
    age_of: Mapping[str, Age] = field(default_factory=dict)  # meter -> its own, where it has one
    catalogue: tuple[str, ...] = ()
    # prices: the tables one of which describes the product of each key; none for what is no
    # product of anybody's (electricity, a network)
    bases: tuple[str, ...] = ()  # prices: what may be priced, as bases of units.csv
    zero_allowed: bool = False  # prices: 0 is a price and does not mean unknown
    never_empty: bool = False  # nothing can be compared without a row of it
    of_method: bool = False
    # belongs to the calculators' method: its newest rows hold in every edition. Code and the
    # coefficients fitted for it change together, so an older edition's prices and measurements
    # are read with the coefficients of the running method.

    @property
    def dated(self) -> bool:
        """Whether its rows name the first edition that holds them."""
        return "edition" in self.shape.model_fields

    def stale_days(self, row: Row) -> int | None:
        """Days after which a row is marked as old; None where rows do not age."""
        age = self.age_of.get(row.meter, self.age) if isinstance(row, PriceRow) else self.age
        return age.days if age else None


_source = partial(TableSpec, shape=schema.SourceRow, identity=("id",), kind="source")
_catalogue = partial(TableSpec, kind="catalogue")
_machines = partial(_catalogue, shape=schema.InstanceRow, identity=("product",), never_empty=True)
_assumptions = partial(
    TableSpec,
    shape=schema.AssumptionRow,
    identity=("name",),
    kind="assumption",
    age=HARDWARE,
    never_empty=True,
)
_measured = partial(TableSpec, kind="measurement")
price_table = partial(
    TableSpec,
    shape=PriceRow,
    identity=("key", "region", "effective_from", "tier_from"),
    kind="price",
)
"""A table of prices: name, label and age are what it needs; the rest says what is checked."""

_TABLES: tuple[TableSpec, ...] = (
    _source(name="sources_managed", label="Sources of service prices"),
    _source(name="sources_machines", label="Sources of machines and their prices"),
    _source(name="sources_devices", label="Sources of devices"),
    _source(name="sources_measurements", label="Sources of measurements"),
    _source(name="sources_terms", label="Sources of vendors' terms"),
    TableSpec(
        name="units",
        shape=schema.UnitRow,
        identity=("unit",),
        kind="vocabulary",
        label="Units",
        never_empty=True,
    ),
    TableSpec(
        name="regions",
        shape=schema.RegionRow,
        identity=("region",),
        kind="vocabulary",
        label="Regions",
        never_empty=True,
    ),
    TableSpec(
        name="fx",
        shape=schema.FxRow,
        identity=("currency", "effective_from"),
        kind="vocabulary",
        label="Exchange rates",
        never_empty=True,
    ),
    _catalogue(
        name="vendors",
        shape=schema.VendorRow,
        identity=("vendor",),
        label="Vendors and their terms",
        never_empty=True,
    ),
    _catalogue(
        name="vendor_terms",
        shape=schema.VendorTermRow,
        identity=("vendor", "venue", "term", "source"),
        label="What vendors say of the data they are sent",
        of_method=True,  # the rules that read it are the method's, whatever the edition's prices
    ),
    _catalogue(
        name="services",
        shape=schema.ServiceRow,
        identity=("product",),
        label="Services",
        never_empty=True,
    ),
    _catalogue(
        name="endpoint_rates",
        shape=schema.EndpointRateRow,
        identity=("product",),
        label="What one unit of an endpoint answers",
        of_method=True,  # sizes an endpoint as the fitted capacities size a machine
    ),
    _catalogue(
        name="rate_limits",
        shape=schema.RateLimitRow,
        identity=("product", "counts", "window", "raisable"),
        label="Published rate limits",
        of_method=True,
    ),
    _catalogue(
        name="token_terms",
        shape=schema.TokenTermsRow,
        identity=("product",),
        label="Limits and rules of language model APIs",
        age=API,
    ),
    _catalogue(
        name="task_terms",
        shape=schema.TaskTermsRow,
        identity=("product",),
        label="How ready-made services count",
        age=API,
    ),
    _catalogue(
        name="model_terms",
        shape=schema.ModelTermsRow,
        identity=("model",),
        label="How open models count and think",
    ),
    _catalogue(
        name="tokenizers",
        shape=schema.TokenizerRow,
        identity=("tokenizer", "language"),
        label="Tokens of the same text by tokenizer",
    ),
    _catalogue(
        name="media_tokens",
        shape=schema.MediaRow,
        identity=("media",),
        label="Tokens of images, sound and film",
    ),
    _catalogue(
        name="media_tokens_method",
        shape=schema.MediaRow,
        identity=("media",),
        label="Tokens of images, sound and film, rules a method came with",
        of_method=True,  # as what a language model reads is the method's
    ),
    _catalogue(
        name="page_tokens",
        shape=schema.PageRow,
        identity=("pages",),
        label="Tokens of pages of documents",
        of_method=True,
    ),
    _catalogue(
        name="service_inputs",
        shape=schema.ServiceInputRow,
        identity=("product",),
        label="What language model APIs take beside text",
        of_method=True,  # says which services may answer a task, whatever the edition's prices
    ),
    _catalogue(
        name="one_prices",
        shape=schema.OnePriceRow,
        identity=("product",),
        label="Language model APIs with one price at every length",
        of_method=True,  # changes no amount: says that none is missing
    ),
    _machines(name="rented_instances", label="Machines to rent"),
    _machines(name="hosted_instances", label="Machines of hosted platforms"),
    _catalogue(
        name="sleepers",
        shape=schema.SleeperRow,
        identity=("vendor", "market"),
        label="Machines that scale to zero",
        age=API,
        of_method=True,
    ),
    TableSpec(
        name="cold_starts",
        shape=schema.StartRow,
        identity=("vendor", "market", "part"),
        kind="assumption",
        label="How long machines take to start",
        age=API,
        of_method=True,
    ),
    TableSpec(
        name="training_starts",
        shape=schema.TrainingStartRow,
        identity=("vendor", "venue", "part"),
        kind="assumption",
        label="What a training run takes beside training",
        age=HARDWARE,
        of_method=True,
    ),
    _catalogue(
        name="billing_rules",
        shape=schema.BillingRuleRow,
        identity=("vendor", "venue", "product"),
        label="How hours of training are billed",
        age=HARDWARE,
        of_method=True,
    ),
    _catalogue(
        name="servers",
        shape=schema.ServerRow,
        identity=("product",),
        label="Servers",
        never_empty=True,
    ),
    _catalogue(
        name="accelerators",
        shape=schema.AcceleratorRow,
        identity=("accelerator",),
        label="Accelerators",
        never_empty=True,
    ),
    _catalogue(name="cpus", shape=schema.CpuRow, identity=("cpu",), label="Processors"),
    _catalogue(name="models", shape=schema.ModelRow, identity=("model",), label="Models"),
    _catalogue(
        name="model_releases",
        shape=schema.ModelReleaseRow,
        identity=("model",),
        label="When models were released",
        of_method=True,  # says what may answer on a day, whatever the edition's prices
    ),
    _catalogue(
        name="service_models",
        shape=schema.ServiceModelRow,
        identity=("product",),
        label="Which model a service answers with",
        of_method=True,  # says which products are compared, whatever the edition's prices
    ),
    _catalogue(
        name="named_models",
        shape=schema.NamedModelRow,
        identity=("model",),
        label="Models sold by name",
        of_method=True,
    ),
    _catalogue(
        name="model_scores",
        shape=schema.ModelScoreRow,
        identity=("model", "index", "thinking"),
        label="Scores of models",
        of_method=True,
    ),
    _catalogue(
        name="quality_classes",
        shape=schema.QualityClassRow,
        identity=("index", "quality_class"),
        label="Classes of quality",
        of_method=True,
    ),
    _catalogue(
        name="stand_ins",
        shape=schema.StandInRow,
        identity=("preset", "model"),
        label="Models that stand in",
        of_method=True,
    ),
    _catalogue(
        name="devices",
        shape=schema.DeviceRow,
        identity=("device",),
        label="Devices",
        age=HARDWARE,
        never_empty=True,
    ),
    TableSpec(
        name="device_mixes",
        shape=schema.DeviceMixRow,
        identity=("mix", "device"),
        kind="assumption",
        label="Who has which device",
        age=HARDWARE,
        never_empty=True,
    ),
    _assumptions(name="assumptions", label="Assumptions"),
    _assumptions(name="assumptions_machines", label="Assumptions about machines"),
    TableSpec(
        name="assumptions_method",
        shape=schema.AssumptionRow,
        identity=("name",),
        kind="assumption",
        label="Assumptions a method came with",
        age=HARDWARE,
        of_method=True,  # asked for by the arithmetic in every edition, older ones too
    ),
    _catalogue(
        name="carbon",
        shape=schema.CarbonRow,
        identity=("place",),
        label="Emissions of electricity",
    ),
    TableSpec(
        name="presets",
        shape=schema.PresetRow,
        identity=("preset", "field"),
        kind="preset",
        label="Presets",
        never_empty=True,
    ),
    price_table(
        name="token_prices",
        label="Language model APIs",
        age=API,
        catalogue=("services",),
        bases=("token",),
        never_empty=True,
    ),
    price_table(
        name="task_api_prices",
        label="Ready-made services",
        age=API,
        catalogue=("services",),
        bases=(
            "request",
            "image",
            "page",
            "character",
            "text_unit",
            "audio_second",
            "video_second",
            "second",
        ),
        never_empty=True,
    ),
    price_table(
        name="rental_prices",
        label="Rented machines",
        age=RENTAL,
        age_of={"spot": SPOT},
        catalogue=("rented_instances",),
        bases=("second",),
        never_empty=True,
    ),
    price_table(
        name="hosted_prices",
        label="Hosted platforms",
        age=API,
        catalogue=("hosted_instances",),
        bases=("second",),
        never_empty=True,
    ),
    price_table(
        name="network_prices",
        label="Network and storage",
        age=API,
        bases=("byte", "byte_second", "second"),
        zero_allowed=True,  # allowances are truly free
        never_empty=True,
    ),
    price_table(
        name="extra_prices",
        label="On top of a machine",
        age=API,
        bases=("core_second", "byte_second"),
        zero_allowed=True,  # a vendor may say that it is free
    ),
    price_table(
        name="server_prices",
        label="Machines to buy",
        age=HARDWARE,
        catalogue=("servers",),
        bases=("server",),
        never_empty=True,
    ),
    price_table(
        name="energy_prices",
        label="Electricity and hosting",
        age=HARDWARE,
        bases=("joule",),
        never_empty=True,
    ),
    TableSpec(
        name="estimator_fits",
        shape=measured.FitRow,
        identity=("fit", "scope"),
        kind="fit",
        label="Coefficients of the estimators",
        of_method=True,
    ),
    _measured(
        name="aliases",
        shape=measured.AliasRow,
        identity=("kind", "alias"),
        label="Names in publications",
        of_method=True,
    ),
    _measured(
        name="measured_models",
        shape=measured.MeasuredModelRow,
        identity=("model",),
        label="Networks that were measured",
        of_method=True,
    ),
    _measured(
        name="measured_parts",
        shape=measured.MeasuredPartRow,
        identity=("part",),
        label="Hardware that was measured on",
    ),
    _measured(
        name="measured_devices",
        shape=measured.MeasuredDeviceRow,
        identity=("device",),
        label="Devices that were measured on",
        of_method=True,
    ),
    _measured(
        name="inference_measurements",
        shape=measured.InferenceMeasurementRow,
        identity=("row",),
        label="Measurements on servers",
    ),
    _measured(
        name="load_measurements",
        shape=measured.LoadMeasurementRow,
        identity=("row",),
        label="Measurements of servers under load",
        of_method=True,
    ),
    _measured(
        name="fine_tune_runs",
        shape=measured.FineTuneRunRow,
        identity=("row",),
        label="Runs of fine-tuning",
        of_method=True,
    ),
    _measured(
        name="stack_pairs",
        shape=measured.StackPairRow,
        identity=("row",),
        label="Serving software against tuned software",
        of_method=True,
    ),
    _measured(
        name="device_measurements",
        shape=measured.DeviceMeasurementRow,
        identity=("row",),
        label="Measurements on devices",
        of_method=True,
    ),
    TableSpec(
        name="device_memory_limits",
        shape=measured.DeviceMemoryLimitRow,
        identity=("limit",),
        kind="assumption",
        label="What an app may use of a device's memory",
        age=HARDWARE,
        of_method=True,
    ),
    _measured(
        name="device_runs",
        shape=measured.DeviceRunRow,
        identity=("row",),
        label="What runs on devices, and its memory at the peak",
        of_method=True,
    ),
    _measured(
        name="training_measurements",
        shape=measured.TrainingMeasurementRow,
        identity=("row",),
        label="Measurements of training",
    ),
)

SPECS: dict[str, TableSpec] = {spec.name: spec for spec in _TABLES}
"""Table name -> what it is, in the order in which tables are shown."""


def names(kind: Kind) -> tuple[str, ...]:
    """Tables of a kind."""
    return tuple(name for name, spec in SPECS.items() if spec.kind == kind)


def holding(shape: type[Row]) -> tuple[str, ...]:
    """Tables whose rows are of a shape."""
    return tuple(name for name, spec in SPECS.items() if issubclass(spec.shape, shape))


def prices_of(shape: type[Row]) -> tuple[str, ...]:
    """Price tables of the products that tables of a shape describe."""
    described = set(holding(shape))
    return tuple(name for name in names("price") if described & set(SPECS[name].catalogue))


def stale_after_days() -> dict[str, int]:
    """Kind of figure, as people call it -> days after which it is marked as old."""
    ages: list[Age] = []
    for spec in SPECS.values():
        if spec.kind == "price":
            ages += [*spec.age_of.values(), *([spec.age] if spec.age else [])]
    return {age.kind: age.days for age in sorted(set(ages), key=lambda age: age.days)}
