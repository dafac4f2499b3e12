"""Tables, static files, designers with credits and a token, subscribers with selfies: printed as JSON."""

import json
import sys

import django


def main(designers: int, subscribers: int) -> None:
    django.setup()
    from accounts import tokens
    from config.server import startup
    from tests.support.blueprint_factories import add_selfies, make_subscriber
    from tests.support.factories import make_user

    startup.migrate()
    startup.collect_static()
    users = [make_user(f"designer-{n}@example.com", balance=1000) for n in range(designers)]
    creators = [make_subscriber(email=f"creator-{n}@example.com", selfies=0) for n in range(subscribers)]
    for number, creator in enumerate(creators):
        add_selfies(creator, first=number)  # else all ask for the very same, and one's call is another's, too
    made = {
        "tokens": [tokens.issue(user=user, name="chaos")[1] for user in users],
        "subscribers": [creator.access_token for creator in creators],
    }
    print(json.dumps(made))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
