"""Every write to orders: opening one, settling it, refunding it, and asking Stripe what was missed."""
