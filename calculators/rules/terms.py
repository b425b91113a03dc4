"""What vendors' terms and the kind of data allow: the rules that need no costs.

Unknown terms are a caution, never a pass. Data that the law regulates need three terms known and
met: no training on what is sent, processing in the region, and the agreement the law asks for.
Until they are, an option is incomplete. A vendor that trains on what is sent unless somebody opts
out has not met the first: by default it trains, and nothing but the customer's own act or an
agreement stops it. What a vendor gives on request only (with a dearer plan, to whom it finds
eligible) is not met either until it has been given.

What you signed with a vendor (``agreements_signed``) settles training and the agreement, whatever
our table knows. It never says where data are processed, not even where the vendor keeps them in the
region on request: an agreement binds what is done with data, the account decides where. Where the
price itself is for letting the vendor train on what is sent, no signature takes that back and keeps
the price.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from calculators.case import Case
from calculators.places import DEVICE, PLACES, VENUES
from calculators.results import DataGoes, Finding, Needed
from calculators.scenario import Sensitivity
from pricing.book import BookKey, PriceBook, Source
from pricing.kept import Kept, cached_property
from pricing.records import record
from pricing.schema import Term, VendorRow, VendorTermRow
from pricing.terms import Stated, signable

REGIONS: Mapping[str, str] = {"us": "the United States", "eu": "the European Union"}
AREAS: Mapping[str, Term] = {"us": "area_us", "eu": "area_eu"}
AGREEMENTS: Mapping[str, tuple[Term, str]] = {
    "us": ("health_data_agreement", "the agreement for health data (BAA)"),
    "eu": ("data_processing_agreement", "a data processing agreement (DPA)"),
}
"""Region -> the agreement its law asks for where data are regulated."""
IN_REGION = ("personal", "regulated")
"""Kinds of data that must be processed in the region."""
VENDORS_MAY = ("internal", "personal", "regulated")
"""Kinds of data that a vendor may see, on terms."""
KINDS: Mapping[Sensitivity, str] = {
    "public": "Public data may go anywhere.",
    "internal": "Internal data may go wherever they are not trained on.",
    "personal": "Personal data may go wherever they are not trained on, inside the region.",
    "regulated": "Regulated data may go where the vendor signs what the law asks for.",
    "on_premises": "Data that stay with you may go to your own machines and the users' devices.",
    "on_device": "Data that stay on the device may be worked with there.",
}


FREE = (Needed("data_sensitivity", "public"),)
"""What lets data of any kind go anywhere: the only level that also passes every vendor's terms."""


def place_allowed(place: str, level: Sensitivity) -> Finding:
    """The sensitivity rule that needs no vendor: premises and device."""
    if level == "on_device" and place != DEVICE:
        text, change = "Data may not leave the device.", "data that may leave the device"
        return Finding("data", "fail", text, change, absolute=True, needs=FREE)
    known = PLACES.get(place) or VENUES[place]
    if level == "on_premises" and not known.on_premises:
        text, change = "Data may not leave your premises.", "data that may leave the premises"
        return Finding("data", "fail", text, change, absolute=True, needs=FREE)
    return Finding("data", "pass", KINDS[level])


def vendor_findings(case: Case, vendor: str, venue: str, level: Sensitivity) -> tuple[Finding, ...]:
    """The sensitivity rules against a vendor's terms, passes too; ``vendor`` blank: one's own.

    ``venue`` is what is bought of the vendor: a managed API, a hosted platform, rented machines.
    """
    if level not in VENDORS_MAY:
        return ()
    if not vendor:
        return (OWN,)
    signed = vendor in case.scenario.agreements_signed
    asked = _Asked(case, vendor, venue, level, signed)
    return case.market.derived("rules", (vendor, venue, level, signed), asked.findings)


OWN = Finding("terms", "pass", "No vendor receives the data.")


def about_training(item: Finding) -> Finding:
    """A rule on the requests' data, said of the training data."""
    return replace(
        item,
        rule=f"training {item.rule}",
        text=f"Training: {item.text}",
        needs=tuple(_of_training(need) for need in item.needs),
    )


def _of_training(need: Needed) -> Needed:
    """The kind of the training data in the place of the requests'."""
    own = need.field == "data_sensitivity"
    return replace(need, field="training_data_sensitivity") if own else need


