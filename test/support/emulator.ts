import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, findEmulator } from "../../local/dynamodb.ts";
import type { Place } from "./product.ts";

/**
 * What the tables of the tests are in: the native emulator, which takes a fraction of the processor time, where it runs;
 * with TEST_DYNAMODB=java DynamoDB Local. What starts the product by itself runs on DynamoDB Local either way.
 */
export const testEmulator = (): Promise<Emulator> =>
  findEmulator(process.env.TEST_DYNAMODB === "java" ? "java" : "native");

/** A place whose product has its tables in the same emulator: without Java on its PATH, it takes the native one. */
export async function withTestEmulator(place: Place): Promise<Place> {
  return (await testEmulator()).name === "java" ? place : withoutJava(place);
}

/** A place with a PATH that has node, and nothing else. */
export function withoutJava(place: Place): Place {
  const bin = join(place.localDir, "bin");
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, "node"));
  return { ...place, env: { ...place.env, PATH: bin } };
}
