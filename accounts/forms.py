from typing import ClassVar

from django import forms

from accounts.models import User


class MailForm(forms.ModelForm):
    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["mail_when_run_ends"]


class UnitsForm(forms.ModelForm):
    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["units"]
        widgets: ClassVar = {"units": forms.RadioSelect}


class PlaceForm(forms.Form):
    """Where in the ledger a page begins."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    after = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