def stated(case: Case, vendor: str, venue: str, term: Term) -> tuple[Stated | None, Source | None]:
    """What counts of a vendor's term, and the page it stands on; None where nobody says."""
    found = case.market.vendor_terms(venue).get(vendor, {}).get(term)
    if found is None:
        return None, None
    return found, case.book.source(found.row, key=f"{vendor}/{term}")


@record
class _Asked:
    """One vendor asked about one kind of data."""

    case: Case
    vendor: str
    venue: str
    level: Sensitivity
    signed: bool

    @cached_property
    def name(self) -> str:
        """As it is called on the page."""
        return self.case.market.vendor_name(self.vendor)

    @property
    def required(self) -> bool:
        """Whether what is not confirmed keeps an option out of the ranking."""
        return self.level == "regulated"

    def findings(self) -> tuple[Finding, ...]:
        """Every rule on this kind of data, in the order they are asked."""
        found = [self._training()]
        if self.level in IN_REGION:
            found.append(self._region())
        if self.level == "regulated":
            found.append(self._agreement())
        return tuple(found)

    def _stated(self, term: Term) -> tuple[Stated | None, Source | None]:
        return stated(self.case, self.vendor, self.venue, term)

    def _training(self) -> Finding:
        said, source = self._stated("trains_on_inputs")
        value = said.value if said else "unknown"
        if value == "priced_in":
            text = f"{self.name} is cheaper because what is sent may be trained on."
            change = "public data, or the same product at the price without it"
            return self._refused("terms", text, change, source, FREE)
        if self.signed and value != "no":
            return self._you_say("terms", f"{self.name} does not train on what you send", value)
        if value == "no":
            text = f"{self.name} does not train on what is sent{_doubt(said)}."
            return self._pass("terms", text, source)
        if value == "yes":
            text = f"{self.name} may train on what is sent, by its default terms."
            change = f"an agreement that excludes it {self._how}"
            return self._refused("terms", text, change, source, self._signs)
        if value == "opt_out":
            text = f"{self.name} trains on what is sent unless you opt out{_doubt(said)}."
            change = f"opt out in the vendor's settings; what you signed counts {self._how}"
            what = f"that you opted out of training on what is sent to {self.name}"
            return self._open("terms", text, change, what, source)
        text = f"Whether {self.name} trains on inputs is not known to us."
        change = f"check the vendor's terms; what you signed counts {self._how}"
        return self._open("terms", text, change, f"whether {self.name} trains on what is sent")

    def _region(self) -> Finding:
        region = self.case.market.region
        said, source = self._stated(AREAS[region])
        place = REGIONS[region]
        if said is None:
            text = f"Whether {self.name} keeps data in {place} is not known to us."
            change = f"a vendor known to keep data in {place}"
            what = f"whether {self.name} keeps data in {place}"
            return self._open("region", text, change, what, needs=STAYS_ANYWHERE)
        if said.value == "yes":
            text = f"{self.name} can keep data in {place}{_doubt(said)}."
            return self._pass("region", text, source)
        if said.value == "on_request":
            text = f"{self.name} keeps data in {place} on request only{_doubt(said)}."
            change = f"a vendor that keeps every account's data in {place}"
            what = f"that {self.name} keeps your data in {place}"
            return self._open("region", text, change, what, source, STAYS_ANYWHERE)
        text = f"{self.name} does not offer to keep data in {place}{_doubt(said)}."
        change = "another region or vendor"
        return self._refused("region", text, change, source, STAYS_ANYWHERE)

    def _agreement(self) -> Finding:
        term, words = AGREEMENTS[self.case.market.region]
        said, source = self._stated(term)
        value = said.value if said else "unknown"
        if self.signed:
            return self._you_say("agreement", f"{self.name} signed {words}", value)
        if value == "yes":
            text = f"{self.name} signs {words}{_doubt(said)}."
            return self._pass("agreement", text, source)
        if value == "on_request":
            text = f"{self.name} signs {words} on request only{_doubt(said)}."
            change = f"ask the vendor; what you signed counts {self._how}"
            what = f"that {self.name} signs {words} with you"
            return self._open("agreement", text, change, what, source)
        if value == "no":
            text = f"{self.name} does not sign {words}{_doubt(said)}."
            change = f"a vendor that signs it; what you signed counts {self._how}"
            return self._refused("agreement", text, change, source, self._signs)
        text = f"Whether {self.name} signs {words} is not known to us."
        change = f"ask the vendor; what you signed counts {self._how}"
        return self._open("agreement", text, change, f"whether {self.name} signs {words}")

    @property
    def _how(self) -> str:
        return f"(agreements_signed={self.vendor})"

    def _pass(self, rule: str, text: str, source: Source | None) -> Finding:
        return Finding(rule, "pass", text, source=source, vendor=self.vendor)

    @property
    def _signs(self) -> tuple[Needed, ...]:
        return (Needed("agreements_signed", (self.vendor,)),)

    def _refused(
        self, rule: str, text: str, change: str, source: Source | None, needs: tuple[Needed, ...]
    ) -> Finding:
        return Finding(
            rule,
            "fail",
            text,
            change,
            absolute=True,
            source=source,
            vendor=self.vendor,
            needs=needs,
        )

    def _open(
        self,
        rule: str,
        text: str,
        change: str,
        what: str,
        source: Source | None = None,
        needs: tuple[Needed, ...] = (),
    ) -> Finding:
        """Something nobody has confirmed; what is signed settles it unless it ``needs`` more."""
        return Finding(
            rule,
            "caution",
            text,
            change,
            source=source,
            vendor=self.vendor,
            unconfirmed=what,
            required=self.required,
            needs=needs or self._signs,
        )

    def _you_say(self, rule: str, what: str, value: str) -> Finding:
        """Settled by what the user signed, with our table's word where it is another."""
        text = f"You say that {what}."
        if value in AGAINST.get(rule, {}):
            text += f" Our table says otherwise: {AGAINST[rule][value]}."
        source = self.case.input_source("agreements_signed")
        return Finding(rule, "pass", text, source=source, vendor=self.vendor)


