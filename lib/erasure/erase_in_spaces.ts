import { after, now } from "../clock.ts";
import { ERASURES_CURSOR_KEY } from "../dynamodb/keys.ts";
import { describeError, log } from "../log.ts";
import { spacesInTurn } from "../spaces/spaces_in_turn.ts";
import { beginAgain, eraseInSpace } from "./erase_in_space.ts";

/** Spaces at the same time. */
const AT_ONCE = 8;
/** One Space's pass, in ms: after it others have their turn, and it goes on with the next run. */
const SPACE_MS = 12_000;

/**
 * Every ten minutes: goes on with what each Space has erased, from where the run before stopped, once around at most. One Space's trouble
 * is its own.
 * @param until when no further Space is begun
 * @param again only has the runs to come read everything anew
 * @returns how many Spaces were looked after
 */
export async function eraseInSpaces(until: Date, again: boolean): Promise<number> {
  let looked = 0;
  for await (const spaces of spacesInTurn(ERASURES_CURSOR_KEY, AT_ONCE)) {
    await Promise.all(
      spaces.map(async (space) => {
        try {
          if (again) await beginAgain(space);
          else await eraseInSpace(space, after(now(), SPACE_MS));
        } catch (error) {
          log.error("a Space's erased buyers could not be looked for", { space, ...describeError(error) });
        }
      }),
    );
    looked += spaces.length;
    if (now() >= until) break;
  }
  return looked;
}
