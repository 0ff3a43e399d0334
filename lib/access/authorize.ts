import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { hashOfApiKey, spaceOfApiKey } from "../api_keys/api_key.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { apiKeyRow, memberRow, representativeRow, SPACE_ROW, spaceKey } from "../dynamodb/keys.ts";
import { NotFound, Unauthorized } from "../errors.ts";
import type { Request } from "../http/request.ts";
import { isPerson } from "../session/identity.ts";
import { type Session, sessionOf } from "../session/session.ts";
import { spaceOfRequest } from "./space_of_request.ts";

/**
 * What a route asks for, from the least to the most: to be signed in; to represent the Vendor of the Marketplace in the
 * path; to manage the Space in the path; to manage all. `program` is a program of the Space: no person may.
 */
export type RequiredRole = "person" | "representative" | "member" | "operator" | "program";

/** Who asks, in which Space. A person has a session. */
export type Access = {
  role: "program" | "representative" | "member" | "operator" | "person";
  /** The Space in the path; empty where there is none. */
  space: string;
  /** Who did it, for the audit: an email address, or an API key's name. */
  actor: string;
  session?: Session;
};

/**
 * The one place that decides who may. @throws {Unauthorized} where nobody we know asks, {NotFound} for what is not theirs.
 */
export async function authorize(request: Request, need: RequiredRole): Promise<Access> {
  const authorization = request.headers.authorization;
  if (authorization !== undefined) return await authorizeProgram(request, authorization, need);
  const session = need === "program" ? undefined : await sessionOf(request);
  if (!session || !(await isPerson(session))) throw new Unauthorized();
  return await authorizePerson(request, session, need);
}

const ApiKey = v.object({ name: v.string() });

async function authorizeProgram(
  request: Request,
  authorization: string,
  need: RequiredRole,
): Promise<Access> {
  const apiKey = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? "";
  const space = spaceOfApiKey(apiKey);
  const row = space && (await settingsRow(space, apiKeyRow(hashOfApiKey(apiKey))));
  if (!space || !row) throw new Unauthorized();
  if (need === "operator" || (need !== "person" && space !== (await spaceOfRequest(request))))
    throw new NotFound();
  return { role: "program", space, actor: `API key ${v.parse(ApiKey, row).name}` };
}

async function authorizePerson(request: Request, session: Session, need: RequiredRole): Promise<Access> {
  const isOperator = configuration.operatorEmails.includes(session.email);
  const access = { actor: session.email, session };
  if (need === "person") return { ...access, role: isOperator ? "operator" : "person", space: "" };
  if (need === "operator") {
    if (!isOperator) throw new NotFound();
    return { ...access, role: "operator", space: "" };
  }
  const space = await spaceOfRequest(request);
  if (isOperator && (await settingsRow(space, SPACE_ROW))) return { ...access, role: "operator", space };
  if (await settingsRow(space, memberRow(session.email))) return { ...access, role: "member", space };
  const marketplace = request.pathParameters?.marketplace;
  const row = marketplace && representativeRow(marketplace, session.email);
  if (need === "representative" && row && (await settingsRow(space, row)))
    return { ...access, role: "representative", space };
  throw new NotFound();
}

async function settingsRow(space: string, sk: string): Promise<Record<string, unknown> | undefined> {
  const { Item } = await dynamodb.send(
    new GetCommand({
      TableName: configuration.settingsTable,
      Key: { pk: spaceKey(space), sk },
      ConsistentRead: true,
    }),
  );
  return Item;
}
