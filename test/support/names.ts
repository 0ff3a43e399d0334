import dns from "node:dns";

/**
 * Lets nobody have a name that ends in .invalid (RFC 6761), at once and without asking: where there is no network, or a
 * slow one, each question takes seconds.
 * @returns what ends it
 */
export function resolveNothingInvalid(): () => void {
  const { lookup } = dns;
  dns.lookup = new Proxy(lookup, {
    apply(_lookup, _this, given) {
      const [name, answer] = [String(given[0]), given.at(-1)];
      if (!name.endsWith(".invalid")) return Reflect.apply(lookup, dns, given);
      process.nextTick(
        answer,
        Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: "ENOTFOUND" }),
      );
    },
  });
  return () => {
    dns.lookup = lookup;
  };
}
