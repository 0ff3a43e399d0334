import { invite } from "../session/invite.ts";
import { addMember, type MemberInput } from "./change_members.ts";

/**
 * Sees that a person can sign in, and lets them into the Space.
 * @returns whether they are told of it by mail
 * @throws as inviting does, with nobody let in
 */
export async function inviteMember(space: string, input: MemberInput, actor: string): Promise<boolean> {
  const isMailed = await invite(input.email);
  await addMember(space, input, actor);
  return isMailed;
}
