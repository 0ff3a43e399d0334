/**
 * `npm run test:soak`: 1,000 Orders of 20 Marketplaces in 5 Spaces, and the 10,000 events that Stripe signs and sends of them, some
 * twice and in disorder, while parts are killed (SIGKILL) and started, clocks move, Stripe answers 429, 503 and 500 before and after
 * success, endpoints are switched off, secrets are rotated, and the handlers of 1 % of the events throw always. Then what Stripe
 * lists has to be here, each Vendor has to hold to the cent what the stories of their Orders leave them, each movement once; what is
 * dead has to be those 1 %, by their cause; and `Ask Stripe now` has to find nothing more.
 *
 * `SOAK_ORDERS` how many; `SOAK_SEED` the seed of another run: the same Orders, stories and troubles. What runs at the same
 * moment, and so what a kill hits, is the machine's.
 */
import { randomUUID } from "node:crypto";
import { cpSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import Stripe from "stripe";
import * as v from "valibot";
import { runCommand } from "../../cli/run_command.ts";
import { UserError } from "../../cli/user_error.ts";
import { limitConcurrency } from "../../lib/async/limit_concurrency.ts";
import { newMarketplace, newSpace } from "../../local/demo_seed.ts";
import { parentGone } from "../../local/parent.ts";
import { aCalendar, type Basket, checkoutOf, DAYS, totalsOf, VENDORS } from "../support/month_stories.ts";
import { numbersFrom } from "../support/numbers.ts";
import { aPlace } from "../support/product.ts";
import { projectCopy } from "../support/project_copy.ts";
import { say } from "../support/say.ts";
import { ask } from "./http.ts";
import { aMember, type Member } from "./member.ts";
import { endParts, type Parts, startParts } from "./parts.ts";
import { assertProved, type Refunded, type Seller, type SoakOrder } from "./proof.ts";
import { type Tables, tablesAt } from "./tables.ts";
import { drawTroubles } from "./troubles.ts";

const ORDERS = Number(process.env.SOAK_ORDERS ?? 1_000);
const SEED = Number(process.env.SOAK_SEED ?? Math.floor(Math.random() * 2 ** 31));
const SPACES = 5;
const AT_ONCE = 8;
/** Of few events, 1 % may be none. */
process.env.SOAK_BROKEN_ONE_OF ??= ORDERS < 500 ? "20" : "100";

/** Of what people only read at Stripe, while the simulator is started again. */
const RETRIES = 20;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** By then all should be done: what was sold is available after days, and what fails is given up three days after it came. */
const MAX_REST_MS = 14 * 24 * HOUR_MS;

/** In these Spaces a member refunds here; in the others, somebody does at Stripe. */
const refundsHere = (space: number): boolean => space % 2 === 0;

const PROCESS_EVENT = "lib/stripe_events/process_event.ts";

const Checkout = v.object({ order: v.string(), url: v.string() });

async function soak(parts: Parts, seeds: readonly ReturnType<typeof newSpace>[], mend: () => void) {
  const numbers = numbersFrom(SEED);
  const { baseUrl, simulatorUrl, atStripe, moveClock, fire } = parts;
  const { hostname: host, port } = new URL(simulatorUrl);
  const timePasses = async (): Promise<void> => {
    moveClock(MINUTE_MS);
    await fire("settleDueOrders");
  };
  const sellers: Seller[] = seeds.map((seed) => ({
    ...seed,
    stripe: new Stripe(seed.stripeSecretKey, { host, port, protocol: "http", maxNetworkRetries: RETRIES }),
    manage: { authorization: `Bearer ${seed.apiKey}` },
    at: `${baseUrl}/spaces/${seed.space}`,
    hearsAllSince: undefined,
  }));
  const control = ({ stripeSecretKey }: Seller, path: string, body: object): Promise<unknown> =>
    atStripe(async () => {
      const response = await fetch(`${simulatorUrl}/simulator/${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${stripeSecretKey}` },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${path} was answered ${response.status} ${await response.text()}`);
      return await response.json();
    });

  await Promise.all(sellers.map(addEndpoint));
  const members = new Map<Seller, Member>();
  for (const [space, seller] of sellers.entries())
    if (refundsHere(space)) members.set(seller, await aMember(seller, parts.origin, timePasses));

  /** Somebody made an endpoint for everything at one Marketplace's own URL, beside those that the product registers. */
  async function addEndpoint(seller: Seller): Promise<void> {
    const { stripe, at, manage } = seller;
    const [first] = seller.marketplaces;
    const marketplace = `${at}/rooms/${first?.room}/marketplaces/${first?.marketplace}`;
    const { secret, created } = await stripe.webhookEndpoints.create({
      url: `${marketplace}/stripe_events`,
      enabled_events: ["*"],
    });
    await ask(marketplace, manage, { add_webhook_secret: secret ?? "" });
    seller.hearsAllSince = created;
  }

  /** Somebody buys, and pays. */
  async function sell(space: number, vendor: number, basket: Basket): Promise<SoakOrder> {
    const seller = sellers[space] as Seller;
    const { room, marketplace, stripe_account = "" } = seller.marketplaces[vendor] ?? {};
    const at = `${seller.at}/rooms/${room}/marketplaces/${marketplace}`;
    const shop = { authorization: `Bearer ${seller.sellKey}`, "idempotency-key": randomUUID() };
    const { order: id, url } = v.parse(Checkout, await ask(`${at}/checkouts`, shop, checkoutOf(basket)));
    await atStripe(async () => {
      const body = new URLSearchParams({ action: "pay" });
      const paid = await fetch(url, { method: "POST", body, redirect: "manual" });
      if (paid.status !== 303) throw new Error(`Order ${id}: ${url} was answered ${paid.status}`);
    });
    return { id, seller, path: `${at}/orders/${id}`, account: stripe_account, ...totalsOf(basket) };
  }

  let next = 0;
  const refunds: Refunded[] = [];
  const calendar = aCalendar<SoakOrder>(ORDERS, numbers, {
    sell: (vendor, basket) => sell(next++ % SPACES, vendor, basket),
    at: async ({ id, seller, path }) => {
      const { data } = await atStripe(() => seller.stripe.charges.list({ transfer_group: id }));
      const charge = data[0]?.id ?? "";
      return {
        stripe: seller.stripe,
        charge,
        control: (path, body) => control(seller, path, body),
        refund: async (amount, product_amount) => {
          refunds.push({ charge, amount });
          const member = members.get(seller);
          const products = product_amount === undefined ? {} : { product_amount };
          if (member) return member.refund(path, { amount, ...products });
          return atStripe(() => seller.stripe.refunds.create({ charge, amount, metadata: products }));
        },
      };
    },
  });

  const troubles = drawTroubles(
    numbers,
    { rounds: Math.max(1, Math.round(ORDERS / 125)), spaces: SPACES, days: DAYS },
    {
      kill: parts.kill,
      refundsHere,
      weather: (space, faults) => control(sellers[space] as Seller, "weather", faults),
      moveClock,
      rotate: (space) => {
        const { at, utility, manage } = sellers[space] as Seller;
        const path = `${at}/utilities/${utility}/stripe_webhook_endpoints/rotate`;
        // One that is under way ends with the schedules, which are rarer here than rotations.
        return ask(path, manage, {}, ["under_way"]).catch((error: unknown) => {
          if (!String(error).endsWith(" rotation_under_way")) throw error;
        });
      },
      switchEndpoints: async (space, on) => {
        const seller = sellers[space] as Seller;
        seller.hearsAllSince = undefined;
        const { data } = await atStripe(() => seller.stripe.webhookEndpoints.list({ limit: 100 }));
        for (const { id, metadata } of data)
          if (metadata.connect !== "true")
            await atStripe(() => seller.stripe.webhookEndpoints.update(id, { disabled: !on }));
      },
    },
  );

  say(`The parts are up. ${troubles.length} troubles are to come.`);
  for (let day = 0; day < calendar.length(); day++) {
    const happens = [...calendar.on(day)];
    for (const { name, strikes } of troubles.filter((trouble) => trouble.day === day)) {
      const strike = async (): Promise<void> => {
        say(`Day ${day + 1}: ${name}.`);
        await strikes();
      };
      happens.splice(numbers.upTo(0, happens.length), 0, strike);
    }
    const inTurn = limitConcurrency(AT_ONCE);
    await Promise.all(happens.map((each) => inTurn(each)));
    moveClock(numbers.upTo(5, 60) * MINUTE_MS);
    if (day % 3 === 0) await fire("retryStripeEvents", "settleDueOrders");
    if (day % 15 === 14) await fire("recoverSpaces");
  }

  say(`${calendar.sold.length} Orders are sold. The weather clears.`);
  for (const seller of sellers)
    await control(seller, "weather", {
      rate_limit: 0,
      unavailable: 0,
      error_before_effect: 0,
      error_after_success: 0,
      slow_ms: 0,
      late_effect: false,
      duplicate_deliveries: false,
      disorder: false,
      only: "",
    });
  const tables = tablesAt(parts.dynamodbUrl);
  const untilDone = () => rest(parts, tables);
  await untilDone();

  const { sold } = calendar;
  const taken = () => takenIn(parts.simulatorFile);
  await assertProved({ sellers, sold, refunds, tables, taken }, mend, untilDone);
  const { deliveries, tries } = deliveriesIn(parts.simulatorFile);
  say(`Stripe sent ${deliveries} signed events, in ${tries} tries.`);
  for (const { name, kills, endedItself } of parts.fates()) {
    say(`${name} was killed ${kills} times, and ended ${endedItself.length} times by itself.`);
    for (const said of endedItself) say(said);
  }
}

/** Time passes until nothing is due, with what schedules do in it: at first by minutes, then by longer steps. */
async function rest({ moveClock, fire, simulatorFile }: Parts, tables: Tables): Promise<void> {
  let passed = 0;
  for (let step = MINUTE_MS; ; step = Math.min(2 * step, 12 * HOUR_MS)) {
    moveClock(step);
    passed += step;
    await fire("retryStripeEvents", "settleDueOrders");
    // Recovery runs each hour, and finds what Stripe stopped delivering after three days.
    if (2 * step >= HOUR_MS) {
      await fire("recoverSpaces");
      if (step < HOUR_MS) await fire("checkConnections"); // once is enough
    }
    if (passed > MAX_REST_MS || (step > HOUR_MS && (await isAllDone()))) return;
  }

  /** Nothing is on its way, nothing is due, and nothing came while that was looked at. */
  async function isAllDone(): Promise<boolean> {
    const before = deliveriesIn(simulatorFile);
    if (before.pending > 0 || (await tables.due()) > 0) return false;
    return deliveriesIn(simulatorFile).deliveries === before.deliveries;
  }
}

const Deliveries = v.object({ deliveries: v.number(), pending: v.number(), tries: v.number() });

/** How many there are to one endpoint each, how many of them are not over, and how often one was tried. */
function deliveriesIn(file: string): v.InferOutput<typeof Deliveries> {
  const db = new DatabaseSync(file, { readOnly: true });
  const row = db
    .prepare(
      "SELECT count(*) AS deliveries, sum(state = 'pending') AS pending, sum(attempts) AS tries FROM deliveries",
    )
    .get();
  db.close();
  return v.parse(Deliveries, row);
}

const Taken = v.object({ event: v.string(), until_ms: v.number() });

/** Which events an endpoint has answered 200, and by when the first time, in ms since the epoch. */
function takenIn(file: string): Map<string, number> {
  const db = new DatabaseSync(file, { readOnly: true });
  // When the next try would have been is when this one was answered, and a moment.
  const rows = db
    .prepare(
      "SELECT event, min(due_at_ms) AS until_ms FROM deliveries WHERE state = 'succeeded' GROUP BY event",
    )
    .all();
  db.close();
  return new Map(v.parse(v.array(Taken), rows).map(({ event, until_ms }) => [event, until_ms]));
}

/** A copy of the project whose handlers throw for some of the events, until it is mended. */
function brokenProject() {
  const project = projectCopy();
  cpSync(new URL("broken.ts", import.meta.url), `${project.folder}/lib/stripe_events/handlers/broken.ts`);
  const right = project.read(PROCESS_EVENT);
  const broken = right.replace("= registry;", "= breakSome(registry);");
  project.save(PROCESS_EVENT, `import { breakSome } from "./handlers/broken.ts";\n${broken}`);
  return { ...project, mend: () => project.save(PROCESS_EVENT, right) };
}

await runCommand(async () => {
  console.log(`A soak of ${ORDERS} Orders. SOAK_SEED=${SEED}`);
  const seeds = Array.from({ length: SPACES }, (_, space) =>
    newSpace(
      `soak-${space + 1}`,
      `Soak ${space + 1}`,
      Array.from({ length: VENDORS }, (_, vendor) =>
        newMarketplace(`Vendor ${space + 1}.${vendor + 1}`, true),
      ),
    ),
  );
  const place = await aPlace();
  const project = brokenProject();
  try {
    const work = async (): Promise<void> =>
      await soak(await startParts(place, { spaces: seeds, people: [] }, project.folder), seeds, project.mend);
    const over = parentGone().then(() => {
      throw new UserError("Who started it has ended.");
    });
    await Promise.race([work(), over]);
    await endParts();
    for (const folder of [place.localDir, project.folder]) rmSync(folder, { recursive: true });
  } catch (error) {
    console.error(`What it had and said is left in ${place.localDir}.`);
    throw error;
  } finally {
    await endParts();
  }
});
process.exit();
