"""What is asked on the page of the free blueprint, checked before a service hears of it."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from blueprint.imaging import selfie_check
from blueprint.models import FRAMES, Redo
from blueprint.models.subscribers import MOST_SELFIES
from blueprint.style_form import WishesForm
from generation.storage import images
from generation.storage.images import CleanPhoto, InvalidImage

NO_PHOTO = "Add at least one photo of you."
TOO_MANY = f"Choose at most {MOST_SELFIES} photos."
TOO_MANY_CHECKS = "Too many photos were looked at for your network. Try again in an hour."
NO_CONSENT = "Tick the box: we need to know that these photos may be used."
NO_EMAIL = "Type your email address, such as noa@example.com."


@dataclass(frozen=True)
class CheckedPhoto:
    """One selfie: what is wrong with it, in sentences, and the cleaned photo when it may be used."""

    name: str
    refused: Sequence[str] = ()
    warnings: Sequence[str] = ()
    good: Sequence[str] = ()
    photo: CleanPhoto | None = None


def check_photo(upload: UploadedFile) -> CheckedPhoto:
    name = upload.name or "photo"
    try:
        photo = images.read_photo(upload, name=name)
    except InvalidImage as error:
        return CheckedPhoto(name, refused=[str(error)])
    judgement = selfie_check.judge(photo.data)
    refused = [problem.sentence for problem in judgement.problems if problem.blocking]
    warnings = [problem.sentence for problem in judgement.problems if not problem.blocking]
    good = [remark.sentence for remark in judgement.remarks if remark.is_good]
    return CheckedPhoto(name, refused, warnings, good, None if refused else photo)


class PhotosInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name)


class PhotosField(forms.FileField):
    """One to three files. Whether they will do is looked at by the form, for it takes a while."""

    widget = PhotosInput(attrs={"accept": "image/*,.heic,.heif,.avif", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        uploads = [upload for upload in data or [] if upload.name]
        if not uploads:
            raise ValidationError(NO_PHOTO)
        if len(uploads) > MOST_SELFIES:
            raise ValidationError(TOO_MANY)
        return uploads


def email_field() -> forms.EmailField:
    return forms.EmailField(
        max_length=254,
        error_messages={"required": NO_EMAIL, "invalid": NO_EMAIL},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "class": "input"}),
    )


class LostLinkForm(forms.Form):
    email = email_field()


class FreeForm(WishesForm):
    """`may_look` is False for a network that has had too many photos looked at."""

    may_look = True

    email = email_field()
    selfies = PhotosField()
    consent = forms.BooleanField(error_messages={"required": NO_CONSENT})
    form = forms.CharField(
        max_length=60, required=False, widget=forms.HiddenInput, initial=secrets.token_urlsafe
    )

    field_order = ("email", "vibe", "feed_style", "selfies", "consent", "form")

    def clean_selfies(self) -> list[CheckedPhoto]:
        """Raises with one sentence a photo, each beginning with its name, for whoever has no JavaScript."""
        if not self.may_look:
            raise ValidationError(TOO_MANY_CHECKS)
        self.checked = [check_photo(upload) for upload in self.cleaned_data["selfies"]]
        refused = [_named(photo) for photo in self.checked if photo.refused]
        if refused:
            raise ValidationError(refused)
        return self.checked

    @property
    def photos(self) -> list[CleanPhoto]:
        """Of a valid form; the same photo chosen twice is taken once."""
        clean = [checked.photo for checked in self.cleaned_data["selfies"] if checked.photo is not None]
        return list({hashlib.sha256(photo.data).digest(): photo for photo in clean}.values())

    @property
    def sentences(self) -> dict[str, list[str]]:
        """What is wrong, by field; of the photos only what is not said beside each."""
        said = {name: [str(error) for error in errors] for name, errors in self.errors.items()}
        if any(photo.refused for photo in getattr(self, "checked", ())):
            said["selfies"] = ["A photo cannot be used. The reason is beside it, above."]
        return said

    @property
    def photo_problems(self) -> list[list[str]]:
        """Of each photo in the order it was sent."""
        return [list(photo.refused) for photo in getattr(self, "checked", ())]


def _named(photo: CheckedPhoto) -> str:
    shown = images.shown_name(photo.name)
    sentence = photo.refused[0]
    return sentence if sentence.startswith(shown) else f"{shown}: {sentence}"


class RedoForm(forms.Form):
    """What is wrong with which frame of a grid; 0 is the whole."""

    frame = forms.IntegerField(min_value=0, max_value=FRAMES)
    reason = forms.ChoiceField(choices=Redo.Reason.choices)
