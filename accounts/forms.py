from typing import ClassVar

from django import forms

from accounts.models import User


class MailForm(forms.ModelForm):
    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["mail_when_run_ends"]
