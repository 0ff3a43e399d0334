import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files of tests that take longest, though they are small: begun last, one of them would run alone at the end. */
const LONGEST = [
  "e2e/soak",
  "e2e/lives",
  "e2e/hot_reload",
  "functions/stripe_events/killed",
  "functions/orders/killed",
];

/** Vitest's order, with the longest files of each project first: on a fresh clone Vitest knows only how big a file is. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      LONGEST.some((name) => moduleId.endsWith(`/test/${name}.test.ts`));
    const byProject = Map.groupBy(sorted, ({ project }) => project);
    return [...byProject.values()].flatMap((own) => [
      ...own.filter(isLong),
      ...own.filter((file) => !isLong(file)),
    ]);
  }
}
