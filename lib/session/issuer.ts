import { allowInsecureRequests, ClientError, type Configuration, discovery, None } from "openid-client";
import { configuration } from "../configuration.ts";
import { Unavailable } from "../errors.ts";
import { describeError, log } from "../log.ts";

/** What each request to the issuer may take, in s. A sign-in makes two at most, and API Gateway gives up after 30 s. */
const TIMEOUT_S = 8;

let found: Promise<Configuration> | undefined;

/** The issuer, by its discovery document; a warm Lambda asks once. @throws {Unavailable} */
export async function issuer(): Promise<Configuration> {
  const { oidcIssuer, oidcClientId } = configuration;
  // Only an issuer on this machine may do without encryption.
  const execute = oidcIssuer.protocol === "http:" ? [allowInsecureRequests] : [];
  found ??= discovery(oidcIssuer, oidcClientId, undefined, None(), { execute, timeout: TIMEOUT_S });
  try {
    return await found;
  } catch (error) {
    found = undefined;
    // A code is one of the library's own constants: it tells a time-out from a status from a document of another issuer.
    const code = error instanceof ClientError ? error.code : undefined;
    log.error("the issuer could not be discovered", { ...describeError(error), code }, { SignInsFailed: 1 });
    throw new Unavailable("The sign-in service does not answer. Try again in a moment.", { cause: error });
  }
}
