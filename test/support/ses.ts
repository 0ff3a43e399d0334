import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import PostalMime, { type Email } from "postal-mime";
import * as v from "valibot";
import { afterAll } from "vitest";
import { listen } from "./listen.ts";

/** A mail as Amazon SES was handed it: who it says it is from and for, and the bytes, parsed. */
export type Taken = { from: string; to: string[]; raw: string; email: Email };

/** What it answers: it takes the mail; refuses it by this exception and in these words; hangs up; or says nothing. */
type SesAnswer = "takes" | { refuses: string; says?: string } | "hangs up" | "says nothing";

const SendEmail = v.strictObject({
  FromEmailAddress: v.string(),
  Destination: v.strictObject({ ToAddresses: v.array(v.string()) }),
  Content: v.strictObject({ Raw: v.strictObject({ Data: v.string() }) }),
});

/** Of the others that SendEmail has, each is 400 (Amazon SES API v2 reference, "SendEmail"). */
const STATUS: Record<string, number> = { NotFoundException: 404, TooManyRequestsException: 429 };

/**
 * A stand-in for Amazon SES, which knows `SendEmail` of its second API and speaks JSON over REST. This process's client finds
 * it; it ends with the file of tests.
 * @property answers one each, in turn; then it takes what comes
 * @property of what it answers to mails for an address, whenever they come
 */
export async function startSes() {
  const ses = {
    taken: [] as Taken[],
    asked: 0,
    answers: [] as SesAnswer[],
    of: new Map<string, SesAnswer>(),
  };
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => send(response, 500, { message: String(error) }));
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url, headers } = request;
    const body = v.parse(SendEmail, await json(request));
    ses.asked += 1;
    if (`${method} ${url}` !== "POST /v2/email/outbound-emails") return send(response, 404, {});
    if (
      !/^AWS4-HMAC-SHA256 Credential=\w+\/\d{8}\/eu-central-1\/ses\/aws4_request,/.test(
        headers.authorization ?? "",
      )
    )
      return send(response, 403, {}, "AccessDeniedException");
    const { ToAddresses: to } = body.Destination;
    const answer = ses.answers.shift() ?? ses.of.get(to.join()) ?? "takes";
    if (answer === "says nothing") return;
    if (answer === "hangs up") return void response.destroy();
    if (answer !== "takes")
      return send(response, STATUS[answer.refuses] ?? 400, { message: answer.says ?? "" }, answer.refuses);
    const bytes = Buffer.from(body.Content.Raw.Data, "base64");
    const email = await PostalMime.parse(bytes);
    ses.taken.push({ from: body.FromEmailAddress, to, raw: bytes.toString(), email });
    send(response, 200, { MessageId: `0107${String(ses.taken.length).padStart(12, "0")}` });
  }

  process.env.AWS_ENDPOINT_URL_SESV2 = await listen(server);
  afterAll(async () => {
    server.closeAllConnections();
    await once(server.close(), "close");
  });
  return ses;
}

function send(response: ServerResponse, status: number, body: object, type?: string): void {
  const headers = { "content-type": "application/json", ...(type && { "x-amzn-errortype": type }) };
  response.writeHead(status, headers).end(JSON.stringify(body));
}
