import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The longest files of tests, whose size does not show it: nothing should wait for one of them alone at the end. */
const LONGEST = [
  "e2e/soak",
  "e2e/lives",
  "e2e/hot_reload",
  "functions/stripe_events/killed",
  "functions/orders/killed",
];

/** Vitest's order, which goes by what it remembers of earlier runs, or on a fresh clone by size; there, too, the longest first. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      LONGEST.some((name) => moduleId.endsWith(`/test/${name}.test.ts`));
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return projects.flatMap((project) => {
      const own = sorted.filter((file) => file.project === project);
      return [...own.filter(isLong), ...own.filter((file) => !isLong(file))];
    });
  }
}
