"""The mark of the product where a browser looks for it by itself."""

from django.test import Client


def test_the_mark_is_where_browsers_look_for_it(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/static/img/favicon")
