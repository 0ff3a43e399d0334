import { ProvisionedThroughputExceededException } from "@aws-sdk/client-dynamodb";
import { dynamodb } from "../../lib/dynamodb/client.ts";

/** Lets no call of this process through that names this key, until the answer is disposed of. */
export function throttle(key: string): Disposable {
  const name = `throttle ${key}`;
  dynamodb.middlewareStack.add(
    (next) => async (request) => {
      if (JSON.stringify(request.input).includes(JSON.stringify(key)))
        throw new ProvisionedThroughputExceededException({ message: "throttled", $metadata: {} });
      return await next(request);
    },
    { step: "initialize", name },
  );
  return { [Symbol.dispose]: () => void dynamodb.middlewareStack.remove(name) };
}
