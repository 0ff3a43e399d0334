import dns from "node:dns";

/**
 * Lets nobody have a name that ends in .invalid (RFC 6761), at once and without asking: where there is no network, or a
 * slow one, each question takes seconds. For `fetch` that is true before it has made a pool of connections for the name:
 * the simulator tries to deliver every event of every test.
 * @returns what ends it
 */
export function resolveNothingInvalid(): () => void {
  const { lookup } = dns;
  const { fetch } = globalThis;
  dns.lookup = new Proxy(lookup, {
    apply(_lookup, _this, given) {
      const [name, answer] = [String(given[0]), given.at(-1)];
      if (!isInvalid(name)) return Reflect.apply(lookup, dns, given);
      process.nextTick(answer, notFound(name));
    },
  });
  globalThis.fetch = async (...given) => {
    const [asked] = given;
    const { hostname } = new URL(asked instanceof Request ? asked.url : asked);
    if (isInvalid(hostname)) throw new TypeError("fetch failed", { cause: notFound(hostname) });
    return await fetch(...given);
  };
  return () => {
    dns.lookup = lookup;
    globalThis.fetch = fetch;
  };
}

const isInvalid = (name: string): boolean => name.endsWith(".invalid");

/** What Node says of a name that nobody has. */
const notFound = (name: string): Error =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: "ENOTFOUND" });
