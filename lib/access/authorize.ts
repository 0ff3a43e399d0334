import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { ApiKeyRow, allows, hashOfApiKey, type Scope, scopeOf, spaceOfApiKey } from "../api_keys/api_key.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { apiKeyRow, memberRow, representativeRow, SPACE_ROW, spaceKey } from "../dynamodb/keys.ts";
import { httpError, NotFound, Unauthorized } from "../errors.ts";
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
 * The one place that decides who may.
 * @param scope what a program's API key must allow; without one it takes a person
 * @throws {Unauthorized} where nobody we know asks, {NotFound} for what is not theirs; {HttpError} 403 `person_needed`,
 *   `scope_needed` to a key of the Space
 */
export async function authorize(request: Request, need: RequiredRole, scope?: Scope): Promise<Access> {
  const authorization = request.headers.authorization;
  if (authorization !== undefined) return await authorizeProgram(request, authorization, need, scope);
  const session = need === "program" ? undefined : await sessionOf(request);
  if (!session || !(await isPerson(session))) throw new Unauthorized();
  return await authorizePerson(request, session, need);
}

async function authorizeProgram(
  request: Request,
  authorization: string,
  need: RequiredRole,
  scope: Scope | undefined,
): Promise<Access> {
  const apiKey = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? "";
  const space = spaceOfApiKey(apiKey);
  const row = space && (await settingsRow(space, apiKeyRow(hashOfApiKey(apiKey))));
  if (!space || !row) throw new Unauthorized();
  if (need === "operator" || (need !== "person" && space !== (await spaceOfRequest(request))))
    throw new NotFound();
  const key = v.parse(ApiKeyRow, row);
  if (scope === undefined) throw httpError("person_needed");
  if (!allows(scopeOf(key), scope)) throw httpError("scope_needed", scope);
  return { role: "program", space, actor: `API key ${key.name}` };
}

async function authorizePerson(request: Request, session: Session, need: RequiredRole): Promise<Access> {
  const isOperator = configuration.operatorEmails.includes(session.email);
  const access = { actor: session.email, session };
  if (need === "person") return { ...access, role: isOperator ? "operator" : "person", space: "" };
  if (need === "operator") {
    if (!isOperator) throw new NotFound();
    const space = request.pathParameters?.space === undefined ? "" : await spaceOfRequest(request);
    return { ...access, role: "operator", space };
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

/** The session of who does what takes a person. @throws {HttpError} 403 `person_needed` */
export function personIn({ session }: Access): Session {
  if (!session) throw httpError("person_needed");
  return session;
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
