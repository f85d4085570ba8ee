# What CI may call, service by service, without a pattern in it. `read` is what a plan looks at: how
# things are set up, and never what schools wrote. `write` is what an apply does besides.
# tests/deploy/test_bootstrap.py checks that each of these calls exists.

locals {
  # Their resources carry the environment's prefix in their names: a role of dev reaches dev's only.
  named = {
    athena = {
      read  = ["GetWorkGroup", "GetNamedQuery", "ListTagsForResource", "ListNamedQueries"]
      write = ["CreateNamedQuery", "CreateWorkGroup", "DeleteNamedQuery", "DeleteWorkGroup", "TagResource", "UntagResource", "UpdateNamedQuery", "UpdateWorkGroup"]
    }
    cloudtrail = {
      read  = ["DescribeTrails", "GetEventSelectors", "GetInsightSelectors", "GetTrail", "GetTrailStatus", "ListTags"]
      write = ["AddTags", "CreateTrail", "DeleteTrail", "PutEventSelectors", "RemoveTags", "StartLogging", "UpdateTrail"]
    }
    cloudwatch = {
      read  = ["DescribeAlarms", "DescribeInsightRules", "GetDashboard", "ListTagsForResource"]
      write = ["DeleteInsightRules", "DisableInsightRules", "EnableInsightRules", "PutInsightRule", "DeleteAlarms", "DeleteDashboards", "PutCompositeAlarm", "PutDashboard", "PutMetricAlarm", "TagResource", "UntagResource"]
    }
    dynamodb = {
      read  = ["DescribeContinuousBackups", "DescribeContributorInsights", "DescribeTable", "DescribeTimeToLive", "GetResourcePolicy", "ListTagsOfResource"]
      write = ["CreateTable", "DeleteResourcePolicy", "DeleteTable", "PutResourcePolicy", "TagResource", "UntagResource", "UpdateContinuousBackups", "UpdateContributorInsights", "UpdateTable", "UpdateTimeToLive"]
    }
    ecr = {
      read  = ["DescribeImages", "DescribeRepositories", "GetLifecyclePolicy", "GetRepositoryPolicy", "ListTagsForResource"]
      write = ["BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload", "CreateRepository", "DeleteLifecyclePolicy", "DeleteRepository", "DeleteRepositoryPolicy", "GetDownloadUrlForLayer", "InitiateLayerUpload", "PutImage", "PutImageScanningConfiguration", "PutImageTagMutability", "PutLifecyclePolicy", "SetRepositoryPolicy", "TagResource", "UntagResource", "UploadLayerPart"]
    }
    ecs = {
      read  = ["DescribeClusters", "DescribeServices", "DescribeTasks", "ListTagsForResource"]
      write = ["CreateCluster", "CreateService", "DeleteCluster", "DeleteService", "PutClusterCapacityProviders", "RunTask", "TagResource", "UntagResource", "UpdateCluster", "UpdateClusterSettings", "UpdateService"]
    }
    events = {
      read  = ["DescribeRule", "ListTagsForResource", "ListTargetsByRule"]
      write = ["DeleteRule", "DisableRule", "EnableRule", "PutRule", "PutTargets", "RemoveTargets", "TagResource", "UntagResource"]
    }
    firehose = {
      read  = ["DescribeDeliveryStream", "ListTagsForDeliveryStream"]
      write = ["CreateDeliveryStream", "DeleteDeliveryStream", "StartDeliveryStreamEncryption", "StopDeliveryStreamEncryption", "TagDeliveryStream", "UntagDeliveryStream", "UpdateDestination"]
    }
    glue = {
      read  = ["GetDatabase", "GetTable", "GetTables", "GetPartitionIndexes", "GetTags"]
      write = ["CreateDatabase", "CreateTable", "DeleteDatabase", "DeleteTable", "TagResource", "UntagResource", "UpdateDatabase", "UpdateTable"]
    }
    lambda = {
      read  = ["GetFunction", "GetFunctionCodeSigningConfig", "GetFunctionConfiguration", "GetPolicy", "ListTags", "ListVersionsByFunction"]
      write = ["AddPermission", "CreateFunction", "DeleteFunction", "DeleteFunctionConcurrency", "PutFunctionConcurrency", "RemovePermission", "TagResource", "UntagResource", "UpdateFunctionCode", "UpdateFunctionConfiguration"]
    }
    logs = {
      read  = ["DescribeLogStreams", "DescribeMetricFilters", "ListTagsForResource", "DescribeSubscriptionFilters"]
      write = ["DeleteLogStream", "AssociateKmsKey", "CreateLogGroup", "DeleteLogGroup", "DeleteMetricFilter", "DeleteRetentionPolicy", "DisassociateKmsKey", "PutMetricFilter", "PutRetentionPolicy", "TagResource", "UntagResource", "CreateLogStream"]
    }
    pipes = {
      read  = ["DescribePipe", "ListTagsForResource"]
      write = ["CreatePipe", "DeletePipe", "StartPipe", "StopPipe", "TagResource", "UntagResource", "UpdatePipe"]
    }
    s3 = {
      read = [
        "GetAccelerateConfiguration", "GetBucketAcl", "GetBucketCORS", "GetBucketLocation", "GetBucketLogging", "GetBucketNotification", "GetBucketObjectLockConfiguration",
        "GetBucketOwnershipControls", "GetBucketPolicy", "GetBucketPublicAccessBlock", "GetBucketRequestPayment", "GetBucketTagging", "GetBucketVersioning", "GetBucketWebsite",
        "GetEncryptionConfiguration", "GetLifecycleConfiguration", "GetMetricsConfiguration", "GetReplicationConfiguration", "ListBucket",
      ]
      write = [
        "CreateBucket", "DeleteBucket", "DeleteBucketPolicy", "PutBucketAcl", "PutBucketLogging", "PutBucketNotification", "PutBucketObjectLockConfiguration", "PutBucketOwnershipControls",
        "PutBucketPolicy", "PutBucketPublicAccessBlock", "PutBucketTagging", "PutBucketVersioning", "PutEncryptionConfiguration", "PutLifecycleConfiguration", "PutMetricsConfiguration",
        "PutReplicationConfiguration",
      ]
    }
    scheduler = {
      read  = ["GetSchedule", "GetScheduleGroup", "ListTagsForResource"]
      write = ["CreateSchedule", "CreateScheduleGroup", "DeleteSchedule", "DeleteScheduleGroup", "TagResource", "UntagResource", "UpdateSchedule"]
    }
    secretsmanager = {
      read = ["DescribeSecret", "GetResourcePolicy", "ListSecretVersionIds"] # ids and stages, no value
      # The provider reads a value to see whether it is there, and keeps it nowhere.
      write = ["CreateSecret", "DeleteSecret", "GetSecretValue", "PutSecretValue", "RestoreSecret", "TagResource", "UntagResource", "UpdateSecret", "UpdateSecretVersionStage"]
    }
    sns = {
      read  = ["GetSubscriptionAttributes", "GetTopicAttributes", "ListSubscriptionsByTopic", "ListTagsForResource"]
      write = ["CreateTopic", "DeleteTopic", "SetSubscriptionAttributes", "SetTopicAttributes", "Subscribe", "TagResource", "Unsubscribe", "UntagResource"]
    }
    sqs = {
      read  = ["GetQueueAttributes", "GetQueueUrl", "ListQueueTags"]
      write = ["CreateQueue", "DeleteQueue", "SetQueueAttributes", "TagQueue", "UntagQueue"]
    }
    states = {
      read  = ["DescribeStateMachine", "ListStateMachineVersions", "ListTagsForResource"]
      write = ["CreateStateMachine", "DeleteStateMachine", "TagResource", "UntagResource", "UpdateStateMachine"]
    }
  }

  # Their resources have ids that AWS makes, or no name at all, so these reach what the account has
  # of the service. Hence: environments that must not trust each other belong in accounts of their own.
  unnamed = {
    acm = {
      read  = ["DescribeCertificate", "ListCertificates", "ListTagsForCertificate"]
      write = ["AddTagsToCertificate", "DeleteCertificate", "RequestCertificate"]
    }
    apigateway = {
      read  = ["GET"]
      write = ["DELETE", "PATCH", "POST", "PUT", "SetWebACL"]
    }
    application-autoscaling = {
      read  = ["DescribeScalableTargets", "DescribeScalingPolicies", "DescribeScheduledActions", "ListTagsForResource"]
      write = ["DeleteScalingPolicy", "DeleteScheduledAction", "DeregisterScalableTarget", "PutScalingPolicy", "PutScheduledAction", "RegisterScalableTarget", "TagResource", "UntagResource"]
    }
    apprunner = {
      read  = ["DescribeAutoScalingConfiguration", "DescribeObservabilityConfiguration", "DescribeService", "DescribeVpcConnector", "DescribeVpcIngressConnection", "ListTagsForResource"]
      write = ["AssociateWebAcl", "CreateAutoScalingConfiguration", "CreateObservabilityConfiguration", "CreateService", "CreateVpcConnector", "CreateVpcIngressConnection", "DeleteAutoScalingConfiguration", "DeleteObservabilityConfiguration", "DeleteService", "DeleteVpcConnector", "DeleteVpcIngressConnection", "DisassociateWebAcl", "TagResource", "UntagResource", "UpdateService"]
    }
    chatbot = {
      read  = ["DescribeSlackChannelConfigurations", "ListMicrosoftTeamsChannelConfigurations", "GetMicrosoftTeamsChannelConfiguration", "ListTagsForResource"]
      write = ["CreateMicrosoftTeamsChannelConfiguration", "CreateSlackChannelConfiguration", "DeleteMicrosoftTeamsChannelConfiguration", "DeleteSlackChannelConfiguration", "TagResource", "UntagResource", "UpdateMicrosoftTeamsChannelConfiguration", "UpdateSlackChannelConfiguration"]
    }
    cognito-idp = {
      read = ["DescribeResourceServer", "DescribeUserPool", "DescribeUserPoolDomain", "GetGroup", "GetUserPoolMfaConfig", "GetWebACLForResource", "ListTagsForResource"]
      # DescribeUserPoolClient answers with the client's secret, so no plan may call it.
      write = ["AddCustomAttributes", "AssociateWebACL", "CreateGroup", "CreateResourceServer", "CreateUserPool", "CreateUserPoolClient", "CreateUserPoolDomain", "DeleteGroup", "DeleteResourceServer", "DeleteUserPool", "DeleteUserPoolClient", "DeleteUserPoolDomain", "DescribeUserPoolClient", "DisassociateWebACL", "SetUserPoolMfaConfig", "TagResource", "UntagResource", "UpdateGroup", "UpdateResourceServer", "UpdateUserPool", "UpdateUserPoolClient", "UpdateUserPoolDomain"]
    }
    dax = {
      read  = ["DescribeClusters", "DescribeParameterGroups", "DescribeParameters", "DescribeSubnetGroups", "ListTags"]
      write = ["CreateCluster", "CreateParameterGroup", "CreateSubnetGroup", "DecreaseReplicationFactor", "DeleteCluster", "DeleteParameterGroup", "DeleteSubnetGroup", "IncreaseReplicationFactor", "TagResource", "UntagResource", "UpdateCluster", "UpdateSubnetGroup"]
    }
    ec2 = {
      read = [
        "DescribeAddresses", "DescribeAddressesAttribute", "DescribeAvailabilityZones", "DescribeFlowLogs", "DescribeInternetGateways", "DescribeManagedPrefixLists", "DescribeNatGateways", "DescribeNetworkAcls",
        "DescribeNetworkInterfaces", "DescribePrefixLists", "DescribeRouteTables", "DescribeSecurityGroupRules", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcAttribute",
        "DescribeVpcEndpointServiceConfigurations", "DescribeVpcEndpoints", "DescribeVpcEndpointServices", "DescribeVpcs", "GetManagedPrefixListEntries",
      ]
      write = [
        "AllocateAddress", "AssociateRouteTable", "AttachInternetGateway", "AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateFlowLogs", "CreateInternetGateway", "CreateNatGateway",
        "CreateRoute", "CreateRouteTable", "CreateSecurityGroup", "CreateSubnet", "CreateTags", "CreateVpc", "CreateVpcEndpoint", "DeleteFlowLogs", "DeleteInternetGateway", "DeleteNatGateway", "DeleteRoute",
        "DeleteRouteTable", "DeleteSecurityGroup", "DeleteSubnet", "DeleteTags", "DeleteVpc", "DeleteVpcEndpoints", "DetachInternetGateway", "DisassociateAddress", "DisassociateRouteTable", "ModifySubnetAttribute",
        "CreateVpcEndpointServiceConfiguration", "DeleteVpcEndpointServiceConfigurations", "ModifyVpcEndpointServicePermissions", # API Gateway's link to the load balancer
        "ModifySecurityGroupRules", "ModifyVpcAttribute", "ModifyVpcEndpoint", "ReleaseAddress", "ReplaceRoute", "ReplaceRouteTableAssociation", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress",
        "UpdateSecurityGroupRuleDescriptionsEgress", "UpdateSecurityGroupRuleDescriptionsIngress",
      ]
    }
    ecs = {
      read  = ["DescribeTaskDefinition"] # takes no resource
      write = ["DeregisterTaskDefinition", "RegisterTaskDefinition"]
    }
    ecr = {
      read  = []
      write = ["GetAuthorizationToken"] # takes no resource
    }
    elasticache = {
      read  = ["DescribeCacheClusters", "DescribeCacheSubnetGroups", "DescribeReplicationGroups", "DescribeServerlessCaches", "ListTagsForResource"]
      write = ["AddTagsToResource", "CreateCacheSubnetGroup", "CreateReplicationGroup", "CreateServerlessCache", "DeleteCacheSubnetGroup", "DeleteReplicationGroup", "DeleteServerlessCache", "ModifyReplicationGroup", "ModifyServerlessCache", "RemoveTagsFromResource"]
    }
    elasticloadbalancing = {
      read  = ["DescribeListenerAttributes", "DescribeListeners", "DescribeLoadBalancerAttributes", "DescribeLoadBalancers", "DescribeRules", "DescribeTags", "DescribeTargetGroupAttributes", "DescribeTargetGroups", "DescribeTargetHealth"]
      write = ["AddTags", "CreateListener", "CreateLoadBalancer", "CreateRule", "CreateTargetGroup", "DeleteListener", "DeleteLoadBalancer", "DeleteRule", "DeleteTargetGroup", "DeregisterTargets", "ModifyListener", "ModifyListenerAttributes", "ModifyLoadBalancerAttributes", "ModifyTargetGroup", "ModifyTargetGroupAttributes", "RegisterTargets", "RemoveTags", "SetSecurityGroups", "SetSubnets", "SetWebACL"]
    }
    kms = {
      read = ["DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListAliases", "ListResourceTags"]
      # Decrypt and the like pass the key's own policy through a service only.
      write = ["CreateAlias", "CreateGrant", "CreateKey", "Decrypt", "DeleteAlias", "EnableKeyRotation", "Encrypt", "GenerateDataKey", "PutKeyPolicy", "ReplicateKey", "ScheduleKeyDeletion", "TagResource", "UntagResource", "UpdateAlias", "UpdateKeyDescription"]
    }
    logs = {
      read  = ["DescribeLogGroups", "DescribeQueryDefinitions", "DescribeResourcePolicies"] # take no resource
      write = ["CreateLogDelivery", "DeleteLogDelivery", "DeleteQueryDefinition", "DeleteResourcePolicy", "DescribeLogGroups", "GetLogDelivery", "ListLogDeliveries", "PutQueryDefinition", "PutResourcePolicy", "UpdateLogDelivery"]
    }
    route53 = {
      read  = ["GetChange", "GetHostedZone", "ListHostedZones", "ListResourceRecordSets", "ListTagsForResource"]
      write = ["ChangeResourceRecordSets"]
    }
    servicediscovery = {
      read  = ["GetNamespace", "GetOperation", "GetService", "ListTagsForResource"]
      write = ["CreatePrivateDnsNamespace", "CreateService", "DeleteNamespace", "DeleteService", "TagResource", "UntagResource"]
    }
    states = {
      read  = []
      write = ["ValidateStateMachineDefinition"] # takes no resource
    }
    wafv2 = {
      read  = ["GetLoggingConfiguration", "GetWebACL", "GetWebACLForResource", "GetIPSet", "ListTagsForResource"]
      write = ["AssociateWebACL", "CreateIPSet", "CreateWebACL", "DeleteIPSet", "DeleteLoggingConfiguration", "DeleteWebACL", "DisassociateWebACL", "PutLoggingConfiguration", "TagResource", "UntagResource", "UpdateIPSet", "UpdateWebACL"]
    }
    xray = {
      read  = ["GetGroup", "GetSamplingRules", "ListTagsForResource"]
      write = ["CreateGroup", "CreateSamplingRule", "DeleteGroup", "DeleteSamplingRule", "TagResource", "UntagResource", "UpdateGroup", "UpdateSamplingRule"]
    }
  }

  roles_read  = ["GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "ListInstanceProfilesForRole", "ListRolePolicies"]
  roles_write = ["DeleteRole", "DeleteRolePolicy", "TagRole", "UntagRole", "UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription"]
  # These give rights: only to roles that carry the boundary.
  roles_bounded = ["CreateRole", "PutRolePolicy", "PutRolePermissionsBoundary"]
}
