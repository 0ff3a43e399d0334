import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { IAMClient } from "@aws-sdk/client-iam";
import * as v from "valibot";
import { describe, expect, it, onTestFinished } from "vitest";
import { assertWithin, boundaryOf } from "../../release/boundary.ts";
import { templateIn } from "../support/template.ts";

const ARN = "arn:aws:iam::123456789012:policy/bounds-convene-stripe-two";
const CALLER = { account: "123456789012", partition: "aws" };

/** An IAM that has one policy, or none; it answers XML (IAM API Reference, "GetPolicyVersion"). */
async function iamWith(document: object | undefined) {
  const server = createServer(async (request, response) => {
    const asked = new URLSearchParams(await text(request));
    const action = asked.get("Action") ?? "";
    if (!document || asked.get("PolicyArn") !== ARN) {
      response.writeHead(404);
      response.end(
        "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>none</Message></Error></ErrorResponse>",
      );
      return;
    }
    const isNewest = asked.get("VersionId") === "v3";
    const answer =
      action === "GetPolicy"
        ? "<Policy><DefaultVersionId>v3</DefaultVersionId></Policy>"
        : `<PolicyVersion><Document>${isNewest ? encodeURIComponent(JSON.stringify(document)) : ""}</Document></PolicyVersion>`;
    response.end(`<${action}Response><${action}Result>${answer}</${action}Result></${action}Response>`);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  return {
    iam: new IAMClient({ endpoint: `http://127.0.0.1:${port}`, region: "eu-central-1", credentials }),
  };
}

const { FunctionsBoundary } = templateIn("aws/deployer.yml").Resources;
const document = v.parse(v.looseObject({}), FunctionsBoundary?.Properties.PolicyDocument);

it("is an administrator's to let whoever deploys read", async () => {
  const refusing = createServer((_, response) => {
    response.writeHead(403);
    response.end(
      "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
    );
  });
  await new Promise<void>((listening) => refusing.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void refusing.close());
  const { port } = refusing.address() as AddressInfo;
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const iam = new IAMClient({ endpoint: `http://127.0.0.1:${port}`, region: "eu-central-1", credentials });
  await expect(boundaryOf({ iam }, CALLER, "two")).rejects.toThrow(
    `Whoever deploys may not read ${ARN}. An administrator deploys aws/deployer.yml again first`,
  );
});

it("is none where nobody has set one", async () => {
  expect(await boundaryOf(await iamWith(undefined), CALLER, "two")).toBeUndefined();
});

describe("a deploy within a boundary", () => {
  const rolesMay = (...Action: string[]) => ({
    Resources: {
      SearchRole: {
        Type: "AWS::IAM::Role",
        Properties: {
          Policies: [
            {
              PolicyDocument: {
                Statement: [{ Effect: "Allow", Action: ["logs:PutLogEvents"] }],
              },
            },
            { PolicyDocument: { Statement: [{ "Fn::If": ["HasMailFrom", { Action }, {}] }] } },
          ],
        },
      },
    },
  });

  it("lets functions call what the boundary that is in force has", async () => {
    const boundary = await boundaryOf(await iamWith(document), CALLER, "two");
    expect(boundary?.arn).toBe(ARN);
    if (boundary) assertWithin(boundary, rolesMay("dynamodb:Query", "ses:SendEmail"));
  });

  it("stops where a function is to call what the boundary lacks, and says what", async () => {
    const boundary = await boundaryOf(await iamWith(document), CALLER, "two");
    if (!boundary) throw new Error("there is no boundary");
    expect(() => assertWithin(boundary, rolesMay("dynamodb:Query", "sqs:SendMessage"))).toThrow(
      `Functions are to call sqs:SendMessage, which ${ARN} does not let them. An administrator deploys aws/deployer.yml again first`,
    );
  });
});
