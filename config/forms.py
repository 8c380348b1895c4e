"""How Django's forms become GOV.UK form groups."""

from django.forms.renderers import TemplatesSetting


class GovukFormRenderer(TemplatesSetting):
    """Renders each field as a GOV.UK form group, from templates/components/fields."""
