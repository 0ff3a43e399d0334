import * as v from "valibot";
import { eventPath, marketplacePath, orderPath, utilityEditPath } from "../urls.ts";
import type { Found } from "./search_space.ts";

export type FoundJson = v.InferOutput<typeof FoundJson>;
export const FoundJson = v.object({
  kind: v.picklist(["order", "stripe_event", "marketplace", "utility"]),
  id: v.string(),
  path: v.pipe(v.string(), v.description("Where it is, here; as a page, and as JSON.")),
});

export const SearchJson = v.object({
  data: v.pipe(v.array(FoundJson), v.description("Of a buyer's Orders, the newest 100, the newest first.")),
});

export function presentFound(found: Found): FoundJson {
  switch (found.kind) {
    case "order":
      return { kind: found.kind, id: found.order.id, path: orderPath(found.marketplace, found.order.id) };
    case "stripe_event":
      return {
        kind: found.kind,
        id: found.event.id,
        path: eventPath(found.event.space, found.event.id),
      };
    case "marketplace":
      return {
        kind: found.kind,
        id: found.marketplace.marketplace,
        path: marketplacePath(found.marketplace),
      };
    case "utility":
      return {
        kind: found.kind,
        id: found.utility.utility,
        path: utilityEditPath(found.utility.space, found.utility.utility),
      };
  }
}
