"""Words of the pages: what a choice means to someone who has never heard the term.

Names of places, headings of groups and the format of numbers are in :mod:`report.words`.
"""

from __future__ import annotations

from collections.abc import Mapping

from pricing.tables import SPECS
from report import estimates

SENSITIVITY: Mapping[str, tuple[str, str]] = {
    "public": ("Public", "Anyone may see it: it may go anywhere."),
    "internal": ("Internal", "Business data: only where the vendor does not train on it."),
    "personal": ("Personal", "Names, faces, voices: as internal, and inside the users' region."),
    "regulated": (
        "Regulated",
        "Health or bank data: as personal, where the vendor signs what the law asks for.",
    ),
    "on_premises": ("On premises", "It may not leave your own machines and the users' devices."),
    "on_device": ("On device", "It may not leave the user's own device."),
}

CHOICES: Mapping[str, Mapping[str, str]] = {
    "task": {
        "face_match": "Match a face",
        "image_classification": "Say what a picture shows",
        "object_detection": "Find objects in a picture",
        "image_stylisation": "Turn a photo into art",
        "video_filter": "Filter live video",
        "image_moderation": "Check photos for what is not allowed",
        "medical_imaging": "Read medical pictures",
        "image_generation": "Draw a picture from words",
        "text_generation": "Write text (language model)",
        "text_embedding": "Search by meaning (embeddings)",
        "translation": "Translate",
        "speech_to_text": "Write down speech",
        "text_to_speech": "Speak a text",
        "ocr": "Read text in documents",
        "next_word": "Suggest the next word",
        "recommendation": "Recommend",
    },
    "precision": {
        "fp16": "16 bit (FP16)",
        "fp8": "8 bit floating point (FP8)",
        "int8": "8 bit whole numbers (INT8)",
        "int4": "4 bit (INT4)",
    },
    "text_language": {
        "any": "Not said: every model counts alike",
        "en": "English",
        "de": "German",
        "es": "Spanish",
        "fr": "French",
        "pl": "Polish",
        "ar": "Arabic",
        "hi": "Hindi",
        "ja": "Japanese",
        "zh": "Chinese",
        "code": "Program code and data",
    },
    "reasoning": {"none": "None", "low": "A little", "medium": "Some", "high": "Much"},
    "service_tier": {
        "standard": "Standard: in turn",
        "priority": "Priority: ahead",
    },
    "quality_class": {"small": "Small", "mid": "Middle", "frontier": "The best there is"},
    "hold": {
        "requests_per_user": "How often each user asks",
        "users": "The number of users",
    },
    "training_method": {
        "none": "Not trained by us",
        "from_scratch": "From scratch",
        "fine_tune": "Fine-tuned: all weights of a published model",
        "lora": "A small add-on (LoRA)",
    },
    "data_sensitivity": {name: words[0] for name, words in SENSITIVITY.items()},
    "training_data_sensitivity": {name: words[0] for name, words in SENSITIVITY.items()},
    "region": {"us": "United States", "eu": "European Union"},
    "min_confidence": {
        "A": "A: vendor's page or bill seen",
        "B": "B: two weaker sources",
        "C": "C: one weak source",
    },
    "link": {
        "wifi": "Wi-Fi",
        "4g": "Mobile, 4G",
        "5g": "Mobile, 5G",
        "fixed": "Fixed line",
    },
    "platforms": {
        "ios": "iOS",
        "android": "Android",
        "web": "Web",
        "pc": "Desktop program",
    },
    "addons": {
        "streaming": "Words while the user speaks",
        "speakers": "Who spoke is told apart",
        "channels": "Two channels of a call",
        "entities": "Names and numbers are found",
        "documents": "Text comes as files",
        "annotations": "Fields of a page as data",
        "safe_search": "Whether a picture is fit to be shown",
    },
    "duty": {"burst": "Short moments", "sustained": "Minutes on end"},
    "serving_stack": {
        "tuned": "Tuned by the chip vendor",
        "standard": "Standard (such as vLLM)",
        "basic": "Basic (such as plain PyTorch)",
    },
    "hosting": {
        "colocation": "In a colocation",
        "office": "In the office",
        "none": "Not counted",
    },
    "billing": {
        "always_on": "All month",
        "scheduled": "On a schedule",
        "autoscaled": "As many as each hour needs",
    },
    "max_commitment": {
        "on_demand": "None: by the hour",
        "1y": "One year",
        "3y": "Three years",
    },
    "ml_expertise": {"none": "None", "some": "Some", "team": "A whole team"},
    "rank_by": {
        "company": "Company's cost",
        "company_and_user": "Company and users",
    },
}
"""Field -> choice -> words; every choice of every field has some (tested)."""

CADENCES: Mapping[str, tuple[str, float]] = {
    "never": ("Never", 0.0),
    "monthly": ("Monthly", 1.0),
    "weekly": ("Weekly", 4.345),  # 730 h / 168 h
    "daily": ("Daily", 30.0),
    "hourly": ("Hourly", 730.0),
}
EXACT = "exact"

WHAT_IS_A_PLACE = (
    "A *place* is where the model answers: a vendor's ready-made service (managed API), a "
    "vendor's platform that runs your model (hosted platform), machines you rent, machines you "
    "own, the user's own device, or a device with one of the others for users whose device "
    "cannot."
)

HOW_TO_READ = (
    f"{WHAT_IS_A_PLACE}\n\n"
    "- **What is compared.** Every place is priced from the same inputs, with everything it "
    "needs: machines with spares, data sent, electricity, people's work, updates. A place that "
    "breaks a rule (data, speed, reach) is never ranked, however cheap.\n"
    "- **Cost a month** is the total over the period divided by its months, so purchases and "
    "one-time work are spread evenly; nothing is discounted unless it says so.\n"
    "- **The range** holds the cost in 8 of 10 cases (p10 to p90): everything uncertain - work, "
    "speeds, prices by their evidence - is drawn at random, 512 times.\n"
    "- **Too close to call.** A place is recommended when it costs less than every other one in at "
    "least two of three such cases, and at least 3\N{NO-BREAK SPACE}% less as entered. "
    "Otherwise the page names the places it does not clearly beat and what choosing wrongly "
    "costs.\n"
    "- **A flip** is a volume at which another place becomes cheapest. Machines come whole, so "
    "their lines are stairs and can cross more than once.\n"
    "- **Words** are explained in the glossary at the end of Method.\n"
    "- **Missing is missing.** A place with a price nobody publishes is *incomplete* and "
    "unranked; it is never counted as 0."
)


def choice(field: str, value: str) -> str:
    """Words of a choice; the plain value where a field has none."""
    return CHOICES.get(field, {}).get(value, value.replace("_", " "))


def price_table(name: str) -> str:
    """Words of a price table."""
    return SPECS[name].label


Rule = estimates.Rule
LABELS = estimates.LABELS
QUANTITIES = estimates.QUANTITIES
