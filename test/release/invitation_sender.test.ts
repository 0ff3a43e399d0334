import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { expect, it, onTestFinished } from "vitest";
import { describeSender, invitationSender } from "../../release/invitation_sender.ts";

const MAIL_FROM = "orders@convene.example";

/**
 * An Amazon SES of an account, with so many identities, each verified or not (Amazon SES API v2 reference, "GetAccount" and
 * "GetEmailIdentity").
 */
async function sesWith(account: object, identities: Record<string, boolean>) {
  const asked: string[] = [];
  const answer = (path: string): object | undefined => {
    if (path === "/v2/email/account") return account;
    const [, name = ""] = /^\/v2\/email\/identities\/([^/]+)$/.exec(path) ?? [];
    return name in identities ? { VerifiedForSendingStatus: identities[name] } : undefined;
  };
  const server = createServer(({ url = "" }, response) => {
    const path = decodeURIComponent(url);
    asked.push(path);
    const found = answer(path);
    if (!found) response.writeHead(404, { "x-amzn-errortype": "NotFoundException" });
    response.end(JSON.stringify(found ?? {}));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const ses = new SESv2Client({ endpoint: `http://127.0.0.1:${port}`, region: "eu-central-1", credentials });
  return { asked, clients: { ses } };
}

const SENDS = { ProductionAccessEnabled: true, SendingEnabled: true };
const VERIFIED = { "convene.example": true };

it("is Amazon SES, by the identity of the address's domain, where that is verified and the account may send", async () => {
  const { clients } = await sesWith(SENDS, VERIFIED);
  const sender = await invitationSender(clients, { MAIL_FROM });
  expect(sender).toEqual({ from: MAIL_FROM, domain: "convene.example" });
  expect(sender && describeSender(sender)).toBe("mailed by Amazon SES, from orders@convene.example");
});

it.each<[what: string, account: object, identities: Record<string, boolean>, missing: string[]]>([
  [
    "the account is new, and nobody has told SES of the domain",
    { ...SENDS, ProductionAccessEnabled: false },
    {},
    ["verify convene.example at Amazon SES", "ask Amazon SES for production access"],
  ],
  [
    "the domain's DNS has no CNAMEs yet",
    SENDS,
    { "convene.example": false },
    ["verify convene.example at Amazon SES"],
  ],
  [
    "the address alone is verified, which goes with the service's stack",
    SENDS,
    { [MAIL_FROM]: true },
    ["verify convene.example at Amazon SES"],
  ],
  [
    "the account is in the sandbox",
    { ...SENDS, ProductionAccessEnabled: false },
    VERIFIED,
    ["ask Amazon SES for production access"],
  ],
  [
    "SES has paused the account",
    { ...SENDS, SendingEnabled: false },
    VERIFIED,
    ["have Amazon SES send again for this account, which it has paused"],
  ],
])("is Cognito where %s, and says what to do", async (_what, account, identities, missing) => {
  const { clients } = await sesWith(account, identities);
  const sender = await invitationSender(clients, { MAIL_FROM });
  expect(sender).toEqual({ missing });
  expect(sender && describeSender(sender)).toBe(
    `mailed by Cognito, 50 a day at most. For more, ${missing.join(", ")}, and deploy again (RUNBOOK.md, Mails)`,
  );
});

it("is Cognito where there is no address to mail from", async () => {
  const { asked, clients } = await sesWith(SENDS, VERIFIED);
  expect(await invitationSender(clients, {})).toEqual({ missing: ["set MAIL_FROM"] });
  expect(asked).toEqual([]);
});

it("is nobody where people sign in elsewhere", async () => {
  const { asked, clients } = await sesWith(SENDS, VERIFIED);
  const settings = { OIDC_ISSUER: "https://login.convene.example", MAIL_FROM };
  expect(await invitationSender(clients, settings)).toBeUndefined();
  expect(asked).toEqual([]);
});
