import type { Context } from "aws-lambda";
import { HttpError, httpError, isDynamoError, Unavailable } from "../errors.ts";
import { describeError, log } from "../log.ts";
import type { Answer, Request, Step } from "./request.ts";

/** Errors become what `answerTo` makes of them; of an unknown one, the log says where it was thrown. */
export const errorAnswer = <Adds = unknown>(
  answerTo: (
    error: HttpError,
    request: Request,
    context: Context & Partial<Adds>,
  ) => Answer | Promise<Answer>,
): Step<Adds> => ({
  onError: async (step) => {
    // Not returned: what is returned is final, and steps before this one may have something to add.
    step.response = await answerTo(asHttpError(step.error), step.event, step.context);
  },
});

/** Of what is ours to mend, or of what we stand on, the log says what it was. */
function asHttpError(error: unknown): HttpError {
  const known = error instanceof HttpError ? error : unknownError(error);
  if (known.status >= 500)
    log.error("a request failed", { code: known.code, ...describeError(known.cause ?? error) });
  return known;
}

const unknownError = (error: unknown): HttpError =>
  isDynamoError(error)
    ? new Unavailable("The tables do not answer. Try again in a moment.")
    : httpError("internal_error");
