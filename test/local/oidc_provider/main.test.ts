import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import getPort from "get-port";
import { afterAll, expect, it } from "vitest";
import { waitFor } from "../../support/wait.ts";
import { CALLBACK, DANA, newBrowser, newRelyingParty, SHOP, signIn } from "./support.ts";

const port = await getPort();
const url = `http://127.0.0.1:${port}`;
const folder = await mkdtemp(join(tmpdir(), "oidc-provider-"));
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, content: string) {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

const environment = {
  OIDC_PORT: String(port),
  OIDC_PEOPLE_FILE: await fileOf("people.json", JSON.stringify([DANA])),
  BASE_URL: SHOP,
};

function run(changes: Record<string, string | undefined> = {}) {
  const env = { ...environment, ...changes };
  const child = execa("node", ["local/oidc_provider/main.ts"], { preferLocal: true, reject: false, env });
  afterAll(() => child.kill("SIGKILL"));
  return child;
}

it.each(["SIGTERM", "SIGINT"] as const)(
  "says that it is ready, nothing else while it works, and ends by %s",
  async (signal) => {
    const child = run({ OIDC_OTHER_ORIGINS: "http://branded.example:3000,https://other.example" });
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
    });
    await waitFor(() => expect(said).toBe(`OpenID Connect provider ready at ${url}\n`));

    const { begin, signOutUrl } = await newRelyingParty(url);
    for (const origin of [SHOP, "http://branded.example:3000", "https://other.example"]) {
      const browser = newBrowser(url);
      const { url: start, finish } = await begin({ redirect_uri: `${origin}/session/callback` });
      const { sentTo = "" } = await signIn(browser, await browser.open(start), DANA);
      expect(sentTo.startsWith(`${origin}/session/callback?`)).toBe(true);
      expect((await finish(sentTo)).claims()).toMatchObject({ email: DANA.email });
      const page = await browser.open(signOutUrl({ post_logout_redirect_uri: `${origin}/` }));
      expect(await browser.press(page)).toMatchObject({ sentTo: `${origin}/` });
    }
    const { url: foreign } = await begin({ redirect_uri: CALLBACK.replace("shop", "evil") });
    expect((await newBrowser(url).open(foreign)).status).toBe(400);

    expect(await run()).toMatchObject({
      exitCode: 1,
      stderr: `The OpenID Connect provider cannot start: port ${port} is taken. Stop what uses it or set OIDC_PORT.`,
    });
    child.kill(signal);
    expect(await child).toMatchObject({ exitCode: 0, stdout: said.trim(), stderr: "" });
  },
);

const withoutName = [{ ...DANA, name: undefined }];
const twice = [DANA, { ...DANA, email: "Dana@Example.com" }];

it.each([
  [{ OIDC_PEOPLE_FILE: join(folder, "none.json") }, "none.json is broken: there is no such file."],
  [{ OIDC_PEOPLE_FILE: await fileOf("text.json", "{ hello") }, "text.json is broken: it is not JSON."],
  [{ OIDC_PEOPLE_FILE: await fileOf("empty.json", "[]") }, "empty.json is broken: it names nobody."],
  [
    { OIDC_PEOPLE_FILE: await fileOf("one.json", JSON.stringify(withoutName)) },
    /one\.json is broken: .+ at 0\.name\./,
  ],
  [{ OIDC_PEOPLE_FILE: await fileOf("two.json", JSON.stringify(twice)) }, "it has the same email twice."],
  [{ BASE_URL: `${SHOP}/` }, "BASE_URL in the environment is broken: it must be an origin such as"],
  [
    { OIDC_OTHER_ORIGINS: `${SHOP},shop` },
    "OIDC_OTHER_ORIGINS in the environment is broken: it must be an origin",
  ],
  [{ OIDC_PORT: "99999" }, "OIDC_PORT in the environment is broken: it must be a port number."],
  [{ OIDC_PEOPLE_FILE: undefined }, "OIDC_PEOPLE_FILE in the environment is missing."],
])("stops with a sentence for %j", async (changes, sentence) => {
  const { exitCode, stdout, stderr } = await run(changes);
  expect(stderr).toMatch(sentence);
  expect(stderr.split("\n")).toHaveLength(1);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
});
