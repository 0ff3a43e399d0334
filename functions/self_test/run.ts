import { invocation } from "../../lib/http/invocation.ts";
import { runSelfTest } from "../../lib/self_test/run_self_test.ts";

/** Each deploy invokes it: whether an event comes all the way through what was deployed. */
export const handler = invocation().handler(() => runSelfTest());
