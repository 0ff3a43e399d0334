import { resolve } from "node:path";
import { expect, it } from "vitest";
import { whyOf } from "../../../lib/stripe_events/cause.ts";
import { LoadFailure } from "../../../local/hot_reload/load_failure.ts";

const HANDLERS = resolve("lib/stripe_events/handlers");

/** What Node throws where it cannot read a file. */
function syntaxErrorIn(file: string): SyntaxError {
  const error = new SyntaxError("Expected ident");
  error.stack = `file://${HANDLERS}/${file}?generation=2:2\nconst = 5;\n      ^\nSyntaxError: Expected ident\n    at parseTypeScript (node:internal/modules/typescript:68:40)`;
  return error;
}

it("has the file that does not load for its cause, so that two of them are two causes", () => {
  const cause = (file: string) => whyOf(new LoadFailure(syntaxErrorIn(file))).cause;
  expect(cause("charge.failed.ts")).toBe("handler:SyntaxError@charge.failed.ts");
  expect(cause("transfer.created.ts")).toBe("handler:SyntaxError@transfer.created.ts");
});

it("has the file for its cause that imports one which is not there", () => {
  const error = new Error(
    `Cannot find module '${HANDLERS}/gone.ts' imported from ${HANDLERS}/refund.failed.ts`,
  );
  expect(whyOf(new LoadFailure(error)).cause).toBe("handler:Error@refund.failed.ts");
});

it("says the file and the line", () => {
  expect(new LoadFailure(syntaxErrorIn("charge.failed.ts"))).toMatchObject({
    name: "SyntaxError in lib/stripe_events/handlers/charge.failed.ts:2",
    message: "lib/stripe_events/handlers/charge.failed.ts:2 does not load: SyntaxError: Expected ident",
  });
});
