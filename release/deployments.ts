import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import type { Clients } from "./clients.ts";
import { deploymentPrefix } from "./names.ts";
import { artifactsOf, parseTemplate, type Template } from "./template.ts";

/** A deployment, by the name of its folder in the bucket, `<ms>-<ISO time>`, and what it is of. */
type Deployment = { folder: string; release: string };

/** osls leaves alone what is in no folder of its own, and removes it with the service. */
const passed = (stage: string, folder = ""): string => `${deploymentPrefix(stage)}passed/${folder}`;

/** The folder of the deployment that a stack's template names. */
export function folderOf(template: Template): string {
  const [key = ""] = artifactsOf(template).values();
  return key.split("/").at(-2) ?? "";
}

/** Notes that a deployment passed its smoke test, so that a rollback may go back to it. */
export async function recordPassed(
  { s3 }: Clients,
  bucket: string,
  stage: string,
  deployment: Deployment,
): Promise<void> {
  const { folder, release } = deployment;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: passed(stage, folder), Body: release }));
}

/** The last deployment before another that passed its smoke test and is still in the bucket. */
export async function passedBefore(
  clients: Clients,
  bucket: string,
  stage: string,
  folder: string,
): Promise<Deployment | undefined> {
  const { s3 } = clients;
  const folders: string[] = [];
  const prefix = passed(stage);
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: prefix },
  ))
    for (const { Key = "" } of Contents) folders.push(Key.slice(prefix.length));
  const earlier = folders
    .filter((other) => timeOf(other) < timeOf(folder))
    .sort((one, other) => timeOf(other) - timeOf(one));
  for (const candidate of earlier) {
    if (!(await isThere(clients, bucket, templateKey(stage, candidate)))) continue;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: passed(stage, candidate) }));
    return { folder: candidate, release: (await Body?.transformToString()) ?? "" };
  }
  return undefined;
}

/** What was deployed, as CloudFormation got it. */
export async function templateOf(
  { s3 }: Clients,
  bucket: string,
  stage: string,
  folder: string,
): Promise<Template> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: templateKey(stage, folder) }));
  return parseTemplate((await Body?.transformToString()) ?? "");
}

const templateKey = (stage: string, folder: string): string =>
  `${deploymentPrefix(stage)}${folder}/compiled-cloudformation-template.json`;

/** When a deployment was packaged, in ms. */
export const timeOf = (folder: string): number => Number(folder.slice(0, folder.indexOf("-")));

async function isThere({ s3 }: Clients, bucket: string, key: string): Promise<boolean> {
  try {
    await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return true;
  } catch (error) {
    if (error instanceof Error && (error.name === "NotFound" || error.name === "NoSuchKey")) return false;
    throw error;
  }
}
