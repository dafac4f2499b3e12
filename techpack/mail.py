"""Mail about tech packs."""

from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone

from core.outages import once_it_is_back
from techpack.models import TechPack


def send_run_ended(tech_pack_id: int) -> None:
    """Tell the owner that a long run has ended, once.

    The row is marked after the mail went out: a crash in between sends a second copy, which is better than
    a mail nobody gets. What the mail server said is raised, and the job is tried again.
    """
    run = TechPack.objects.select_related("product__owner").filter(pk=tech_pack_id).first()
    if run is None:  # deleted meanwhile, perhaps with the account
        return
    owner = run.product.owner
    if run.mailed_at is not None or not owner.mail_when_run_ends:
        return
    _send(run, owner.email)
    sent = TechPack.objects.filter(pk=run.pk)
    once_it_is_back(partial(sent.update, mailed_at=timezone.now()))


def _send(run: TechPack, address: str) -> None:
    context = {"run": run, "product": run.product, "link": settings.SITE_URL + run.product.get_absolute_url()}
    subject = f"{run.product.name}: {run.get_status_display().lower()}"
    send_mail(
        subject.replace("\n", " "),
        render_to_string("emails/run_ended.txt", context),
        None,
        [address],
        html_message=render_to_string("emails/run_ended.html", context),
    )
