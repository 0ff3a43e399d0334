import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { setBounded } from "../async/bounded_map.ts";
import { now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { brandedDomainKey } from "../dynamodb/keys.ts";
import { NotFound } from "../errors.ts";
import type { Request } from "../http/request.ts";
import { isSlug } from "../ids.ts";

const BrandedDomain = v.object({ space: v.string() });

/** A warm Lambda remembers for 60 s which Space a host is of, or that it is of none. */
const CACHE_MS = 60_000;
const MAX_CACHED = 1_000;
const cache = new Map<string, { space: string | undefined; until: number }>();

/** The Space that a request is about: the one in its path, else the one whose `branded_domain` it came to. @throws {NotFound} */
export async function spaceOfRequest({ pathParameters, headers }: Request): Promise<string> {
  const space = pathParameters?.space ?? (await spaceOfHost(headers.host ?? ""));
  if (space === undefined || !isSlug(space)) throw new NotFound();
  return space;
}

async function spaceOfHost(header: string): Promise<string | undefined> {
  const [host = ""] = header.toLowerCase().split(":");
  if (!/^[a-z0-9.-]{1,253}$/.test(host)) return undefined;
  const cached = cache.get(host);
  if (cached && cached.until > now().getTime()) return cached.space;
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: configuration.settingsTable, Key: brandedDomainKey(host) }),
  );
  const row = v.safeParse(BrandedDomain, Item);
  const space = row.success ? row.output.space : undefined;
  setBounded(cache, host, { space, until: now().getTime() + CACHE_MS }, MAX_CACHED);
  return space;
}
