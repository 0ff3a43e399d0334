import { describe, expect, it } from "vitest";
import { newPlatform, simulatorForTests } from "../support.ts";

const url = await simulatorForTests();
const { stripe, live, raw } = await newPlatform(url);
const wanted = { url: "https://space.example/stripe_events", enabled_events: ["charge.updated" as const] };

describe("a webhook endpoint", () => {
  it("shows its secret when it is made and never again", async () => {
    const made = await stripe.webhookEndpoints.create({
      ...wanted,
      api_version: "2026-10-28.endive",
      description: "Ours",
      metadata: { space: "1" },
    });
    expect(made).toMatchObject({
      id: expect.stringMatching(/^we_/),
      secret: expect.stringMatching(/^whsec_\w{32}$/),
      api_version: "2026-10-28.endive",
      description: "Ours",
      metadata: { space: "1" },
      status: "enabled",
      ...wanted,
    });
    const again = await stripe.webhookEndpoints.retrieve(made.id);
    expect(again).not.toHaveProperty("secret");
    expect((await stripe.webhookEndpoints.list()).data[0]).toEqual(expect.objectContaining({ id: made.id }));
    expect((await stripe.webhookEndpoints.list()).data[0]).not.toHaveProperty("secret");
  });

  it("is changed only where asked", async () => {
    const { id } = await stripe.webhookEndpoints.create({ ...wanted, metadata: { a: "1", b: "2" } });
    expect(
      await stripe.webhookEndpoints.update(id, { metadata: { a: "", c: "3" }, disabled: true }),
    ).toMatchObject({
      url: wanted.url,
      status: "disabled",
      metadata: { b: "2", c: "3" },
    });
  });

  it("is gone when it is deleted", async () => {
    const { id } = await stripe.webhookEndpoints.create(wanted);
    expect(await stripe.webhookEndpoints.del(id)).toMatchObject({
      id,
      object: "webhook_endpoint",
      deleted: true,
    });
    await expect(stripe.webhookEndpoints.retrieve(id)).rejects.toMatchObject({ code: "resource_missing" });
  });

  it("is one of at most sixteen", async () => {
    for (let n = 0; n < 16; n += 1) await live.webhookEndpoints.create(wanted);
    await expect(live.webhookEndpoints.create(wanted)).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining("maximum of 16"),
    });
  });

  it.each([
    ["no url", "enabled_events[]=*", { code: "parameter_missing", param: "url" }],
    ["no events", "url=https://a.example", { code: "parameter_missing", param: "enabled_events" }],
    ["a url that is none", "url=here&enabled_events[]=*", { code: "url_invalid", param: "url" }],
    [
      "an unclear connect",
      "url=https://a.example&enabled_events[]=*&connect=maybe",
      { param: "connect", message: "Invalid boolean: maybe" },
    ],
  ])("is refused with %s", async (_case, form, error) => {
    expect(await raw("POST", "/v1/webhook_endpoints", form)).toMatchObject({ status: 400, body: { error } });
  });
});

it("hears no type that Stripe does not have", async () => {
  const form = new URLSearchParams({ url: wanted.url, "enabled_events[0]": "order.payed" }).toString();
  expect(await raw("POST", "/v1/webhook_endpoints", form)).toMatchObject({
    status: 400,
    body: { error: { param: "enabled_events[0]" } },
  });
});
