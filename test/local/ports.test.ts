import { once } from "node:events";
import { createServer, Server } from "node:net";
import getPort from "get-port";
import { expect, it, onTestFinished, vi } from "vitest";
import { assertFree } from "../../local/ports.ts";

async function aTakenPort(): Promise<number> {
  const port = await getPort();
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  return port;
}

it("is content where all are free", async () => {
  await assertFree([{ port: await getPort(), variable: "PORT" }]);
});

it("waits for what is about to stop", async () => {
  const port = await getPort();
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  const looked = vi.spyOn(Server.prototype, "close");
  onTestFinished(() => looked.mockRestore());
  const free = assertFree([{ port, variable: "PORT" }]);
  await expect.poll(() => looked.mock.calls.length).toBeGreaterThan(0); // in vain
  server.close();
  await free;
});

/** Lets each look at the clock be seconds after the one before, so that nobody has to wait until patience is over. */
function timeFlies(): void {
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => {
    now += 2_000;
    return now;
  });
  onTestFinished(() => clock.mockRestore());
}

it("names the variable of a taken port, and proposes another", async () => {
  const port = await aTakenPort();
  timeFlies();
  await expect(assertFree([{ port, variable: "DYNAMODB_PORT" }])).rejects.toThrow(
    `Port ${port} (DYNAMODB_PORT) is taken. End what listens there, or choose another port: DYNAMODB_PORT=${port + 1000} npm start`,
  );
});

it("names all taken ports at once, and a variable once, by which some are chosen together", async () => {
  const ports = [await aTakenPort(), await aTakenPort(), await aTakenPort()];
  const [first = 0, lambda = 0, oidc = 0] = ports.sort((one, other) => one - other);
  const wanted = [
    { port: first, variable: "PORT" },
    { port: lambda, variable: "PORT", beyond: lambda - first },
    { port: oidc, variable: "OIDC_PORT" },
    { port: await getPort(), variable: "DYNAMODB_PORT" },
  ];
  timeFlies();
  await expect(assertFree(wanted)).rejects.toThrow(
    `Ports ${first} (PORT), ${lambda} (PORT + ${lambda - first}) and ${oidc} (OIDC_PORT) are taken. End what listens there, or choose other ports: PORT=${first + 1000} OIDC_PORT=${oidc + 1000} npm start`,
  );
});
