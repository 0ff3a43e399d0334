import { NotFound } from "../../lib/errors.ts";
import type { Answer, Request } from "../../lib/http/api.ts";
import { answer } from "../../lib/http/route.ts";

/** Whatever no other route answers. */
export const handler = (request: Request): Promise<Answer> =>
  answer(request, async () => {
    throw new NotFound();
  });
