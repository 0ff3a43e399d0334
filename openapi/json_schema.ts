import { type ConversionConfig, toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";

/** What JSON Schema has no word for: what it refuses, the answer says (400 `invalid_field`, with the field). */
const BEYOND_JSON_SCHEMA = ["check", "raw_check", "partial_check", "trim", "to_lower_case"];

/** Of a schema that only a value tells: what may be given. */
const Given = v.object({ given: v.custom<v.GenericSchema>((given) => typeof given === "object") });

/**
 * The JSON Schema of a valibot schema.
 * @param mode of what is sent to it, or of what it answers
 * @param named the schemas that stand among the document's components, by their names
 * @throws {Error} where a schema has something that this cannot say: say it in BEYOND_JSON_SCHEMA, or override it here
 */
export function jsonSchema(
  schema: v.GenericSchema,
  mode: "input" | "output",
  named: Record<string, v.GenericSchema> = {},
): Record<string, unknown> {
  const config: ConversionConfig = {
    typeMode: mode,
    target: "draft-2020-12",
    definitions: named,
    ignoreActions: BEYOND_JSON_SCHEMA,
    overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
    overrideAction: ({ valibotAction, jsonSchema: soFar }) => {
      // JSON Schema's patterns are of Unicode anyway.
      if (isRegex(valibotAction)) return { ...soFar, pattern: valibotAction.requirement.source };
      const metadata = v.safeParse(Given, "metadata" in valibotAction ? valibotAction.metadata : undefined);
      if (!metadata.success) return undefined;
      return jsonSchema(metadata.output.given, mode);
    },
  };
  const { $schema, $defs, ...made } = toJsonSchema(schema, config);
  return made;
}

const isRegex = (action: { type: string }): action is v.RegexAction<string, undefined> =>
  action.type === "regex";
