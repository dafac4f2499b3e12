"""Mail about tech packs."""

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone

from techpack.models import TechPack


def send_run_ended(tech_pack_id: int) -> None:
    """Tell the owner that a long run has ended, at most once.

    The row is marked before the mail goes out: a crash in between loses a mail, which is better
    than writing twice. A mail that the server did not take is no longer marked; what the server said
    is raised, and the job is tried again.
    """
    run = TechPack.objects.select_related("product__owner").filter(pk=tech_pack_id).first()
    if run is None:  # deleted meanwhile, perhaps with the account
        return
    owner = run.product.owner
    if not owner.mail_when_run_ends:
        return
    if not TechPack.objects.filter(pk=run.pk, mailed_at__isnull=True).update(mailed_at=timezone.now()):
        return
    try:
        _send(run, owner.email)
    except (SMTPException, OSError):
        TechPack.objects.filter(pk=run.pk).update(mailed_at=None)
        raise


def _send(run: TechPack, address: str) -> None:
    context = {"run": run, "product": run.product, "site": settings.SITE_URL}
    subject = f"{run.product.name}: {run.get_status_display().lower()}"
    send_mail(
        subject.replace("\n", " "),
        render_to_string("emails/run_ended.txt", context),
        None,
        [address],
        html_message=render_to_string("emails/run_ended.html", context),
    )
