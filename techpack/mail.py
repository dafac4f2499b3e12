"""Mail about tech packs."""

from smtplib import SMTPException

from django.utils import timezone

from core import mail
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
    subject = f"{run.product.name}: {run.get_status_display().lower()}"
    words = mail.write("run_ended", subject, run=run, product=run.product)
    mail.message(words, to=address).send()
