import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import e2e from "./e2e.ts";
import fakeAws from "./fake_aws.ts";
import integration from "./integration.ts";
import packaged from "./packaged.ts";

type SetUp = (project: TestProject) => Promise<() => void | Promise<void>>;

const NEEDS: Record<string, SetUp[]> = {
  integration: [integration],
  package: [integration, packaged],
  aws: [fakeAws],
  e2e: [e2e],
};

/** Starts what the tests of this run need, all at once and each once, however many projects need it. */
export default async function setUp(root: TestProject): Promise<() => Promise<void>> {
  // Node processes are started by the hundred, and compile the same packages: half of what their start takes.
  process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), "node-compile-cache");
  const files = root.vitest.state.getPaths();
  const projects = root.vitest.projects.filter((each) => files.some((file) => each.matchesTestGlob(file)));
  const needed = new Set(projects.flatMap(({ name }) => NEEDS[name] ?? []));
  const ends = await Promise.all([...needed].map((begin) => begin(root)));
  return async () => {
    await Promise.all(ends.map((end) => end()));
  };
}
