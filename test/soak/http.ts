/** How shops and members ask the product: again and again, as they would, where it does not answer. */
import { setTimeout as wait } from "node:timers/promises";

const POLL_MS = 200;
/** So often in a row nobody answers who will answer some day. */
const TRIES = 3_000;

/** A status, what was answered, and the code of a refusal. */
type Answer = { status: number; body?: unknown; code?: string | undefined };

const isOk = ({ status }: Answer): boolean => status < 400;

/**
 * What is answered in the end.
 * @throws where the product refuses
 */
export async function ask(url: string, ...of: Rest): Promise<unknown> {
  const answer = await answerTo(url, ...of);
  if (!isOk(answer)) throw new Error(`${url} was answered ${answer.status} ${answer.code}`);
  return answer.body;
}

type Rest = [headers: Record<string, string>, body?: object, again?: readonly string[]];

/** The same, be it a refusal. @param again the codes of a refusal that says to come back */
export async function answerTo(url: string, ...[headers, body, again = []]: Rest): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await askOnce(url, headers, body);
    const { status, code = "" } = answer;
    const isFinal = status < 500 && status !== 429 && !again.includes(code);
    if (isFinal || tries === TRIES) return answer;
    await wait(POLL_MS);
  }
}

/** As good as a 503 where the connection was cut off, or there was none. */
async function askOnce(
  url: string,
  headers: Record<string, string>,
  body: object | undefined,
): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: body ? "POST" : "GET",
      headers: {
        accept: "application/json",
        ...(body && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const { status } = response;
    if (response.ok) return { status, body: JSON.parse(text) };
    const [, code] = /"code":\s*"(\w+)"/.exec(text) ?? [];
    return { status, code };
  } catch {
    return { status: 503 };
  }
}
