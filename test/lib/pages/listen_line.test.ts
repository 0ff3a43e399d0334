import { renderToString } from "preact-render-to-string";
import { afterEach, expect, it, vi } from "vitest";
import { ListenLine } from "../../../lib/pages/listen_line.ts";

const url = "http://convene.invalid:3000/spaces/demo/rooms/store/marketplaces/a1/stripe_events";
const listen = `npx -p @stripe/cli stripe listen --forward-to ${url} --all-snapshot`;

const SIMULATOR = "http://127.0.0.1:12111";
const at = (stripe: string, platformAccount?: string) => {
  vi.stubEnv("STRIPE_API_BASE", stripe);
  const page = renderToString(ListenLine({ url, platformAccount, target: "--marketplace a1" }));
  const [, line] = /<pre[^>]*>(.*?)<\/pre>/s.exec(page) ?? [];
  return { page, line };
};
afterEach(() => {
  vi.unstubAllEnvs();
});

it("goes by a login at Stripe itself", () => {
  const { page, line } = at("", "acct_1");
  expect(line).toBe(listen);
  expect(page).toContain("stripe login");
});

it("asks the simulator for the key, and names no login, which the simulator does not have", () => {
  const { page, line } = at(SIMULATOR, "acct_1");
  expect(line).toBe(
    `STRIPE_API_KEY=$(curl -fsS ${SIMULATOR}/simulator/accounts/acct_1/secret_key) ${listen} --api-base ${SIMULATOR} --no-wss`,
  );
  expect(page).not.toContain("login");
  expect(page).toContain("npm run listen -- --marketplace a1");
});

it("says what is missing where the Space has no key yet", () => {
  expect(at(SIMULATOR).page).toContain("Save the Space's key in its Stripe Utility first");
});
