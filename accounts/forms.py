from typing import Any, ClassVar

from django import forms

from accounts.models import ApiToken, Role, Team, User


class MailForm(forms.ModelForm):
    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["mail_when_run_ends"]


class UnitsForm(forms.ModelForm):
    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["units"]
        widgets: ClassVar = {"units": forms.RadioSelect}


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Give the token a name, so that you recognise it later."},
    )
    scope = forms.ChoiceField(
        label="What it may do",
        choices=ApiToken.Scope.choices,
        initial=ApiToken.Scope.READ,
        widget=forms.RadioSelect,
        error_messages={"required": "Say what it may do.", "invalid_choice": "Say what it may do."},
    )


class DeleteForm(forms.Form):
    """The password of who is signed in: an open browser is not enough to delete an account."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter your password."},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError("This is not your password.")
        return password


class PlaceForm(forms.Form):
    """Where in the ledger a page begins."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    after = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)


class TeamForm(forms.Form):
    name = forms.CharField(
        label="Name of the team", max_length=80, error_messages={"required": "Give the team a name."}
    )


class DeleteTeamForm(forms.Form):
    """The team's name typed once more, so that nobody deletes one by a slip."""

    name = forms.CharField(
        label="Name of the team",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Type the name of the team."},
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.team = team

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name.strip() != self.team.name.strip():
            raise forms.ValidationError(f"The team is called {self.team.name}.")
        return name


class InviteForm(forms.Form):
    email = forms.EmailField(
        label="Email", error_messages={"required": "Enter an address.", "invalid": "Enter a whole address."}
    )
    role = forms.ChoiceField(
        label="Role",
        choices=[choice for choice in Role.choices if choice[0] != Role.OWNER],
        initial=Role.EDITOR,
    )
