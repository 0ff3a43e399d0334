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

/** An IAM that answers so, in XML (IAM API Reference, "GetPolicyVersion"). */
async function iamThat(answers: (asked: URLSearchParams) => { status?: number; xml: string }) {
  const server = createServer(async (request, response) => {
    const { status = 200, xml } = answers(new URLSearchParams(await text(request)));
    response.writeHead(status).end(xml);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  return {
    iam: new IAMClient({ endpoint: `http://127.0.0.1:${port}`, region: "eu-central-1", credentials }),
  };
}

const iamThatRefuses = (status: number, code: string) =>
  iamThat(() => ({
    status,
    xml: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
  }));

const iamWith = (document: object) =>
  iamThat((asked) => {
    const action = asked.get("Action") ?? "";
    const isNewest = asked.get("PolicyArn") === ARN && asked.get("VersionId") === "v3";
    const answer =
      action === "GetPolicy"
        ? "<Policy><DefaultVersionId>v3</DefaultVersionId></Policy>"
        : `<PolicyVersion><Document>${isNewest ? encodeURIComponent(JSON.stringify(document)) : ""}</Document></PolicyVersion>`;
    return { xml: `<${action}Response><${action}Result>${answer}</${action}Result></${action}Response>` };
  });

const { FunctionsBoundary } = templateIn("aws/deployer.yml").Resources;
const document = v.parse(v.looseObject({}), FunctionsBoundary?.Properties.PolicyDocument);

it("is an administrator's to let whoever deploys read", async () => {
  await expect(boundaryOf(await iamThatRefuses(403, "AccessDenied"), CALLER, "two")).rejects.toThrow(
    `Whoever deploys may not read ${ARN}. An administrator deploys aws/deployer.yml again first`,
  );
});

it("is none where nobody has set one", async () => {
  expect(await boundaryOf(await iamThatRefuses(404, "NoSuchEntity"), CALLER, "two")).toBeUndefined();
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
