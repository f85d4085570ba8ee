"""What the emulator cannot hold, and what it holds otherwise than it was told. Each with a reason.

``DRIFT``: which attribute of which resource differs when Terraform looks again. Only an update may
be explained: whatever would be replaced or deleted fails the test. An entry that nothing needs any
more fails it, too.
"""

DRIFT: dict[tuple[str, tuple[str, ...]], str] = {
    (
        "*.aws_vpc_security_group_egress_rule.*",
        ("description",),
    ): "moto keeps no rule's description",
    (
        "*.aws_vpc_security_group_ingress_rule.*",
        ("description",),
    ): "moto keeps no rule's description",
    ("*.aws_lb.link[[]0[]]", ("enforce_security_group_inbound_rules_on_private_link_traffic",)): (
        "moto knows no private link before a load balancer"
    ),
    ("*.aws_cognito_user_pool.this", ("user_pool_tier",)): "moto's pools have no tier",
}
