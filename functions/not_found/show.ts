import { NotFound } from "../../lib/errors.ts";
import type { Answer, Request } from "../../lib/http/api.ts";
import { pageOfForm } from "../../lib/pages/form_page.ts";
import { answer, redirect, wantsHtml } from "../../lib/pages/route.ts";

/** Whatever no other route answers. A browser at a form's address is led to the form's page. */
export const handler = (request: Request): Promise<Answer> =>
  answer(request, async () => {
    const page = wantsHtml(request) ? pageOfForm(request.rawPath) : undefined;
    if (page === undefined) throw new NotFound();
    return await redirect(page);
  });
