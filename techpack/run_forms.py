"""What a designer may tell a run."""

from django import forms

from techpack.models import Category, Product
from techpack.plain import LineField


class CategoryForm(forms.Form):
    """A correction of what was detected; binding from then on."""

    category = forms.ChoiceField(choices=Category)
    subcategory = LineField(
        required=False, max_length=Product._meta.get_field("subcategory").max_length, strip=True
    )
