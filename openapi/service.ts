import * as v from "valibot";
import type { Subject } from "./operation.ts";

export const service: Subject = {
  name: "Service",
  description: "The service itself.",
  operations: {
    "POST /session/destroy": {
      id: "destroySession",
      summary: "End a person's sessions, on all their devices",
      description: "From a page of ours, with `X-CSRF-Token` where there is a session.",
      answers: {
        200: [
          "`url` is where the issuer ends its own session in the person's browser, or null.",
          v.object({ url: v.nullable(v.string()) }),
        ],
      },
      errors: ["foreign_form", "invalid_field", "not_json", "unknown_parameter"],
    },
    "GET /health": {
      id: "showHealth",
      summary: "See whether the service is up",
      answers: { 200: ["It is up.", v.object({ status: v.literal("ok") })] },
      errors: ["unknown_parameter"],
    },
    "GET /openapi.json": {
      id: "showOpenapi",
      summary: "Read this document",
      answers: { 200: ["An OpenAPI 3.1 document.", v.record(v.string(), v.unknown())] },
      errors: ["unknown_parameter"],
    },
  },
};
