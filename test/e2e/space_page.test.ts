import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { describe, expect, inject, it } from "vitest";
import { BRANDED, brandedHost } from "../support/browser.ts";
import { anEvent, sign } from "../support/events.ts";
import { press, pressAsked, signIn } from "../support/sign_in.ts";
import {
  alertOf,
  browsing,
  complaintAt,
  headingOf,
  noticeOf,
  people,
  textOf,
  whereIs,
} from "../support/signed_in_page.ts";
import { aSlug, aWebhookSecret, makeApiKey, makeMarketplace, makeSpace } from "../support/ui_steps.ts";

const { baseUrl } = inject("demo");
const { open, signedIn } = browsing();

async function aSpacePage() {
  const page = await signedIn(people.operator);
  const space = await makeSpace(page, "Zinc Coop");
  const rowsOf = (region: string): Promise<string[]> =>
    page.getByRole("region", { name: region, exact: true }).locator("tbody tr").allTextContents();
  await page.goto(`/spaces/${space}/edit`);
  const letIn = async (email: string): Promise<void> => {
    await page.getByLabel("Email address").fill(email);
    await press(page, "Invite");
  };
  const saveDomain = async (host: string): Promise<void> => {
    await page.getByLabel("Host", { exact: true }).fill(host);
    await press(page, "Save domain");
  };
  return { page, space, rowsOf, letIn, saveDomain };
}

describe("members", () => {
  it("are let in, see the Space, and are out at once when they are removed", async () => {
    const { page, space, rowsOf, letIn } = await aSpacePage();
    expect(await rowsOf("Members")).toEqual([]);
    await letIn(people.member.email);
    await letIn(people.stranger.email);
    expect(await rowsOf("Members")).toEqual(
      [people.member, people.stranger].map(({ email }) => expect.stringContaining(email)),
    );
    const theirs = await signedIn(people.stranger);
    await theirs.getByRole("main").locator(`a[href="/spaces/${space}"]`).click();
    await theirs.waitForURL(`**/spaces/${space}`);
    await theirs.getByRole("link", { name: "Settings" }).click();
    await theirs.waitForURL(`**/spaces/${space}/edit`);
    await pressAsked(page, `Remove ${people.stranger.email}`);
    await theirs.reload();
    expect(await headingOf(theirs)).toBe("Nothing here");
    await theirs.goto("/");
    expect(await theirs.locator(`a[href="/spaces/${space}"]`).count()).toBe(0);
  });

  it("cannot be removed to the last, and are told so", async () => {
    const { page, space, rowsOf, letIn } = await aSpacePage();
    await letIn(people.member.email);
    await pressAsked(page, `Remove ${people.member.email}`);
    expect(await alertOf(page)).toContain("This is the last member");
    await page.goto(`/spaces/${space}/edit`);
    expect(await rowsOf("Members")).toHaveLength(1);
  });

  it("have an email address, else it is said at the field, with what was typed", async () => {
    const { page, letIn, rowsOf } = await aSpacePage();
    await letIn("dana at convene");
    expect(await complaintAt(page, "Email address")).toContain("must be an email address");
    expect(await page.getByLabel("Email address").inputValue()).toBe("dana at convene");
    expect(await rowsOf("Members")).toEqual([]);
  });
});

