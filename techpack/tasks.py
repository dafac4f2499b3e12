"""The jobs of tech packs, thin."""

from procrastinate.contrib.django import app

from core.outages import RETRY, RETRY_MAIL
from generation.worker import Queue
from techpack import mail
from techpack.hand_over import export_jobs
from techpack.pipeline import advance
from techpack.services import photo_check, sample_photos, sample_product, stalled_runs


@app.task(name="techpack.advance", retry=RETRY)
def advance_run(tech_pack_id: int) -> None:
    advance.advance(tech_pack_id)


@app.task(name="techpack.mail_run_ended", retry=RETRY_MAIL)
def mail_run_ended(tech_pack_id: int) -> None:
    mail.send_run_ended(tech_pack_id)


@app.task(name="techpack.check_photo", queue=Queue.SEEING, retry=RETRY)
def check_photo(revision_id: int) -> None:
    photo_check.check_photo(revision_id)


@app.task(name="techpack.measure_photos", queue=Queue.SEEING, retry=RETRY)
def measure_photos(product_id: int) -> None:
    photo_check.measure_photos(product_id)


@app.task(name="techpack.measure_sample", queue=Queue.SEEING, retry=RETRY)
def measure_sample(photo_id: int) -> None:
    sample_photos.measure_photo(photo_id)


@app.task(name="techpack.make_export", retry=RETRY)
def make_export(export_id: int) -> None:
    export_jobs.make_file(export_id)


@app.periodic(cron="41 4 * * *")
@app.task(name="techpack.forget_old_files", retry=RETRY)
def forget_old_files(timestamp: int) -> None:
    export_jobs.forget_old_files()


@app.task(name="techpack.make_sample", retry=RETRY)
def make_sample(user_id: int) -> None:
    sample_product.make_sample(user_id=user_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="techpack.look_again", retry=RETRY)
def look_again(timestamp: int) -> None:
    photo_check.look_again()


@app.periodic(cron="* * * * * */30")
@app.task(name="techpack.carry_on")
def carry_on(timestamp: int) -> None:
    stalled_runs.carry_on_idle_runs()


@app.periodic(cron="23 4 * * *")
@app.task(name="techpack.forget_drafts", retry=RETRY)
def forget_drafts(timestamp: int) -> None:
    stalled_runs.forget_drafts()
