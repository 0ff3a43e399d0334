import {
  type CertificateSummary,
  DescribeCertificateCommand,
  KeyAlgorithm,
  paginateListCertificates,
} from "@aws-sdk/client-acm";
import { UserError } from "../cli/user_error.ts";
import { coversHost } from "../lib/ids.ts";
import type { Clients } from "./clients.ts";
import { hostsOf, type StageSettings } from "./stage_settings.ts";

/**
 * Finds each host's certificate in ACM: the one that is named, or the issued one that lasts longest.
 * @throws {UserError} for a host that has none.
 */
export async function certificatesFor(
  { acm, region }: Clients,
  settings: StageSettings,
): Promise<Record<string, string>> {
  const hosts = hostsOf(settings);
  if (hosts.length === 0) return {};
  const { CERTIFICATE_ARN } = settings;
  const candidates = CERTIFICATE_ARN ? [await named(acm, CERTIFICATE_ARN)] : await issued(acm);
  return Object.fromEntries(
    hosts.map((host) => {
      const best = candidates.filter(({ names }) => names.some((name) => coversHost(name, host)))[0];
      if (best) return [host, best.arn];
      throw new UserError(
        CERTIFICATE_ARN
          ? `The certificate of CERTIFICATE_ARN is not issued for ${host}: name one that is, or leave the setting out.`
          : `ACM in ${region} has no issued certificate for ${host}: request one there, validate it through DNS, and deploy again.`,
      );
    }),
  );
}

type Candidate = { arn: string; names: string[] };

async function named(acm: Clients["acm"], arn: string): Promise<Candidate> {
  try {
    const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn: arn }));
    const isIssued = Certificate?.Status === "ISSUED";
    return {
      arn,
      names: isIssued ? [Certificate.DomainName ?? "", ...(Certificate.SubjectAlternativeNames ?? [])] : [],
    };
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException")
      throw new UserError(`ACM has no certificate ${arn}: CERTIFICATE_ARN is wrong, or of another account.`);
    throw error;
  }
}

async function issued(acm: Clients["acm"]): Promise<Candidate[]> {
  const found: CertificateSummary[] = [];
  // Without keyTypes ACM lists RSA certificates of up to 2048 bits alone.
  const filter = {
    CertificateStatuses: ["ISSUED" as const],
    Includes: { keyTypes: Object.values(KeyAlgorithm) },
  };
  for await (const page of paginateListCertificates({ client: acm }, filter))
    found.push(...(page.CertificateSummaryList ?? []));
  return found
    .toSorted((one, other) => (other.NotAfter?.getTime() ?? 0) - (one.NotAfter?.getTime() ?? 0))
    .map(({ CertificateArn = "", DomainName = "", SubjectAlternativeNameSummaries = [] }) => ({
      arn: CertificateArn,
      names: [DomainName, ...SubjectAlternativeNameSummaries],
    }));
}
