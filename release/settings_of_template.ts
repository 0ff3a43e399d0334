import * as v from "valibot";
import { UserError } from "../cli/user_error.ts";
import type { Template } from "./template.ts";

const Lambda = v.object({
  Environment: v.optional(v.object({ Variables: v.record(v.string(), v.unknown()) }), { Variables: {} }),
});
const Parameters = v.optional(v.record(v.string(), v.looseObject({ Default: v.optional(v.unknown()) })), {});

/** What a stage was deployed with, in words: the functions' variables and the template's parameters by their names. */
function settingsOf(template: Template): Map<string, string> {
  const variables = propertiesOf(template, "AWS::Lambda::Function").flatMap((properties) =>
    Object.entries(v.parse(Lambda, properties).Environment.Variables),
  );
  const parameters = Object.entries(v.parse(Parameters, template.Parameters)).map(
    ([name, { Default }]) => [name, Default] as const,
  );
  return new Map([...variables, ...parameters].map(([name, value]) => [name, inWords(value)]));
}

const operatorsOf = (template: Template): string[] => listOf(settingsOf(template).get("OPERATOR_EMAILS"));
const hostsOf = (template: Template): string[] => [
  ...propertiesOf(template, "AWS::ApiGatewayV2::DomainName").map(({ DomainName }) => inWords(DomainName)),
  ...listOf(settingsOf(template).get("BRANDED_DOMAINS")),
];
/** The stream that each function listens to, by the function. */
const streamsOf = (template: Template): Map<string, string> =>
  new Map(
    propertiesOf(template, "AWS::Lambda::EventSourceMapping").map(({ FunctionName, EventSourceArn }) => [
      inWords(FunctionName),
      inWords(EventSourceArn),
    ]),
  );

const propertiesOf = ({ Resources }: Template, type: string): Record<string, unknown>[] =>
  Object.values(Resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));
const listOf = (text = ""): string[] => text.split(",").filter(Boolean);
const inWords = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value ?? ""));

/** Says, a line each, which settings another template brings. */
export function describeSettings(running: Template, next: Template): string {
  const [now, then] = [settingsOf(running), settingsOf(next)];
  return [...new Set([...now.keys(), ...then.keys()])]
    .filter((name) => now.get(name) !== then.get(name))
    .map((name) => `  ${name}: "${now.get(name) ?? ""}" becomes "${then.get(name) ?? ""}"`)
    .join("\n");
}

/**
 * Sees that going back to a template takes nothing from anybody: its settings come back with it, and so do the names of streams,
 * which a table that was restored since has no more.
 * @throws {UserError}
 */
export function assertNothingLost(running: Template, before: Template): void {
  const streams = streamsOf(before);
  const lost = [
    ["these operators would manage nothing any more", missing(operatorsOf(running), operatorsOf(before))],
    ["nothing would answer any more at", missing(hostsOf(running), hostsOf(before))],
    [
      "functions would listen to a stream that is gone, and not to",
      [...streamsOf(running)].flatMap(([name, stream]) =>
        [undefined, stream].includes(streams.get(name)) ? [] : [stream],
      ),
    ],
  ] as const;
  for (const [what, which] of lost)
    if (which.length > 0)
      throw new UserError(
        `With what ran before, ${what}: ${which.join(", ")}. Take the code back by a commit instead (git revert), and deploy: settings stay as they are. Nothing was changed.`,
      );
}

const missing = (some: string[], others: string[]): string[] => some.filter((one) => !others.includes(one));
