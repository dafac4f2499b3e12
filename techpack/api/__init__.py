"""The JSON API of tech packs, `/api/tech-pack-v2/`: what the pages do, for programs.

`app` puts the routes of `routes/` together and gives every error one form (`errors`, `error_codes`).
`authentication` knows the caller, `idempotent_post` gives a POST its Idempotency-Key and its 202,
`waiting` waits. What comes in is described in `inputs`, what goes out in `outputs`, filled by `serializers`.
"""
