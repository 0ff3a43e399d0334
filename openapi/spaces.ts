import * as v from "valibot";
import { ApiKeyId, NewApiKey } from "../lib/api_keys/change_api_keys.ts";
import { MemberInput } from "../lib/members/change_members.ts";
import { NamedPlace } from "../lib/overview/list_memberships.ts";
import { SpaceJson } from "../lib/overview/present_space.ts";
import { NewSpace } from "../lib/spaces/create_space.ts";
import { SpaceUpdate } from "../lib/spaces/update_space.ts";
import { AddedSecretsChange } from "../lib/stripe_webhook_endpoints/change_added_secrets.ts";
import { SPACE, type Subject } from "./operation.ts";

const Member = v.object({ email: v.string() });

export const spaces: Subject = {
  name: "Spaces",
  description: "Spaces, and who and what is let in.",
  operations: {
    "GET /spaces": {
      id: "listSpaces",
      summary: "List what whoever asks may manage",
      description: "Spaces, and Marketplaces whose Vendor they represent; `GET /` is the same.",
      role: "person",
      scope: "manage",
      query: { name: "A part of their names." },
      answers: { 200: ["All of them.", v.object({ data: v.array(NamedPlace) })] },
    },
    "POST /spaces": {
      id: "createSpace",
      summary: "Create a Space",
      role: "operator",
      body: NewSpace,
      answers: { 201: ["The Space is made.", v.object({ space: v.string(), name: v.string() })] },
      errors: ["space_exists"],
    },
    [`GET ${SPACE}`]: {
      id: "showSpace",
      summary: "Read a Space, with all that belongs to it",
      role: "member",
      scope: "manage",
      query: { name: "A part of the names of its Marketplaces: of those alone." },
      answers: { 200: ["The Space.", SpaceJson] },
    },
    [`GET ${SPACE}/edit`]: {
      id: "showSpaceOfSettings",
      summary: "Read a Space, as its settings show it: the same",
      role: "member",
      scope: "manage",
      answers: { 200: ["The Space.", SpaceJson] },
    },
    [`POST ${SPACE}`]: {
      id: "updateSpace",
      summary: "Set a Space's branded domain",
      role: "operator",
      body: SpaceUpdate,
      answers: { 200: ["Saved.", v.object({ space: v.string(), branded_domain: v.string() })] },
      errors: ["branded_domain_taken", "changed_meanwhile"],
    },
    [`POST ${SPACE}/members`]: {
      id: "createMember",
      summary: "Invite a person into a Space",
      role: "member",
      body: MemberInput,
      answers: { 200: ["They are let in.", Member] },
      errors: ["not_invited"],
    },
    [`POST ${SPACE}/members/destroy`]: {
      id: "destroyMember",
      summary: "Remove a member, but never the last",
      role: "member",
      body: MemberInput,
      answers: { 200: ["They are removed.", Member] },
      errors: ["last_member", "changed_meanwhile"],
    },
    [`POST ${SPACE}/api_keys`]: {
      id: "createApiKey",
      summary: "Create an API key",
      role: "member",
      body: NewApiKey,
      answers: { 201: ["The key, this once.", v.object({ api_key: v.string() })] },
    },
    [`POST ${SPACE}/api_keys/destroy`]: {
      id: "destroyApiKey",
      summary: "Remove an API key",
      description: "By its `id`, as the Space has it.",
      role: "member",
      body: ApiKeyId,
      answers: { 200: ["It opens nothing any more.", v.object({ id: v.string() })] },
    },
    [`POST ${SPACE}/webhook_secrets`]: {
      id: "updateWebhookSecrets",
      summary: "Add or retire a webhook secret of the Space's own URL",
      description:
        "The one that a `stripe listen` towards the Space's `forward_url` prints; at most five. One that is retired is named as the Space shows it.",
      role: "member",
      scope: "manage",
      body: AddedSecretsChange,
      answers: {
        200: ["Those there are now, masked.", v.object({ added_webhook_secrets: v.array(v.string()) })],
      },
      errors: ["under_way"],
    },
  },
};
