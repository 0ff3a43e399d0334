import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { configuration } from "../configuration.ts";
import { documents } from "../dynamodb.ts";
import { NotFound, Unauthorized } from "../errors.ts";
import type { Request } from "../http/api.ts";
import { spaceKey } from "../spaces/space.ts";
import { apiKeyRow, spaceOfApiKey } from "./api_key.ts";

/**
 * Lets a program in with an API key of the Space in the path.
 * @returns the Space.
 * @throws {Unauthorized} for no key or a wrong one, {NotFound} for a good key of another Space.
 */
export async function authorize(request: Request): Promise<string> {
  const apiKey = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
  const space = spaceOfApiKey(apiKey);
  if (!space) throw new Unauthorized();
  const { Item } = await documents.send(
    new GetCommand({
      TableName: configuration.settingsTable,
      Key: { pk: spaceKey(space), sk: apiKeyRow(apiKey) },
      ConsistentRead: true,
    }),
  );
  if (!Item) throw new Unauthorized();
  if (space !== request.pathParameters?.space) throw new NotFound();
  return space;
}
