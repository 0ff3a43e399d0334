import diagnosticsChannel from "node:diagnostics_channel";
import dns from "node:dns";
import { once } from "node:events";
import http, { type IncomingMessage, type RequestListener } from "node:http";
import https from "node:https";
import type { AddressInfo, Server } from "node:net";
import { text } from "node:stream/consumers";
import tls from "node:tls";
import { generate } from "selfsigned";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { post } from "../../../lib/callbacks/post.ts";
import { waitUntil } from "../../support/wait.ts";

const servers: Server[] = [];
const received: IncomingMessage[] = [];

async function listening(server: Server, host = "127.0.0.1"): Promise<number> {
  servers.push(server);
  await once(server.listen(0, host), "listening");
  return (server.address() as AddressInfo).port;
}

const aReceiver = (answer: RequestListener): Promise<number> =>
  listening(
    http.createServer((request, response) => {
      received.push(request);
      answer(request, response);
    }),
  );

/** Gives a name these addresses, the first time that it is looked up, then the next. */
function leadsTo(...answers: string[][]) {
  const lookup = vi.spyOn(dns, "lookup");
  lookup.mockImplementation((...given: unknown[]) => {
    const callback = given.at(-1) as (error: null, addresses: dns.LookupAddress[]) => void;
    const addresses = answers[Math.min(lookup.mock.calls.length, answers.length) - 1] ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  });
  return lookup;
}

beforeEach(() => {
  received.length = 0;
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) server.close();
});

const localUrl = (port: number, path = "/"): URL => new URL(`http://localhost:${port}${path}`);

/** The time limit is over when the test says so. */
function timeLimit(): () => void {
  const controller = new AbortController();
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(controller.signal);
  return () => controller.abort();
}

it("posts the body with its headers, and tells the status and how long it took", async () => {
  const bodies: string[] = [];
  const port = await aReceiver(async (request, response) => {
    bodies.push(await text(request));
    response.writeHead(204).end();
  });
  const answer = await post(localUrl(port, "/a?b=c"), { "webhook-id": "msg_1" }, '{"ü":1}');
  expect(answer).toEqual({ status: 204, ms: expect.any(Number) });
  expect(bodies).toEqual(['{"ü":1}']);
  const [{ method, url, headers } = {}] = received;
  expect({
    method,
    url,
    host: headers?.host,
    id: headers?.["webhook-id"],
    length: headers?.["content-length"],
  }).toEqual({
    method: "POST",
    url: "/a?b=c",
    host: `localhost:${port}`,
    id: "msg_1",
    length: "8",
  });
});

it("follows no redirect", async () => {
  const port = await aReceiver((_request, response) => {
    response.writeHead(302, { location: `http://localhost:${port}/elsewhere` }).end();
  });
  expect(await post(localUrl(port), {}, "{}")).toMatchObject({ status: 302 });
  expect(received).toHaveLength(1);
});

describe("a receiver that does not come to an end", () => {
  it("is given up at the time limit", async () => {
    const end = timeLimit();
    const port = await aReceiver(end);
    expect(await post(localUrl(port), {}, "{}")).toMatchObject({ error: "timeout" });
  });

  it("has its status stand, where it has said one", async () => {
    const end = timeLimit();
    const seen = (): unknown => setImmediate(end);
    diagnosticsChannel.subscribe("http.client.response.finish", seen);
    const port = await aReceiver((_request, response) => response.writeHead(200).write("slow"));
    expect(await post(localUrl(port), {}, "{}")).toMatchObject({ status: 200 });
    diagnosticsChannel.unsubscribe("http.client.response.finish", seen);
  });

  it("is cut off where it has said enough, and its status stands", async () => {
    let isOpen = true;
    const port = await aReceiver((_request, response) => {
      response.on("close", () => {
        isOpen = false;
      });
      response.writeHead(200);
      const more = (): void => {
        if (isOpen) response.write("a".repeat(60_000), () => setImmediate(more));
      };
      more();
    });
    expect(await post(localUrl(port), {}, "{}")).toMatchObject({ status: 200 });
    await waitUntil(() => !isOpen);
  });
});

