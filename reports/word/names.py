"""What Word calls the parts of our documents, and what of our style sheets is carried over: data, no code.

A part is known by a selector, as the style sheets know it; the first that fits names the paragraph. The look of each
style is read from the style sheets, so that PDF and DOCX follow one source.
"""

STYLES: tuple[tuple[str, str], ...] = (
    (".head .superior", "Superior body"),
    (".head .issuer", "Issuing body"),
    (".head .nation", "National heading"),
    (".head .motto", "National motto"),
    (".head .number", "Document number"),
    (".head .about", "Letter summary"),
    (".head .draft", "Draft mark"),
    (".head .place", "Place and date"),
    (".kind", "Title"),
    (".summary", "Document summary"),
    (".rule", "Rule"),
    (".authority, .decides", "Authority"),
    (".addressees td", "Addressees"),
    (".grounds p", "Grounds"),
    (".signing .recipients-title, .recipients-block .recipients-title", "Recipients heading"),
    (".signing .recipients, .recipients-block .recipients", "Recipients"),
    (".signing .stood-in", "Standing in"),
    (".signing .post", "Signer post"),
    (".signing .space, .signing .small-space", "Signature space"),
    (".signing p", "Signer"),
    (".annex-word", "Annex word"),
    (".annex-title", "Heading 1"),
    (".annex-subtitle", "Annex subtitle"),
    (".annex-reference", "Annex reference"),
    (".record", "Log record"),
    (".check p", "Authenticity"),
    (".total", "List total"),
    (".source", "Source"),
    ("h1", "Heading 1"),
    ("h2", "Heading 2"),
    ("h3", "Heading 3"),
    ("table.list thead th", "Table heading"),
    ("table.list .group th", "Table group"),
    ("table.list .figure", "Table figure"),
    ("table.list .middle", "Table middle"),
    ("table.list td, table.list th", "Table text"),
    ("table.list p", "Table text"),
    (".facts td", "Facts"),
    (".field p", "Field"),
    (".guide", "Guide"),
    (".form-note, .code-field p", "Form note"),
    (".theme", "Document summary"),
    ("li, li p", "List item"),
    (".text p, p.text", "Body Text"),
)
OTHER = "Plain paragraph"
"""What no selector names."""

OUTLINE = {"Heading 1": 0, "Heading 2": 1, "Heading 3": 2}
"""The levels by which Word shows a document's structure."""


def _named(words: str) -> frozenset[str]:
    return frozenset(words.split())


CARRIED = _named(
    "border border-bottom border-left border-right border-top break-after break-before break-inside "
    "content counter-reset display font-size font-style font-weight height line-height list-style margin margin-bottom margin-left margin-right margin-top "
    "padding padding-bottom padding-left padding-right padding-top page size text-align text-decoration text-indent "
    "text-transform vertical-align white-space width"
)
"""Properties that the DOCX follows."""
LEFT_TO_WORD = _named(
    "border-collapse border-spacing color font font-family orphans overflow-wrap table-layout widows"
)
"""Properties that need nothing: Word does the same by itself, or the document's defaults say it."""

BLOCKS = _named("article body div footer h1 h2 h3 header hr li main ol p section table ul")
INLINE = _named("a b br code em i img small span strong svg wbr")
TABLE_PARTS = _named("col colgroup tbody td tfoot th thead tr")
UNSEEN = _named("head link meta script style title")
UNSTYLED = frozenset({"annex-head", "contents", "figures"})
"""Classes that no style sheet gives a look: they only say what a part is."""
