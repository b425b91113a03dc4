"""Terms of the pages in plain words, for the glossary of Method."""

from __future__ import annotations

from collections.abc import Mapping

from calculators.places import PLACES

_PLACES = {place.name: place.means for place in PLACES.values() if not place.fallback}
_TERMS: Mapping[str, str] = {
    "Place": "Where a request is answered: one of five, or devices with one of the others for "
    "users whose device cannot.",
    "Option, candidate": "One product in one place, with where its model is trained. The table of "
    "places shows the best of each; all of them are a click away.",
    "Request": "One time the app asks the model: one photo, one question, one frame of live video.",
    "Recommended": "Costs less than every other place in at least two of three draws, and at least "
    "3 % less as entered.",
    "Too close to call": "No place clearly costs less than every other one. The page names those "
    "that may, and what choosing wrongly costs.",
    "Flip, break-even": "A value, such as a volume, at which another place becomes the cheapest.",
    "8 in 10 cases (80 % range)": "The true cost is expected between these two figures eight times "
    "out of ten (p10 to p90).",
    "Case, draw": "One set of values for everything uncertain, such as prices, speeds and hours of "
    "work, each drawn at random within its range.",
    "95 of 100 within (p95)": "The time within which 95 of 100 complete answers have come.",
    "Biggest lever": "The item of cost by which the two cheapest places differ most.",
    "Lock-in": "What must be paid, sold or built anew before the app can leave a place.",
    "Parameters": "The numbers a model has learnt: its size. A bigger model needs more memory and "
    "more time.",
    "Token": "A piece of text a language model reads or writes; about 0.75 English words.",
    "Number format (FP16, FP8, INT8, INT4)": "How many bits each parameter takes. Fewer need less "
    "memory and run faster, at some loss of quality.",
    "GFLOP": "A billion arithmetic operations; the work of one request is counted in it.",
    "LoRA": "Training a small add-on to a published model instead of all its parameters.",
    "Concurrency, batch": "Requests a machine works on at the same time. Speed means nothing "
    "without it.",
    "First token (TTFT)": "The time until a written answer starts to appear.",
    "Accelerator, GPU": "A chip made for the arithmetic of models.",
    "Replica": "One copy of the model, on as many accelerators as it takes to hold it.",
    "Spot": "Rented machines that are cheap because they may be taken away at short notice.",
    "Commitment": "A time that is paid for whether the machine is used or not.",
    "Colocation": "A building that keeps your machines: power, cooling and a line for rent.",
    "PUE": "Power the building draws for each watt of the machines, cooling included.",
    "Present value": "What later payments are worth today, at the discount rate entered.",
    "Edition": "A released state of the price tables. A link keeps the one it was made with.",
    "Evidence A, B, C": "A: the vendor's page or bill was seen. B: two weaker sources. C: one weak "
    "source, or our own judgement.",
    "Measured, scaled, estimated": "Somebody published this very figure; it was moved from a "
    "measurement on other hardware; or it comes from the formula alone.",
}
TERMS: Mapping[str, str] = dict(sorted({**_TERMS, **_PLACES}.items(), key=lambda t: t[0].lower()))
"""Term -> what it means; the words of places are those of the pages."""
