import { isDeepStrictEqual } from "node:util";
import { UserError } from "../cli/user_error.ts";
import type { Resource, Template } from "./template.ts";

export type Change = { what: "add" | "change" | "replace" | "remove"; type: string; id: string };

/** What must never go with a deploy: it holds what nobody can make again, or is the address that Stripe knows. */
const KEPT = ["AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::Cognito::UserPool", "AWS::ApiGatewayV2::Api"];
const SIGNS = { add: "+", change: "~", replace: "!", remove: "-" };
const SHOWN = 3;

/**
 * What deploying one template over another changes, by logical id. Of a changed name it says that the resource is
 * replaced; CloudFormation may replace for other reasons, too.
 * @param changedFunctions are those whose code differs, by name: their place in the bucket always does
 */
export function changesBetween(before: Template, after: Template, changedFunctions: Set<string>): Change[] {
  const ids = new Set([...Object.keys(before.Resources), ...Object.keys(after.Resources)]);
  return [...ids].flatMap((id) => {
    const old = before.Resources[id];
    const next = after.Resources[id];
    const type = next?.Type ?? old?.Type ?? "";
    const what = !old ? "add" : !next ? "remove" : howChanged(old, next, changedFunctions);
    return what ? [{ what, type, id }] : [];
  });
}

function howChanged(
  old: Resource,
  next: Resource,
  changedFunctions: Set<string>,
): Change["what"] | undefined {
  if (old.Type !== next.Type) return "replace";
  const name = Object.keys(next.Properties).find((key) => key.endsWith("Name") && key !== "DisplayName");
  if (name && !isDeepStrictEqual(old.Properties[name], next.Properties[name])) return "replace";
  if (next.Type === "AWS::Lambda::Function" && changedFunctions.has(String(next.Properties.FunctionName)))
    return "change";
  return isDeepStrictEqual(withoutCode(old), withoutCode(next)) ? undefined : "change";
}

const withoutCode = (resource: Resource): Resource =>
  resource.Type === "AWS::Lambda::Function"
    ? { ...resource, Properties: { ...resource.Properties, Code: undefined } }
    : resource;

/** Whether two templates have the same parameters, conditions and outputs. */
export const sameButForResources = (one: Template | undefined, other: Template): boolean =>
  isDeepStrictEqual({ ...one, Resources: {} }, { ...other, Resources: {} });

/** @throws {UserError} where a change takes away what must stay. */
export function assertKept(stack: string, changes: Change[]): void {
  const lost = changes.find(
    ({ what, type }) => (what === "remove" || what === "replace") && KEPT.includes(type),
  );
  if (lost)
    throw new UserError(
      `This would ${lost.what} ${lost.id} (${lost.type}) of ${stack}, and all that it holds with it: a deploy never does. Nothing was changed; take the change back.`,
    );
}

/** Says the changes for people, a line a kind. */
export function describeChanges(stack: string, changes: Change[]): string {
  if (changes.length === 0) return `${stack}: nothing changes`;
  const kinds = Map.groupBy(changes, ({ what, type }) => `${SIGNS[what]} ${type}`);
  const lines = [...kinds].map(([kind, some]) => {
    const ids = some.slice(0, SHOWN).map(({ id }) => id);
    const more = some.length > SHOWN ? ` and ${some.length - SHOWN} more` : "";
    return `  ${kind}: ${ids.join(", ")}${more}`;
  });
  return [`${stack}: + is added, ~ changed, ! replaced, - removed`, ...lines.sort()].join("\n");
}
