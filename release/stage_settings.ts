import * as v from "valibot";
import { readDotEnv } from "../cli/dot_env.ts";
import { UserError } from "../cli/user_error.ts";
import { PersonEmail } from "../lib/http/email.ts";
import { isHost, isHostOrWildcard } from "../lib/ids.ts";
import type { RestoredStreams } from "./streams.ts";

const Region = v.pipe(
  v.string(),
  v.regex(/^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/, "must be a region of AWS, such as eu-central-1"),
);
const Host = v.pipe(
  v.string(),
  v.check(isHost, "must be a host name, such as stripe.example.com, and no more"),
  v.toLowerCase(),
);
const HostOrWildcard = v.pipe(
  v.string(),
  v.check(
    isHostOrWildcard,
    "must be a host name, such as shop.example.com, or a wildcard, such as *.shops.example.com",
  ),
  v.toLowerCase(),
);
const list = <Item extends v.GenericSchema<string, string>>(item: Item) =>
  v.pipe(
    v.string(),
    v.transform((text) => text.split(/[\s,]+/).filter(Boolean)),
    v.array(item),
    v.transform((items) => [...new Set(items)]),
  );

const Settings = v.pipe(
  v.object({
    /** Who manages all Spaces; the deploy invites them into the stage's own user pool. */
    OPERATOR_EMAILS: v.pipe(
      v.optional(v.string(), ""),
      list(PersonEmail),
      v.minLength(1, "must name the operators' email addresses, with commas between"),
    ),
    AWS_REGION: v.optional(Region, "eu-central-1"),
    /** The host of the service; without it the API's own address. */
    DOMAIN: v.optional(Host),
    /** Hosts that can be Spaces' branded domains, and wildcards of hosts. */
    BRANDED_DOMAINS: v.optional(list(HostOrWildcard), ""),
    /** Of one certificate that covers all the hosts; without it the deploy looks in ACM for each. */
    CERTIFICATE_ARN: v.optional(
      v.pipe(
        v.string(),
        v.regex(
          /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
          "must be the ARN of a certificate in ACM",
        ),
      ),
    ),
    /** Where people sign in, instead of at the stage's own user pool, and the id we have there. */
    OIDC_ISSUER: v.optional(
      v.pipe(
        v.string(),
        v.url("must be an https address"),
        v.regex(/^https:\/\/[^?#]+$/, "must be an https address without a query"),
      ),
    ),
    OIDC_CLIENT_ID: v.optional(v.pipe(v.string(), v.regex(/^\S+$/, "must be an id without spaces"))),
    /** Who hears of alarms, which `prod` cannot be without; they must confirm it once. */
    ALARM_EMAIL: v.optional(PersonEmail),
    /** The address that mails come from, which Amazon SES must have verified, or its domain; without it there are none. */
    MAIL_FROM: v.optional(PersonEmail),
    /** For how long an event is kept once it is finished: longer than Stripe lists it, or recovery would bring it back. */
    EVENT_RETENTION_DAYS: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^(?:4[5-9]|[5-9]\d|[1-9]\d{2,3})$/, "must be a whole number of days from 45 to 9999"),
      ),
      "45",
    ),
    MONTHLY_BUDGET_USD: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^(?:0|[1-9]\d{0,6})$/, "must be a whole number of dollars; 0 makes no budget"),
      ),
      "50",
    ),
    /** Whose bill it is of: the stage's, by its tag, or the whole account's. */
    BUDGET_OF: v.optional(v.picklist(["stage", "account"], "must be stage or account"), "stage"),
  }),
  v.forward(
    v.check(
      ({ OIDC_ISSUER, OIDC_CLIENT_ID }) => !OIDC_ISSUER || OIDC_CLIENT_ID !== undefined,
      "goes with OIDC_ISSUER, and is missing",
    ),
    ["OIDC_CLIENT_ID"],
  ),
  v.forward(
    v.check(
      ({ OIDC_ISSUER, OIDC_CLIENT_ID }) => !OIDC_CLIENT_ID || OIDC_ISSUER !== undefined,
      "goes with OIDC_CLIENT_ID, and is missing",
    ),
    ["OIDC_ISSUER"],
  ),
  v.forward(
    v.check(
      ({ CERTIFICATE_ARN, AWS_REGION }) => !CERTIFICATE_ARN || CERTIFICATE_ARN.split(":")[3] === AWS_REGION,
      "must be of a certificate in the stage's own region",
    ),
    ["CERTIFICATE_ARN"],
  ),
);

/** The settings' names. */
export const SETTINGS = Object.keys(Settings.pipe[0].entries);
/** What a stage is deployed with. */
export type StageSettings = v.InferOutput<typeof Settings>;

/** The file of what is not in the environment. */
const settingsFile = (stage: string): string => `.env.${stage}`;

