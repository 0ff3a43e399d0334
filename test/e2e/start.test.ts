import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { withoutJava } from "../support/emulator.ts";
import {
  aPlace,
  descendantsOf,
  isAlive,
  type Place,
  readyProduct,
  startProduct,
} from "../support/product.ts";
import { aShop } from "../support/shop.ts";
import { waitUntil } from "../support/wait.ts";

async function output(place: Place, ...args: string[]) {
  const product = startProduct(place, ...args);
  return { code: await product.ended, output: product.output() };
}

it("says of every port that is taken how to choose another, all at once", async () => {
  const place = await aPlace();
  const [port = 0, ...others] = ["PORT", "OIDC_PORT", "DYNAMODB_PORT", "STRIPE_SIMULATOR_PORT"].map((name) =>
    Number(place.env[name]),
  );
  const [oidc = 0, dynamodb = 0, simulator = 0] = others;
  const servers = [port + 2, ...others].map((each) => createServer().listen(each, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const names = `${port + 2} (PORT + 2), ${oidc} (OIDC_PORT), ${dynamodb} (DYNAMODB_PORT) and ${simulator} (STRIPE_SIMULATOR_PORT)`;
  const settings = `PORT=${port + 1000} OIDC_PORT=${oidc + 1000} DYNAMODB_PORT=${dynamodb + 1000} STRIPE_SIMULATOR_PORT=${simulator + 1000}`;
  expect(await output(place)).toEqual({
    code: 1,
    output: `Ports ${names} are taken. End what listens there, or choose other ports: ${settings} npm start\n`,
  });
  for (const server of servers) server.close();
});

it.each([
  [{ PORT: "eighty" }, "PORT in the environment is broken: it must be a port number.\n"],
  [
    { SEALING_KEY: "short" },
    "SEALING_KEY in the environment is broken: it must be 32 bytes in base64url, 43 characters.\n",
  ],
])("says what is broken in %j", async (env, sentence) => {
  const place = await aPlace();
  expect(await output({ ...place, env: { ...place.env, ...env } })).toEqual({ code: 1, output: sentence });
});

it("says in a sentence that Node is too old", async () => {
  const place = await aPlace();
  const asNode20 = "Object.defineProperty(process,'versions',{value:{node:'20.20.2'}})";
  const NODE_OPTIONS = `--import=data:text/javascript,${asNode20}`;
  expect(await output({ ...place, env: { ...place.env, NODE_OPTIONS } })).toEqual({
    code: 1,
    output:
      "This needs Node 24, and this is Node 20.20.2: run npm ci, which installs it here, and then npm start.\n",
  });
});

it("says which arguments there are, and that test mode needs a key", async () => {
  const place = await aPlace();
  expect(await output(place, "--frsh")).toMatchObject({
    code: 1,
    output: expect.stringContaining("-- --fresh"),
  });
  expect(await output(place, "--stripe", "live")).toMatchObject({
    code: 1,
    output: expect.stringContaining("-- --stripe test"),
  });
  expect(await output(place, "--stripe", "test")).toMatchObject({
    code: 1,
    output: expect.stringContaining("STRIPE_API_KEY"),
  });
});

it("ends with the tests that started it, however suddenly they end", async () => {
  const { env } = await aPlace();
  const tests = spawn(process.execPath, ["test/support/start_product.ts"], { env, stdio: "ignore" });
  const product = (): number[] => descendantsOf(tests.pid ?? 0);
  await waitUntil(() => product().length > 5);
  const pids = product();
  tests.kill("SIGKILL");
  await waitUntil(() => !pids.some(isAlive));
});

it("does without Java where the native emulator runs, and says so; or says what to install", async () => {
  const place = withoutJava(await aPlace());
  const product = startProduct(place);
  if (process.platform !== "linux" || process.arch !== "x64") {
    expect(await product.ended).toBe(1);
    expect(product.output()).toContain("DynamoDB Local needs Java 17 or newer");
    return;
  }
  const demo = await readyProduct(place, product);
  await expect.poll(product.output).toContain("There is no Java");
  const [space] = demo.spaces;
  const [marketplace] = space?.marketplaces ?? [];
  if (!space || !marketplace) throw new Error("the demo is not what it should be");
  const shop = aShop(demo, space);
  const { order, url } = await shop.checkout(marketplace);
  await shop.press(url, "pay");
  await shop.expectOrder(marketplace, order, "paid", { entries: ["placed", "paid"] });
  await product.interrupt();
});
