# The only reader of deploy/*.json, policies, state machines and templates. It makes nothing: it
# fills placeholders in and puts the environment's prefix before every name that AWS knows.
# luca/localaws/deployment.py is the other reader; tests/deploy/test_readers_agree.py compares them.

locals {
  root = "${path.module}/../.."

  found = setunion(
    fileset(local.root, "*.json"),
    fileset(local.root, "*.vtl"),
    fileset(local.root, "asl/*.json"),
    fileset(local.root, "lake/*.json"),
    fileset(local.root, "policies/*.json"),
  )
  raw = { for path in local.found : path => file("${local.root}/${path}") }

  # Names come from the documents, so that a new queue needs no line here.
  plain_queues  = jsondecode(local.raw["queues.json"])
  plain_topics  = jsondecode(local.raw["topics.json"])
  plain_buckets = jsondecode(local.raw["buckets.json"])
  database      = jsondecode(local.raw["lake/glue.json"]).database

  policy_files = { for path in keys(local.raw) : trimsuffix(trimprefix(path, "policies/"), ".json") => path if startswith(path, "policies/") }
  # As the embedded AWS sees it: a role is what has both a policy and a trust.
  roles = sort([for name in keys(local.policy_files) : name if contains(keys(local.policy_files), "trust-${name}")])

  machine_files = { for path in keys(local.raw) : "luca-${trimsuffix(trimprefix(path, "asl/"), ".asl.json")}" => path if startswith(path, "asl/") }

  # Whatever begins with `luca-` anywhere in a document is a name of ours: nobody can forget to list
  # one here, and no policy of an environment can name another's resource.
  any_name = "\\bluca-[a-z0-9]+(?:-[a-z0-9]+)*"
  plain_names = distinct(concat(
    flatten([for text in values(local.raw) : regexall(local.any_name, text)]),
    flatten([for name in keys(local.plain_queues) : [name, "${name}-dlq"]]),
    [for name in local.roles : "luca-${name}"],
    keys(local.machine_files),
  ))
  bucket_names = distinct(concat(keys(local.plain_buckets), [jsondecode(local.raw["audit.json"]).bucket], values(jsondecode(local.raw["replication.json"]).buckets)))
  fixed        = sort(setsubtract(local.plain_names, local.bucket_names))

  # A few queues have names of their own. The longest first: of two where one begins with the
  # other, the expression tries it first.
  own = { for kind, names in {
    queues  = [for name in keys(local.plain_queues) : name if !startswith(name, "luca-")]
    buckets = local.bucket_names
  } : kind => [for entry in reverse(sort([for name in names : format("%03d %s", length(name), name)])) : substr(entry, 4, -1)] }
  any_fixed = "/\\b(${join("|", concat(["luca-[a-z0-9]"], local.own.queues))})/"
  # After the others: a bucket has got the common prefix, and gets its own in its place.
  any_bucket = "/\\b${var.prefix}(${join("|", local.own.buckets)})\\b/"

  # What operators know by a name with a capital: alarms and dashboards.
  any_shown = "/\\b(Luca-[A-Z][A-Za-z0-9-]*)/"

  # Glue and Athena take no hyphen in a database's name.
  database_prefix = replace(var.prefix, "-", "_")

  texts = { for path, text in local.raw : path =>
    replace(replace(replace(replace(replace(replace(text,
      "$${AccountId}", var.account_id),
      "$${Region}", var.region),
      local.any_fixed, "${var.prefix}$${1}"),
      local.any_bucket, "${var.bucket_prefix}$${1}"),
      local.any_shown, "${var.prefix}$${1}"),
    "/\\b(${local.database})\\b/", "${local.database_prefix}$${1}")
  }

  names = merge(
    { for name in local.fixed : name => "${var.prefix}${name}" },
    { for name in local.bucket_names : name => "${var.bucket_prefix}${name}" },
    { (local.database) = "${local.database_prefix}${local.database}" },
    { for name in distinct(flatten([for text in values(local.raw) : regexall("\\bLuca-[A-Z][A-Za-z0-9-]*", text)])) : name => "${var.prefix}${name}" },
  )

  behavior = jsondecode(local.texts["behavior.integration.json"])
}
