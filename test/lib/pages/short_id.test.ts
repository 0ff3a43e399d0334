import { expect, it } from "vitest";
import { shortId } from "../../../lib/pages/short_id.ts";

it.each([
  ["01M8QKKRBH01FQ3ZQ9QQ3RC7FS", "…Q3RC7FS"],
  ["cs_test_a1B2c3D4e5F6g7H8", "cs_…5F6g7H8"],
  ["ch_3P9x", "ch_3P9x"],
])("%s is %s", (id, short) => {
  expect(shortId(id)).toBe(short);
});
