# Who may call whom. The load balancer's group is the module api's, which adds a way in to the tasks'.

resource "aws_security_group" "tasks" {
  name        = "${var.prefix}luca-tasks"
  description = "API and workers: they call AWS and the authority, nobody calls them but the load balancer"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.prefix}luca-tasks" }
}

# By HTTPS to anywhere: the government's API and some services of AWS have no fixed addresses.
resource "aws_vpc_security_group_egress_rule" "tasks_https" {
  security_group_id = aws_security_group.tasks.id
  description       = "AWS and the authority"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_security_group" "endpoints" {
  name        = "${var.prefix}luca-endpoints"
  description = "Interface endpoints of AWS services: called by tasks"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.prefix}luca-endpoints" }
}

resource "aws_vpc_security_group_ingress_rule" "endpoints_https" {
  security_group_id            = aws_security_group.endpoints.id
  description                  = "Tasks"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.tasks.id
}
