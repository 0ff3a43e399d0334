import * as v from "valibot";
import { describe, expect, inject, it } from "vitest";
import { BOUNDARY } from "../support/packaged.ts";
import { packagedTemplate, resourcesOf, templateIn } from "../support/template.ts";

const deployer = templateIn("aws/deployer.yml");
const prod = packagedTemplate(inject("prod"));
const withBoundary = packagedTemplate(inject("withDomain"));

const Actions = v.optional(
  v.union([
    v.array(v.string()),
    v.pipe(
      v.string(),
      v.transform((action) => [action]),
    ),
  ]),
  [],
);
const Statement = v.object({
  Effect: v.string(),
  Action: Actions,
  NotAction: Actions,
  Resource: v.unknown(),
  Condition: v.optional(v.unknown()),
});
const Document = v.object({ Statement: v.array(Statement) });

const policies = resourcesOf(deployer, "AWS::IAM::ManagedPolicy");
const statementsOf = (id: string) =>
  v.parse(Document, deployer.Resources[id]?.Properties.PolicyDocument).Statement;

describe("who deploys from GitHub", () => {
  it.each(policies)(
    "has %s within the size that IAM takes, for the longest of names",
    (_id, { Properties }) => {
      const document = JSON.stringify(Properties.PolicyDocument)
        .replaceAll("${AWS::Partition}", "aws-us-gov")
        .replaceAll("${AWS::AccountId}", "1".repeat(12))
        .replaceAll("${Environment}", "e".repeat(9))
        .replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, "$1")
        .replaceAll(/\{"Ref":"FunctionsBoundary"\}/g, `"${BOUNDARY}"`);
      expect(document).not.toMatch(/Fn::|\$\{|Ref/);
      expect(document.replaceAll(/\s/g, "").length).toBeLessThanOrEqual(6_144); // IAM, "IAM and STS character limits"
    },
  );

  it("makes roles within the boundary only, and takes it from none", () => {
    const allowed = ["NamedPolicy", "TaggedPolicy"]
      .flatMap(statementsOf)
      .filter(({ Effect }) => Effect === "Allow");
    const making = ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"];
    const bounded = allowed.filter(({ Action }) => Action.some((action) => making.includes(action)));
    expect(bounded).toEqual([
      expect.objectContaining({
        Action: making,
        Condition: { StringEquals: { "iam:PermissionsBoundary": { Ref: "FunctionsBoundary" } } },
      }),
    ]);
    const actions = allowed.flatMap(({ Action }) => Action);
    expect(actions).not.toContain("*");
    expect(
      actions.filter((action) =>
        /^iam:(.*\*|DeleteRoleP\w*Boundary|Attach|(?!Get).*PolicyVersion)/.test(action),
      ),
    ).toEqual([]);
  });

  it("leaves the key's policy to an administrator, by the alias that the key keeps", () => {
    const statements = statementsOf("TaggedPolicy");
    expect(statements).toContainEqual({
      Effect: "Deny",
      Action: ["kms:PutKeyPolicy"],
      NotAction: [],
      Resource: "*",
      Condition: {
        "ForAnyValue:StringEquals": {
          "kms:ResourceAliases": { "Fn::Sub": "alias/convene-stripe-${Environment}" },
        },
      },
    });
    const allowed = statements.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => Action);
    expect(allowed.filter((action) => /^kms:(.*\*|(Delete|Update)Alias)/.test(action))).toEqual([]);
  });

  it("bounds no function in what its role lets it do, and denies all else", () => {
    const [denied, ...others] = statementsOf("FunctionsBoundary").filter(({ Effect }) => Effect === "Deny");
    const allowed = statementsOf("FunctionsBoundary").flatMap(({ Action }) => Action);
    expect(others).toEqual([]);
    expect(denied).toEqual({ Effect: "Deny", Action: [], NotAction: allowed.sort(), Resource: "*" });
    // What stands before a colon is a condition's key.
    const used = resourcesOf(prod, "AWS::IAM::Role").flatMap(([, { Properties }]) =>
      [...JSON.stringify(Properties.Policies).matchAll(/"(\w[\w-]*:[A-Z]\w+)"(?!:)/g)].map(
        ([, action]) => action,
      ),
    );
    expect([...new Set(used)].sort()).toEqual(allowed);
  });
});

describe("a role", () => {
  it("has the boundary where there is one, and is found by its path", () => {
    for (const [id, { Properties }] of resourcesOf(withBoundary, "AWS::IAM::Role"))
      expect([id, Properties.PermissionsBoundary, Properties.Path]).toEqual([
        id,
        BOUNDARY,
        "/convene-stripe/try2/",
      ]);
    for (const [id, { Properties }] of resourcesOf(prod, "AWS::IAM::Role"))
      expect([id, Properties.PermissionsBoundary, Properties.Path]).toEqual([
        id,
        undefined,
        "/convene-stripe/prod/",
      ]);
  });
});
