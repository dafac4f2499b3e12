"""The JSON API of tech packs, `/api/tech-pack-v2/`: what the pages do, for programs.

`app` puts it together and says every refusal in one form, `callers` knows who calls, `posting` gives a POST
its idempotency and its 202, `waiting` waits. Routes are in `products`, `generating` and `changing`; the
shapes that go in and out in `asked` and `shapes`, filled by `answers`.
"""
