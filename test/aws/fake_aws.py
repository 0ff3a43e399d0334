"""Runs ministack, with what our templates have and its CloudFormation and IAM lack.

Five things are not what they are on AWS, and are not proved by it:
- the managed login's branding is only noted;
- an alarm over several metrics is one over the first of them, with the same name, threshold and actions;
- a table's point-in-time recovery and time to live are not switched on;
- an identity at Amazon SES is verified as it is made;
- an invitation is sent again to somebody who has signed in, too, which Cognito refuses.
"""

import json
import re
from urllib.parse import unquote

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import apigateway, budgets, cognito, iam, kms, lambda_svc, ses_v2, sns, tagging
from ministack.services.cloudformation import provisioners


def create_budget(logical_id, properties, stack_name):
    name = properties["Budget"]["BudgetName"]
    call(budgets._create_budget, properties | {"Budget": in_calls(properties["Budget"])})
    return name, {}


def update_budget(physical_id, old, new, stack_name):
    delete_budget(physical_id, old)
    return create_budget(None, new, stack_name)


def delete_budget(physical_id, properties):
    call(budgets._delete_budget, {"BudgetName": physical_id})


def in_calls(budget):
    """Where the service's own calls have text, a template may have a number."""
    limit = budget["BudgetLimit"]
    return budget | {"BudgetLimit": limit | {"Amount": str(limit["Amount"])}}


def call(operation, request):
    status, _, body = operation(request | {"AccountId": provisioners.get_account_id()})
    if status != 200:
        raise ValueError(body)


def note(logical_id, properties, stack_name):
    return f"{stack_name}-{logical_id}", {}


provisioners._RESOURCE_HANDLERS |= {
    "AWS::Budgets::Budget": {"create": create_budget, "update": update_budget, "delete": delete_budget},
    "AWS::Cognito::ManagedLoginBranding": {
        "create": note,
        "update": lambda physical_id, old, new, stack_name: (physical_id, {}),
        "delete": lambda physical_id, properties: None,
    },
}

create_role = provisioners._RESOURCE_HANDLERS["AWS::IAM::Role"]["create"]


def create_bounded_role(logical_id, properties, stack_name):
    """Its IAM knows boundaries; its CloudFormation drops them."""
    name, attributes = create_role(logical_id, properties, stack_name)
    iam._roles[name]["PermissionsBoundary"] = properties.get("PermissionsBoundary")
    return name, attributes


provisioners._RESOURCE_HANDLERS["AWS::IAM::Role"]["create"] = create_bounded_role

create_subscription = provisioners._RESOURCE_HANDLERS["AWS::SNS::Subscription"]["create"]


def create_pending_subscription(logical_id, properties, stack_name):
    """Who has an address opens a link first (SNS, "Subscription confirmation"); the fake AWS takes it as opened."""
    arn, attributes = create_subscription(logical_id, properties, stack_name)
    for subscription in sns._topics[properties["TopicArn"]]["subscriptions"]:
        if subscription["arn"] == arn:
            subscription["confirmed"] = False
    return arn, attributes


provisioners._RESOURCE_HANDLERS["AWS::SNS::Subscription"]["create"] = create_pending_subscription


def trying_sender(operation):
    """Cognito tries the sender of a pool's mails whenever the pool is made or changed, and refuses one that SES would not send from."""

    def tried(data):
        mails = data.get("EmailConfiguration") or {}
        if mails.get("EmailSendingAccount") == "DEVELOPER":
            name = mails["SourceArn"].split("/")[-1]
            identity = ses_v2._identities.get(name) or {}
            if not identity.get("VerifiedForSendingStatus") or not mails["From"].endswith(name):
                message = f"Email address is not verified. The following identities failed the check: {mails['SourceArn']}"
                return cognito.error_response_json("InvalidParameterException", message, 400)
        return operation(data)

    return tried


cognito._create_user_pool = trying_sender(cognito._create_user_pool)
cognito._update_user_pool = trying_sender(cognito._update_user_pool)

record_of_alarm = provisioners._cw_metric_alarm_record


def record_of_first_metric(name, properties):
    metrics = [metric["MetricStat"] for metric in properties.get("Metrics", []) if "MetricStat" in metric]
    if not metrics:
        return record_of_alarm(name, properties)
    first = {"Period": metrics[0]["Period"], "Statistic": metrics[0]["Stat"], **metrics[0]["Metric"]}
    return record_of_alarm(name, {**properties, **first, "Metrics": None})


provisioners._cw_metric_alarm_record = record_of_first_metric

update_stage = apigateway._update_stage


def update_stage_by_adding(api_id, stage_name, data):
    """API Gateway adds settings of routes to those that are there, and then wants a route for each (AWS says it nowhere; Terraform's
    aws_apigatewayv2_stage calls DeleteRouteSettings for it)."""
    stage = apigateway._stages.get(api_id, {}).get(stage_name, {})
    settings = stage.get("routeSettings", {}) | data.get("routeSettings", {})
    return lacks_route(api_id, settings) or update_stage(api_id, stage_name, data | {"routeSettings": settings})


