import { randomUUID } from "node:crypto";
import { addMember } from "../../lib/members/change_members.ts";
import { bindPerson } from "../../lib/session/identity.ts";
import { startSession } from "../../lib/session/session.ts";
import { newMarketplace, newSpace } from "../../local/demo_seed.ts";
import { seedSpace } from "../../local/seed.ts";
import { aRequest } from "../support/requests.ts";
import { startLambda } from "./lambda.ts";
import type { Stage } from "./stage.ts";
import { median } from "./statistics.ts";

const TIMES = 30;

/** How long a person waits for the first byte of a page (a function answers all of it at once), in ms: cold, that is with the import before it, and warm. */
export type PageTime = { page: string; first: number; warm: number };

export async function pageTimes(stage: Stage): Promise<PageTime[]> {
  const seller = newMarketplace("Vendor", true);
  const space = newSpace(`pages-${randomUUID().slice(0, 8)}`, "A Space", [seller]);
  await seedSpace(space, stage.simulatorUrl);
  const email = `dana-${randomUUID()}@convene.example`;
  await addMember(space.space, { email }, "the bench");
  const person = { issuer: stage.environment.OIDC_ISSUER, subject: email, email };
  const { sign_outs = 0 } = (await bindPerson(person)) ?? {};
  const [cookie = ""] = (await startSession({ ...person, sign_outs, name: "Dana" })).split(";");
  const place = { space: space.space, room: seller.room, marketplace: seller.marketplace };
  const pages: [name: string, path: Record<string, string>][] = [
    ["showSpace", { space: space.space }],
    ["editUtility", { space: space.space, utility: space.utility }],
    ["showMarketplace", place],
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
