import { knownQuery } from "../../lib/http/known_query.ts";
import { publicRoute } from "../../lib/pages/route.ts";
import { showUnsubscribe } from "../../lib/pages/unsubscribe_page.ts";

/** Where the link of a mail leads: it changes nothing, since mail servers open links, too. */
export const handler = publicRoute(knownQuery("token")).handler(showUnsubscribe);
