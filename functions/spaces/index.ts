import { page } from "../../lib/pages/route.ts";
import { showSpaces } from "../../lib/pages/spaces_page.ts";

/** The Spaces and Marketplaces that whoever asks was let into. */
export const handler = page("person", showSpaces);
