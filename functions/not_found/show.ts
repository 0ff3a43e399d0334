import { NotFound } from "../../lib/errors.ts";
import { pageOfForm } from "../../lib/pages/form_page.ts";
import { wantsHtml } from "../../lib/pages/negotiate.ts";
import { publicRoute, redirect } from "../../lib/pages/route.ts";

/** Whatever no other route answers. A browser at a form's address is led to the form's page. */
export const handler = publicRoute().handler(async (request, context) => {
  const page = wantsHtml(context) ? pageOfForm(request.rawPath) : undefined;
  if (page === undefined) throw new NotFound();
  return await redirect(page);
});
