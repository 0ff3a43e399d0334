import { aRequest } from "../support/requests.ts";
import { startLambda } from "./lambda.ts";
import { aSpaceWithMember } from "./space_with_member.ts";
import type { Stage } from "./stage.ts";
import { median } from "./statistics.ts";

const TIMES = 30;

/** How long a person waits for the first byte of a page (a function answers all of it at once), in ms: cold, that is with the import before it, and warm. */
export type PageTime = { page: string; first: number; warm: number };

export async function pageTimes(stage: Stage): Promise<PageTime[]> {
  const { space, utility, room, marketplace, cookie } = await aSpaceWithMember(stage);
  const pages: [name: string, path: Record<string, string>][] = [
    ["showSpace", { space }],
    ["editUtility", { space, utility }],
    ["showMarketplace", { space, room, marketplace }],
  ];
  const times: PageTime[] = [];
  for (const [page, path] of pages) {
    const request = { ...aRequest({ path, headers: { accept: "text/html" } }), cookies: [cookie] };
    const began = performance.now();
    const lambda = await startLambda(stage.functions.get(page) ?? "", stage.environment);
    const show = async (): Promise<number> => {
      const { answer, ms } = await lambda.invoke(request);
      if (!JSON.stringify(answer).startsWith('{"statusCode":200'))
        throw new Error(`${page} answered ${JSON.stringify(answer)}`);
      return ms;
    };
    await show();
    const first = performance.now() - began;
    const warm: number[] = [];
    for (let n = 0; n < TIMES; n++) warm.push(await show());
    times.push({ page, first, warm: median(warm) });
    await lambda.stop();
  }
  return times;
}
