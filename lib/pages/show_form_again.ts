import { HttpError, StripeRequestFailed, ValidationError } from "../errors.ts";
import { formOf } from "../http/input.ts";
import type { Step } from "../http/request.ts";
import { withoutSecrets } from "../secrets/without_secrets.ts";
import { wantsHtml } from "./negotiate.ts";
import { type Authorized, type Show, showPage } from "./route.ts";

/** Where their input is wrong, people get the page with the form again, with what they typed and what is wrong. */
export const showFormAgain = (show: Show): Step<Authorized> => ({
  onError: async (step) => {
    const { error, event: request, context } = step;
    const errors = errorsIn(error);
    // Who may not see the page is answered as anybody is.
    if (!errors || !context.access || !wantsHtml(context)) return undefined;
    const status = error instanceof HttpError ? error.status : 400;
    const formState = { values: withoutSecrets(formOf(request).values), errors };
    try {
      return await showPage(
        { request, access: context.access, formState, notice: undefined },
        context,
        show,
        status,
      );
    } catch (failed) {
      // The steps before this one answer it.
      step.error = failed instanceof Error ? failed : new Error("a form could not be shown");
      return undefined;
    }
  },
});

/** What is wrong, by field; a conflict, or what Stripe said, is about the whole form, under no field's name. */
function errorsIn(error: unknown): Record<string, string> | undefined {
  if (error instanceof ValidationError) return error.fields;
  const isOfForm =
    error instanceof StripeRequestFailed || (error instanceof HttpError && error.status === 409);
  return isOfForm ? { form: error.message } : undefined;
}
