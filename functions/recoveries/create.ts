import { requireRole } from "../../lib/access/require_role.ts";
import { after, now } from "../../lib/clock.ts";
import { httpError } from "../../lib/errors.ts";
import { presentRecovery } from "../../lib/overview/present_recovery.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { showSpace } from "../../lib/pages/space_page.ts";
import { recoverSpace } from "../../lib/recovery/recover_space.ts";
import { recoveryNotice } from "../../lib/recovery/recovery_notice.ts";
import { spacePath } from "../../lib/urls.ts";
import { withStripeErrors } from "../../lib/utilities/stripe_errors.ts";

/** When nothing more is begun, in ms: what is under way then may take as long again, and API Gateway waits for 30 s. */
const ENOUGH_MS = 8_000;

/** `Ask Stripe now`: puts in what Stripe has and we do not, and says what it found. */
export const handler = action(requireRole("member", "manage"), showFormAgain(showSpace)).handler(
  async ({ access: { space } }) => {
    const recovery = await withStripeErrors(space, () => recoverSpace(space, after(now(), ENOUGH_MS)));
    if (!recovery) throw httpError("recovery_under_way");
    return {
      to: `${spacePath(space)}#recovery`,
      notice: { text: recoveryNotice(recovery) },
      json: presentRecovery(recovery),
    };
  },
);
