import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import { UserError } from "../cli/user_error.ts";

const Resource = v.looseObject({
  Type: v.string(),
  Properties: v.optional(v.record(v.string(), v.unknown()), {}),
});
const TemplateSchema = v.looseObject({ Resources: v.record(v.string(), Resource) });

export type Resource = v.InferOutput<typeof Resource>;
/** A template of CloudFormation's, as far as a release looks into it. */
export type Template = v.InferOutput<typeof TemplateSchema>;

/** Reads a template of JSON or YAML; what CloudFormation's tags would do is not done. */
export const parseTemplate = (text: string): Template =>
  v.parse(TemplateSchema, parse(text, { logLevel: "silent" }));

/** The file that a folder has which the service was packaged into. */
export const PACKAGED_TEMPLATE = "cloudformation-template-update-stack.json";

/** The service's template, from the folder that it was packaged into. */
export const packagedTemplate = (folder: string): Template =>
  parseTemplate(readFileSync(join(folder, PACKAGED_TEMPLATE), "utf8"));

/** What a stack may have (CloudFormation docs, "CloudFormation quotas"). */
const MAX_RESOURCES = 500;

/** @throws {UserError} where CloudFormation would refuse the service's template as too large: hosts are what grows. */
export function assertFits({ Resources }: Template): void {
  const count = Object.keys(Resources).length;
  if (count > MAX_RESOURCES)
    throw new UserError(
      `The service would have ${count} resources, and a stack may have ${MAX_RESOURCES}; each host takes two of them. Serve branded domains by a wildcard (RUNBOOK.md, Quotas). Nothing was changed.`,
    );
}

const Code = v.object({ Code: v.object({ S3Key: v.string() }), FunctionName: v.string() });

/** The functions of a template, each by its name, with where its artifact is in the deployment bucket. */
export function artifactsOf({ Resources }: Template): Map<string, string> {
  return new Map(
    Object.values(Resources)
      .filter(({ Type }) => Type === "AWS::Lambda::Function")
      .map(({ Properties }) => v.parse(Code, Properties))
      .map(({ FunctionName, Code }) => [FunctionName, Code.S3Key]),
  );
}
