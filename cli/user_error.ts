/** A reason to stop that is for people: one sentence of what is wrong and what to do. */
export class UserError extends Error {
  override name = "UserError";
}
