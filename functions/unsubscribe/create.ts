import { formBody } from "../../lib/http/input.ts";
import { knownQuery } from "../../lib/http/known_query.ts";
import { publicRoute } from "../../lib/pages/route.ts";
import { endMails } from "../../lib/pages/unsubscribe_page.ts";

/**
 * Ends a Marketplace's mails to one address: by the page's button, or by a mail program's (RFC 8058), which has no session
 * and no form of ours. What it may do stands in the link.
 */
export const handler = publicRoute(knownQuery("token"), formBody).handler(endMails);
