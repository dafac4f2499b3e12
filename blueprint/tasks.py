"""The jobs of blueprints, thin."""

import uuid

from procrastinate.contrib.django import app

from blueprint import frames, mails


@app.task(name="blueprint.cut_frames")
def cut_frames(grid_id: int, asset_id: str) -> None:
    frames.cut(grid_id, uuid.UUID(asset_id))


@app.task(name="blueprint.send_mail")
def send_mail(mail_id: int) -> None:
    mails.send(mail_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="blueprint.send_forgotten_mails")
def send_forgotten_mails(timestamp: int) -> None:
    mails.send_forgotten()


@app.periodic(cron="*/10 * * * *")
@app.task(name="blueprint.cut_forgotten_frames")
def cut_forgotten_frames(timestamp: int) -> None:
    frames.cut_forgotten()
