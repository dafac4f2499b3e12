"""A stand-in for the Replicate API: a small real HTTP server in a process of its own.

For tests, benchmarks and development. It behaves like the API as the vendor describes it, makes
real pictures with the local engine's code (marked as a stand-in's), counts what would have been
paid, and does on command what goes wrong in life. Nothing here imports Django.

    make replicate                                  a developer's: port 8100, prints what to export
    python -m tests.support.replicate_server --help         the same with all its options
    tests.support.replicate_server.running.StandIn()        a test's: free ports, ends with its block

Which file does what:

    clock, world        the time as told, and what the server remembers: predictions, files, outputs
    faults              what can go wrong, by script and by rate
    validation          the 422s: body, headers and inputs of each model
    reading             what a call asks for, read from prompt and schema as a model would
    inputs              the images of a call
    pictures, answers   what is made from them; `shapes` fits an answer to a JSON schema
    life                a prediction from starting to its end
    webhooks            signing, sending, repeating
    web                 HTTP: routing, problem+json, cut connections
    api, outputs        the API's host and the host of output files
    control             `/_control/`: what tests may look at and change
"""
