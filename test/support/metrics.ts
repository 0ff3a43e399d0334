import { onTestFinished, vi } from "vitest";

/**
 * What CloudWatch is told from here on, as the lines of the log have it: each metric by its name, with its values in the order
 * in which they were written.
 */
export function metricsSaid(): () => Record<string, number[]> {
  const spies = (["info", "warn", "error"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => {}),
  );
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return () => {
    const said: Record<string, number[]> = {};
    for (const [text] of spies.flatMap(({ mock }) => mock.calls)) {
      const line = JSON.parse(String(text));
      for (const { Metrics } of line._aws?.CloudWatchMetrics ?? [])
        for (const { Name } of Metrics) said[Name] = [...(said[Name] ?? []), ...[line[Name]].flat()];
    }
    return said;
  };
}
