import * as v from "valibot";
import { MonthsJson } from "../lib/pages/statements_page.ts";
import { MarketplaceStatementJson, SpaceStatementJson } from "../lib/statements/present_statement.ts";
import { StatementLinkId } from "../lib/statements/statement_links.ts";
import { MARKETPLACE, SPACE, type Subject } from "./operation.ts";

const OF_STATEMENT = {
  line: "Only Orders that have something in this line.",
  format: "`csv`: all of the month for a spreadsheet, as with `Accept: text/csv`.",
};
const MadeLink = v.object({ link: v.pipe(v.string(), v.url()) });

/** The same for a Space and for one of its Marketplaces. */
const links = (path: string, suffix: string): Subject["operations"] => ({
  [`POST ${path}/statements/{month}/links`]: {
    id: `createStatementLink${suffix}`,
    summary: "Make a link that shows a statement to who has no account",
    description: "It shows this one for 30 days, or until it is revoked, and is answered this once.",
    role: "representative",
    answers: { 201: ["The link.", MadeLink] },
    errors: ["invalid_field"],
  },
  [`POST ${path}/statements/{month}/links/destroy`]: {
    id: `destroyStatementLink${suffix}`,
    summary: "Revoke a link to a statement",
    role: "representative",
    body: StatementLinkId,
    answers: { 200: ["It shows nothing any more.", v.object({ id: v.string() })] },
  },
});

export const statements: Subject = {
  name: "Statements",
  description:
    "What a month comes to, from Stripe's own records, by the date of the money in UTC. Amounts are signed so that they add up.",
  operations: {
    [`GET ${SPACE}/statements`]: {
      id: "listStatementsOfSpace",
      summary: "List the months of a Space, the newest first",
      role: "representative",
      scope: "manage",
      answers: { 200: ["The months.", MonthsJson] },
    },
    [`GET ${MARKETPLACE}/statements`]: {
      id: "listStatements",
      summary: "List the months of a Marketplace, the newest first",
      role: "representative",
      scope: "manage",
      answers: { 200: ["The months.", MonthsJson] },
    },
    [`GET ${SPACE}/statements/{month}`]: {
      id: "showSpaceStatement",
      summary: "Read the Distributor's month",
      role: "member",
      scope: "manage",
      isList: true,
      query: OF_STATEMENT,
      answers: { 200: ["The statement, with a page of its Orders.", SpaceStatementJson] },
      errors: ["answer_too_large"],
    },
    [`GET ${MARKETPLACE}/statements/{month}`]: {
      id: "showStatement",
      summary: "Read a Vendor's month",
      role: "representative",
      scope: "manage",
      isList: true,
      query: OF_STATEMENT,
      answers: { 200: ["The statement, with a page of its Orders.", MarketplaceStatementJson] },
      errors: ["answer_too_large"],
    },
    "GET /statement": {
      id: "showSharedStatement",
      summary: "Read the statement that a link shows",
      isList: true,
      query: { link: "The link's token.", ...OF_STATEMENT },
      answers: {
        200: [
          "The statement, a Vendor's or the Distributor's.",
          v.union([MarketplaceStatementJson, SpaceStatementJson]),
        ],
      },
      errors: ["answer_too_large", "not_found", "unknown_parameter"],
    },
    ...links(SPACE, "OfSpace"),
    ...links(MARKETPLACE, ""),
  },
};
