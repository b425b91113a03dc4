"""What axe-core finds on a page: rules of WCAG 2.2 AA and good practice that an element breaks."""

from importlib.resources import files

from playwright.sync_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def faults(page: Page) -> list[str]:
    """Every element that breaks a rule, with the rule's name and the element's first words."""
    page.evaluate(_AXE)
    options = {"runOnly": {"type": "tag", "values": [*RULES]}}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
