import { configuration } from "../configuration.ts";

/** Where a person signs in who then goes on to `to`, a path of ours. Always on our own host, where the issuer sends back to. */
export const signInUrl = (to: string): string =>
  `${configuration.baseUrl}/session/new?${new URLSearchParams({ to })}`;
