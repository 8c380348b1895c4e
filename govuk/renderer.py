"""How Django's forms become GOV.UK forms: each field is a form group from templates/components/fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

from govuk.groups import control_class


class GovukBoundField(BoundField):
    """A bound field whose bare control, `{{ form.name }}`, carries its GOV.UK class too."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Django's attributes, with the class of the control where nobody gave one."""
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        css_class = control_class(widget)
        if css_class and "class" not in built and "class" not in widget.attrs:
            built["class"] = css_class
        return built


class GovukFormRenderer(TemplatesSetting):
    """Renders each field as a GOV.UK form group, from templates/components/fields.

    Forms of Wagtail's editor have their own templates and are not touched.
    """

    form_template_name = "components/fields/form.html"
    formset_template_name = "components/fields/formset.html"
    field_template_name = "components/fields/group.html"
    bound_field_class = GovukBoundField
