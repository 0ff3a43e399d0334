/** A process that runs one function once, as a Lambda would: `node run_function.ts FILE`, the event on standard input. */
import { text } from "node:stream/consumers";

const [file = ""] = process.argv.slice(2);
const { handler } = await import(file);
const context = { awsRequestId: "request-1", getRemainingTimeInMillis: () => 60_000 };
console.log(JSON.stringify(await handler(JSON.parse(await text(process.stdin)), context)));
