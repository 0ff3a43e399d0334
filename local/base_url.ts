import { lookup } from "node:dns/promises";
import { setTimeout as wait } from "node:timers/promises";

const HOST = "convene.local";
/** An unknown `.local` name may be asked of the whole network; hosts answers at once. In ms. */
const LOOKUP_PATIENCE_MS = 1_000;

/** Where browsers and Stripe find us: at `convene.local` if this machine knows it, else, with a note, at `localhost`. */
export async function findBaseUrl(port: number): Promise<{ baseUrl: string; note: string | undefined }> {
  if (await isThisMachine(HOST)) return { baseUrl: `http://${HOST}:${port}`, note: undefined };
  return {
    baseUrl: `http://localhost:${port}`,
    note: `${HOST} is not in this machine's hosts file, so everything is at localhost instead.\nTo have it, add this line to /etc/hosts, and start again:  127.0.0.1 ${HOST}`,
  };
}

async function isThisMachine(host: string): Promise<boolean> {
  const found = await Promise.race([lookup(host, 4).catch(() => undefined), wait(LOOKUP_PATIENCE_MS)]);
  return found?.address.startsWith("127.") ?? false;
}
