"""The jobs of blueprints, thin."""

import uuid

from procrastinate.contrib.django import app

from blueprint.emails import delivery, follow_up
from blueprint.services import frames, free_blueprint, free_grids, privacy
from core.outages import RETRY, RETRY_MAIL
from generation.worker import Queue


@app.task(name="blueprint.cut_frames", queue=Queue.CUTTING, retry=RETRY)
def cut_frames(grid_id: int, asset_id: str) -> None:
    frames.cut(grid_id, uuid.UUID(asset_id))


@app.task(name="blueprint.send_mail", retry=RETRY_MAIL)
def send_mail(mail_id: int, after: str = "") -> None:
    delivery.send(mail_id, after=after)


@app.periodic(cron="* * * * * */20")
@app.task(name="blueprint.send_forgotten_mails")
def send_forgotten_mails(timestamp: int) -> None:
    delivery.send_forgotten()


@app.periodic(cron="*/10 * * * *")
@app.task(name="blueprint.cut_forgotten_frames", retry=RETRY)
def cut_forgotten_frames(timestamp: int) -> None:
    frames.cut_forgotten()


@app.periodic(cron="41 4 * * *")
@app.task(name="blueprint.expire_selfies", retry=RETRY)
def expire_selfies(timestamp: int) -> None:
    privacy.expire_due()


@app.periodic(cron="*/10 * * * *")
@app.task(name="blueprint.start_waiting_free_grids", retry=RETRY)
def start_waiting_free_grids(timestamp: int) -> None:
    free_grids.start_waiting()


@app.periodic(cron="23 * * * *")
@app.task(name="blueprint.forget_abandoned_requests", retry=RETRY)
def forget_abandoned_requests(timestamp: int) -> None:
    free_blueprint.forget_abandoned()


@app.periodic(cron="17 9 * * *")  # in the morning or at noon, where most people are
@app.task(name="blueprint.emails.follow_up", retry=RETRY)
def send_follow_ups(timestamp: int) -> None:
    follow_up.remind_all()
