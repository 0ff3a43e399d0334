/** How shops and members ask the product: again and again, as they would, where it does not answer. */
import { setTimeout as wait } from "node:timers/promises";

const POLL_MS = 200;
/** So often in a row nobody answers who will answer some day. */
const TRIES = 3_000;

/**
 * What is answered in the end.
 * @throws where the product refuses; `again` has the codes of a refusal that says to come back
 */
export async function ask(
  url: string,
  headers: Record<string, string>,
  body?: object,
  again: readonly string[] = [],
): Promise<unknown> {
  for (let tries = 1; ; tries++) {
    const answer = await askOnce(url, headers, body);
    if (answer?.ok) return answer.body;
    const { status = 503, code = "" } = answer ?? {};
    const isFinal = status < 500 && status !== 429 && !again.includes(code);
    if (isFinal || tries === TRIES) throw new Error(`${url} was answered ${status} ${code}`);
    await wait(POLL_MS);
  }
}

/** Undefined where the connection was cut off, or there was none. */
async function askOnce(url: string, headers: Record<string, string>, body: object | undefined) {
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
    const { ok, status } = response;
    if (ok) return { ok, status, body: JSON.parse(text) as unknown };
    const [, code] = /"code":\s*"(\w+)"/.exec(text) ?? [];
    return { ok, status, code };
  } catch {
    return undefined;
  }
}