def lacks_route(api_id, settings):
    routes = {route["routeKey"] for route in apigateway._routes.get(api_id, {}).values()}
    missing = [key for key in settings if key not in routes]
    if missing:
        message = f"Unable to find Route by key {missing[0]} within the provided RouteSettings"
        return apigateway._apigw_error("NotFoundException", message, 404)


apigateway._update_stage = update_stage_by_adding
create_stage = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Stage"]["create"]


def create_stage_of_routes(logical_id, properties, stack_name):
    refused = lacks_route(properties["ApiId"], properties.get("RouteSettings", {}))
    if refused:
        raise ValueError(refused[2])
    return create_stage(logical_id, properties, stack_name)


provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Stage"]["create"] = create_stage_of_routes
handle_request = apigateway.handle_request


async def handle_request_of_settings(method, path, headers, body, query_params):
    """With DeleteRouteSettings (API Gateway, "RouteSettings"), which the fake AWS lacks."""
    asked = re.fullmatch(r"/v2/apis/([^/]+)/stages/([^/]+)/routesettings/(.+)", unquote(path))
    if method != "DELETE" or not asked:
        return await handle_request(method, path, headers, body, query_params)
    api_id, stage_name, route_key = asked.groups()
    settings = apigateway._stages[api_id][stage_name]["routeSettings"]
    if settings.pop(route_key, None) is None:
        return apigateway._apigw_error("NotFoundException", f"no settings of {route_key}", 404)
    return 204, {}, b""


apigateway.handle_request = handle_request_of_settings

context_of_tags = iam_actions.request_tag_context


def context_of_request(service, action, body, parameters):
    """What policies may ask of a request beside its tags, and the fake AWS does not tell them."""
    context = context_of_tags(service, action, body, parameters)
    return context | {"kms": context_of_key, "iam": context_of_role}.get(service, lambda *_: {})(body, parameters)


def context_of_key(body, _parameters):
    """For which place a secret is opened (KMS, "Encryption context"), and a key's aliases."""
    asked = json.loads(body or "{}")
    key = kms._resolve_key(asked.get("KeyId", "")) or {}
    aliases = [arn.split(":")[-1] for arn, key_id in kms._aliases.items() if key_id == key.get("KeyId")]
    place = {f"kms:EncryptionContext:{name}": value for name, value in asked.get("EncryptionContext", {}).items()}
    return place | {"kms:ResourceAliases": aliases or None}


def context_of_role(_body, parameters):
    """The boundary that a role is to have, or has (IAM, "iam:PermissionsBoundary"), and which of AWS's services it is for."""
    role = iam._roles.get(iam_actions._query_param(parameters, "RoleName")) or {}
    asked = iam_actions._query_param(parameters, "PermissionsBoundary")
    return {
        "iam:PermissionsBoundary": asked or role.get("PermissionsBoundary"),
        "iam:AWSServiceName": iam_actions._query_param(parameters, "AWSServiceName") or None,
    }


iam_actions.request_tag_context = context_of_request
# A multi-Region key's id, too, which the fake AWS makes, and does not know again in what was encrypted with it.
iam_actions._KMS_KEY_ID_RE = re.compile(r"^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$")

resource_without_path = iam_actions.extract_resource_arn


def resource_with_path(service, method, path, headers, body, parameters, *rest):
    """The ARN of a role has its path, which the fake AWS leaves out; so has that of a role of AWS's own services."""
    arn = resource_without_path(service, method, path, headers, body, parameters, *rest)
    of_service = service == "iam" and iam_actions._query_param(parameters, "AWSServiceName")
    if of_service:
        return f"arn:aws:iam::{provisioners.get_account_id()}:role/aws-service-role/{of_service}/AWSServiceRole"
    if service != "iam" or ":role/" not in arn:
        return arn
    role = iam._roles.get(arn.split("/")[-1])
    made_in = iam_actions._query_param(parameters, "Path") or "/"
    return role["Arn"] if role else arn.replace(":role/", f":role{made_in}")


iam_actions.extract_resource_arn = resource_with_path
# Policies may go by what a user pool is tagged with, and boundaries by tags at all; the fake AWS knows them, and does not tell.
tagging._RESOURCE_TAG_COLLECTORS["cognito-idp"] = tagging._collect_cognito
iam_evaluator._names_condition_key = lambda _policies, _prefix: True

account_settings = lambda_svc._get_account_settings
NEW_ACCOUNT = "222222222222"


def settings_of_account():
    """Lambda runs as many functions at once as it may on AWS: 1,000, and 10 in an account that is new."""
    status, headers, body = account_settings()
    settings = json.loads(body)
    limit = settings["AccountLimit"]
    reserved = limit["ConcurrentExecutions"] - limit["UnreservedConcurrentExecutions"]
    all_of_them = 10 if provisioners.get_account_id() == NEW_ACCOUNT else 1_000
    limit |= {"ConcurrentExecutions": all_of_them, "UnreservedConcurrentExecutions": all_of_them - reserved}
    return status, headers, json.dumps(settings).encode()


lambda_svc._get_account_settings = settings_of_account

# The deployment bucket takes nothing that does not come by TLS, as all does on AWS. Here nothing does.
app.pin_request_origin = lambda source, _by_tls: iam_evaluator.pin_request_origin(source, True)

app.main()
