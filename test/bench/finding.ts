import { PutItemCommand, paginateScan } from "@aws-sdk/client-dynamodb";
import { aRequest } from "../support/requests.ts";
import { startFilled } from "./filled.ts";
import { type Invoked, startLambda } from "./lambda.ts";
import { startMeter, unitsTaken } from "./meter.ts";
import { aSpaceWithMember } from "./space_with_member.ts";
import { clientOf, type Stage, settingsTable } from "./stage.ts";
import { median } from "./statistics.ts";

const STORED = [1_000, 1_000_000];
const TIMES = 30;
/** While these run, what runs is still being compiled. */
const WARM_UPS = 3;

/** What somebody looks for among so many events of their Space: ms until the first byte of the answer, and read units. */
export type Finding = {
  look: string;
  found: { stored: number; ms: number; readUnits: number }[];
  toFewest: number;
};

type Look = {
  look: string;
  page: "listStripeEvents" | "search";
  query: Record<string, string>;
  says: string;
};

/** Each filling has it. */
const FIRST_EVENT = "evt_9e3779b100000001";

const LOOKS: Look[] = [
  { look: "the newest of the log", page: "listStripeEvents", query: {}, says: "customer.created" },
  {
    look: "those of two days",
    page: "listStripeEvents",
    query: { from: "2026-09-21", to: "2026-09-22" },
    says: "customer.created",
  },
  {
    look: "those given up: none",
    page: "listStripeEvents",
    query: { status: "dead" },
    says: "No event matches",
  },
  {
    look: "those of a type that none has",
    page: "listStripeEvents",
    query: { type: "refund.*" },
    says: "<h2>No",
  },
  { look: "one by its id", page: "search", query: { q: FIRST_EVENT }, says: `/stripe_events/${FIRST_EVENT}` },
];

/** Looks for events of one Space among a thousand of its own, and among a million. */
export async function findings(stage: Stage): Promise<Finding[]> {
  const { space, cookie } = await aSpaceWithMember(stage);
  const dynamodbs = await startFilled(
    stage,
    STORED.map((events) => ({ events, marketplaces: 0, space })),
  );
  try {
    for (const { endpoint } of dynamodbs) await copySettings(stage.endpoint, endpoint);
    const findings: Finding[] = [];
    for (const look of LOOKS) findings.push(await measured(stage, dynamodbs, look, space, cookie));
    return findings;
  } finally {
    await Promise.all(dynamodbs.map(({ stop }) => stop()));
  }
}

async function measured(
  { functions, environment }: Stage,
  dynamodbs: readonly { endpoint: string }[],
  { look, page, query, says }: Look,
  space: string,
  cookie: string,
): Promise<Finding> {
  const request = {
    ...aRequest({ path: { space }, query, headers: { accept: "text/html" } }),
    cookies: [cookie],
  };
  const meters = await Promise.all(dynamodbs.map(({ endpoint }) => startMeter(endpoint)));
  const start = (endpoint: string) =>
    startLambda(functions.get(page) ?? "", { ...environment, AWS_ENDPOINT_URL_DYNAMODB: endpoint });
  const [timed, metered] = await Promise.all([
    Promise.all(dynamodbs.map(({ endpoint }) => start(endpoint))),
    Promise.all(meters.map(({ endpoint }) => start(endpoint))),
  ]);
  const ask = async (lambda: (typeof timed)[number] | undefined): Promise<Invoked> => {
    const invoked = await lambda?.invoke(request);
    if (!invoked || !JSON.stringify(invoked.answer).includes(says))
      throw new Error(`${look}: ${JSON.stringify(invoked?.answer).slice(0, 300)}`);
    return invoked;
  };
  try {
    const units = await Promise.all(
      metered.map(async (lambda, index) => {
        await ask(lambda); // a warm function remembers some rows of the settings
        meters[index]?.take();
        await ask(lambda);
        return unitsTaken(meters[index]?.take() ?? [], { isWrite: false });
      }),
    );
    const times = timed.map(() => [] as number[]);
    for (let round = 0; round < TIMES + WARM_UPS; round++)
      for (const [index, lambda] of timed.entries()) {
        const { ms } = await ask(lambda);
        if (round >= WARM_UPS) times[index]?.push(ms);
      }
    const [fewest = []] = times;
    const most = times.at(-1) ?? [];
    return {
      look,
      found: STORED.map((stored, index) => ({
        stored,
        ms: median(times[index] ?? []),
        readUnits: units[index] ?? Number.NaN,
      })),
      toFewest: median(most.map((ms, round) => ms / (fewest[round] ?? Number.NaN))),
    };
  } finally {
    await Promise.all([...timed, ...metered, ...meters].map(({ stop }) => stop()));
  }
}

async function copySettings(from: string, to: string): Promise<void> {
  const [source, target] = [clientOf(from), clientOf(to)];
  for await (const { Items = [] } of paginateScan({ client: source }, { TableName: settingsTable }))
    for (const Item of Items) await target.send(new PutItemCommand({ TableName: settingsTable, Item }));
  source.destroy();
  target.destroy();
}