describe("API keys", () => {
  it("are shown once, open the Space's JSON, and open nothing when they are removed", async () => {
    const { page, space, rowsOf } = await aSpacePage();
    const key = await makeApiKey(page, "The shop");
    const status = async (): Promise<number> =>
      (await fetch(`${baseUrl}/spaces/${space}`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect(await status()).toBe(200);
    expect(await rowsOf("API keys")).toEqual([expect.stringContaining("The shop")]);
    await page.reload();
    expect(await page.content()).not.toContain(key);
    await pressAsked(page, "Remove the API key The shop");
    expect(await noticeOf(page)).toBe("The API key was removed.");
    expect(await rowsOf("API keys")).toEqual([]);
    expect(await status()).toBe(401);
  });

  it("need a purpose, and what they may", async () => {
    const { page, rowsOf } = await aSpacePage();
    await page.getByLabel("Key name").fill("   ");
    await press(page, "Create API key");
    expect(await complaintAt(page, "Key name")).toBe("Key name must not be empty.");
    const choice = page.getByRole("group", { name: "What it may do" });
    expect(await choice.getByRole("alert").textContent()).toBe("What it may do is missing.");
    await makeApiKey(page, "The shop", "Sell");
    expect(await rowsOf("API keys")).toEqual([expect.stringMatching(/The shop\s*Sell/)]);
  });
});

it("says who did what, the latest first", async () => {
  const { page, rowsOf, letIn } = await aSpacePage();
  await letIn(people.member.email);
  await makeApiKey(page, "The shop");
  expect(await rowsOf("Activity")).toEqual(
    [
      "created the API key The shop, which may manage",
      `invited ${people.member.email} as a member`,
      "created the Space",
    ].map((what) => expect.stringContaining(`${people.operator.email}${what}`)),
  );
});

/** A request that comes to `host`, as its browser would send it. */
async function askAt(host: string, path: string, headers: Record<string, string> = {}, body?: string) {
  const { hostname, port } = new URL(baseUrl);
  const asked = request({
    host: hostname,
    port,
    path,
    method: body === undefined ? "GET" : "POST",
    headers: { ...headers, host: `${host}:${port}` },
  });
  return await new Promise<{ status: number | undefined; location: string | undefined; text: string }>(
    (resolve, reject) => {
      asked.on("error", reject).on("response", async (response) => {
        const text = (await response.setEncoding("utf8").toArray()).join("");
        resolve({ status: response.statusCode, location: response.headers.location, text });
      });
      asked.end(body);
    },
  );
}

describe("a branded domain", () => {
  it("answers without the Space in the path: JSON, events, and the way to sign in", async () => {
    const { page, space, saveDomain } = await aSpacePage();
    const host = brandedHost("json");
    await saveDomain(`  ${host.toUpperCase()} `);
    expect(await page.getByLabel("Host", { exact: true }).inputValue()).toBe(host);
    const key = await makeApiKey(page, "The shop");
    const marketplace = await makeMarketplace(page, "Corner Bakery");
    const path = `/rooms/store/marketplaces/${marketplace}`;
    const { secret } = aWebhookSecret();
    await page.getByLabel("Webhook signing secret").fill(secret);
    await press(page, "Add secret");

    const settings = await askAt(host, `${path}/edit`, { authorization: `Bearer ${key}` });
    expect(JSON.parse(settings.text)).toMatchObject({ space, marketplace, name: "Corner Bakery" });

    const { id, body } = anEvent();
    const posted = () =>
      askAt(host, `${path}/stripe_events`, { "stripe-signature": sign(body, secret) }, body);
    await expect.poll(async () => (await posted()).status).toBe(200);
    const event = await askAt(host, `/stripe_events/${id}`, { authorization: `Bearer ${key}` });
    expect(JSON.parse(event.text)).toMatchObject({ id, type: "customer.created" });

    const fresh = await open(`http://${host}:${new URL(baseUrl).port}${path}/edit`);
    await signIn(fresh, people.operator);
    expect(whereIs(fresh)).toBe(`/spaces/${space}${path}/edit`);
    expect(await fresh.title()).toContain("Corner Bakery");
  });

  it("leads to the sign-in and nowhere else where it is not set", async () => {
    const path = `/rooms/store/marketplaces/${randomUUID()}/edit`;
    const { status, location } = await askAt(`${aSlug("shop")}.${BRANDED}`, path, { accept: "text/html" });
    expect({ status, location }).toEqual({ status: 303, location: `${baseUrl}/session/new?to=%2F` });
  });

  it("belongs to one Space, and to another once that one gives it up", async () => {
    const host = brandedHost("given-up");
    const first = await aSpacePage();
    await first.saveDomain(host);
    const second = await aSpacePage();
    await second.saveDomain(host);
    expect(await alertOf(second.page)).toContain(`${host} belongs to another Space`);
    expect(await second.page.getByLabel("Host", { exact: true }).inputValue()).toBe(host);
    await first.saveDomain("");
    await second.saveDomain(host);
    expect(await noticeOf(second.page)).toBe("Saved.");
  });

  it.each(["https://shop.convene.test", "shop", "shop.convene.test:3000", "two words.test"])(
    "is a host name, and not %s",
    async (typed) => {
      const { page, saveDomain } = await aSpacePage();
      await saveDomain(typed);
      expect(await complaintAt(page, "Host")).toContain("must be a host name");
      expect(await page.getByLabel("Host", { exact: true }).inputValue()).toBe(typed);
    },
  );

  it("tells the second of two who save it, and overwrites nothing", async () => {
    const { page, space, saveDomain } = await aSpacePage();
    const second = await page.context().newPage();
    await second.goto(`/spaces/${space}/edit`);
    const [one, two] = [brandedHost("one"), brandedHost("two")];
    await saveDomain(one);
    await second.getByLabel("Host", { exact: true }).fill(two);
    await press(second, "Save domain");
    expect(await textOf(second.getByRole("alert"))).toContain("Somebody else saved this meanwhile");
    expect(await second.getByLabel("Host", { exact: true }).inputValue()).toBe(two);
    await page.goto(`/spaces/${space}/edit`);
    expect(await page.getByLabel("Host", { exact: true }).inputValue()).toBe(one);
  });
});
