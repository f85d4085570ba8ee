"""Stand-ins for calls that Terraform's provider makes and moto does not answer.

Each keeps what it is told and says it back, nothing more: enough to see that a configuration can
be applied, stays as it is and goes away again. What a service would refuse they do not refuse.
"""
