import { once } from "node:events";
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { runCommand } from "../../cli/run_command.ts";
import { UserError } from "../../cli/user_error.ts";
import { People } from "./people.ts";
import { startOidcProvider } from "./provider.ts";

const isOrigin = (text: string): boolean => /^https?:/.test(text) && URL.parse(text)?.origin === text;
const Origin = v.pipe(v.string(), v.check(isOrigin, "must be an origin such as http://localhost:3000"));

const Environment = v.object({
  OIDC_PORT: v.pipe(
    v.string(),
    v.regex(/^\d{1,5}$/, "must be a port number"),
    v.transform(Number),
    v.maxValue(65_535, "must be a port number"),
  ),
  OIDC_PEOPLE_FILE: v.string(),
  BASE_URL: Origin,
  OIDC_OTHER_ORIGINS: v.pipe(
    v.optional(v.string(), ""),
    v.transform((list) => list.split(",").filter(Boolean)),
    v.array(Origin),
  ),
});

await runCommand(async () => {
  const { OIDC_PORT, OIDC_PEOPLE_FILE, BASE_URL, OIDC_OTHER_ORIGINS } = readEnvironment();
  const origins = [BASE_URL, ...OIDC_OTHER_ORIGINS];
  const provider = await startOidcProvider({
    port: OIDC_PORT,
    people: readPeople(OIDC_PEOPLE_FILE),
    redirectUris: origins.map((origin) => `${origin}/session/callback`),
    postLogoutRedirectUris: origins.map((origin) => `${origin}/`),
  }).catch((error: unknown) => {
    const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    throw taken ? cannotStart(`port ${OIDC_PORT} is taken. Stop what uses it or set OIDC_PORT`) : error;
  });
  console.log(`OpenID Connect provider ready at ${provider.url}`);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await provider.close();
});

function cannotStart(why: string): UserError {
  return new UserError(`The OpenID Connect provider cannot start: ${why}.`);
}

function readEnvironment(): v.InferOutput<typeof Environment> {
  const parsed = v.safeParse(Environment, process.env, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const [name] = v.getDotPath(issue)?.split(".") ?? [];
  throw cannotStart(
    `${name} in the environment ${issue.input === undefined ? "is missing" : `is broken: it ${issue.message}`}`,
  );
}

function readPeople(file: string): v.InferOutput<typeof People> {
  const broken = (why: string): UserError => cannotStart(`OIDC_PEOPLE_FILE=${file} is broken: ${why}`);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw broken(error instanceof SyntaxError ? "it is not JSON" : "there is no such file");
  }
  const parsed = v.safeParse(People, content, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const place = v.getDotPath(issue);
  throw broken(place ? `${issue.message} at ${place}` : `it ${issue.message}`);
}
