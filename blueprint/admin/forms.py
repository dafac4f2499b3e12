"""Forms for staff."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from blueprint import scenes
from blueprint.models import SLOTS, Shoot, Subscriber
from blueprint.services import shoots


class SubscriberForm(forms.ModelForm):
    vibe = forms.CharField(required=False, max_length=50, help_text=f"One of {', '.join(scenes.CATEGORIES)}.")

    class Meta:
        model = Subscriber
        fields = ("email", "name", "feed_style", "resolution_4k")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["vibe"].initial = self.instance.form.get("vibe") or ""
        if "feed_style" in self.fields:
            self.fields["feed_style"].help_text = f"One of {', '.join(scenes.MOODS)}."

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip()
        forms.EmailField().clean(email)
        others = Subscriber.objects.filter(email__iexact=email).exclude(pk=self.instance.pk)
        if "email" in self.changed_data and others.exists():
            raise ValidationError("There is a subscriber with this address already.")
        return email


class ScenesForm(forms.Form):
    scenes = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 12, "cols": 90, "class": "vLargeTextField"}),
        help_text="A line a grid. With blank lines between them, scenes may have several lines each."
        f" Up to {SLOTS} grids in all, {shoots.MOST_OF_A_SCENE} characters each.",
    )
    room = SLOTS

    def clean_scenes(self) -> list[str]:
        try:
            return shoots.checked(split(self.cleaned_data["scenes"]), room=self.room)
        except shoots.Invalid as error:
            raise ValidationError(str(error)) from error


class ShootForm(ScenesForm, forms.ModelForm):
    class Meta:
        model = Shoot
        fields = ("subscriber", "title")


def split(text: str) -> list[str]:
    """By blank lines where there are any, else by lines."""
    lines = text.replace("\r\n", "\n").strip()
    paragraphs = re.split(r"\n\s*\n", lines)
    return [" ".join(one.split()) for one in (paragraphs if len(paragraphs) > 1 else lines.split("\n"))]
