import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { OPERATOR } from "../support/fake_aws_account.ts";
import { type ReleaseCheckout, releaseCheckout } from "../support/release_checkout.ts";

const domain = {
  DOMAIN: "stripe.convene.example",
  BRANDED_DOMAINS: "shop.convene.example",
  CERTIFICATE_ARN: "arn:aws:acm:eu-central-1:123456789012:certificate/1d2e3f",
};
const issuer = { OIDC_ISSUER: "https://login.convene.example", OIDC_CLIENT_ID: "convene" };

let checkout: ReleaseCheckout;
beforeAll(() => {
  checkout = releaseCheckout();
});
afterAll(() => checkout.remove());

// The issuer is a parameter, by conditions that cfn-lint looks at both ways; hosts alone make other resources.
it.each([
  ["prod", "with neither domain nor issuer of its own", {}],
  ["try2", "with both", { ...domain, ...issuer }],
])("has nothing to say of the templates of %s %s", async (stage, _with, settings) => {
  const { code, said } = await checkout.run("package", ["--stage", stage], {
    OPERATOR_EMAILS: OPERATOR,
    ALARM_EMAIL: OPERATOR,
    ...settings,
  });
  expect([code, said]).toEqual([0, expect.stringContaining(`for ${stage} into .local/package/${stage}.`)]);
  const template = join(
    checkout.folder,
    ".local",
    "package",
    stage,
    "cloudformation-template-update-stack.json",
  );
  // W3005: osls names a function's role twice, which does nothing.
  const lint = [
    join(inject("pythonBin"), "cfn-lint"),
    "--ignore-checks",
    "W3005",
    "--regions",
    "eu-central-1",
    "--",
  ] as const;
  await promisify(execFile)(lint[0], [
    ...lint.slice(1),
    template,
    ...["backup.yml", "data.yml", "deployer.yml"].map((file) => join(checkout.folder, "aws", file)),
  ]);
});

it("asks for the certificate of a domain, since packaging asks nothing of AWS", async () => {
  const { code, said } = await checkout.run("package", ["--stage", "prod"], {
    OPERATOR_EMAILS: OPERATOR,
    ALARM_EMAIL: OPERATOR,
    DOMAIN: "stripe.convene.example",
  });
  expect([code, said]).toEqual([1, expect.stringContaining("name it as CERTIFICATE_ARN")]);
});
