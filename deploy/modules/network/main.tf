# Tasks live in private subnets and are called by nobody but the load balancer; what they call of
# DynamoDB and S3 never leaves AWS.

data "aws_availability_zones" "here" {
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"] # no local zones
  }
}

locals {
  zones = slice(coalesce(var.availability_zones, data.aws_availability_zones.here.names), 0, var.zones)
  nats  = { none = 0, one = 1, per_zone = var.zones }[var.nat]
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true # interface endpoints answer under the services' own names

  tags = { Name = "${var.prefix}luca" }
}

# Whatever is put into a VPC without a group of its own gets this one: it opens nothing.
resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.prefix}luca-closed" }
}

resource "aws_subnet" "private" {
  count = var.zones

  vpc_id            = aws_vpc.this.id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(var.cidr, 4, count.index) # 4,091 addresses of a /16: a task takes one

  tags = { Name = "${var.prefix}luca-private-${local.zones[count.index]}" }
}

resource "aws_subnet" "public" {
  count = var.zones

  vpc_id                  = aws_vpc.this.id
  availability_zone       = local.zones[count.index]
  cidr_block              = cidrsubnet(var.cidr, 8, 240 + count.index)
  map_public_ip_on_launch = false

  tags = { Name = "${var.prefix}luca-public-${local.zones[count.index]}" }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.prefix}luca" }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.prefix}luca-public" }
}

resource "aws_route" "out" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "public" {
  count = var.zones

  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public.id
}

resource "aws_eip" "nat" {
  count = local.nats

  domain = "vpc"

  tags = { Name = "${var.prefix}luca-nat-${count.index}" }
}

resource "aws_nat_gateway" "this" {
  count = local.nats

  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = aws_subnet.public[count.index].id

  tags       = { Name = "${var.prefix}luca-${count.index}" }
  depends_on = [aws_route.out]
}

# One table for each zone, so that a second NAT changes routes and no subnets.
resource "aws_route_table" "private" {
  count = var.zones

  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.prefix}luca-private-${local.zones[count.index]}" }
}

resource "aws_route" "nat" {
  count = local.nats == 0 ? 0 : var.zones

  route_table_id         = aws_route_table.private[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[min(count.index, local.nats - 1)].id
}

resource "aws_route_table_association" "private" {
  count = var.zones

  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private[count.index].id
}
