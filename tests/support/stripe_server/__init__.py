"""A stand-in for Stripe: prices, hosted checkout, refunds, disputes and signed webhooks, with faults.

It is a process of its own (`python -m tests.support.stripe_server`), and `running.StandIn` starts one for
tests. Shapes are those of the vendor's own examples.
"""
