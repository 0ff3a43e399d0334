import { runSelfTest, type SelfTest } from "../../lib/self_test/run_self_test.ts";

/** Each deploy invokes it: whether an event comes all the way through what was deployed. */
export const handler = async (): Promise<SelfTest> => await runSelfTest();
