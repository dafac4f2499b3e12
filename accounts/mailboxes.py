"""One mailbox, however its address is written."""

import hashlib

# Whose mailboxes take dots anywhere in the name, or none; what follows a + is ignored nearly everywhere.
WITHOUT_DOTS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


def normalised(email: str) -> str:
    """In lower case, without what follows a plus, and where it means nothing without dots."""
    name, _, domain = email.strip().lower().rpartition("@")
    name = name.partition("+")[0] or name
    if domain in WITHOUT_DOTS:
        name, domain = name.replace(".", ""), WITHOUT_DOTS[domain]
    return f"{name}@{domain}"


def mailbox_key(email: str) -> str:
    """By which a mailbox is known after its account was erased; the address cannot be read from it."""
    return hashlib.sha256(normalised(email).encode()).hexdigest()[:40]
