import { requireRole } from "../../lib/access/require_role.ts";
import { configuration } from "../../lib/configuration.ts";
import { inputOf } from "../../lib/http/input.ts";
import { MemberInput } from "../../lib/members/change_members.ts";
import { inviteMember } from "../../lib/members/invite_member.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { showSpaceSettings } from "../../lib/pages/space_settings_page.ts";
import { spaceEditPath } from "../../lib/urls.ts";

/** Lets a person into the Space. */
export const handler = action(requireRole("member"), showFormAgain(showSpaceSettings)).handler(
  async ({ request, access }) => {
    const input = inputOf(request, MemberInput);
    const isMailed = await inviteMember(access.space, input, access.actor);
    const text = isMailed
      ? `${input.email} was invited by mail.`
      : `${input.email} can now open this Space. No mail is sent: tell them to sign in at ${configuration.baseUrl}.`;
    return { to: spaceEditPath(access.space), notice: { text }, json: input };
  },
);
