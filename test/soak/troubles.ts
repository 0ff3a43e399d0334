/** What goes wrong during the soak, drawn from the seed: each on a day, and among that day's sales. */
import type { Numbers } from "../support/numbers.ts";

const MINUTE_MS = 60_000;

/** What the troubles are made with; the number of a Space says whose it is. */
type Hands = {
  kill: Record<"service" | "dynamodb" | "simulator" | "all", () => Promise<unknown>>;
  weather: (space: number, faults: object) => Promise<unknown>;
  /** Moves the clocks ahead; the service's is `skew` ms off Stripe's from then on. */
  moveClock: (ms: number, skew: number) => void;
  rotate: (space: number) => Promise<unknown>;
  /** Switches the Space's platform endpoints at Stripe off, or on. */
  switchEndpoints: (space: number, on: boolean) => Promise<unknown>;
  /** Whether a Space's refunds are made by the product, and by nobody else. */
  refundsHere: (space: number) => boolean;
};

type Trouble = { name: string; day: number; strikes: () => unknown };

/**
 * Requests of the product that Stripe refuses, or answers with an error; of those that only the product makes, so that people and
 * banks do what they do once.
 */
const POSTS = ["POST /v1/checkout/sessions", "POST /v1/transfers"];
const GETS = [
  "GET /v1/checkout/sessions/",
  "GET /v1/payment_intents/",
  "GET /v1/transfers",
  "GET /v1/charges/",
  "GET /v1/refunds/",
  "GET /v1/events",
];
const REFUNDS = "POST /v1/refunds";
const FAULTS = ["rate_limit", "unavailable", "error_before_effect", "error_after_success"];

/** Money is moved long after the product has stopped waiting for it, after 8 s, and has looked whether it was. */
const TOO_LATE = { slow_ms: 20_000, late_effect: true };
const FAST = { slow_ms: 0, late_effect: false };

/** How far apart two clocks may be, in ms; a signature is taken within 5 minutes. */
const MAX_SKEW_MS = 60_000;

/**
 * @param rounds each kill comes so often, and so much of all else
 * @param spaces how many there are
 * @param days in which they strike
 */
export function drawTroubles(
  numbers: Numbers,
  { rounds, spaces, days }: { rounds: number; spaces: number; days: number },
  { kill, weather, moveClock, rotate, switchEndpoints, refundsHere }: Hands,
): Trouble[] {
  const pick = <Item>(items: readonly Item[]): Item => items[numbers.upTo(0, items.length - 1)] as Item;
  const some = (count: number, of: () => Omit<Trouble, "day">): Trouble[] =>
    Array.from({ length: count }, () => ({ day: numbers.upTo(0, days - 1), ...of() }));
  const anyFault = () => {
    const [space, fault] = [numbers.upTo(0, spaces - 1), pick(FAULTS)];
    const posts = [...POSTS, ...(refundsHere(space) ? [REFUNDS] : [])];
    const only = pick(fault.startsWith("error_") ? posts : [...posts, ...GETS]);
    const count = numbers.upTo(1, 5);
    return {
      name: `${fault} of ${count} times ${only}`,
      strikes: () => weather(space, { ...FAST, [fault]: count, only }),
    };
  };
  const late = () => {
    const space = numbers.upTo(0, spaces - 1);
    const only = pick(["POST /v1/transfers", ...(refundsHere(space) ? [REFUNDS] : [])]);
    return { name: `${only} after we gave up`, strikes: () => weather(space, { ...TOO_LATE, only }) };
  };
  const anyDelivery = () => {
    const space = numbers.upTo(0, spaces - 1);
    const [duplicate_deliveries, disorder] = [numbers.next() < 0.5, numbers.next() < 0.5];
    return {
      name: "deliveries",
      strikes: () => weather(space, { duplicate_deliveries, disorder }),
    };
  };
  const skew = () => {
    const ms = numbers.upTo(-MAX_SKEW_MS, MAX_SKEW_MS);
    return { name: `a clock ${ms} ms off`, strikes: () => moveClock(MINUTE_MS, ms) };
  };
  const rotation = () => {
    const space = numbers.upTo(0, spaces - 1);
    return { name: "a rotation", strikes: () => rotate(space) };
  };
  const switched = numbers.upTo(0, spaces - 1);
  const off = numbers.upTo(1, Math.floor(days / 2));
  const on = numbers.upTo(off + 1, days - 1);
  return [
    ...(["service", "dynamodb", "simulator"] as const).flatMap((part) =>
      some(rounds, () => ({ name: `a kill of ${part}`, strikes: kill[part] })),
    ),
    ...some(Math.ceil(rounds / 2), () => ({ name: "a kill of all", strikes: kill.all })),
    ...some(10 * rounds, anyFault),
    ...some(rounds, late),
    ...some(5 * rounds, anyDelivery),
    ...some(rounds, skew),
    ...some(rounds, rotation),
    { name: "endpoints off", day: off, strikes: () => switchEndpoints(switched, false) },
    { name: "endpoints on", day: on, strikes: () => switchEndpoints(switched, true) },
  ];
}
