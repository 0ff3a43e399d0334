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

function asHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  log.error("a request failed", describeError(error));
  return isDynamoError(error)
    ? new Unavailable("The tables do not answer. Try again in a moment.")
    : httpError("internal_error");
}
