import { afterEach, expect, it, vi } from "vitest";
import { forwardUrl, spaceForwardUrl } from "../../lib/urls.ts";

afterEach(() => vi.unstubAllEnvs());

it("hands out webhook URLs of this service, as BASE_URL tells", () => {
  vi.stubEnv("BASE_URL", "https://convene.example/api/");
  expect(forwardUrl({ space: "demo", room: "store", marketplace: "0b8f" })).toBe(
    "https://convene.example/api/spaces/demo/rooms/store/marketplaces/0b8f/stripe_events",
  );
  expect(spaceForwardUrl("demo")).toBe("https://convene.example/api/spaces/demo/stripe_events");
});
