import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { deliver } from "../../../lib/mails/deliver.ts";
import type { Mail } from "../../../lib/mails/mail.ts";
import { startSes } from "../../support/ses.ts";

const ses = await startSes();

const FROM = "orders@convene.example";
const MAIL: Mail = {
  to: "jo@example.com",
  id: "0123456789abcdef0123456789abcdef",
  fromName: "First Vendor",
  subject: "Order Placed at First Vendor!",
  replyTo: ["vendor@shop.example", "distributor@shop.example"],
  text: "2 × Sourdough bread\n",
  html: "<p>2 × Sourdough bread</p>",
};

beforeEach(() => {
  vi.stubEnv("MAIL_FROM", FROM);
  vi.stubEnv("SMTP_URL", "");
  ses.taken.length = 0;
  ses.asked = 0;
  ses.answers = [];
});
afterEach(() => {
  vi.useRealTimers();
});

const header = (name: string): string | undefined =>
  ses.taken[0]?.email.headers.find(({ key }) => key === name)?.value;

describe("Amazon SES is handed", () => {
  it("the mail whole, for one person, from the shop's name at our address", async () => {
    expect(await deliver(MAIL)).toEqual({ is: "taken" });
    const [taken] = ses.taken;
    expect(ses.taken).toHaveLength(1);
    expect(taken).toMatchObject({
      from: `First Vendor <${FROM}>`,
      to: [MAIL.to],
      email: {
        from: { name: "First Vendor", address: FROM },
        to: [{ address: MAIL.to }],
        replyTo: MAIL.replyTo.map((address) => ({ address })),
        subject: MAIL.subject,
        text: expect.stringContaining(MAIL.text.trim()),
        html: expect.stringContaining(MAIL.html),
        messageId: `<${MAIL.id}@convene.example>`,
      },
    });
    expect(taken?.raw).toMatch(/^Content-Type: multipart\/alternative;/m);
    expect(header("auto-submitted")).toBe("auto-generated");
    expect(header("list-unsubscribe")).toBeUndefined();
    // SES counts a line of more than 998 bytes, and a bare line break, as no mail (RFC 5322, 2.1.1).
    for (const line of taken?.raw.split("\r\n") ?? []) {
      expect(line.length).toBeLessThan(999);
      expect(line).not.toMatch(/[\r\n]/);
    }
  });

  it("the way to stop such mails, which one click is", async () => {
    const unsubscribeUrl = `https://convene.example/spaces/acme/unsubscribe?token=${"t".repeat(300)}`;
    await deliver({ ...MAIL, unsubscribeUrl });
    expect(header("list-unsubscribe")).toBe(`<${unsubscribeUrl}>`);
    expect(header("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
  });

  it.each(["Bäckerei Süß", 'Bread, "Butter" & Co', "パン屋さん".repeat(12), "a@b.example"])(
    "a shop called %s, in ASCII, at no other address",
    async (fromName) => {
      expect(await deliver({ ...MAIL, fromName })).toEqual({ is: "taken" });
      const [taken] = ses.taken;
      expect(taken?.from).toMatch(/^[\x20-\x7e]+$/);
      expect(taken?.from).toMatch(new RegExp(`<${FROM}>$`));
      expect(taken?.email.from).toEqual({ name: fromName, address: FROM });
    },
  );
});

describe("where Amazon SES does not take it", () => {
  const NOT_VERIFIED =
    "Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: ";
  it.each<[string, string, string, Awaited<ReturnType<typeof deliver>>]>([
    [
      "the sender's address is not verified: nobody gets any",
      "MessageRejected",
      `${NOT_VERIFIED}First Vendor <${FROM}>, ${FROM}`,
      { is: "away", why: "Amazon SES does not take mails of this sender" },
    ],
    [
      "the account is in the sandbox: nobody gets any who is not verified",
      "MessageRejected",
      `${NOT_VERIFIED}${MAIL.to}`,
      { is: "away", why: "Amazon SES has this account in its sandbox" },
    ],
    [
      "what is in it: this one is not sent",
      "MessageRejected",
      "Email contains a virus",
      { is: "refused", why: "Amazon SES refuses it" },
    ],
    [
      "an address that it takes for none: this one is not sent",
      "BadRequestException",
      "Local address contains control or whitespace",
      { is: "refused", why: "Amazon SES refuses it" },
    ],
    [
      "our own address is none",
      "BadRequestException",
      `Missing final '@domain': ${FROM}`,
      { is: "away", why: "Amazon SES does not take mails of this sender" },
    ],
    ...(
      [
        ["MailFromDomainNotVerifiedException", "The MAIL FROM domain is not verified"],
        ["AccountSuspendedException", "The account was suspended"],
        ["SendingPausedException", "Sending is paused"],
        ["NotFoundException", "The configuration set does not exist"],
        ["AccessDeniedException", "The role may not"],
      ] as const
    ).map(([name, says]): [string, string, string, Awaited<ReturnType<typeof deliver>>] => [
      `${name}: nobody gets any now`,
      name,
      says,
      { is: "away", why: `the mail server takes no mails (${name})` },
    ]),
  ])("%s", async (_what, refuses, says, delivery) => {
    ses.answers = [{ refuses, says }];
    expect(await deliver(MAIL)).toEqual(delivery);
    expect(ses.asked).toBe(1);
    expect(ses.taken).toEqual([]);
  });

  it("it is asked once more where it is in a hurry, and then later", async () => {
    const hurry = { refuses: "TooManyRequestsException", says: "Maximum sending rate exceeded." };
    ses.answers = [hurry];
    expect(await deliver(MAIL)).toEqual({ is: "taken" });
    ses.answers = [hurry, hurry];
    const away = { is: "away", why: "the mail server takes no mails (TooManyRequestsException)" };
    expect(await deliver(MAIL)).toEqual(away);
    expect([ses.asked, ses.taken.length]).toEqual([4, 1]);
  });

  it("a connection that breaks is asked once more", async () => {
    ses.answers = ["hangs up"];
    expect(await deliver(MAIL)).toEqual({ is: "taken" });
    ses.answers = ["hangs up", "hangs up"];
    expect(await deliver(MAIL)).toMatchObject({ is: "away", why: expect.stringMatching(/\(ECONNRESET\)$/) });
  });

  it("an answer that never comes is waited for twice, for 5 s", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"], shouldAdvanceTime: true });
    ses.answers = ["says nothing", "says nothing"];
    let delivery: unknown;
    const done = deliver(MAIL).then((is) => {
      delivery = is;
    });
    for (const asked of [1, 2]) {
      await vi.waitUntil(() => ses.asked === asked);
      await vi.advanceTimersByTimeAsync(4_000);
      expect(delivery).toBeUndefined();
      await vi.advanceTimersByTimeAsync(1_500);
    }
    await done;
    expect(delivery).toEqual({ is: "away", why: "the mail server takes no mails (ETIMEDOUT)" });
    expect(ses.asked).toBe(2);
  });
});