STAYS_ANYWHERE = (Needed("data_sensitivity", "internal"),)
"""The level at which it does not matter where data are processed."""

AGAINST: Mapping[str, Mapping[str, str]] = {
    "terms": {
        "yes": "it may train on what is sent, by its default terms",
        "opt_out": "it trains on what is sent unless you opt out",
    },
    "agreement": {
        "no": "it does not sign it",
        "on_request": "it signs it on request only",
    },
}


def _doubt(said: Stated | None) -> str:
    """Where pages disagree the stricter counts."""
    return " (pages disagree; the stricter counts)" if said is not None and said.disputed else ""


# ------------------------------------------------------------------------------ where data go

DEVICES = "the users' own devices"
PREMISES = "your own machines"


def signers(book: PriceBook) -> tuple[str, ...]:
    """Vendors with which a signature can settle something; links may name others too."""

    def made() -> tuple[str, ...]:
        every = (row.vendor for row in book.table("vendors", VendorRow))
        return signable(every, book.table("vendor_terms", VendorTermRow))

    return _signers.get(book.key, made)


_signers: Kept[BookKey, tuple[str, ...]] = Kept(4)
"""By book: every run of a page and every answer asks."""


def data_goes(case: Case, vendor: str, venue: str) -> DataGoes:
    """Who sees the data where ``vendor`` works with them; blank: nobody but oneself."""
    if not vendor:
        return DataGoes("", DEVICES if venue == DEVICE else PREMISES, "", None, "")
    region = case.market.region
    terms: tuple[Term, ...] = (AREAS[region], "retention_days", "sub_processors")
    found = {term: stated(case, vendor, venue, term) for term in terms}
    area, kept, others = (found[term][0] for term in terms)
    sources = tuple(dict.fromkeys(source for _, source in found.values() if source is not None))
    return DataGoes(
        vendor,
        case.market.vendor_name(vendor),
        _where(area, region),
        None if kept is None else kept.days,
        "" if others is None else others.value,
        sources,
    )


def _where(area: Stated | None, region: str) -> str:
    """Where data are processed; blank where nobody says, or an ordinary account does not."""
    if area is None or area.value == "on_request":
        return ""
    return "elsewhere" if area.value == "no" else region