describe("a receiver that is not there", () => {
  it("is told by Node's codes", async () => {
    const gone = await aReceiver((request) => request.socket.destroy());
    expect(await post(localUrl(gone), {}, "{}")).toMatchObject({ error: "ECONNRESET" });
    const [server] = servers;
    await new Promise((closed) => server?.close(closed));
    expect(await post(localUrl(gone), {}, "{}")).toMatchObject({ error: "ECONNREFUSED" });
    expect(await post(new URL("https://nobody.invalid/"), {}, "{}")).toMatchObject({ error: "ENOTFOUND" });
  });
});

describe("the address that a name leads to", () => {
  it.each([
    ["private", ["10.0.0.1"]],
    ["a cloud's metadata service", ["169.254.169.254"]],
    ["this machine", ["127.0.0.1"]],
    ["this machine by IPv6", ["::1"]],
    ["this machine's IPv4 in IPv6", ["::ffff:127.0.0.1"]],
    ["a metadata service by NAT64", ["64:ff9b::a9fe:a9fe"]],
    ["public first, then private", ["93.184.215.14", "192.168.1.1"]],
    ["private first, then public", ["192.168.1.1", "93.184.215.14"]],
    ["none at all", []],
  ])("is refused where it is %s, and looked up once", async (_what, addresses) => {
    const lookup = leadsTo(addresses);
    const connect = vi.spyOn(tls, "connect");
    const answer = await post(new URL("https://shop.example/"), {}, "{}");
    expect(answer).toMatchObject({ error: "address_refused" });
    expect(lookup).toHaveBeenCalledTimes(1);
    for (const { value } of connect.mock.results) expect(value.remoteAddress).toBeUndefined();
  });

  it("is refused on AWS for localhost, too", async () => {
    vi.stubEnv("BASE_URL", "https://stripe.convene.example");
    const port = await aReceiver((_request, response) => response.end());
    expect(await post(localUrl(port), {}, "{}")).toMatchObject({ error: "address_refused" });
    expect(received).toEqual([]);
  });

  it("is the one that is connected to, whatever the name leads to a moment later", async () => {
    const port = await aReceiver((_request, response) => response.end());
    const lookup = leadsTo(["127.0.0.1"], ["127.0.0.2"]);
    expect(await post(localUrl(port), {}, "{}")).toMatchObject({ status: 200 });
    expect(lookup).toHaveBeenCalledTimes(1);
  });

  it("is another one where the first does not answer", async () => {
    const port = await aReceiver((_request, response) => response.end());
    leadsTo(["::1", "127.0.0.1"]);
    expect(await post(localUrl(port), {}, "{}")).toMatchObject({ status: 200 });
  });
});

describe("by https", () => {
  const trusted = tls.getCACertificates("default");
  afterEach(() => tls.setDefaultCACertificates(trusted));

  /** A receiver with a certificate for this name, and the names that it was asked for. */
  async function aSecureReceiver(name: string): Promise<{ port: number; asked: string[] }> {
    const { private: key, cert } = await generate([{ name: "commonName", value: name }], {
      keySize: 2048,
      extensions: [
        { name: "basicConstraints", cA: true },
        { name: "subjectAltName", altNames: [{ type: 2, value: name }] },
      ],
    });
    tls.setDefaultCACertificates([...trusted, cert]);
    const asked: string[] = [];
    const secure = https.createServer({ key, cert }, (request, response) => {
      received.push(request);
      asked.push(request.headers.host ?? "", String((request.socket as tls.TLSSocket).servername));
      response.end();
    });
    return { port: await listening(secure), asked };
  }

  it("asks for the name by SNI and Host, and takes its certificate", async () => {
    const { port, asked } = await aSecureReceiver("localhost");
    expect(await post(new URL(`https://localhost:${port}/`), {}, "{}")).toMatchObject({ status: 200 });
    expect(asked).toEqual([`localhost:${port}`, "localhost"]);
  });

  it("takes no other name's certificate, and none that nobody vouches for", async () => {
    const { port } = await aSecureReceiver("shop.example");
    const url = new URL(`https://localhost:${port}/`);
    expect(await post(url, {}, "{}")).toMatchObject({ error: "ERR_TLS_CERT_ALTNAME_INVALID" });
    tls.setDefaultCACertificates(trusted);
    expect(await post(url, {}, "{}")).toMatchObject({ error: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect(received).toEqual([]);
  });
});
