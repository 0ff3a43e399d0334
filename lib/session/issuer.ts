import { allowInsecureRequests, type Configuration, discovery, None } from "openid-client";
import { configuration } from "../configuration.ts";
import { Unavailable } from "../errors.ts";

let found: Promise<Configuration> | undefined;

/** The issuer, by its discovery document; a warm Lambda asks once. @throws {Unavailable} */
export async function issuer(): Promise<Configuration> {
  const { oidcIssuer, oidcClientId } = configuration;
  // Only an issuer on this machine may do without encryption.
  const execute = oidcIssuer.protocol === "http:" ? [allowInsecureRequests] : [];
  found ??= discovery(oidcIssuer, oidcClientId, undefined, None(), { execute });
  try {
    return await found;
  } catch (error) {
    found = undefined;
    throw new Unavailable("The sign-in service does not answer. Try again in a moment.", { cause: error });
  }
}
