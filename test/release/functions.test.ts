import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { afterEach, expect, it, vi } from "vitest";
import { invokeUntilItWorks } from "../../release/functions.ts";

let lambda: Server;
afterEach(() => {
  vi.useRealTimers();
  lambda.close();
});

/** Answers one invocation after the other as Lambda does: with the sentence of an error, or nothing where it went well. */
async function answering(sentences: string[]) {
  const asked: string[] = [];
  lambda = createServer((request, response) => {
    const errorMessage = sentences[Math.min(asked.length, sentences.length - 1)];
    asked.push(request.url ?? "");
    if (errorMessage) response.setHeader("x-amz-function-error", "Unhandled");
    response.end(JSON.stringify(errorMessage ? { errorMessage } : { ok: true }));
  });
  await new Promise<void>((listening) => lambda.listen(0, "127.0.0.1", listening));
  const { port } = lambda.address() as AddressInfo;
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  return {
    asked,
    clients: {
      lambda: new LambdaClient({ endpoint: `http://127.0.0.1:${port}`, region: "eu-central-1", credentials }),
    },
  };
}

const late = "The self-test failed at handling it: nothing has come of it within 60000 ms";

it("tries a function again while what is new may not work yet", async () => {
  const { asked, clients } = await answering([late, late, ""]);
  await invokeUntilItWorks(clients, "try", "selfTest", { failing: 60_000, pause: 0 });
  expect(asked).toEqual(Array(3).fill("/2015-03-31/functions/convene-stripe-try-selfTest/invocations"));
});

it("says in the end what does not work", async () => {
  const { asked, clients } = await answering([late]);
  vi.useFakeTimers({ toFake: ["Date"] });
  lambda.on("request", () => vi.setSystemTime(Date.now() + 40_000));
  await expect(invokeUntilItWorks(clients, "try", "selfTest", { failing: 60_000, pause: 0 })).rejects.toThrow(
    `selfTest failed: ${late}. Its log is in /aws/lambda/convene-stripe-try-functions.`,
  );
  expect(asked).toHaveLength(2);
});
