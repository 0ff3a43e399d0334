import { randomUUID } from "node:crypto";
import { addMember } from "../../lib/members/change_members.ts";
import { bindPerson } from "../../lib/session/identity.ts";
import { startSession } from "../../lib/session/session.ts";
import { newMarketplace, newSpace } from "../../local/demo_seed.ts";
import { seedSpace } from "../../local/seed.ts";
import type { Stage } from "./stage.ts";

/** A Space with one Marketplace that is connected, and the session cookie of a member who is signed in. */
export async function aSpaceWithMember({ simulatorUrl, environment }: Stage) {
  const { room, marketplace, ...seller } = newMarketplace("Vendor", true);
  const seed = newSpace(`bench-${randomUUID().slice(0, 8)}`, "A Space", [{ ...seller, room, marketplace }]);
  await seedSpace(seed, simulatorUrl);
  const email = `dana-${randomUUID()}@convene.example`;
  await addMember(seed.space, { email }, "the bench");
  const person = { issuer: environment.OIDC_ISSUER, subject: email, email };
  const { sign_outs = 0 } = (await bindPerson(person)) ?? {};
  const [cookie = ""] = (await startSession({ ...person, sign_outs, name: "Dana" })).split(";");
  return { space: seed.space, utility: seed.utility, room, marketplace, cookie };
}
