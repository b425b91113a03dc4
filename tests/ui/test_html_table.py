"""Tables of finished words: escaped, named, figures marked."""

from calculators.places import PLACES
from ui.components.html_table import Column, Part, Table, glossary, markup
from ui.glossary import TERMS

COLUMNS = (Column("Cost"), Column("USD", figures=True), Column("Source"))


def test_words_are_never_markup() -> None:
    said = markup(Table("<b>", COLUMNS, (("<script>", "1 & 2", Part("x", url='http://a"><i>')),)))
    assert "<script>" not in said
    assert "<b>" not in said
    assert "<i>" not in said
    assert "1 &amp; 2" in said


def test_only_web_addresses_become_links() -> None:
    said = markup(Table("t", COLUMNS, (("a", "1", Part("x", url="javascript:alert(1)")),)))
    assert "javascript" not in said
    assert "<a " not in said


def test_cells_carry_their_heading_and_rows_theirs() -> None:
    said = markup(
        Table("Sums", COLUMNS, (("a", "1", ""),), last=("Sum", Part("1", strong=True), ""))
    )
    assert said.count('scope="col"') == 3
    assert said.count('scope="row"') == 2
    assert '<td class="figures" data-label="USD">' in said
    assert '<td data-blank="yes" data-label="Source">' in said
    assert "<tfoot>" in said
    assert "<caption>Sums</caption>" in said


def test_the_glossary_is_in_order_and_holds_every_place() -> None:
    assert list(TERMS) == sorted(TERMS, key=str.lower)
    assert {place.name for place in PLACES.values() if not place.fallback} <= set(TERMS)
    assert all(said.endswith(".") for said in TERMS.values())
    assert markup(glossary(TERMS)).count('scope="row"') == len(TERMS)


def test_a_name_and_a_figure_stay_a_table_on_a_phone() -> None:
    """Anything else becomes a card a row there (ui/page.css)."""
    pair = Table("t", (Column("Place"), Column("Share", figures=True)), (("a", "1 %"),))
    assert '<table class="crossover pair">' in markup(pair)
    assert '<table class="crossover">' in markup(Table("t", COLUMNS, (("a", "1", ""),)))
    assert '<table class="crossover terms">' in markup(glossary({"Flip": "A value"}))
