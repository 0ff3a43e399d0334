import * as v from "valibot";
import { queryOf } from "../http/input.ts";
import type { Request } from "../http/request.ts";
import { html, type VNode } from "./html.ts";

/** So many of a long list are shown by name; the others are found by a part of theirs. */
export const NAMED_SHOWN = 100;

/** What the query of such a list takes. */
export const NAME_QUERY = ["name"];
const Query = v.object({ name: v.optional(v.string(), "") });

/** The part of a name that is looked for; nothing, which each name has, where none is. */
export const nameIn = (request: Request): string => queryOf(request, Query).name.trim();

/** Those with that part in their names, whatever its case, by name. */
export const withName = <Named extends { name: string }>(all: readonly Named[], part: string): Named[] =>
  all
    .filter(({ name }) => name.toLowerCase().includes(part.toLowerCase()))
    .sort((one, other) => one.name.localeCompare(other.name));

type Facts = {
  /** Where the list is. */
  path: string;
  /** What is listed: `Marketplace`. */
  what: string;
  part: string;
  /** How many there are, with that part and at all. */
  found: number;
  all: number;
};

/** A search of a list that is too long to be shown whole, and of how many it shows which. */
export const NameFilter = ({ path, what, part, found, all }: Facts): VNode | null =>
  all <= NAMED_SHOWN
    ? null
    : html`
        <form method="get" action=${path} class="find">
          <input name="name" type="search" aria-label=${`Part of a ${what}'s name`} placeholder="Part of a name" value=${part} autocomplete="off" spellcheck="false" />
          <button class="quiet">Find</button>
        </form>
        <p class="soft">
          ${
            part === ""
              ? `The first ${NAMED_SHOWN} of ${all}, by name.`
              : found > NAMED_SHOWN
                ? `The first ${NAMED_SHOWN} of ${found} with “${part}” in their names.`
                : `${found} of ${all} with “${part}” in their names.`
          }
        </p>
      `;
