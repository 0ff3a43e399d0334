import { configuration } from "../configuration.ts";

/** Whether a form was sent from a page of ours: browsers say so in `Origin`, and cannot be made to lie. */
export const isOwnOrigin = (origin: string | undefined): boolean =>
  origin === new URL(configuration.baseUrl).origin;
