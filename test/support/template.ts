import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";

/** A CloudFormation template, as far as all of them are alike. */
export type Template = v.InferOutput<typeof Template>;
const Template = v.object({
  Parameters: v.optional(
    v.record(v.string(), v.looseObject({ Default: v.optional(v.union([v.string(), v.number()])) })),
    {},
  ),
  Conditions: v.optional(v.record(v.string(), v.unknown()), {}),
  Resources: v.record(
    v.string(),
    v.looseObject({
      Type: v.string(),
      Condition: v.optional(v.string()),
      DeletionPolicy: v.optional(v.string()),
      UpdateReplacePolicy: v.optional(v.string()),
      Properties: v.optional(v.record(v.string(), v.unknown()), {}),
    }),
  ),
  Outputs: v.optional(v.record(v.string(), v.looseObject({ Value: v.unknown() })), {}),
});

/** The service's template in a packaged folder. */
export const packagedTemplate = (folder: string): Template =>
  v.parse(
    Template,
    JSON.parse(readFileSync(join(folder, "cloudformation-template-update-stack.json"), "utf8")),
  );

/** A template of aws/, its short forms (`!Sub`) written out, as CloudFormation reads them. */
export function templateIn(file: `aws/${string}.yml`): Template {
  const long = (tag: string) => (tag === "Ref" ? "Ref" : `Fn::${tag}`);
  const tags = ["Ref", "Sub", "GetAtt", "Equals", "If", "Not", "Join"].flatMap((tag) => [
    { tag: `!${tag}`, resolve: (text: string) => ({ [long(tag)]: text }) },
    {
      tag: `!${tag}`,
      collection: "seq" as const,
      resolve: (list: { toJSON(): unknown }) => ({ [long(tag)]: list.toJSON() }),
    },
  ]);
  return v.parse(Template, parse(readFileSync(file, "utf8"), { customTags: tags }));
}

export const resourcesOf = ({ Resources }: Template, type: string) =>
  Object.entries(Resources).filter(([, { Type }]) => Type === type);
