import { createHash } from "node:crypto";
import { baseUrl } from "./address.js";

/** The host of the service itself, and Spaces' branded domains, each with a certificate in ACM. None: the API's own address. */
const { DOMAIN = "", BRANDED_DOMAINS = "", CERTIFICATES = "{}" } = process.env;
const certificates = JSON.parse(CERTIFICATES);
const hosts = [...new Set([DOMAIN, ...BRANDED_DOMAINS.split(/[\s,]+/)].filter(Boolean))];

/** A logical id that stays the host's own, whichever hosts come and go beside it. */
const idOf = (host) => createHash("sha256").update(host).digest("hex").slice(0, 10);

export const Resources = Object.fromEntries(
  hosts.flatMap((host) => [
    [
      `Domain${idOf(host)}`,
      {
        Type: "AWS::ApiGatewayV2::DomainName",
        Properties: {
          DomainName: host,
          DomainNameConfigurations: [
            { CertificateArn: certificates[host], EndpointType: "REGIONAL", SecurityPolicy: "TLS_1_2" },
          ],
        },
      },
    ],
    [
      `DomainMapping${idOf(host)}`,
      {
        Type: "AWS::ApiGatewayV2::ApiMapping",
        Properties: {
          ApiId: { Ref: "HttpApi" },
          DomainName: { Ref: `Domain${idOf(host)}` },
          Stage: { Ref: "HttpApiStage" },
        },
      },
    ],
  ]),
);

/** What each host's DNS must point at: an alias, or a CNAME. */
export const Outputs = {
  BaseUrl: { Description: "Where people and Stripe reach the service", Value: baseUrl },
  ...Object.fromEntries(
    hosts.map((host) => [
      `Dns${idOf(host)}`,
      {
        Description: `What the DNS of ${host} must point at`,
        Value: {
          "Fn::Join": [" ", [host, { "Fn::GetAtt": [`Domain${idOf(host)}`, "RegionalDomainName"] }]],
        },
      },
    ]),
  ),
};
