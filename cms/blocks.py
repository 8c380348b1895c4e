"""The pieces an editor builds a page from. Each is plain HTML that reads the same with styles off."""

from __future__ import annotations

from typing import Any

from wagtail import blocks

# No images, embeds or raw HTML: pages stay light, and nothing is asked of a third party.
TEXT_FEATURES = ["bold", "ul", "ol", "link"]


class Heading(blocks.CharBlock):
    """A section heading, always level 2: the page's title is the only level 1."""

    class Meta:
        icon = "title"
        template = "cms/blocks/heading.html"
        label = "Heading"


class Inset(blocks.TextBlock):
    """A short text set apart, for something a reader must not miss."""

    class Meta:
        icon = "openquote"
        template = "cms/blocks/inset.html"
        label = "Set-apart text"


class WhoDeals(blocks.StructBlock):
    """Who deals with this problem and how to reach them: the answer at the end of Your Options."""

    organisation = blocks.CharBlock(max_length=120, help_text="For example: Birmingham City Council, noise team")
    what_they_do = blocks.TextBlock(help_text="What they can do about it, in a sentence or two.")
    phone = blocks.CharBlock(max_length=30, required=False)
    link = blocks.URLBlock(required=False, help_text="Their own page about it.")
    link_words = blocks.CharBlock(
        max_length=120, required=False, help_text="What the link says, for example: Report noise to the council"
    )
    when = blocks.CharBlock(max_length=120, required=False, help_text="For example: open day and night")

    class Meta:
        icon = "group"
        template = "cms/blocks/who_deals.html"
        label = "Who deals with this"


class Body(blocks.StreamBlock):
    """The body of a page: headings, text, set-apart text, and who deals with something."""

    heading = Heading(max_length=120)
    text = blocks.RichTextBlock(features=TEXT_FEATURES, icon="pilcrow", label="Text", template="cms/blocks/text.html")
    inset = Inset(max_length=600)
    who_deals = WhoDeals()

    class Meta:
        required = False


def body_of(*pieces: tuple[str, Any]) -> list[tuple[str, Any]]:
    """Pairs of block name and value as a StreamField takes them, rich text given as HTML."""
    from wagtail.rich_text import RichText

    return [(name, RichText(value) if name == "text" else value) for name, value in pieces]