/**
 * Reads a stage's settings, from the environment and from `.env.<stage>` for what is not in it.
 * @param region is what `--region` says, if anything
 * @throws {UserError} naming what is wrong, in which of them, and what it must be.
 */
export function stageSettings(stage: string, region?: string): StageSettings {
  const sources = settingsOf(stage, region);
  const parsed = v.safeParse(Settings, merged(sources), { abortEarly: true });
  if (!parsed.success) throw broken(parsed.issues[0], stage, sources);
  if (stage === "prod" && !parsed.output.ALARM_EMAIL)
    throw new UserError(
      `ALARM_EMAIL is missing in ${settingsFile(stage)} and in the environment: somebody must hear of prod's alarms.`,
    );
  return parsed.output;
}

/** The region alone, for what needs no more. @throws {UserError} as {@link stageSettings} does. */
export function stageRegion(stage: string, region?: string): string {
  const sources = settingsOf(stage, region);
  const parsed = v.safeParse(v.object({ AWS_REGION: Settings.pipe[0].entries.AWS_REGION }), merged(sources));
  if (parsed.success) return parsed.output.AWS_REGION;
  throw broken(parsed.issues[0], stage, sources);
}

/** The hosts of a stage, its own first. */
export const hostsOf = ({ DOMAIN, BRANDED_DOMAINS }: StageSettings): string[] => [
  ...new Set([...(DOMAIN ? [DOMAIN] : []), ...BRANDED_DOMAINS]),
];

/**
 * The settings as serverless.yml reads them.
 * @param found is what a release finds out itself: each host's certificate by its ARN, the ARN of what bounds the
 * functions' roles or nothing, those of restored tables' streams or nothing, how many executions are reserved if any, and what
 * is deployed, by commit and time
 */
export function asEnvironment(
  settings: StageSettings,
  found: {
    certificates: Record<string, string>;
    boundary: string;
    streams: RestoredStreams;
    reserved: number | undefined;
    release: string;
  },
): Record<string, string> {
  return {
    AWS_REGION: settings.AWS_REGION,
    OPERATOR_EMAILS: settings.OPERATOR_EMAILS.join(","),
    // What is not set is set to nothing: our own environment may have what is another stage's.
    DOMAIN: settings.DOMAIN ?? "",
    BRANDED_DOMAINS: settings.BRANDED_DOMAINS.join(","),
    CERTIFICATES: JSON.stringify(found.certificates),
    OIDC_ISSUER: settings.OIDC_ISSUER ?? "",
    OIDC_CLIENT_ID: settings.OIDC_CLIENT_ID ?? "",
    ALARM_EMAIL: settings.ALARM_EMAIL ?? "",
    MAIL_FROM: settings.MAIL_FROM ?? "",
    EVENT_RETENTION_DAYS: settings.EVENT_RETENTION_DAYS,
    MONTHLY_BUDGET_USD: settings.MONTHLY_BUDGET_USD,
    BUDGET_OF: settings.BUDGET_OF,
    PERMISSIONS_BOUNDARY: found.boundary,
    EVENTS_STREAM_ARN: found.streams.events,
    ORDERS_STREAM_ARN: found.streams.orders,
    RESERVED_CONCURRENCY: String(found.reserved ?? ""),
    RELEASE: found.release,
  };
}

type Sources = Record<"--region" | "the environment" | "file", Record<string, string | undefined>>;

function settingsOf(stage: string, region: string | undefined): Sources {
  const sources = {
    "--region": region ? { AWS_REGION: region } : {},
    "the environment": notEmpty(process.env),
    file: notEmpty(readDotEnv(settingsFile(stage))),
  };
  const { "the environment": environment, file } = sources;
  // A terminal often has a region of its own, and a stage in the wrong one is a stage that is empty.
  if (!region && environment.AWS_REGION && file.AWS_REGION && environment.AWS_REGION !== file.AWS_REGION)
    throw new UserError(
      `AWS_REGION is ${environment.AWS_REGION} in the environment, but ${file.AWS_REGION} in ${settingsFile(stage)}: say which with --region.`,
    );
  return sources;
}

const notEmpty = (variables: Record<string, string | undefined>): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(variables).filter(([, value]) => value));

const merged = (sources: Sources): Record<string, string | undefined> => ({
  ...sources.file,
  ...sources["the environment"],
  ...sources["--region"],
});

function broken(issue: v.BaseIssue<unknown>, stage: string, sources: Sources): UserError {
  const path = issue.path ?? [];
  const name = String(path[0]?.key ?? "");
  const file = settingsFile(stage);
  const source = Object.entries(sources).find(([, variables]) => variables[name])?.[0];
  const where =
    source === undefined
      ? `is missing in ${file} and in the environment`
      : `in ${source === "file" ? file : source} is broken`;
  const item = path.length > 1 && typeof issue.input === "string" ? `${issue.input} ` : "it ";
  return new UserError(`${name} ${where}: ${item}${issue.message}.`);
}
