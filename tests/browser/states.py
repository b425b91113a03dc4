"""The scenarios in which every page is looked at: five apps, and four answers of another kind."""

from __future__ import annotations

from collections.abc import Mapping

PAGES = ("/", "/break-even", "/options", "/prices", "/method")
"""Paths of the pages, in the order of the navigation."""
STATES: Mapping[str, str] = {
    "celebrity_match": "preset=celebrity_match",
    "support_chat": "preset=support_chat",
    "live_camera": "preset=live_camera",
    "hospital_imaging": "preset=hospital_imaging",
    "keyboard": "preset=keyboard",
    "nothing_allowed": "data_sensitivity=on_premises&offline_required=yes&model_secrecy=yes",
    "too_close": "preset=document_ocr",
    "incomplete": "task=translation&params_millions=500",
    "another_model": "preset=support_chat&other_models=yes",
}
"""Query of each state, by the name its pictures have."""
PHONE = 390
SCREENS = {1440: 900, 1024: 768, PHONE: 844}
"""Widths in px at which pages are looked at, with the height of the screen."""
SCHEMES = ("light", "dark")
